"""Objects for one small change at a time, and what is said of it."""

from __future__ import annotations

import copy
from typing import Any

from lumen_constructs.diff import Comparison, compare
from lumen_constructs.emit.yaml import dump
from tests.diff.trees import tree

RBAC = "rbac.authorization.k8s.io/v1"
SAFE = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def obj(kind: str, api: str = "v1", **rest: Any) -> dict[str, Any]:
    """Give an object."""
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "n"}, **rest}


def spec(kind: str, api: str, **fields: Any) -> dict[str, Any]:
    """Give an object with a spec."""
    return obj(kind, api, spec=fields)


def named(body: dict[str, Any], name: str, namespace: str = "n") -> dict[str, Any]:
    """Give an object under another name."""
    return {**body, "metadata": {**body["metadata"], "name": name, "namespace": namespace}}


def pod(container: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Give a Deployment whose pod is as safe as can be, but for what is given."""
    one = {"name": "c", "image": "a:1", "securityContext": SAFE, **(container or {})}
    inside = {"automountServiceAccountToken": False, "containers": [one], **fields}
    return spec("Deployment", "apps/v1", template={"spec": inside})


def annotated(body: dict[str, Any], **annotations: str) -> dict[str, Any]:
    """Give an object with annotations; ``__`` stands for a slash, and ``_`` for a dash."""
    found = copy.deepcopy(body)
    keys = {key.replace("__", "/").replace("_", "-"): value for key, value in annotations.items()}
    found["metadata"]["annotations"] = keys
    return found


def compared(before: list[dict[str, Any]], after: list[dict[str, Any]], folder: str = "a/b") -> Comparison:
    """Compare two sets of objects."""
    trees = (
        tree({f"{folder}/{number}.yaml": dump(body).encode() for number, body in enumerate(bodies)})
        for bodies in (before, after)
    )
    return compare(*trees)


def told(comparison: Comparison) -> dict[str, list[str]]:
    """Give what is said of each object that changes, in order."""
    return {
        changed.object: [f"{one.risk}: {one.text}" for one in changed.headlines]
        for group in comparison.sets
        for changed in group.objects
    }


def headlines(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[str]:
    """Give what is said of an object that changes, comes or goes."""
    found = told(compared([before] if before else [], [after] if after else []))
    return [text for texts in found.values() for text in texts]
