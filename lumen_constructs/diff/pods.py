"""What a pod may do on its node that it could not do before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lumen_constructs.checks.plain import at, entries, mapping, sequence, text
from lumen_constructs.diff.wording import listed

#: Pods' fields that share something of the node.
_SHARED = ("hostNetwork", "hostPID", "hostIPC")

#: Containers' fields, and the value that is the safe one.
_SAFE = {
    "privileged": False,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
}
_WORDS = {
    "privileged": "is privileged",
    "allowPrivilegeEscalation": "may gain privileges",
    "readOnlyRootFilesystem": "may write to its root file system",
    "runAsNonRoot": "may run as root",
}


def more_privileged(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Say what the pods of ``after`` may do that those of ``before`` could not; both are the spec of a pod.

    A pod that is new is held against one that may do nothing.
    """
    rights_before = set(_pod_rights(before)) | {right for _, rights in _containers(before) for right in rights}
    yield from _new([right for right in _pod_rights(after) if right not in rights_before], "the pod")
    known = dict(_containers(before))
    for name, rights in _containers(after):
        # A new container is held against those that are there: it may be as free as they are.
        have = known.get(name) if name in known else rights_before
        yield from _new([right for right in rights if right not in (have or ())], f"container {name}")
    if before and text(before, "serviceAccountName") != text(after, "serviceAccountName"):
        yield f"runs as ServiceAccount {text(after, 'serviceAccountName') or 'default'}"


def _new(came: list[str], who: str) -> Iterator[str]:
    if came:
        yield f"{who} {listed(list(dict.fromkeys(came)))}"


def _pod_rights(pod: Mapping[str, Any]) -> list[str]:
    found = [f"shares the node ({field})" for field in _SHARED if pod.get(field) is True]
    for _, volume in entries(pod, "volumes"):
        if path := text(volume, "hostPath", "path"):
            found.append(f"mounts {path} of the node")
    if pod and pod.get("automountServiceAccountToken") is not False:
        found.append("has a token for the API server")
    return found


def _containers(pod: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    defaults = mapping(pod, "securityContext")
    return [
        (text(container, "name"), list(_container_rights(container, defaults)))
        for field in ("initContainers", "containers")
        for _, container in entries(pod, field)
    ]


def _container_rights(container: Mapping[str, Any], defaults: Mapping[str, Any]) -> Iterator[str]:
    context = mapping(container, "securityContext")
    for field, safe in _SAFE.items():
        value = context.get(field, defaults.get(field))
        is_safe = value is not True if field == "privileged" else value is safe
        if not is_safe:
            yield _WORDS[field]
    if context.get("runAsUser", defaults.get("runAsUser")) == 0:
        yield "runs as root"
    for capability in sequence(context, "capabilities", "add"):
        yield f"has the capability {capability}"
    if "ALL" not in sequence(context, "capabilities", "drop"):
        yield "keeps the container runtime's capabilities"
    profile = at(context, "seccompProfile", "type") or at(defaults, "seccompProfile", "type")
    if profile in (None, "Unconfined"):
        yield "makes any system call (no seccomp profile)"
    for _, port in entries(container, "ports"):
        if port.get("hostPort"):
            yield f"listens on port {port['hostPort']} of the node"
