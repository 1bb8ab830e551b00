"""What a kustomization reads that is no manifest by itself: patches and the settings of its transformers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lumen_constructs.checks.plain import entries, mapping, sequence, strings, text
from lumen_constructs.checks.reading import read_manifests

#: The names that kustomize looks for, with an ending of YAML.
NAMES = frozenset(("kustomization.yaml", "kustomization.yml"))

_GROUP = "kustomize.config.k8s.io/"

#: Lists of files, and lists of mappings that name a file at ``path``.
_FILES = ("patchesStrategicMerge", "configurations", "transformers", "generators", "validators")
_PATHS = ("patches", "patchesJson6902", "replacements")


def files_of(path: Path, content: str) -> list[Path] | None:
    """Give the absolute paths of the files that a kustomization takes for something else than resources.

    None where the content is no kustomization: other programs' files have that name too, such as Flux' objects.
    """
    bodies = [manifest.subject.body for manifest in read_manifests(content, path.name).manifests]
    if not bodies or not all(_is_kustomization(body) for body in bodies):
        return None
    # A patch may stand in the kustomization itself, in place of a file's name.
    names = [name for body in bodies for name in _named(body) if name and "\n" not in name and "\0" not in name]
    return [Path(os.path.normpath(path.parent / name)) for name in names]


def _is_kustomization(body: Any) -> bool:
    return isinstance(body, dict) and ("kind" not in body or text(body, "apiVersion").startswith(_GROUP))


def _named(body: Any) -> Iterator[str]:
    for key in _FILES:
        yield from strings(body, key)
    for key in _PATHS:
        for _, entry in entries(body, key):
            yield text(entry, "path")
    yield text(mapping(body, "openapi"), "path")
    for _, chart in entries(body, "helmCharts"):
        yield text(chart, "valuesFile")
        yield from (entry for entry in sequence(chart, "additionalValuesFiles") if isinstance(entry, str))
