"""What Argo Rollouts writes into objects that Git holds: fields that a sync must neither report nor undo.

Nothing else of what the library makes is written by two: an autoscaled workload has no number of replicas in Git, and
what operators and injectors add stands in fields that Git does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lumen_constructs.checks.plain import entries, mapping, sequence, text
from lumen_constructs.emit.kinds import group_of

#: A Rollout has its Services select the pods of one version, by this label.
HASH = "/spec/selector/rollouts-pod-template-hash"

_GATEWAY_API = "argoproj-labs/gatewayAPI"
_ROUTES = {"HTTPRoute": "httpRoute", "GRPCRoute": "grpcRoute"}


class LiveChange(NamedTuple):
    """An object that a Rollout changes."""

    group: str
    kind: str
    namespace: str
    name: str
    weighted: tuple[str, ...] = ()
    """Services whose weights it moves in a route; none where it adds the hash to a Service's selector."""


def live_changes(bodies: Sequence[Mapping[str, Any]]) -> list[LiveChange]:
    """Give what the Rollouts among ``bodies`` change, each object once."""
    found: dict[LiveChange, dict[str, None]] = {}
    for body in bodies:
        if (group_of(str(body["apiVersion"])), body["kind"]) == ("argoproj.io", "Rollout"):
            for change in _of_rollout(body):
                found.setdefault(change._replace(weighted=()), {}).update(dict.fromkeys(change.weighted))
    return [change._replace(weighted=tuple(weighted)) for change, weighted in found.items()]


def _of_rollout(rollout: Mapping[str, Any]) -> Iterator[LiveChange]:
    namespace = text(rollout, "metadata", "namespace")
    canary, blue_green = (mapping(rollout, "spec", "strategy", way) for way in ("canary", "blueGreen"))
    weighted = _once((text(canary, "stableService"), text(canary, "canaryService")))
    for name in _once((*weighted, text(blue_green, "activeService"), text(blue_green, "previewService"))):
        yield LiveChange("", "Service", namespace, name)
    routing = mapping(canary, "trafficRouting")
    plugin = mapping(routing, "plugins", _GATEWAY_API)
    place = text(plugin, "namespace") or namespace
    for kind, field in _ROUTES.items():
        for name in _routes(plugin, field):
            yield LiveChange("gateway.networking.k8s.io", kind, place, name, weighted)
    if name := text(routing, "traefik", "weightedTraefikServiceName"):
        yield LiveChange("traefik.io", "TraefikService", namespace, name, weighted)


def _routes(plugin: Mapping[str, Any], field: str) -> tuple[str, ...]:
    listed = (text(route, "name") for _, route in entries(plugin, f"{field}s"))
    named = (name for name in sequence(plugin, f"{field}s") if isinstance(name, str))
    return _once((text(plugin, field), *listed, *named))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
