"""Overlays of kustomize: the files of each, and what it makes of the set that it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lumen_constructs.delivery.kustomize.overlaying import overlaid
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.kustomization import KUSTOMIZATION, OVERLAYS, kustomization
from lumen_constructs.emit.yaml import dump
from lumen_constructs.errors import LumenError
from lumen_constructs.options.kustomize import Overlay

#: Tells kustomize where else names are used. It can only be a file, and one that ends in .yaml would be a manifest.
CONFIGURATION = "name-references"


@dataclass(frozen=True)
class RenderedOverlay:
    """An overlay of a set, ready to be written."""

    objects: Sequence[dict[str, Any]]
    """What kustomize gives: the objects of the set in their order, changed, then the ConfigMaps that are new."""
    files: Mapping[str, bytes]
    """The files, by path relative to the output of all systems."""


def render_overlay(folder: str, objects: Sequence[Mapping[str, Any]], overlay: Overlay) -> RenderedOverlay:
    """Apply an overlay to the objects of the set in ``folder``, ``<system>/<environment>``.

    :raises LumenError: for every part that has nothing to change, or cannot be applied
    """
    try:
        result = overlaid(objects, overlay)
    except LumenError as error:
        raise LumenError(*(f"{folder}: overlay: {fault}" for fault in error.faults)) from None
    up = "/".join([".."] * (folder.count("/") + 2))
    fields: dict[str, Any] = {"resources": [f"{up}/{folder}"], **result.fields}
    here = f"{OVERLAYS}/{folder}"
    files: dict[str, bytes] = {}
    if result.configurations:
        fields["configurations"] = [CONFIGURATION]
        reference = {"kind": "ConfigMap", "version": "v1", "fieldSpecs": result.configurations}
        header = f"# {MARK}; where kustomize would not look for the names of ConfigMaps.\n"
        files[f"{here}/{CONFIGURATION}"] = (header + dump({"nameReference": [reference]})).encode()
    files[f"{here}/{KUSTOMIZATION}"] = kustomization(fields)
    return RenderedOverlay(result.bodies, files)
