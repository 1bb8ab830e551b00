from __future__ import annotations

from typing import Any

from lumen_constructs.networking.service import service
from lumen_constructs.options.monitored import MonitoredServiceOptions
from tests.options.reading import BASE, Body, identity, read


def body(**data: Any) -> Body:
    """Give the Service of the small component with ``data``."""
    return service(identity(), read(MonitoredServiceOptions, {**BASE, **data}))


def test_a_service_selects_the_components_pods_by_named_ports() -> None:
    """Selector and ports are the component's own, and the target is the port's name."""
    assert body()["spec"] == {
        "type": "ClusterIP",
        "ports": [{"name": "http", "port": 8080, "targetPort": "http", "protocol": "TCP"}],
        "selector": {"app.kubernetes.io/name": "cart"},
    }


def test_only_exposed_ports_are_in_it() -> None:
    """A port may stay inside, and may have another number outside."""
    ports = [
        {"name": "grpc", "containerPort": 50051, "servicePort": 80, "appProtocol": "kubernetes.io/h2c"},
        {"name": "admin", "containerPort": 9000, "expose": False},
    ]
    found = body(port=None, ports=ports, probes={"readiness": "/r", "startup": "/s"})["spec"]["ports"]
    assert found == [
        {
            "name": "grpc",
            "port": 80,
            "targetPort": "grpc",
            "protocol": "TCP",
            "appProtocol": "kubernetes.io/h2c",
        }
    ]


def test_the_kinds_of_service() -> None:
    """Headless, sticky, NodePort and LoadBalancer have Kubernetes' own fields."""
    assert body(service={"headless": True})["spec"]["clusterIP"] == "None"
    sticky = body(service={"sessionAffinity": "ClientIP", "sessionAffinityTimeoutSeconds": 60})["spec"]
    assert sticky["sessionAffinity"] == "ClientIP"
    assert sticky["sessionAffinityConfig"] == {"clientIP": {"timeoutSeconds": 60}}
    node = body(service={"type": "NodePort"}, port=None, ports=[{"containerPort": 8080, "nodePort": 30080}])["spec"]
    assert (node["type"], node["ports"][0]["nodePort"]) == ("NodePort", 30080)
    balancer = body(
        service={
            "type": "LoadBalancer",
            "externalTrafficPolicy": "Local",
            "loadBalancerSourceRanges": ["10.0.0.0/8"],
            "annotations": {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"},
            "labels": {"tier": "edge"},
            "name": "front",
        }
    )
    assert balancer["spec"]["externalTrafficPolicy"] == "Local"
    assert balancer["spec"]["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    assert balancer["metadata"]["name"] == "front"
    assert balancer["metadata"]["labels"]["tier"] == "edge"
    assert balancer["metadata"]["annotations"] == {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
