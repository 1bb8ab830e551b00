"""Fields that Argo CD must neither report nor undo, as narrow as can be: one object, and what is changed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.live_changes import HASH, LiveChange, live_changes

#: Where a kind of route has its Services.
_WEIGHTED = {"TraefikService": ".spec.weighted.services[]?"}
_BACKENDS = ".spec.rules[]?.backendRefs[]?"


def ignored_differences(bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give ``ignoreDifferences`` for what the Rollouts among ``bodies`` change while they run, object by object."""
    return [
        {"group": change.group, "kind": change.kind, "namespace": change.namespace, "name": change.name}
        | ({"jqPathExpressions": [_weights(change)]} if change.weighted else {"jsonPointers": [HASH]})
        for change in live_changes(bodies)
    ]


def sync_options(differences: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the sync options that keep what is ignored from being overwritten.

    ``RespectIgnoreDifferences`` puts the live value of an ignored field into what is applied. For a field within a list
    of a custom resource that is the live list as a whole, and no change of a route would ever arrive. There, only what
    differs in other fields is applied: a route that is in sync keeps its weights, and after a change of it, which
    brings those of Git, Argo Rollouts sets its own again.
    """
    if not differences:
        return []
    in_lists = any("jqPathExpressions" in entry for entry in differences)
    return ["ApplyOutOfSyncOnly=true"] if in_lists else ["RespectIgnoreDifferences=true"]


def _weights(change: LiveChange) -> str:
    chosen = " or ".join(f'.name == "{name}"' for name in change.weighted)
    return f"{_WEIGHTED.get(change.kind, _BACKENDS)} | select({chosen}) | .weight"
