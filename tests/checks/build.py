"""Small parts of which tests build their sets."""

from __future__ import annotations

import copy
from typing import Any

Body = dict[str, Any]


def obj(kind: str, name: str, *, api: str = "v1", namespace: str = "shop", **fields: Any) -> Body:
    """Give an object; ``labels`` and ``annotations`` go to its metadata."""
    metadata: Body = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    for key in ("labels", "annotations"):
        if key in fields:
            metadata[key] = fields.pop(key)
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def container(name: str = "cart", /, **fields: Any) -> Body:
    """Give a container with a port ``http``."""
    ports = fields.pop("ports", [{"name": "http", "containerPort": 8080}])
    return {"name": name, "image": f"ghcr.io/acme/{name}:1.4.2", "ports": ports, **fields}


def deployment(name: str = "cart", *containers: Body, pod: Body | None = None, **fields: Any) -> Body:
    """Give a Deployment whose pods are labelled ``app: <name>``."""
    labels = fields.pop("pod_labels", {"app": name})
    namespace = fields.pop("namespace", "shop")
    annotations = fields.pop("annotations", {})
    spec: Body = {
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": list(containers) or [container(name)], **(pod or {})},
        },
        **fields,
    }
    found = obj("Deployment", name, api="apps/v1", namespace=namespace, spec=spec)
    if annotations:
        found["metadata"]["annotations"] = annotations
    return found


def service(name: str = "cart", **fields: Any) -> Body:
    """Give a Service for the pods of the Deployment of the same name."""
    ports = fields.pop("ports", [{"name": "http", "port": 80, "targetPort": "http"}])
    selector = fields.pop("selector", {"app": name})
    meta = {key: fields.pop(key) for key in ("labels", "annotations", "namespace") if key in fields}
    return obj("Service", name, spec={"selector": selector, "ports": ports, **fields}, **meta)


def policy(name: str = "cart", *, ingress: Any = None, egress: Any = None, **fields: Any) -> Body:
    """Give a NetworkPolicy for the pods of the Deployment of the same name."""
    spec: Body = {"podSelector": {"matchLabels": {"app": name}}, "policyTypes": []}
    for direction, rules in (("ingress", ingress), ("egress", egress)):
        if rules is not None:
            spec["policyTypes"].append(direction.capitalize())
            spec[direction] = rules
    return obj("NetworkPolicy", name, api="networking.k8s.io/v1", spec={**spec, **fields})


def monitor(name: str = "cart", **fields: Any) -> Body:
    """Give a ServiceMonitor for Services that are labelled ``app: <name>``."""
    endpoints = fields.pop("endpoints", [{"port": "http", "path": "/metrics"}])
    spec = {"selector": {"matchLabels": {"app": name}}, "endpoints": endpoints, **fields}
    return obj("ServiceMonitor", name, api="monitoring.coreos.com/v1", spec=spec)


def changed(body: Body, path: str, value: Any) -> Body:
    """Give a copy with another value at a dotted path; numbers are places in lists."""
    result = copy.deepcopy(body)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    owner: Any = result
    for step in steps:
        owner = owner[step]
    owner[last] = value
    return result
