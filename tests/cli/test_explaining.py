from __future__ import annotations

import pytest

from tests.cli.conftest import Lumen, Project


def test_a_value_is_explained_with_all_its_layers(lumen: Lumen, project: Project) -> None:
    """Value, type, default, meaning, and each layer with file and line; the last one wins."""
    package = project.package.name
    result = lumen("explain", "demo.replicas", "--environment", "prod", "--set", "replicas=4")
    assert result.status == 0
    rows = [line.split() for line in result.out.splitlines()]
    assert rows == [
        ["demo.replicas", "(prod)"],
        ["value", "4"],
        ["type", "whole", "number"],
        ["default", "1"],
        ["meaning", "How", "many", "objects."],
        ["layer", "value"],
        [f"{package}/demo/values.yaml:1", "2"],
        [f"{package}/demo/values-prod.yaml:1", "3"],
        ["--set", "replicas=…", "4", "wins"],
    ]


def test_a_default_is_said_to_be_one(lumen: Lumen) -> None:
    """No layer sets it."""
    out = lumen("explain", "demo.fault", "-e", "dev").out
    assert 'value    "" (the default)' in out
    assert out.endswith("no layer sets it\n")


def test_a_value_that_a_layer_removed_says_so(lumen: Lumen, project: Project) -> None:
    """Null removes what is below it, and that is a layer too."""
    project.values("demo/values-prod.yaml", "replicas: null\n")
    out = lumen("explain", "demo.replicas", "-e", "prod").out
    assert "value    1 (the default)" in out
    assert "demo/values-prod.yaml:1  removed" in out


def test_a_bare_system_lists_everything(lumen: Lumen, project: Project) -> None:
    """Each leaf with the layer that won, or as a default."""
    package = project.package.name
    assert [line.split() for line in lumen("explain", "demo", "-e", "prod").out.splitlines()] == [
        ["path", "value", "layer"],
        ["replicas", "3", f"{package}/demo/values-prod.yaml:1"],
        ["greeting", '"hello"', f"{package}/demo/values-prod.yaml:2"],
        ["fault", '""', "default"],
    ]


def test_the_only_environment_need_not_be_named(lumen: Lumen) -> None:
    """Where there is a choice, it is the user's."""
    assert lumen("explain", "other.replicas").out.startswith("other.replicas (prod)\n")
    assert lumen("explain", "demo.replicas").err == (
        "lumen: error: demo: --environment is needed; there are dev, prod\n"
    )


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("dmeo.replicas", "there is no system 'dmeo' (demo, other); did you mean 'demo'?"),
        (
            "replicas",
            "there is no system 'replicas' (demo, other); a path starts with its system, such as demo.replicas",
        ),
        ("demo.replica", "demo (dev): replica: is not a known key; did you mean 'replicas'?"),
        ("demo.replicas.x", "demo (dev): replicas.x: "),
        ("demo.a[", "demo (dev): "),
    ],
)
def test_refuses_what_is_not_there(lumen: Lumen, subject: str, line: str) -> None:
    """With what was meant."""
    result = lumen("explain", subject, "-e", "dev")
    assert result.status == (2 if "no system" in line else 1)
    assert result.err.startswith(f"lumen: error: {line}")
    assert result.err.count("\n") == 1


def test_refuses_an_environment_that_is_not_there(lumen: Lumen) -> None:
    """With what was meant."""
    assert lumen("explain", "demo", "-e", "de").err == (
        "lumen: error: demo: there is no environment 'de' (dev, prod); did you mean 'dev'?\n"
    )
