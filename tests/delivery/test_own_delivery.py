"""What is delivered of this repository, as it is committed: ``dist/argocd`` and ``dist/flux``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from lumen_constructs.crds import CustomKind, custom_kinds
from lumen_constructs.delivery.argocd_kinds import permitted
from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from tests.networking.custom import WHOLE, whole_kinds

DIST = Path(__file__).parents[2] / "dist"


def objects(folder: str) -> dict[str, dict[str, Any]]:
    """Give the objects below a folder of the output, by file."""
    files = sorted((DIST / folder).rglob("*.yaml"))
    found: dict[str, dict[str, Any]] = {
        file.relative_to(DIST).as_posix(): yaml.safe_load(file.read_text(encoding="utf-8")) for file in files
    }
    return found


def faults(found: Mapping[str, Mapping[str, Any]], known: Mapping[tuple[str, str], CustomKind]) -> list[str]:
    """Give what schemas refuse; each object must have one, but for Argo CD's own ConfigMaps."""
    return [
        f"{path}: {error.message}"
        for path, one in found.items()
        if one["kind"] != "ConfigMap"
        for error in jsonschema_rs.validator_for(known[one["apiVersion"], one["kind"]].schema).iter_errors(one)
    ]


@pytest.mark.parametrize("folder", ["argocd", "flux"])
def test_every_object_is_as_our_short_schemas_say(folder: str) -> None:
    """They are the contract that the library holds itself to."""
    found = objects(folder)
    assert len(found) > 10
    assert faults(found, custom_kinds()) == []


@pytest.mark.parametrize("folder", ["argocd", "flux"])
def test_every_object_is_as_the_controllers_own_schemas_say(folder: str) -> None:
    """The whole CRDs of Argo CD and Flux, which are not part of this repository."""
    if not WHOLE.is_dir():
        pytest.skip(f"the whole CRDs are not at {WHOLE.name} beside the repository: their schemas are not checked")
    groups = ("argoproj.io", "kustomize.toolkit.fluxcd.io", "source.toolkit.fluxcd.io")
    known = {key: kind for group in groups for key, kind in whole_kinds(group).items()}
    assert faults(objects(folder), known) == []


def test_the_project_permits_every_object_of_every_application() -> None:
    """Each object is of a kind, and in a namespace of a cluster, that the AppProject lists."""
    found = objects("argocd")
    (project,) = [one["spec"] for one in found.values() if one["kind"] == "AppProject"]
    namespaced = {(entry["group"], entry["kind"]) for entry in project["namespaceResourceWhitelist"]}
    named = {(entry["group"], entry["kind"], entry.get("name")) for entry in project["clusterResourceWhitelist"]}
    destinations = {(entry["name"], entry["namespace"]) for entry in project["destinations"]}
    assert permitted() - {("", "Namespace")} <= namespaced
    applications = [one["spec"] for one in found.values() if one["kind"] == "Application"]
    assert len(applications) > 5
    for spec in applications:
        folder = Path(spec["source"]["path"]).relative_to("dist").as_posix()
        files = {path: one for path, one in objects(folder).items() if not path.endswith("kustomization.yaml")}
        assert files
        for path, one in files.items():
            group, metadata = group_of(one["apiVersion"]), one["metadata"]
            if is_cluster_scoped(one["apiVersion"], one["kind"]):
                assert (group, one["kind"], metadata["name"]) in named, path
            else:
                assert (group, one["kind"]) in namespaced, path
                assert (spec["destination"]["name"], metadata["namespace"]) in destinations, path


def test_every_kustomization_of_flux_has_its_folder_and_its_source() -> None:
    """What Flux cannot find, it does not apply, and every later stage waits for it."""
    found = objects("flux")
    for path, one in found.items():
        if one["kind"] == "Kustomization":
            environment = Path(path).parent.name.removesuffix(".systems")
            spec, metadata = one["spec"], one["metadata"]
            assert (DIST.parent / spec["path"]).is_dir(), path
            assert f"flux/{environment}/gitrepository.{spec['sourceRef']['name']}.yaml" in found, path
            for before in spec.get("dependsOn", ()):
                assert f"flux/{environment}.systems/kustomization.{before['name']}.yaml" in found, path
            assert metadata["namespace"] == "flux-system"
