"""The kustomization of each set: the same objects as the stages, and no other tool is confused by it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from lumen_constructs import GeneratedConfig, ImageChange, Overlay, Patch, PatchTarget
from lumen_constructs.delivery.kustomize import render_overlay
from lumen_constructs.delivery.kustomize.images import image_names
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.emit.tree import placed_set, set_files
from lumen_constructs.manifest import RenderedManifest
from lumen_constructs.rendering import render, targets
from tests.delivery.kustomize.kubectl import build, needs_kubectl, write
from tests.importing import importable
from tests.objects import Body

ROOT = Path(__file__).parents[3]
DIST = ROOT / "dist"

#: Every set of the committed output.
SETS = sorted(
    path.parent.relative_to(DIST).as_posix()
    for path in DIST.glob("*/*/kustomization.yaml")
    if path.relative_to(DIST).parts[0] not in {"argocd", "flux", OVERLAYS}
)

#: What Argo CD's repo server takes for a manifest by its name, and passes over for its content: a file of a directory
#: source is skipped as a whole where the marker is anywhere in its bytes (reposerver/repository/repository.go).
_ARGO_FILE = re.compile(r"^.*\.(yaml|yml|json|jsonnet)$")
_ARGO_MARKER = b"+argocd:skip-file-rendering"

#: The names that make a folder a kustomization (kustomize's konfig.RecognizedKustomizationFileNames).
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def objects(file: Path) -> list[Body]:
    """Give the objects in a file."""
    return [body for body in yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if body]


def listed(folder: Path) -> list[Path]:
    """Give the files that a kustomization lists."""
    return [folder / file for file in objects(folder / "kustomization.yaml")[0]["resources"]]


def argo_sees(folder: Path) -> list[Path]:
    """Give the files that a directory source with ``recurse`` renders."""
    files = (path for path in folder.rglob("*") if path.is_file() and _ARGO_FILE.match(path.name))
    return sorted(path for path in files if _ARGO_MARKER not in path.read_bytes())


def flux_lists(folder: Path) -> list[Path]:
    """Give what Flux' generator lists for a folder without a kustomization, as it walks: by name.

    It takes every file that ends in .yaml or .yml, and fails on one that is no object; a folder below that has a
    kustomization would be taken as a whole (fluxcd/pkg, kustomize/kustomize_generator.go).
    """
    assert not any((path / name).exists() for path in (folder, *folder.rglob("*")) for name in _KUSTOMIZATIONS)
    found = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})
    for path in found:
        assert all(body["apiVersion"] and body["kind"] and body["metadata"]["name"] for body in objects(path)), path
    return found


def flux_kustomizations() -> Iterator[tuple[str, Path]]:
    """Give the folder that each of Flux' Kustomizations is pointed at, by its name."""
    for file in sorted((DIST / "flux").rglob("*.yaml")):
        for body in objects(file):
            if body["kind"] == "Kustomization":
                yield file.name, ROOT / body["spec"]["path"]


def test_there_are_sets() -> None:
    """What follows would pass without any."""
    assert len(SETS) >= 12


@needs_kubectl
@pytest.mark.parametrize("folder", SETS)
def test_kustomize_gives_the_objects_of_the_stages(folder: str) -> None:
    """The same data, no more, no less, in the order of apply."""
    found = build(DIST / folder)
    assert found == [body for file in listed(DIST / folder) for body in objects(file)]
    staged = [body for file in sorted((DIST / folder).glob("*/*")) for body in objects(file)]
    assert sorted(map(_id, found)) == sorted(map(_id, staged))


@needs_kubectl
@pytest.mark.parametrize("folder", SETS)
def test_an_overlay_of_any_set(folder: str, tmp_path: Path) -> None:
    """Labels, every image that no Job has, and a patch of every object: ours is kustomize's, whatever the kinds."""
    plain = [body for file in listed(DIST / folder) for body in objects(file)]
    fixed = image_names(body for body in plain if body["kind"] == "Job")
    merge = {"metadata": {"annotations": {"example.com/a": "b"}}}
    namespace = next(body["metadata"]["name"] for body in plain if body["kind"] == "Namespace")
    overlay = Overlay(
        labels={"example.com/environment": "x"},
        images=[ImageChange(name=name, new_tag="v9") for name in image_names(plain) if name not in fixed],
        config=[GeneratedConfig(name="generated", namespace=namespace, literals={"a": "b"})],
        patches=[
            Patch(target=PatchTarget(kind=kind), merge=merge) for kind in sorted({body["kind"] for body in plain})
        ],
    )
    rendered = render_overlay(folder, plain, overlay)
    shutil.copytree(DIST / folder, tmp_path / folder)
    write(tmp_path, rendered.files)
    assert build(tmp_path / OVERLAYS / folder) == list(rendered.objects)


