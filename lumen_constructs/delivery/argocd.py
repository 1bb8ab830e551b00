"""Argo CD's part of the output: an AppProject, Applications or an ApplicationSet, and health checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.argocd_differences import ignored_differences
from lumen_constructs.delivery.argocd_project import app_project
from lumen_constructs.delivery.gitops import DeliveredSet, add, written
from lumen_constructs.delivery.health import ARGOCD_HEALTH
from lumen_constructs.errors import LumenError
from lumen_constructs.names import subdomain_fault
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, Notification

#: Labels by which an ApplicationSet's steps and people find Applications.
SYSTEM, ENVIRONMENT = "lumen-constructs/system", "lumen-constructs/environment"

#: An Application that is deleted takes along what it applied, but for what is annotated to be kept.
_FINALIZER = "resources-finalizer.argocd.argoproj.io"

_SYNC_OPTIONS = (
    "ServerSideApply=true",  # fields of others, such as an autoscaler's replicas, stay theirs
    "FailOnSharedResource=true",  # two Applications that both apply an object would undo each other for ever
    "PrunePropagationPolicy=foreground",
    "RespectIgnoreDifferences=true",  # what is ignored in a comparison is not overwritten by a sync either
)

_RETRY: dict[str, Any] = {
    "limit": 5,
    "refresh": True,  # a new commit that mends a failed sync is taken at once
    "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m0s"},
}

#: Argo CD passes over a file of a directory source that has these words in it.
_FRAGMENT_COMMENT = """\
Health checks that Argo CD does not have: entries for its ConfigMap argocd-cm, which has other owners too.
  kubectl patch configmap argocd-cm --namespace {namespace} --patch-file argocd-cm.yaml
An Application that delivers this folder must not take it for the whole ConfigMap: +argocd:skip-file-rendering"""


def argocd_files(delivery: Delivery, argocd: ArgoCD, output: str, sets: Sequence[DeliveredSet]) -> dict[str, bytes]:
    """Give the files below ``argocd/``; ``output`` is the folder of the output in the repository.

    :raises LumenError: if a stack makes a kind that the AppProject would not permit, or a name cannot be used
    """
    files: dict[str, bytes] = {}
    add(files, f"argocd/appproject.{argocd.project}.yaml", written(app_project(delivery, argocd, sets)))
    if argocd.style == "applications":
        for one in sets:
            body = application(delivery, argocd, output, one)
            add(files, f"argocd/application.{one.name}.yaml", written(body))
    elif argocd.style == "applicationset":
        body = application_set(delivery, argocd, output, sets)
        add(files, f"argocd/applicationset.{argocd.project}.yaml", written(body))
    comment = _FRAGMENT_COMMENT.format(namespace=argocd.namespace)
    add(files, "argocd/argocd-cm.yaml", written(health_fragment(argocd), comment))
    return files


def application(delivery: Delivery, argocd: ArgoCD, output: str, one: DeliveredSet) -> dict[str, Any]:
    """Give the Application of a system in an environment."""
    if fault := subdomain_fault(one.name):
        message = f"Application {one.name!r}: the name {fault}"
        raise LumenError(message)
    cluster = delivery.environments[one.environment]
    metadata = {
        "name": one.name,
        "namespace": argocd.namespace,
        "labels": {SYSTEM: one.system, ENVIRONMENT: one.environment},
        "annotations": _annotations(argocd),
        "finalizers": [_FINALIZER],
    }
    spec = _spec(delivery, argocd, f"{output}/{one.system}/{one.environment}", _destination(cluster, _own(one)))
    differences = list(ignored_differences([body for _, body in one.objects]))
    return _argo("Application", metadata, {**spec, **({"ignoreDifferences": differences} if differences else {})})


def application_set(delivery: Delivery, argocd: ArgoCD, output: str, sets: Sequence[DeliveredSet]) -> dict[str, Any]:
    """Give the ApplicationSet that makes an Application of each folder of the output."""
    system = f"index .path.segments {output.count('/') + 1}"
    by_server = any(cluster.server is not None for cluster in delivery.environments.values())
    destination = {
        **({"server": "{{ .server }}"} if by_server else {"name": "{{ .name }}"}),
        "namespace": f'{{{{ index .values (printf "namespace-%s" ({system})) }}}}',
    }
    spec = _spec(delivery, argocd, "{{ .path.path }}", destination)
    if argocd.steps:
        # Steps and automated syncs exclude each other: Argo CD turns the latter off, and drift is seen and not undone.
        del spec["syncPolicy"]["automated"]
    differences = list(ignored_differences([body for one in sets for _, body in one.objects]))
    template = {
        "metadata": {
            "name": f"{{{{ {system} }}}}-{{{{ .path.basename }}}}{{{{ .values.suffix }}}}",
            "namespace": argocd.namespace,
            "labels": {SYSTEM: f"{{{{ {system} }}}}", ENVIRONMENT: "{{ .path.basename }}"},
            "annotations": _annotations(argocd),
        },
        "spec": {**spec, **({"ignoreDifferences": differences} if differences else {})},
    }
    return _argo(
        "ApplicationSet",
        {"name": argocd.project, "namespace": argocd.namespace},
        {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [
                _generator(delivery, output, environment, [one for one in sets if one.environment == environment])
                for environment in delivery.environments
            ],
            "template": template,
            # A folder that vanishes takes no Application along, and an Application that goes takes no object along.
            "syncPolicy": {"applicationsSync": "create-update", "preserveResourcesOnDeletion": True},
            **_strategy(argocd),
        },
    )


def _generator(delivery: Delivery, output: str, environment: str, sets: Sequence[DeliveredSet]) -> dict[str, Any]:
    """Give every folder of an environment, times the environment's clusters."""
    folders = [
        {"path": f"{output}/*/{environment}"},
        # These hold no system, whatever is in them.
        {"path": f"{output}/argocd/*", "exclude": True},
        {"path": f"{output}/flux/*", "exclude": True},
    ]
    git = {"repoURL": delivery.repository.url, "revision": delivery.repository.revision, "directories": folders}
    values = {f"namespace-{one.system}": _own(one) for one in sets}
    cluster = delivery.environments[environment]
    clusters: dict[str, Any]
    if cluster.selector:
        values["suffix"] = "-{{ .nameNormalized }}"
        clusters = {"clusters": {"selector": {"matchLabels": dict(cluster.selector)}, "values": values}}
    else:
        values["suffix"] = ""
        clusters = {"list": {"elements": [{**_place(cluster), "values": values}]}}
    return {"matrix": {"generators": [{"git": git}, clusters]}}


