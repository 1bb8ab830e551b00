"""The AppProject: what Applications may read, where they may write, and which kinds; nothing by wildcard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lumen_constructs.delivery.argocd_kinds import CHILDREN, NAMESPACED, permitted
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.emit.kinds import is_cluster_scoped
from lumen_constructs.errors import raise_all
from lumen_constructs.options.delivery_targets import ArgoCD, Delivery

#: Keeps the project as long as an Application is in it, which could not even be deleted without.
_FINALIZER = "resources-finalizer.argocd.argoproj.io"


def app_project(delivery: Delivery, argocd: ArgoCD, sets: Sequence[DeliveredSet]) -> dict[str, Any]:
    """Give the AppProject of all Applications of the repository.

    :raises LumenError: if a stack makes a kind that neither the library nor ``argocd.kinds`` lists
    """
    raise_all(_unknown_kinds(argocd, sets))
    extra = [(kind.group, kind.kind) for kind in argocd.kinds if not kind.cluster_scoped]
    metadata = {"name": argocd.project, "namespace": argocd.namespace, "finalizers": [_FINALIZER]}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": metadata,
        "spec": {
            "description": "What the systems of this repository may do.",
            "sourceRepos": [delivery.repository.url],
            "destinations": list(_destinations(delivery, argocd, sets)),
            "clusterResourceWhitelist": _cluster_scoped(argocd, sets),
            "namespaceResourceWhitelist": _listed(_flat(NAMESPACED), _flat(CHILDREN), extra),
        },
    }


def _unknown_kinds(argocd: ArgoCD, sets: Sequence[DeliveredSet]) -> Iterator[str]:
    known = permitted() | {(kind.group, kind.kind) for kind in argocd.kinds}
    for one in sets:
        for group, kind in one.kinds:
            if (group, kind) not in known:
                scope = ", clusterScoped: true" if is_cluster_scoped(f"{group}/v1" if group else "v1", kind) else ""
                entry = f"{{group: {group}, kind: {kind}{scope}}}" if group else f"{{kind: {kind}{scope}}}"
                yield f"argocd.kinds: lacks {kind}{f'.{group}' if group else ''}, which {one.name} has; add {entry}"


def _destinations(delivery: Delivery, argocd: ArgoCD, sets: Sequence[DeliveredSet]) -> Iterator[dict[str, str]]:
    """Give each namespace of each cluster once; a namespace that was rendered before may still have to be emptied."""
    found: dict[tuple[str, str, str], None] = {}
    for environment, cluster in delivery.environments.items():
        namespaces = [name for one in sets if one.environment == environment for name in one.namespaces]
        namespaces += argocd.namespaces.get(environment, ())
        for namespace in sorted(set(namespaces)):
            if cluster.server is not None:
                found["server", cluster.server, namespace] = None
            for name in cluster.names or filter(None, (cluster.name,)):
                found["name", name, namespace] = None
    for field, place, namespace in found:
        yield {field: place, "namespace": namespace}


def _cluster_scoped(argocd: ArgoCD, sets: Sequence[DeliveredSet]) -> list[dict[str, str]]:
    """Give the kinds that belong to no namespace: Namespaces by their names, and what the declaration adds."""
    names = {name for one in sets for name in one.made_namespaces}
    names.update(name for listed in argocd.namespaces.values() for name in listed)
    namespaces = [{"group": "", "kind": "Namespace", "name": name} for name in sorted(names)]
    return namespaces + _listed([(kind.group, kind.kind) for kind in argocd.kinds if kind.cluster_scoped])


def _flat(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(group, kind) for group, kinds in table.items() for kind in kinds]


def _listed(*kinds: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in sorted({entry for part in kinds for entry in part})]
