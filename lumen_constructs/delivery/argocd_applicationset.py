"""The ApplicationSet: an Application of each folder of the output that is an environment, times its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.delivery.argocd_application import (
    ENVIRONMENT,
    SYSTEM,
    application_annotations,
    application_spec,
    argo,
    place,
    source_of,
)
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.options.delivery_targets import ArgoCD, Delivery

#: Folders of the output that hold no system, whatever is in them.
_NO_SYSTEMS = ("argocd", "flux", "kustomize")


def application_set(delivery: Delivery, argocd: ArgoCD, output: str, sets: Sequence[DeliveredSet]) -> dict[str, Any]:
    """Give the ApplicationSet; ``sets`` tell each system's namespace, and what is ignored in a comparison."""
    system = f"index .path.segments {output.count('/') + 1}"
    by_server = any(cluster.server is not None for cluster in delivery.environments.values())
    destination = {
        **({"server": "{{ .server }}"} if by_server else {"name": "{{ .name }}"}),
        "namespace": f'{{{{ index .values (printf "namespace-%s" ({system})) }}}}',
    }
    source = source_of(delivery, "{{ .path.path }}", "{{ .values.revision }}")
    template = {
        "metadata": {
            # A name of the cluster is there only where labels chose it.
            "name": f"{{{{ {system} }}}}-{{{{ .path.basename }}}}"
            "{{ if .values.several }}-{{ .nameNormalized }}{{ end }}",
            "namespace": argocd.namespace,
            "labels": {SYSTEM: f"{{{{ {system} }}}}", ENVIRONMENT: "{{ .path.basename }}"},
            "annotations": application_annotations(argocd),
        },
        "spec": application_spec(
            argocd, source, destination, _policy(argocd), [body for one in sets for _, body in one.objects]
        ),
    }
    return argo(
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


def _policy(argocd: ArgoCD) -> dict[str, Any]:
    """Say what is done without being asked.

    Steps and automated syncs exclude each other: the controller of ApplicationSets turns ``automated`` off in each
    Application, and reads from it whether its own syncs delete what left Git; without, they are out of sync for ever.
    """
    if argocd.steps:
        return {"automated": {"prune": True}} if argocd.prune else {}
    return {"automated": {"prune": argocd.prune, "selfHeal": argocd.self_heal}} if argocd.automated else {}


def _generator(delivery: Delivery, output: str, environment: str, sets: Sequence[DeliveredSet]) -> dict[str, Any]:
    """Give every folder of an environment, times the environment's clusters.

    No value is a template: within a matrix it would be filled in before the cluster is known.
    """
    folders: list[dict[str, Any]] = [{"path": f"{output}/*/{environment}"}]
    folders += [{"path": f"{output}/{folder}/*", "exclude": True} for folder in _NO_SYSTEMS]
    cluster = delivery.environments[environment]
    revision = cluster.revision or delivery.repository.revision
    git = {"repoURL": delivery.repository.url, "revision": revision, "directories": folders}
    values = {
        **{f"namespace-{one.system}": one.namespace for one in sets},
        "revision": revision,
        "several": "true" if cluster.selector else "",
    }
    clusters: dict[str, Any]
    if cluster.selector:
        clusters = {"clusters": {"selector": {"matchLabels": dict(cluster.selector)}, "values": values}}
    else:
        clusters = {"list": {"elements": [{**place(cluster), "values": values}]}}
    return {"matrix": {"generators": [{"git": git}, clusters]}}


def _strategy(argocd: ArgoCD) -> dict[str, Any]:
    if not argocd.steps:
        return {}
    steps = [
        {"matchExpressions": [{"key": ENVIRONMENT, "operator": "In", "values": list(step)}]} for step in argocd.steps
    ]
    return {"strategy": {"type": "RollingSync", "rollingSync": {"steps": steps}}}