def _strategy(argocd: ArgoCD) -> dict[str, Any]:
    if not argocd.steps:
        return {}
    steps = [
        {"matchExpressions": [{"key": ENVIRONMENT, "operator": "In", "values": list(step)}]} for step in argocd.steps
    ]
    return {"strategy": {"type": "RollingSync", "rollingSync": {"steps": steps}}}


def _spec(delivery: Delivery, argocd: ArgoCD, path: str, destination: Mapping[str, str]) -> dict[str, Any]:
    """Give what Applications have in common, whoever makes them."""
    policy: dict[str, Any] = {"syncOptions": list(_SYNC_OPTIONS), "retry": _RETRY}
    if argocd.automated:
        policy["automated"] = {"prune": argocd.prune, "selfHeal": argocd.self_heal}
    return {
        "project": argocd.project,
        "source": {
            "repoURL": delivery.repository.url,
            "targetRevision": delivery.repository.revision,
            "path": path,
            "directory": {"recurse": True},
        },
        "destination": dict(destination),
        "syncPolicy": policy,
        "revisionHistoryLimit": 10,
    }


def _annotations(argocd: ArgoCD) -> dict[str, str]:
    return {
        # Compared as the API server would apply it, so that its defaults are no drift.
        "argocd.argoproj.io/compare-options": "ServerSideDiff=true",
        # A commit that does not touch the folder asks nothing of the repo server.
        "argocd.argoproj.io/manifest-generate-paths": ".",
        **dict(_subscription(one) for one in argocd.notifications),
    }


def _subscription(one: Notification) -> tuple[str, str]:
    return f"notifications.argoproj.io/subscribe.{one.trigger}.{one.service}", ";".join(one.recipients)


def _destination(cluster: Cluster, namespace: str) -> dict[str, str]:
    return {**_place(cluster), "namespace": namespace} if namespace else _place(cluster)


def _place(cluster: Cluster) -> dict[str, str]:
    return {"server": cluster.server} if cluster.server is not None else {"name": cluster.name or ""}


def _own(one: DeliveredSet) -> str:
    return next(iter(one.namespaces), "")


def health_fragment(argocd: ArgoCD) -> dict[str, Any]:
    """Give the health checks as entries of ``argocd-cm``."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "argocd-cm",
            "namespace": argocd.namespace,
            "labels": {"app.kubernetes.io/name": "argocd-cm", "app.kubernetes.io/part-of": "argocd"},
        },
        "data": dict(_health_entries()),
    }


def _health_entries() -> Iterator[tuple[str, str]]:
    for (group, kind), script in ARGOCD_HEALTH.items():
        yield f"resource.customizations.health.{group}_{kind}", script


def _argo(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": dict(metadata), "spec": dict(spec)}
