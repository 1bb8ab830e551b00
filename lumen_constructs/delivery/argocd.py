"""Argo CD's part of the output: an AppProject, Applications or an ApplicationSet, and settings of Argo CD itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.delivery.argocd_application import application, name_faults
from lumen_constructs.delivery.argocd_applicationset import application_set
from lumen_constructs.delivery.argocd_project import app_project
from lumen_constructs.delivery.gitops import DeliveredSet, add, written
from lumen_constructs.delivery.health import ARGOCD_HEALTH
from lumen_constructs.errors import raise_all
from lumen_constructs.options.delivery_targets import ArgoCD, Delivery

#: Argo CD passes over a file of a directory source that has the last words in it.
_FRAGMENT = """\
{purpose}: entries for its ConfigMap {name}, which has other owners too.
  kubectl patch configmap {name} --namespace {namespace} --patch-file {name}.yaml
An Application that delivers this folder must not take it for the whole ConfigMap: +argocd:skip-file-rendering"""

#: Without this setting, Argo CD takes no notice of an ApplicationSet's steps, and syncs everything at once.
_PROGRESSIVE = {"applicationsetcontroller.enable.progressive.syncs": "true"}


def argocd_files(delivery: Delivery, argocd: ArgoCD, output: str, sets: Sequence[DeliveredSet]) -> dict[str, bytes]:
    """Give the files below ``argocd/``; ``output`` is the folder of the output in the repository.

    :raises LumenError: if a stack makes a kind that the AppProject would not permit, or a name cannot be used
    """
    files: dict[str, bytes] = {}
    raise_all(name_faults(sets) if argocd.style != "none" else ())
    add(files, f"argocd/appproject.{argocd.project}.yaml", written(app_project(delivery, argocd, sets)))
    if argocd.style == "applications":
        for one in sets:
            add(files, f"argocd/application.{one.name}.yaml", written(application(delivery, argocd, output, one)))
    elif argocd.style == "applicationset":
        body = application_set(delivery, argocd, output, sets)
        add(files, f"argocd/applicationset.{argocd.project}.yaml", written(body))
    _add_settings(files, argocd, "argocd-cm", "Health checks that Argo CD does not have", dict(_health()))
    if argocd.steps:
        purpose = "Has the steps of the ApplicationSet followed, after a restart of its controller"
        _add_settings(files, argocd, "argocd-cmd-params-cm", purpose, _PROGRESSIVE)
    return files


def _add_settings(files: dict[str, bytes], argocd: ArgoCD, name: str, purpose: str, data: Mapping[str, str]) -> None:
    """Add entries of one of Argo CD's own ConfigMaps."""
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "argocd"}
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": argocd.namespace, "labels": labels},
        "data": dict(data),
    }
    comment = _FRAGMENT.format(purpose=purpose, name=name, namespace=argocd.namespace)
    add(files, f"argocd/{name}.yaml", written(body, comment))


def _health() -> Iterator[tuple[str, str]]:
    for (group, kind), script in ARGOCD_HEALTH.items():
        yield f"resource.customizations.health.{f'{group}_' if group else ''}{kind}", script
