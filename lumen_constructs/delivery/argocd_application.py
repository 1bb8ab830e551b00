"""The Application of one system in one environment, and what Applications have in common, whoever makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.argocd_differences import ignored_differences, sync_options
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.emit.annotations import COMPARE_OPTIONS
from lumen_constructs.faults import show
from lumen_constructs.names import subdomain_fault
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, Notification

#: Labels by which an ApplicationSet's steps and people find Applications.
SYSTEM, ENVIRONMENT = "lumen-constructs/system", "lumen-constructs/environment"

#: An Application that is deleted takes along what it applied, but for what is annotated to be kept; owners go after
#: what they own. Without the path, the API server warns of the name.
_FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"

_SYNC_OPTIONS = (
    "ServerSideApply=true",  # fields of others, such as an autoscaler's replicas, stay theirs
    "FailOnSharedResource=true",  # two Applications that both apply an object would undo each other for ever
)

_RETRY: dict[str, Any] = {
    "limit": 5,
    "refresh": True,  # a new commit that mends a failed sync is taken at once
    "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m0s"},
}


def name_faults(sets: Sequence[DeliveredSet]) -> Iterator[str]:
    """Find sets whose Applications could not have their names, whoever makes them."""
    owners: dict[str, DeliveredSet] = {}
    for one in sets:
        if fault := subdomain_fault(one.name):
            yield f"Application {show(one.name)}: the name {fault}"
        other = owners.setdefault(one.name, one)
        if other is not one:
            both = " and ".join(f"{each.system} in {each.environment}" for each in (other, one))
            yield f"Application {show(one.name)}: {both} would both be delivered by it; rename one of them"


def application(delivery: Delivery, argocd: ArgoCD, output: str, one: DeliveredSet) -> dict[str, Any]:
    """Give the Application of a system in an environment."""
    cluster = delivery.environments[one.environment]
    path = f"{output}/{one.system}/{one.environment}"
    source = source_of(delivery, path, cluster.revision or delivery.repository.revision)
    destination = place(cluster) | ({"namespace": one.namespace} if one.namespace else {})
    metadata = {
        "name": one.name,
        "namespace": argocd.namespace,
        "labels": {SYSTEM: one.system, ENVIRONMENT: one.environment},
        "annotations": application_annotations(argocd),
        "finalizers": [_FINALIZER],
    }
    policy = {"automated": {"prune": argocd.prune, "selfHeal": argocd.self_heal}} if argocd.automated else {}
    spec = application_spec(argocd, source, destination, policy, [body for _, body in one.objects])
    return argo("Application", metadata, spec)


def application_spec(
    argocd: ArgoCD,
    source: Mapping[str, Any],
    destination: Mapping[str, str],
    policy: Mapping[str, Any],
    bodies: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Give the spec of an Application; ``bodies`` are the objects that it delivers."""
    differences = ignored_differences(bodies)
    return {
        "project": argocd.project,
        "source": dict(source),
        "destination": dict(destination),
        "syncPolicy": {**policy, "syncOptions": [*_SYNC_OPTIONS, *sync_options(differences)], "retry": _RETRY},
        **({"ignoreDifferences": differences} if differences else {}),
    }


def source_of(delivery: Delivery, path: str, revision: str) -> dict[str, Any]:
    """Give the source of an Application: a folder of plain manifests, with those below it."""
    return {
        "repoURL": delivery.repository.url,
        "targetRevision": revision,
        "path": path,
        "directory": {"recurse": True},
    }


def application_annotations(argocd: ArgoCD) -> dict[str, str]:
    """Give the annotations of an Application."""
    return {
        # Compared as the API server would apply it, so that its defaults are no drift; what webhooks add is left out.
        COMPARE_OPTIONS: "ServerSideDiff=true",
        # A commit that does not touch the Application's own folder asks nothing of the repo server.
        "argocd.argoproj.io/manifest-generate-paths": ".",
        **dict(_subscription(one) for one in argocd.notifications),
    }


def place(cluster: Cluster) -> dict[str, str]:
    """Give the cluster of a destination, by exactly one of its two names."""
    return {"server": cluster.server} if cluster.server is not None else {"name": cluster.name or ""}


def argo(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give an object of Argo CD."""
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": dict(metadata), "spec": dict(spec)}


def _subscription(one: Notification) -> tuple[str, str]:
    return f"notifications.argoproj.io/subscribe.{one.trigger}.{one.service}", ";".join(one.recipients)
