"""Looking at rendered manifests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from constructs import IConstruct

from lumen_constructs.manifest import rendered

Body = dict[str, Any]


def bodies(scope: IConstruct) -> list[Body]:
    """Render everything below ``scope``."""
    return [manifest.body for manifest in rendered(scope)]


def of_kind(manifests: Iterable[Body], kind: str) -> list[Body]:
    """Give the manifests of one kind."""
    return [body for body in manifests if body["kind"] == kind]


def the(manifests: Iterable[Body], kind: str, name: str | None = None) -> Body:
    """Give the one manifest of a kind, and of a name where several have the kind."""
    found = [body for body in of_kind(manifests, kind) if name is None or body["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} objects are a {kind} {name or ''}"
    return found[0]


def pod_spec(body: Body) -> Body:
    """Give the pod spec of a workload."""
    spec: Body = body["spec"]
    if body["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template: Body = spec["template"]
    found: Body = template["spec"]
    return found


def workloads(manifests: Iterable[Body]) -> Iterator[Body]:
    """Give every manifest that runs pods."""
    kinds = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout"}
    return (body for body in manifests if body["kind"] in kinds)
