"""Fields that Flux leaves as they are in the cluster, as narrow as can be: one object, and what is changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.checks.plain import entries, text
from lumen_constructs.delivery.live_changes import HASH, LiveChange
from lumen_constructs.emit.kinds import group_of

#: Where a kind of route has its Services: lists within lists.
_WEIGHTED = {"TraefikService": ("weighted", "services")}
_BACKENDS = ("rules", "backendRefs")


def ignored_fields(bodies: Sequence[Mapping[str, Any]], changes: Sequence[LiveChange]) -> list[dict[str, Any]]:
    """Give ``ignore`` of the Kustomization that applies ``bodies``; ``changes`` are those of the whole set."""
    by_object = {(change.group, change.kind, change.namespace, change.name): change for change in changes}
    found: list[dict[str, Any]] = []
    for body in bodies:
        group, metadata = group_of(str(body["apiVersion"])), body["metadata"]
        key = (group, str(body["kind"]), str(metadata.get("namespace") or ""), str(metadata["name"]))
        change = by_object.get(key)
        paths = [] if change is None else list(_paths(body, change)) if change.weighted else [HASH]
        if paths:
            found.append({"paths": paths, "target": _target(*key)})
    return found


def _target(group: str, kind: str, namespace: str, name: str) -> dict[str, str]:
    """Give the selector of one object; names are regular expressions, in which a dot stands for any character."""
    place = {"kind": kind, "namespace": namespace, "name": name.replace(".", r"\.")}
    return {"group": group.replace(".", r"\."), **place} if group else place


def _paths(body: Mapping[str, Any], change: LiveChange) -> Iterator[str]:
    outer, inner = _WEIGHTED.get(change.kind, _BACKENDS)
    if change.kind in _WEIGHTED:
        holders = [(f"/spec/{outer}", body["spec"].get(outer))]
    else:
        holders = [(f"/spec/{outer}/{place}", rule) for place, rule in entries(body, "spec", outer)]
    for path, holder in holders:
        for place, backend in entries(holder, inner):
            if text(backend, "name") in change.weighted:
                yield f"{path}/{inner}/{place}/weight"
