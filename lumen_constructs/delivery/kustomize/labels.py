"""Labels of an overlay, and the selectors that they must leave alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lumen_constructs.delivery.kustomize.kinds import TEMPLATES, kind_of, template_of
from lumen_constructs.emit.waves import object_name


def selected_keys(bodies: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Give the keys of labels that anything in a set selects by, each with the objects that do."""
    found: dict[str, list[str]] = {}
    for body in bodies:
        for key in dict.fromkeys(_keys(body.get("spec"))):
            found.setdefault(key, []).append(object_name(body))
    return found


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name in {"matchLabels", "selector"} and isinstance(inner, Mapping):
                yield from (key for key, text in inner.items() if isinstance(text, str))
            elif name == "matchExpressions" and isinstance(inner, list):
                yield from (str(item["key"]) for item in inner if isinstance(item, Mapping) and "key" in item)
            elif name in {"matchLabelKeys", "mismatchLabelKeys"} and isinstance(inner, list):
                yield from map(str, inner)
            if name != "nodeAffinity":  # the labels of nodes
                yield from _keys(inner)


def add_labels(bodies: Iterable[dict[str, Any]], labels: Mapping[str, str]) -> None:
    """Label every object and every pod, but for those of Jobs."""
    for body in bodies:
        body["metadata"] = {**body["metadata"], "labels": {**(body["metadata"].get("labels") or {}), **labels}}
        metadata = (template_of(body) or {}).get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("labels"), dict):
            metadata["labels"] = {**metadata["labels"], **labels}


def label_fields(bodies: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Give where kustomize labels the pods of the kinds that a set has."""
    kinds = {kind_of(body) for body in bodies}
    return [
        {"group": group, "kind": kind, "path": "/".join((*path, "metadata", "labels"))}
        for (group, kind), path in TEMPLATES.items()
        if (group, kind) in kinds
    ]
