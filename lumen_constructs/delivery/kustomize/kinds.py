"""What kustomize knows of Kubernetes' own kinds, and what it does not know of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lumen_constructs.emit.kinds import group_of

#: Groups of the kinds whose schema kustomize has: it merges their lists by the names of the items.
_OWN_GROUPS = frozenset(
    (
        *("", "admissionregistration.k8s.io", "apps", "autoscaling", "batch", "networking.k8s.io", "policy"),
        *("rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io"),
    )
)

#: Where a pod's template stands in the kinds that have one which may change, by group and kind.
TEMPLATES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("argoproj.io", "Rollout"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}

#: A Job's template cannot change: the API server refuses it.
JOB = ("batch", "Job")

#: The keys by which the items of a list are told apart, by the last steps of its path in the object.
_MERGE_KEYS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("spec", "containers"): ("name",),
    ("spec", "initContainers"): ("name",),
    ("spec", "volumes"): ("name",),
    ("spec", "imagePullSecrets"): ("name",),
    ("spec", "hostAliases"): ("ip",),
    ("spec", "topologySpreadConstraints"): ("topologyKey", "whenUnsatisfiable"),
    ("containers", "env"): ("name",),
    ("containers", "ports"): ("containerPort", "protocol"),
    ("containers", "volumeMounts"): ("mountPath",),
    ("containers", "volumeDevices"): ("devicePath",),
    ("initContainers", "env"): ("name",),
    ("initContainers", "ports"): ("containerPort", "protocol"),
    ("initContainers", "volumeMounts"): ("mountPath",),
    ("initContainers", "volumeDevices"): ("devicePath",),
}

#: The same, for lists of one kind alone.
_MERGE_KEYS_OF: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    "Service": {("spec", "ports"): ("port", "protocol")},
    "ServiceAccount": {("secrets",): ("name",)},
}

#: Where kustomize itself follows the name of a ConfigMap, below the specification of a pod.
_FOLLOWED = (
    ("volumes", "configMap", "name"),
    ("volumes", "projected", "sources", "configMap", "name"),
    *((kind, "env", "valueFrom", "configMapKeyRef", "name") for kind in ("containers", "initContainers")),
    *((kind, "envFrom", "configMapRef", "name") for kind in ("containers", "initContainers")),
)
_FOLLOWED_BELOW = {
    **dict.fromkeys(("DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"), ("spec", "template", "spec")),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
    "PodTemplate": ("template", "spec"),
}


def kind_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Give an object's group and kind."""
    return group_of(str(body["apiVersion"])), str(body["kind"])


def is_known(body: Mapping[str, Any]) -> bool:
    """Tell whether kustomize has the schema of an object's kind."""
    return group_of(str(body["apiVersion"])) in _OWN_GROUPS


def merge_keys(kind: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Give the keys that tell the items of a list apart; none where a patch replaces the list as a whole."""
    if path in _MERGE_KEYS_OF.get(kind, {}):
        return _MERGE_KEYS_OF[kind][path]
    return _MERGE_KEYS.get(path[-2:], ()) if "template" in path or kind == "Pod" else ()


def template_of(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the pod's template of an object that may change its own; None where it has none."""
    return at(body, TEMPLATES.get(kind_of(body), ()))


def in_template(body: Mapping[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """Put what changes of a pod's template where the template stands in the specification."""
    return {"jobTemplate": {"spec": {"template": template}}} if body["kind"] == "CronJob" else {"template": template}


def at(body: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    """Give the mapping at a path that is not empty; None where there is none."""
    found: Any = body if path else None
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, dict) else None


def config_references(body: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Give where an object names ConfigMaps: the path of each name, and the mapping that has it at ``name``."""
    if isinstance(body, dict) and kind_of(body) != ("apiextensions.k8s.io", "CustomResourceDefinition"):
        yield from _references(body, ())


def _references(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item, path)
    elif isinstance(value, dict):
        if path and path[-1] in {"configMap", "configMapKeyRef", "configMapRef"} and isinstance(value.get("name"), str):
            yield (*path, "name"), value
        for key, inner in value.items():
            yield from _references(inner, (*path, str(key)))


def is_followed(kind: str, path: tuple[str, ...]) -> bool:
    """Tell whether kustomize, of its own accord, renames a ConfigMap where an object of a kind names it."""
    below = _FOLLOWED_BELOW.get(kind)
    return below is not None and path[: len(below)] == below and path[len(below) :] in _FOLLOWED
