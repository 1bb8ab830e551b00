"""The Namespace of a stack, its ResourceQuota and its LimitRange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.options.namespace import Namespace


def namespace_bodies(name: str, labels: Mapping[str, str], options: Namespace) -> dict[str, dict[str, Any]]:
    """Give the objects of a namespace by construct id; ``labels`` are those of the stack."""
    bodies: dict[str, dict[str, Any]] = {}
    if options.create:
        bodies["Resource"] = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "labels": {**labels, **_pod_security(options), **options.labels},
                "annotations": dict(options.annotations),
            },
        }
    metadata = {"name": name, "namespace": name, "labels": dict(labels)}
    if options.quota:
        bodies["Quota"] = {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": {resource: str(amount) for resource, amount in options.quota.items()}},
        }
    if options.limit_range is not None:
        bodies["LimitRange"] = {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": metadata,
            "spec": options.limit_range.spec_body(),
        }
    return bodies


def _pod_security(options: Namespace) -> dict[str, str]:
    return {f"pod-security.kubernetes.io/{mode}": options.pod_security for mode in ("enforce", "audit", "warn")}
