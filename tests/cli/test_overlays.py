"""Overlays on the command line: written, compared and swept with the system that they are of."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Lumen, Project

_SYSTEMS = """
from pathlib import Path
from lumen_constructs import Options, Overlay, System
from {package} import stack


class Values(stack.Values):
    overlay: Overlay | None = None


def system(name):
    folder = Path(__file__).parent / name
    return System(name=name, stack=stack.Demo, values=Values, directory=folder, overlay=lambda values: values.overlay)


SYSTEMS = [system("demo"), system("other")]
"""

DEV, OTHER = "kustomize/demo/dev/kustomization.yaml", "kustomize/other/prod/kustomization.yaml"
OVERLAY = "overlay: {labels: {tier: front}}\n"


@pytest.fixture(autouse=True)
def overlays(project: Project, lumen: Lumen) -> None:
    """Give two of three environments an overlay, and write it all."""
    project.write(f"{project.package.name}/systems.py", _SYSTEMS.format(package=project.package.name))
    project.values("demo/values-dev.yaml", OVERLAY)
    project.values("other/values-prod.yaml", OVERLAY)
    assert lumen("synth").status == 0


def written(project: Project) -> list[str]:
    """Give the files of overlays."""
    return [path for path in project.tree() if path.startswith("kustomize/")]


def test_each_overlay_is_a_file(project: Project, lumen: Lumen) -> None:
    """Beside no set, above its own; a second run changes nothing."""
    assert written(project) == [DEV, OTHER]
    assert '- "../../../demo/dev"' in project.tree()[DEV]
    assert lumen("synth", "--check").status == 0


@pytest.mark.parametrize("arguments", [[], ["demo"], ["demo", "--environment", "dev"], ["--environment", "dev"]])
def test_one_that_is_gone_is_swept(project: Project, lumen: Lumen, arguments: list[str]) -> None:
    """By a run that answers for its system; overlays of others stay."""
    project.values("demo/values-dev.yaml", "")
    checked = lumen("synth", "--check", *arguments)
    assert (checked.status, checked.out) == (1, f"extra    dist/{DEV}\n")
    assert lumen("synth", *arguments).status == 0
    assert written(project) == [OTHER]


def test_a_run_for_another_system_leaves_it(project: Project, lumen: Lumen) -> None:
    """Whatever its values say by now."""
    project.values("demo/values-dev.yaml", "")
    assert lumen("synth", "other").status == 0
    assert lumen("synth", "demo", "--environment", "prod").status == 0
    assert written(project) == [DEV, OTHER]


def test_a_file_beside_it_is_nobody_s_manifest(project: Project, lumen: Lumen) -> None:
    """Unlike in a set, kustomize applies what is listed alone."""
    project.write("dist/kustomize/demo/dev/mine.yaml", "a: b\n")
    result = lumen("synth")
    assert (result.status, result.err) == (0, "")
    assert "kustomize/demo/dev/mine.yaml" in project.tree()
    assert lumen("synth", "--check").status == 0


def test_refuses_what_does_not_fit(project: Project, lumen: Lumen) -> None:
    """All overlays at once, and nothing is written."""
    before = project.tree()
    project.values("demo/values-dev.yaml", "replicas: 5\noverlay: {images: [{name: cart, newTag: v1}]}\n")
    project.values("other/values-prod.yaml", "overlay: {config: [{name: c1, behavior: merge, literals: {a: b}}]}\n")
    result = lumen("synth")
    assert result.status == 1
    assert result.err.splitlines() == [
        "lumen: error: demo/dev: overlay: images[name=cart] is the image of no container of the set",
        "lumen: error: other/prod: overlay: config[name=c1] is no ConfigMap of the set (c0)",
    ]
    assert project.tree() == before


def test_refuses_what_the_checks_find_in_the_result(project: Project, lumen: Lumen) -> None:
    """The set is sound, and the overlay breaks it: the folder of the overlay says where."""
    patch = "{target: {kind: Namespace}, operations: [{op: add, path: /metadata/labels/team, value: a b}]}"
    project.values("demo/values-dev.yaml", f"overlay:\n  patches: [{patch}]\n")
    result = lumen("synth")
    assert result.status == 1
    assert result.err.startswith("lumen: error: kustomize/demo/dev: demo-dev/Namespace: Namespace/demo metadata.labels")
    assert "[label-invalid]" in result.err


def test_lumen_check_passes_over_it(project: Project, lumen: Lumen) -> None:
    """It is no manifest, and its folder is no set."""
    result = lumen("check", "dist")
    assert result.status == 0
    assert "9 objects in 3 sets" in result.out
    assert lumen("check", "dist/kustomize").status == 0


def test_lumen_diff_shows_its_fields(project: Project, lumen: Lumen) -> None:
    """Also where only its system is asked for."""
    project.run("cp", "-r", "dist", "before")
    project.values("demo/values-dev.yaml", OVERLAY.replace("front", "back"))
    lumen("synth")
    for arguments in ([], ["--system", "demo"]):
        result = lumen("diff", "before", *arguments)
        assert result.status == 0
        assert "labels[0].pairs.tier" in result.out
        assert DEV in result.out
    assert lumen("diff", "before", "--system", "other").out == "nothing changes\n"


def test_the_stream_has_the_set_alone(lumen: Lumen) -> None:
    """What is printed for a plugin is what is applied."""
    result = lumen("synth", "demo", "--environment", "dev", "--stdout")
    assert "tier" not in result.out
