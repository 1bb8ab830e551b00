"""What controllers write into objects that Git holds: fields that Argo CD must neither report nor undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.checks.plain import entries, mapping, sequence, text
from lumen_constructs.emit.kinds import group_of

#: A Rollout has its Services select the pods of one version, by this label.
_HASH = "/spec/selector/rollouts-pod-template-hash"

_GATEWAY_API = "argoproj-labs/gatewayAPI"
_WEIGHTS = ".spec.rules[]?.backendRefs[]?.weight"


def ignored_differences(bodies: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give ``ignoreDifferences`` for what the Rollouts among ``bodies`` change while they run, object by object."""
    for body in bodies:
        if group_of(str(body["apiVersion"])) == "argoproj.io" and body["kind"] == "Rollout":
            namespace = text(body, "metadata", "namespace")
            for name in _services(body):
                yield {**_object("", "Service", namespace, name), "jsonPointers": [_HASH]}
            for kind, name in _routes(body):
                group = "gateway.networking.k8s.io"
                yield {**_object(group, kind, namespace, name), "jqPathExpressions": [_WEIGHTS]}
            if name := text(_routing(body), "traefik", "weightedTraefikServiceName"):
                weights = [".spec.weighted.services[]?.weight"]
                yield {**_object("traefik.io", "TraefikService", namespace, name), "jqPathExpressions": weights}


def _object(group: str, kind: str, namespace: str, name: str) -> dict[str, str]:
    return {"group": group, "kind": kind, "namespace": namespace, "name": name}


def _services(rollout: Mapping[str, Any]) -> list[str]:
    canary, blue_green = (mapping(rollout, "spec", "strategy", way) for way in ("canary", "blueGreen"))
    names = [text(canary, "stableService"), text(canary, "canaryService")]
    names += [text(blue_green, "activeService"), text(blue_green, "previewService")]
    return _once(names)


def _routes(rollout: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    plugin = mapping(_routing(rollout), "plugins", _GATEWAY_API)
    for kind, field in (("HTTPRoute", "httpRoute"), ("GRPCRoute", "grpcRoute")):
        names = [text(plugin, field), *(text(route, "name") for _, route in entries(plugin, f"{field}s"))]
        names += [name for name in sequence(plugin, f"{field}s") if isinstance(name, str)]
        for name in _once(names):
            yield kind, name


def _routing(rollout: Mapping[str, Any]) -> dict[str, Any]:
    return mapping(rollout, "spec", "strategy", "canary", "trafficRouting")


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))
