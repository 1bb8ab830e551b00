"""What workloads of the set may create while they run, as far as its RBAC lets them.

An operator's own manifests show its rights and not what it will do with them: what is missing from a namespace where
somebody may create it is likely missing, but not surely.
"""

from __future__ import annotations

from lumen_constructs.checks import kinds
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, strings, text

#: What makes pods, as RBAC names it.
_POD_MAKERS = (
    *("pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"),
    "replicationcontrollers",
)
_RESOURCES = {
    "Secret": ("secrets",),
    "ConfigMap": ("configmaps",),
    "PersistentVolumeClaim": ("persistentvolumeclaims",),
    "ServiceAccount": ("serviceaccounts",),
    "Pod": _POD_MAKERS,
}


def may_create(graph: Graph, kind: str, namespace: str) -> bool:
    """Tell whether some ServiceAccount of the set may create objects of a kind in a namespace."""
    places = graph.once(_creators).get(kind, frozenset())
    return namespace in places or "" in places


def _creators(graph: Graph) -> dict[str, frozenset[str]]:
    """Give, by kind, the namespaces that accounts of the set may create it in; empty for all of them."""
    found: dict[str, set[str]] = {kind: set() for kind in _RESOURCES}
    for binding in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING):
        role = _role_of(graph, binding)
        if role is None or not any(text(subject, "kind") == "ServiceAccount" for _, subject in _subjects(binding)):
            continue
        for kind in _created_by(role):
            found[kind].add(binding.namespace)
    return {kind: frozenset(places) for kind, places in found.items()}


def _subjects(binding: Item) -> list[tuple[int, dict[str, object]]]:
    return list(entries(binding.body, "subjects"))


def _role_of(graph: Graph, binding: Item) -> Item | None:
    name = text(binding.body, "roleRef", "name")
    if text(binding.body, "roleRef", "kind") == "Role":
        return graph.find(kinds.ROLE, binding.namespace, name)
    return graph.find(kinds.CLUSTER_ROLE, "", name)


def _created_by(role: Item) -> list[str]:
    found = []
    for kind, resources in _RESOURCES.items():
        for _, rule in entries(role.body, "rules"):
            verbs, named = strings(rule, "verbs"), strings(rule, "resources")
            if ("create" in verbs or "*" in verbs) and ("*" in named or any(name in named for name in resources)):
                found.append(kind)
                break
    return found
