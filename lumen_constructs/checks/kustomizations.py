"""What a kustomization reads that is no manifest by itself: patches and the settings of its transformers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lumen_constructs.checks.plain import entries, mapping, sequence, strings, text
from lumen_constructs.checks.reading import read_manifests

_NAMES = frozenset(("kustomization.yaml", "kustomization.yml"))
_GROUP = "kustomize.config.k8s.io/"

#: Lists of files, and lists of mappings that name a file at ``path``.
_FILES = ("patchesStrategicMerge", "configurations", "transformers", "generators", "validators")
_PATHS = ("patches", "patchesJson6902", "replacements")


def is_kustomization(path: Path) -> bool:
    """Tell whether a file has the name that kustomize looks for."""
    return path.name in _NAMES


def kustomization_files(path: Path, content: str) -> list[Path]:
    """Give the absolute paths of the files that a kustomization takes for something else than resources."""
    found: list[Path] = []
    for manifest in read_manifests(content, path.name).manifests:
        for name in _named(manifest.subject.body):
            # A patch may stand in the kustomization itself, in place of a file's name.
            if name and "\n" not in name and "\0" not in name:
                found.append(Path(os.path.normpath(path.parent / name)))
    return found


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