@pytest.mark.parametrize("folder", SETS)
def test_argo_cd_passes_over_the_kustomization_alone(folder: str) -> None:
    """It renders each object, and nothing else."""
    assert argo_sees(DIST / folder) == sorted(listed(DIST / folder))


def test_argo_cd_passes_over_overlays() -> None:
    """Also where somebody points a directory source at the whole output."""
    overlays = list((DIST / OVERLAYS).rglob("kustomization.yaml"))
    assert overlays
    assert argo_sees(DIST / OVERLAYS) == []


def test_flux_reads_each_stage() -> None:
    """It generates the kustomization of a stage itself: every file there is an object, and none is anything else."""
    for name, folder in flux_kustomizations():
        assert folder.is_dir(), name
        assert flux_lists(folder), name
    pointed_at = {folder for _, folder in flux_kustomizations()}
    assert not any(folder.name in SETS or (folder / "kustomization.yaml").exists() for folder in pointed_at)


@needs_kubectl
def test_flux_builds_each_stage(tmp_path: Path) -> None:
    """What its generated kustomization gives is what the stage holds."""
    folders = sorted({folder for _, folder in flux_kustomizations()})
    resources = []
    for number, folder in enumerate(folders):
        files = flux_lists(folder)
        copied = {f"{number}/{file.relative_to(folder)}": file.read_bytes() for file in files}
        kustomization = {"resources": [f"./{file.relative_to(folder)}" for file in files]}
        write(tmp_path, {**copied, f"{number}/kustomization.yaml": yaml.safe_dump(kustomization).encode()})
        resources.append((number, [body for file in files for body in objects(file)]))
    # One process for a few of them, since each takes a while.
    for number, bodies in resources[:: max(1, len(resources) // 6)]:
        assert sorted(build(tmp_path / str(number)), key=_id) == sorted(bodies, key=_id)


#: One thing is missing: U+0085, which kustomize itself takes for the end of a line when it prints.
AWKWARD = {
    "figures": {"octal": "0o10", "float": "1_000", "exponent": "1e3", "time": "1:30", "date": "2024-01-01"},
    "words": {"on": "on", "NO": "NO", "null": "null", "tilde": "~", "merge": "<<", "equals": "=", "y": "y"},
    "signs": {
        "tab": "\ta",
        "separator": "a\u2028b",
        "quote": "\"'",
        "emoji": "☃😀",
        "colon": "a: b # c",
    },
    "lines": {"block": "a\n  b\n\nc\n", "trailing": "a  \nb", "blank": "\n\n", "return": "a\r\nb", "end": "a\n\n"},
    "empty": {"nothing": "", "spaces": "   ", "dash": "-", "documents": "---\na: b\n...\n"},
}


@needs_kubectl
def test_awkward_content_survives(tmp_path: Path) -> None:
    """Whatever a text looks like to one parser or another, kustomize reads it as we mean it."""
    namespace: Body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    maps = [
        RenderedManifest(
            f"shop/{name}",
            ours=True,
            body={
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": f"{name}.{name}-0", "namespace": "shop", "annotations": {"a/b": next(iter(data))}},
                "data": data,
            },
        )
        for name, data in AWKWARD.items()
    ]
    placed = placed_set("shop/dev", [*maps, RenderedManifest("shop/namespace", ours=True, body=namespace)])
    write(tmp_path, set_files("shop/dev", placed))
    found = build(tmp_path / "shop/dev")
    assert found == [one.body for one in placed]
    assert found[0]["kind"] == "Namespace"
    assert {body["metadata"]["name"].partition(".")[0]: body["data"] for body in found[1:]} == AWKWARD


@needs_kubectl
def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    """A project of somebody else's, rendered here and now."""
    example = ROOT / "docs" / "example"
    with importable(example):
        for rendered in render(targets(import_module("shop").SYSTEMS)):
            write(tmp_path, rendered.files())
            found = build(tmp_path / rendered.target.folder)
            assert found == [placed.body for placed in rendered.objects]
            assert len(found) > 10


def _id(body: Body) -> tuple[str, ...]:
    metadata = body["metadata"]
    return body["apiVersion"], body["kind"], metadata.get("namespace", ""), metadata["name"]
