"""What controllers change in a cluster, and a sync must leave alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lumen_constructs.emit.kinds import group_of

_HASH = "/spec/selector/rollouts-pod-template-hash"
_SERVICES = {"canary": ("stableService", "canaryService"), "blueGreen": ("activeService", "previewService")}
_ROUTES = {"httpRoutes": "HTTPRoute", "grpcRoutes": "GRPCRoute"}


def live_changes(manifests: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List what controllers change in the objects of a set: entries of ``ignoreDifferences`` of an Argo CD Application.

    A Rollout's controller adds the hash of one version to the selectors of the Services that the Rollout names, and
    moves the weights of its Services in the routes that it names. Nothing else of these objects is let go. They need
    ``RespectIgnoreDifferences=true`` among the sync options, without which a sync would set them back.
    """
    entries: list[dict[str, Any]] = []
    for body in manifests:
        if (group_of(body["apiVersion"]), body["kind"]) == ("argoproj.io", "Rollout"):
            entries += (entry for entry in _of_rollout(body) if entry not in entries)
    return entries


def _of_rollout(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    namespace = body["metadata"].get("namespace")
    for strategy, fields in _SERVICES.items():
        settings = body["spec"]["strategy"].get(strategy) or {}
        services = [settings[field] for field in fields if field in settings]
        for service in services:
            yield _entry("", "Service", service, namespace) | {"jsonPointers": [_HASH]}
        for plugin in (settings.get("trafficRouting") or {}).get("plugins", {}).values():
            yield from _of_routes(plugin, services, namespace)


def _of_routes(plugin: Mapping[str, Any], services: list[str], namespace: str | None) -> Iterator[dict[str, Any]]:
    named = " or ".join(f".name == {json.dumps(service)}" for service in services)
    weights = f".spec.rules[]?.backendRefs[]? | select({named}) | .weight"
    for field, kind in _ROUTES.items():
        for route in plugin.get(field, ()):
            entry = _entry("gateway.networking.k8s.io", kind, route["name"], plugin.get("namespace", namespace))
            yield entry | {"jqPathExpressions": [weights]}


def _entry(group: str, kind: str, name: str, namespace: str | None) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace is not None else {}
    return {"group": group, "kind": kind, "name": name, **place}
