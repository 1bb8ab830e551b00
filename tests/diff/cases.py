"""Twelve prepared changes: a small system before, what is edited, and the headlines that tell what it does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from lumen_constructs.emit.yaml import dump

FOLDER = "shop/production"
_KEPT = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}

Objects = dict[str, dict[str, Any]]


def _object(api: str, kind: str, name: str, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, **rest}


def _template(config: str = "1") -> dict[str, Any]:
    container = {
        "name": "cart",
        "image": "ghcr.io/acme/cart:1.4.1",
        "env": [{"name": "MODE", "value": "fast"}],
        "envFrom": [{"configMapRef": {"name": "cart"}}],
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    return {
        "metadata": {"labels": {"app.kubernetes.io/name": "cart"}, "annotations": {"checksum/config": config}},
        "spec": {
            "automountServiceAccountToken": False,
            "containers": [container],
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "serviceAccountName": "cart",
        },
    }


def before() -> Objects:
    """Give the system as it was, by file below its folder."""
    labels = {"app.kubernetes.io/name": "cart"}
    claim = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
    return {
        "10-config/configmap.cart.yaml": _object("v1", "ConfigMap", "cart", data={"LOG_LEVEL": "info"}),
        "10-config/role.cart.yaml": _object(
            "rbac.authorization.k8s.io/v1",
            "Role",
            "cart",
            rules=[{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}],
        ),
        "30-data/persistentvolumeclaim.photos.yaml": {
            **_object("v1", "PersistentVolumeClaim", "photos"),
            "metadata": {"name": "photos", "namespace": "shop", "annotations": dict(_KEPT)},
            "spec": {"resources": {"requests": {"storage": "1Gi"}}},
        },
        "30-data/statefulset.db.yaml": _object(
            "apps/v1",
            "StatefulSet",
            "db",
            spec={"replicas": 1, "template": _template(), "volumeClaimTemplates": [claim]},
        ),
        "40-init/job.migrate-1a2b3c4d5e.yaml": _object(
            "batch/v1", "Job", "migrate-1a2b3c4d5e", spec={"template": _template()}
        ),
        "50-services/deployment.cart.yaml": _object(
            "apps/v1",
            "Deployment",
            "cart",
            spec={"replicas": 3, "selector": {"matchLabels": dict(labels)}, "template": _template()},
        ),
        "50-services/networkpolicy.cart.yaml": _object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            "cart",
            spec={
                "podSelector": {"matchLabels": dict(labels)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": [{"podSelector": {"matchLabels": {"a": "b"}}}], "ports": [{"port": "http"}]}],
            },
        ),
        "50-services/service.cart.yaml": _object(
            "v1", "Service", "cart", spec={"selector": labels, "ports": [{"name": "http", "port": 80}]}
        ),
    }


class Case(NamedTuple):
    """One prepared change."""

    edit: Callable[[Objects], object]
    object: str
    headlines: tuple[str, ...]
    """``risk: text`` of the object that is named, with ``…`` where the text goes on."""


def _of(objects: Objects, name: str) -> dict[str, Any]:
    return next(body for file, body in objects.items() if file.endswith(f"/{name}.yaml"))


def _container(objects: Objects, name: str) -> dict[str, Any]:
    container: dict[str, Any] = _of(objects, name)["spec"]["template"]["spec"]["containers"][0]
    return container


def _config(objects: Objects) -> None:
    _of(objects, "configmap.cart")["data"]["LOG_LEVEL"] = "debug"
    _of(objects, "deployment.cart")["spec"]["template"]["metadata"]["annotations"]["checksum/config"] = "2"


def _job(objects: Objects) -> None:
    job = objects.pop("40-init/job.migrate-1a2b3c4d5e.yaml")
    job["metadata"]["name"] = "migrate-99aabbccdd"
    job["spec"]["template"]["spec"]["containers"][0]["image"] = "ghcr.io/acme/cart:1.5.0"
    objects["40-init/job.migrate-99aabbccdd.yaml"] = job


def _autoscaled(objects: Objects) -> None:
    del _of(objects, "deployment.cart")["spec"]["replicas"]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 5}
    objects["60-traffic/horizontalpodautoscaler.cart.yaml"] = _object(
        "autoscaling/v2", "HorizontalPodAutoscaler", "cart", spec=spec
    )


def _ingress(objects: Objects) -> None:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "cart", "port": {"name": "http"}}}}
    spec = {"rules": [{"host": "shop.example.com", "http": {"paths": [path]}}]}
    objects["60-traffic/ingress.cart.yaml"] = _object("networking.k8s.io/v1", "Ingress", "cart", spec=spec)


CASES: dict[str, Case] = {
    "selector": Case(
        lambda objects: _of(objects, "deployment.cart")["spec"]["selector"]["matchLabels"].update(tier="web"),
        "Deployment/shop/cart",
        ("refused: spec.selector.matchLabels.tier cannot change (new: web); …",),
    ),
    "claim-template": Case(
        lambda objects: _of(objects, "statefulset.db")["spec"]["volumeClaimTemplates"][0]["spec"]["resources"][
            "requests"
        ].update(storage="2Gi"),
        "StatefulSet/shop/db",
        ("refused: spec.volumeClaimTemplates[data].spec.resources.requests.storage cannot change (1Gi → 2Gi); …",),
    ),
    "cluster-ip": Case(
        lambda objects: _of(objects, "service.cart")["spec"].update(clusterIP="None"),
        "Service/shop/cart",
        ("refused: spec.clusterIP cannot change (an address of the cluster → None); …",),
    ),
    "volume-kept": Case(
        lambda objects: objects.pop("30-data/persistentvolumeclaim.photos.yaml"),
        "PersistentVolumeClaim/shop/photos",
        ("deleted: leaves Git, and is kept in the cluster: …",),
    ),
    "deleted": Case(
        lambda objects: objects.pop("30-data/statefulset.db.yaml"),
        "StatefulSet/shop/db",
        ("deleted: is deleted, and with it its pods (its volumes stay)",),
    ),
    "image": Case(
        lambda objects: _container(objects, "deployment.cart").update(image="ghcr.io/acme/cart:1.5.0"),
        "Deployment/shop/cart",
        ("restarted: pods restart: image ghcr.io/acme/cart 1.4.1 → 1.5.0",),
    ),
    "config-key": Case(
        _config, "Deployment/shop/cart", ("restarted: pods restart: config LOG_LEVEL of ConfigMap cart",)
    ),
    "job": Case(
        _job,
        "Job/shop/migrate-99aabbccdd",
        ("restarted: runs again: image ghcr.io/acme/cart 1.4.1 → 1.5.0 (replaces …",),
    ),
    "role": Case(
        lambda objects: _of(objects, "role.cart")["rules"][0].update(resources=["configmaps", "secrets"]),
        "Role/shop/cart",
        ("widened: allows: get secrets",),
    ),
    "network": Case(
        lambda objects: _of(objects, "networkpolicy.cart")["spec"]["ingress"][0].pop("from"),
        "NetworkPolicy/shop/cart",
        ("widened: ingress is allowed: from everybody on port http",),
    ),
    "exposed": Case(
        _ingress,
        "Ingress/shop/cart",
        ("exposed: can be reached from outside: shop.example.com/", "created: is new"),
    ),
    "autoscaled": Case(
        _autoscaled,
        "Deployment/shop/cart",
        ("scaled: replicas 3 leaves Git: it falls to one pod until HorizontalPodAutoscaler cart has scaled it up",),
    ),
}


def files(objects: Objects) -> dict[str, bytes]:
    """Give the files of a tree with one set."""
    return {f"{FOLDER}/{file}": dump(body).encode() for file, body in objects.items()}


def edited(case: Case) -> Objects:
    """Give the system after a change."""
    objects = copy.deepcopy(before())
    case.edit(objects)
    return objects
