"""Sets and declarations that the tests of the delivery share."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import yaml
from cdk8s import App, Chart

from lumen_constructs import (
    Autoscaling,
    BackendRef,
    Gateway,
    GRPCRoute,
    GrpcRule,
    HTTPRoute,
    HttpRule,
    Listener,
    Metrics,
    MonitoredService,
    Port,
    Probes,
    Resources,
)
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.stages import place_of
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, Flux, Repository
from tests.networking.custom import schema_faults
from tests.objects import bodies

URL = "https://git.example.com/platform/deployments.git"


def body(kind: str, name: str = "x", namespace: str | None = "shop", api: str = "v1", **rest: Any) -> dict[str, Any]:
    """Give an object."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **place}, **rest}


def a_set(environment: str = "production", *bodies: dict[str, Any], system: str = "shop") -> DeliveredSet:
    """Give a set with a Namespace and ``bodies``."""
    namespace = f"{system}-{environment}"
    objects = [body("Namespace", namespace, None), body("ConfigMap", "x", namespace), *bodies]
    return DeliveredSet(system, environment, [("10-config", one) for one in objects])


def staged(system: str, environment: str, *bodies: dict[str, Any]) -> DeliveredSet:
    """Give a set whose objects stand in their stages."""
    return DeliveredSet(
        system, environment, sorted(((place_of(one).stage, one) for one in bodies), key=lambda at: at[0])
    )


def delivery(controller: ArgoCD | Flux, **environments: Cluster) -> Delivery:
    """Give a declaration; by default of two environments."""
    places = environments or {"production": Cluster(name="eu"), "staging": Cluster(name="test")}
    argocd = controller if isinstance(controller, ArgoCD) else None
    flux = controller if isinstance(controller, Flux) else None
    return Delivery(repository=Repository(url=URL), environments=places, argocd=argocd, flux=flux)


def read(files: Mapping[str, bytes], folder: str) -> dict[str, dict[str, Any]]:
    """Give the objects by file below ``folder``; each must be as its schemas say, and be marked as ours."""
    assert all(MARK in content.decode()[:80] for content in files.values())
    found: dict[str, dict[str, Any]] = {
        path.removeprefix(folder): yaml.safe_load(content) for path, content in files.items()
    }
    assert [fault for one in found.values() if one["kind"] != "ConfigMap" for fault in schema_faults(one)] == []
    return found


@functools.cache
def canaries() -> list[dict[str, Any]]:
    """Render two canaries, a blue-green service, and the routes that lead to them and to what is no Rollout."""
    chart = Chart(App(), "shop", namespace="shop")
    edge = Gateway(chart, "edge", class_name="nginx", listeners=[Listener(name="http", protocol="HTTP")])
    options: dict[str, Any] = {
        "image": "ghcr.io/acme/cart:1.4.2",
        "resources": Resources(cpu="100m:500m", memory="128Mi:256Mi"),
        "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        "ports": [Port(container_port=8080), Port(name="grpc", container_port=50051)],
        "autoscaling": Autoscaling(min_replicas=2, max_replicas=10, cpu_percent=70),
        "metrics": Metrics(requests="spring-boot"),
    }
    cart, stock = (MonitoredService(chart, name, delivery="canary", **options) for name in ("cart", "stock"))
    MonitoredService(chart, "web", delivery="blueGreen", **options)
    plain = MonitoredService(chart, "plain", **options)
    rules = [
        HttpRule(matches=["/cart"], backend_refs=[cart]),
        HttpRule(matches=["/stock"], backend_refs=[stock]),
        HttpRule(matches=["/"], backend_refs=[plain]),
    ]
    HTTPRoute(chart, "all", parent_refs=[edge], rules=rules)
    GRPCRoute(chart, "rpc", parent_refs=[edge], rules=[GrpcRule(backend_refs=[BackendRef(service=cart, port="grpc")])])
    return bodies(chart)
