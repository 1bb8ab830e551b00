"""Prepared changes: a small system before, what is edited, and the headlines that tell what it does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import yaml

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
        **_custom(),
    }


def _custom() -> Objects:
    """Give what operators and controllers know, and what guards the pods."""
    secret = {"secretKey": "PASSWORD", "remoteRef": {"key": "shop/cart"}}
    parent = {"name": "edge", "namespace": "gateways"}
    return {
        "20-secrets/externalsecret.cart.yaml": _object(
            "external-secrets.io/v1", "ExternalSecret", "cart", spec={"data": [secret], "target": {"name": "cart"}}
        ),
        "30-data/cluster.orders.yaml": _object(
            "postgresql.cnpg.io/v1",
            "Cluster",
            "orders",
            spec={"instances": 3, "imageName": "postgresql:17.2", "storage": {"size": "20Gi", "storageClass": "ssd"}},
        ),
        "30-data/kafkatopic.orders.yaml": _object(
            "kafka.strimzi.io/v1", "KafkaTopic", "orders", spec={"partitions": 6, "replicas": 3}
        ),
        "50-services/poddisruptionbudget.cart.yaml": _object(
            "policy/v1", "PodDisruptionBudget", "cart", spec={"maxUnavailable": 1}
        ),
        "60-traffic/certificate.shop.yaml": _object(
            "cert-manager.io/v1", "Certificate", "shop", spec={"dnsNames": ["shop.example.com"], "secretName": "tls"}
        ),
        "60-traffic/httproute.cart.yaml": _object(
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            "cart",
            spec={"hostnames": ["shop.example.com"], "parentRefs": [parent]},
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


def _rollout(objects: Objects) -> None:
    rollout = objects.pop("50-services/deployment.cart.yaml")
    rollout |= {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    rollout["spec"]["strategy"] = {"canary": {"steps": [{"setWeight": 10}, {"pause": {}}]}}
    objects["70-rollouts/rollout.cart.yaml"] = rollout


def _renamed(objects: Objects, old: str, new: str) -> None:
    """Write another word wherever one stands, in objects and their files."""
    for file, body in list(objects.items()):
        del objects[file]
        objects[file.replace(old, new)] = yaml.safe_load(dump(body).replace(old, new))


def _set(objects: Objects, name: str, field: str, value: object) -> None:
    _of(objects, name)["spec"][field] = value


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
    "rollout": Case(
        _rollout,
        "Deployment/shop/cart",
        ("deleted: is deleted with its pods: Rollout cart, which is new, takes its place",),
    ),
    "renamed": Case(
        lambda objects: _renamed(objects, "cart", "basket"),
        "Deployment/shop/cart",
        ("deleted: is deleted with its pods: basket, which is new, takes its place",),
    ),
    "namespace": Case(
        lambda objects: _renamed(objects, "namespace: shop", "namespace: store"),
        "StatefulSet/shop/db",
        ("deleted: is deleted with its pods (its volumes stay), and made anew in namespace store, without its data",),
    ),
    "gone": Case(
        lambda objects: objects.clear(),
        "Cluster/shop/orders",
        ("deleted: is deleted, and with it the database",),
    ),
    "service-type": Case(
        lambda objects: _set(objects, "service.cart", "type", "LoadBalancer"),
        "Service/shop/cart",
        ("exposed: can be reached from outside: LoadBalancer port 80/TCP",),
    ),
    "secret-key": Case(
        lambda objects: _of(objects, "externalsecret.cart")["spec"]["data"].append(
            {"secretKey": "TOKEN", "remoteRef": {"key": "shop/token"}}
        ),
        "ExternalSecret/shop/cart",
        ("changed: Secret cart gets other values of TOKEN; pods that are running keep the old values in their …",),
    ),
    "budget": Case(
        lambda objects: objects.pop("50-services/poddisruptionbudget.cart.yaml"),
        "PodDisruptionBudget/shop/cart",
        ("deleted: is deleted: a drain of nodes may stop all of its pods at once",),
    ),
    "probe": Case(
        lambda objects: _container(objects, "deployment.cart").update(livenessProbe={"httpGet": {"path": "/health"}}),
        "Deployment/shop/cart",
        ("restarted: pods restart: containers[cart].livenessProbe new: {httpGet: {path: /health}}",),
    ),
    "limits": Case(
        lambda objects: _container(objects, "deployment.cart").update(resources={"limits": {"memory": "1Gi"}}),
        "Deployment/shop/cart",
        ("restarted: pods restart: containers[cart].resources new: {limits: {memory: 1Gi}}",),
    ),
    "privileged": Case(
        lambda objects: _container(objects, "deployment.cart")["securityContext"].update(privileged=True),
        "Deployment/shop/cart",
        (
            "restarted: pods restart: containers[cart].securityContext.privileged new: true",
            "widened: container cart is privileged",
        ),
    ),
    "policy-gone": Case(
        lambda objects: objects.pop("50-services/networkpolicy.cart.yaml"),
        "NetworkPolicy/shop/cart",
        ("deleted: is deleted", "widened: its pods are no longer restricted by this policy"),
    ),
    "database-shrinks": Case(
        lambda objects: _set(objects, "cluster.orders", "storage", {"size": "10Gi", "storageClass": "ssd"}),
        "Cluster/shop/orders",
        ("refused: spec.storage.size cannot shrink (20Gi → 10Gi); …",),
    ),
    "database-class": Case(
        lambda objects: _set(objects, "cluster.orders", "storage", {"size": "20Gi", "storageClass": "hdd"}),
        "Cluster/shop/orders",
        ("changed: spec.storage.storageClass ssd → hdd; instances that are there keep theirs",),
    ),
    "database-image": Case(
        lambda objects: _set(objects, "cluster.orders", "imageName", "postgresql:17.4"),
        "Cluster/shop/orders",
        ("restarted: its operator may restart the pods: imageName postgresql:17.2 → postgresql:17.4",),
    ),
    "topic": Case(
        lambda objects: _set(objects, "kafkatopic.orders", "partitions", 3),
        "KafkaTopic/shop/orders",
        ("refused: spec.partitions cannot shrink (6 → 3); …",),
    ),
    "certificate": Case(
        lambda objects: _set(objects, "certificate.shop", "dnsNames", ["shop.example.com", "www.example.com"]),
        "Certificate/shop/shop",
        ("changed: spec.dnsNames +www.example.com",),
    ),
    "route": Case(
        lambda objects: _set(objects, "httproute.cart", "hostnames", ["shop.example.com", "www.example.com"]),
        "HTTPRoute/shop/cart",
        ("exposed: can be reached from outside: www.example.com/ through edge",),
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
