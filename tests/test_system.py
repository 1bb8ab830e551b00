from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cdk8s import App, Chart

from lumen_constructs import LumenError, Options, System
from lumen_constructs.values import Set


class Values(Options):
    """Values of a small system."""

    replicas: int = 1
    """How many."""


def stack(scope: App, id: str, /, *, environment: str, values: Values) -> Chart:
    """Make an empty chart."""
    return Chart(scope, id)


def system(directory: Path, name: str = "shop") -> System[Values]:
    """Give a system with its values in ``directory``."""
    return System(name=name, stack=stack, values=Values, directory=directory)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Shop", "must be lower-case letters"),
        ("my_shop", "must be lower-case letters"),
        ("", "must not be empty"),
        ("x" * 64, "has 64 characters, 63 are allowed"),
        ("../up", "must be lower-case letters"),
        ("argocd", "this folder of the output is kept for argocd, flux, kustomize"),
        ("kustomize", "this folder of the output is kept for argocd, flux, kustomize"),
    ],
)
def test_refuses_a_name_that_is_no_label(tmp_path: Path, name: str, fault: str) -> None:
    """It names a folder, and the value of a label."""
    with pytest.raises(LumenError, match=fault):
        system(tmp_path, name)


def test_refuses_what_is_of_the_wrong_type() -> None:
    """All at once, and not where it would fail first."""
    wrong: Any = None
    no_function: Any = "x"
    with pytest.raises(LumenError) as caught:
        System(name="shop", stack=wrong, values=wrong, directory=wrong, overlay=no_function)
    assert caught.value.faults == (
        "system 'shop': stack must be a class or function that makes the chart, not null",
        "system 'shop': values must be a subclass of Options, not null",
        "system 'shop': directory must be a path, not null",
        "system 'shop': overlay must be a function of the values that gives an Overlay or None, not 'x'",
    )


def test_environments_are_the_values_files(tmp_path: Path) -> None:
    """Adding one is adding a file."""
    for name in ("values.yaml", "values-prod.yaml", "values-dev.yaml", "values.schema.json", "other-qa.yaml"):
        (tmp_path / name).touch()
    assert system(tmp_path).environments == ["dev", "prod"]


def test_refuses_a_system_without_environments(tmp_path: Path) -> None:
    """The line says which file to add."""
    (tmp_path / "values.yaml").touch()
    with pytest.raises(
        LumenError, match=r"system .shop.: has no environments; add a file .*values-<environment>\.yaml"
    ):
        _ = system(tmp_path).environments


def test_values_are_read_in_layers(tmp_path: Path) -> None:
    """The system's, the environment's, and what is given above them."""
    (tmp_path / "values.yaml").write_text("replicas: 2\n")
    (tmp_path / "values-dev.yaml").touch()
    (tmp_path / "values-prod.yaml").write_text("replicas: 3\n")
    shop = system(tmp_path)
    assert shop.load("dev").values == Values(replicas=2)
    assert shop.load("prod").values == Values(replicas=3)
    assert shop.load("prod", [Set("replicas=4")]).values == Values(replicas=4)


def test_declaring_a_system_starts_nothing() -> None:
    """Listing systems and explaining values need no Node.js of their own."""
    code = "import lumen_constructs.system, lumen_constructs.rendering, sys; print('jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
