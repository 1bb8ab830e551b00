from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from lumen_constructs import (
    ExtraService,
    Metrics,
    MonitoredService,
    MonitoredServiceOptions,
    Port,
    Probes,
    Resources,
    Service,
    ServicePort,
)
from tests.networking.custom import findings
from tests.objects import Body, bodies, of_kind, the
from tests.options.reading import BASE as VALUES
from tests.options.reading import faults, read

PORTS = [
    Port(container_port=8080),
    Port(name="grpc", container_port=50051),
    Port(name="debug", container_port=6060, expose=False),
]
BASE: dict[str, Any] = {
    "image": "logpilot/logpilot:1.0.0",
    "resources": Resources(cpu="100m:500m", memory="256Mi:512Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
    "ports": PORTS,
}


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "logpilot", namespace="logpilot")


def component(chart: Chart, **options: Any) -> MonitoredService:
    """Make a component with three ports, one of which its Service does not have."""
    return MonitoredService(chart, "logpilot-all", **{**BASE, **options})


def service(chart: Chart, name: str) -> Body:
    """Give the Service of a name."""
    return the(bodies(chart), "Service", name)


def test_several_services_lead_to_the_same_pods(chart: Chart) -> None:
    """A load balancer and a port on the nodes stand beside the Service within the cluster."""
    component(
        chart,
        extra_services=(
            ExtraService(
                name="logpilot-lb",
                type="LoadBalancer",
                annotations={"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"},
                ports=[ServicePort(name="http", port=80)],
            ),
            ExtraService(name="logpilot-node", type="NodePort", ports=[ServicePort(name="http", node_port=30080)]),
        ),
    )
    first, balancer, node = (service(chart, name) for name in ("logpilot-all", "logpilot-lb", "logpilot-node"))
    assert [port["port"] for port in first["spec"]["ports"]] == [8080, 50051]
    assert balancer["metadata"]["annotations"] == {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
    assert balancer["spec"]["ports"] == [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    assert node["spec"]["ports"][0]["nodePort"] == 30080
    assert first["spec"]["selector"] == balancer["spec"]["selector"] == node["spec"]["selector"]
    outside = [rule for rule in the(bodies(chart), "NetworkPolicy")["spec"]["ingress"] if "ipBlock" in rule["from"][0]]
    assert [rule["ports"] for rule in outside] == [[{"port": "http", "protocol": "TCP"}]]
    assert findings(chart) == []


def test_the_monitor_selects_exactly_one_of_them(chart: Chart) -> None:
    """Each Service has a label of its own, so that no pod is scraped twice."""
    component(chart, metrics=Metrics(), extra_services=(ExtraService(name="logpilot-pods", headless=True),))
    wanted = the(bodies(chart), "ServiceMonitor")["spec"]["selector"]["matchLabels"]
    selected = [
        body["metadata"]["name"]
        for body in of_kind(bodies(chart), "Service")
        if wanted.items() <= body["metadata"]["labels"].items()
    ]
    assert selected == ["logpilot-all"]


def test_a_single_service_has_no_label_more(chart: Chart) -> None:
    """One that is turned off leaves no trace, not in the labels of the first one either."""
    component(chart, extra_services=(ExtraService(name="logpilot-pods", enabled=False),))
    assert [body["metadata"]["name"] for body in of_kind(bodies(chart), "Service")] == ["logpilot-all"]
    assert "lumen-constructs/service" not in service(chart, "logpilot-all")["metadata"]["labels"]


def test_exposed_ports_are_the_default(chart: Chart) -> None:
    """Without ports of its own a Service has those that the first one has, but none of its numbers on the nodes."""
    ports = [Port(container_port=8080, service_port=80, node_port=30081), *PORTS[1:]]
    component(
        chart,
        ports=tuple(ports),
        service=Service(type="NodePort"),
        extra_services=(ExtraService(name="x", type="NodePort", ports=()),),
    )
    assert service(chart, "x")["spec"]["ports"] == [
        {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
        {"name": "grpc", "port": 50051, "targetPort": "grpc", "protocol": "TCP"},
    ]


SAMPLES: dict[str, tuple[Any, dict[str, Any]]] = {
    "enabled": (False, {}),
    "name": ("other", {}),
    "type": ("NodePort", {}),
    "headless": (True, {}),
    "sessionAffinity": ("ClientIP", {}),
    "sessionAffinityTimeoutSeconds": (60, {"sessionAffinity": "ClientIP"}),
    "externalTrafficPolicy": ("Local", {"type": "NodePort"}),
    "internalTrafficPolicy": ("Local", {}),
    "loadBalancerClass": ("example.com/other", {"type": "LoadBalancer"}),
    "loadBalancerSourceRanges": (["10.0.0.0/8"], {"type": "LoadBalancer"}),
    "publishNotReadyAddresses": (True, {}),
    "ipFamilyPolicy": ("PreferDualStack", {}),
    "annotations": ({"example.com/owner": "checkout"}, {}),
    "labels": ({"team": "checkout"}, {}),
    "ports": ([{"name": "http", "port": 80}], {}),
}


def rendered(extra: dict[str, Any]) -> list[Body]:
    """Render the component with one further Service."""
    chart = Chart(App(), "shop", namespace="shop")
    options = read(MonitoredServiceOptions, {**VALUES, "extraServices": [{"name": "x", **extra}]})
    MonitoredService.from_options(chart, "cart", options)
    return bodies(chart)


@pytest.mark.parametrize("field", [field.alias for field in ExtraService.model_fields.values()])
def test_every_option_reaches_the_manifest(field: str) -> None:
    """Setting an option to another value changes what is rendered."""
    value, setting = SAMPLES[field]
    assert rendered({**setting, field: value}) != rendered(setting)


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ([{"name": "front"}, {"name": "front"}], "extraServices[1].name 'front' is the name of another Service"),
        ([{"name": "cart"}], "extraServices[0].name 'cart' is the name of another Service of the component too"),
        (
            [{"name": "x", "ports": [{"name": "htp"}]}],
            "extraServices[0].ports[0].name 'htp' is not a port of this container (http); did you mean 'http'?",
        ),
        (
            [{"name": "x", "ports": [{"name": "http", "nodePort": 30080}]}],
            "extraServices[0].ports[0].nodePort needs type NodePort or LoadBalancer, not ClusterIP",
        ),
        (
            [{"name": "x", "ports": [{"name": "http"}, {"name": "http"}]}],
            "extraServices[0].ports have 8080/TCP twice",
        ),
        (
            [
                {"name": "x", "type": "NodePort", "ports": [{"name": "http", "nodePort": 30080}]},
                {"name": "y", "type": "NodePort", "ports": [{"name": "http", "nodePort": 30080}]},
            ],
            "extraServices[1].ports[0].nodePort 30080 is another port's too; a node has each number once",
        ),
        (
            [{"name": "x", "labels": {"lumen-constructs/service": "y"}}],
            "extraServices[0].labels.lumen-constructs/serv",
        ),
        ([{"type": "NodePort"}], "extraServices[0].name is required"),
        ([{"name": "x", "type": "ClusterIP", "externalTrafficPolicy": "Local"}], "extraServices[0] externalTrafficPo"),
    ],
)
def test_refuses_services_that_would_not_work(extra: list[dict[str, Any]], line: str) -> None:
    """Each fault is named at its Service."""
    found = faults(MonitoredServiceOptions, {**VALUES, "name": "cart", "extraServices": extra})
    assert [one for one in found if one.startswith(line)], found


def test_refuses_a_service_without_ports() -> None:
    """A Service needs a port to lead to."""
    given = {key: value for key, value in VALUES.items() if key not in {"port", "probes"}}
    found = faults(
        MonitoredServiceOptions,
        {**given, "probes": {}, "service": {"enabled": False}, "extraServices": [{"name": "x"}]},
    )
    assert found == ["extraServices[0].ports is required: the component exposes no port"]


def test_refuses_a_node_port_that_two_components_ask_for(chart: Chart) -> None:
    """Components of one chart are held against each other when the app is checked as a whole."""
    for name in ("rest", "grpc"):
        extra = ExtraService(name=f"{name}-node", type="NodePort", ports=[ServicePort(name="http", node_port=30080)])
        MonitoredService(chart, name, **BASE, extra_services=[extra])
    assert "30080 is the port of Service/logpilot/rest-node too" in "\n".join(findings(chart))
