from __future__ import annotations

from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import (
    Alerts,
    Cluster,
    Dashboard,
    Delivery,
    Ingress,
    IngressTls,
    LumenError,
    Metrics,
    MonitoredService,
    Monitoring,
    MonitoringOptions,
    Network,
    Port,
    ProbedDeployment,
    Probes,
    Resources,
    Service,
    use_cluster,
)
from tests.objects import bodies, of_kind, the


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/cart:1.4.2",
    "port": 8080,
    "resources": Resources(cpu="100m:500m", memory="128Mi:256Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
}


def test_the_monitor_selects_the_service_that_there_is(chart: Chart) -> None:
    """The ServiceMonitor's selector is among the Service's labels, and its port among the Service's ports."""
    ports = [Port(container_port=8080), Port(name="metrics", container_port=9100)]
    MonitoredService(chart, "cart", **{**BASE, "port": None}, ports=ports, metrics=Metrics(interval="15s"))
    found = bodies(chart)
    service, monitor = the(found, "Service"), the(found, "ServiceMonitor")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] == "metrics"
    assert "metrics" in [port["name"] for port in service["spec"]["ports"]]
    assert monitor["metadata"]["labels"]["release"] == "kube-prometheus-stack"


def test_prometheus_may_scrape_and_nobody_else_may_connect(chart: Chart) -> None:
    """The policy lets Prometheus in, to the port with the metrics alone."""
    MonitoredService(chart, "cart", **BASE, metrics=Metrics())
    policy = the(bodies(chart), "NetworkPolicy")["spec"]
    assert policy["ingress"] == [
        {
            "from": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
                    "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
                }
            ],
            "ports": [{"port": "http", "protocol": "TCP"}],
        }
    ]


def test_an_ingress_reaches_the_service_and_is_let_in(chart: Chart) -> None:
    """The Ingress leads to the Service's port by name, and the policy lets its controller in."""
    MonitoredService(
        chart,
        "cart",
        **BASE,
        ingress=Ingress(
            host="cart.example.com",
            class_name="haproxy",
            controller="haproxy-ingress",
            allow_source_ranges=["10.0.0.0/8"],
            tls=[IngressTls(hosts=["cart.example.com"], secret_name="cart-tls")],  # noqa: S106  # a name
            cluster_issuer="letsencrypt-prod",
        ),
    )
    found = bodies(chart)
    ingress = the(found, "Ingress")
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "cart", "port": {"name": "http"}}
    assert ingress["spec"]["ingressClassName"] == "haproxy"
    assert ingress["metadata"]["annotations"] == {
        "cert-manager.io/cluster-issuer": "letsencrypt-prod",
        "haproxy-ingress.github.io/allowlist-source-range": "10.0.0.0/8",
    }
    peers = [rule["from"][0] for rule in the(found, "NetworkPolicy")["spec"]["ingress"]]
    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}} in peers


def test_a_node_port_can_be_reached_from_outside(chart: Chart) -> None:
    """Traffic that comes in through a node is let in by the policy."""
    MonitoredService(
        chart,
        "cart",
        **{**BASE, "port": None},
        ports=[Port(container_port=8080, node_port=30080)],
        service=Service(type="NodePort"),
    )
    found = bodies(chart)
    assert the(found, "Service")["spec"]["ports"][0]["nodePort"] == 30080
    assert the(found, "NetworkPolicy")["spec"]["ingress"][0]["from"] == [{"ipBlock": {"cidr": "0.0.0.0/0"}}]


def test_each_part_can_be_turned_off(chart: Chart) -> None:
    """Service, monitor, alerts, ingress and policy each have their switch."""
    MonitoredService(
        chart,
        "cart",
        **BASE,
        service=Service(enabled=False),
        alerts=Alerts(enabled=False),
        ingress=Ingress(enabled=False),
        network=Network(enabled=False),
    )
    assert sorted(body["kind"] for body in bodies(chart)) == ["Deployment", "ServiceAccount"]


def test_the_environment_selects_monitors_and_rules(chart: Chart) -> None:
    """Monitors and rules carry the labels that the environment's Prometheus selects."""
    use_cluster(chart, Cluster(monitoring=Monitoring(labels={"prometheus": "main"}, namespace="observability")))
    MonitoredService(chart, "cart", **BASE, metrics=Metrics())
    found = bodies(chart)
    for kind in ("ServiceMonitor", "PrometheusRule"):
        assert the(found, kind)["metadata"]["labels"]["prometheus"] == "main"
    peer = the(found, "NetworkPolicy")["spec"]["ingress"][0]["from"][0]
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "observability"}


def test_all_that_watches_may_stand_in_one_namespace(chart: Chart) -> None:
    """Where Prometheus and Grafana look for it; what a Rollout asks for stays beside the Rollout."""
    use_cluster(chart, Cluster(monitoring=Monitoring(monitors_namespace="observability")))
    service: dict[str, Any] = {
        "metrics": Metrics(requests="http"),
        "dashboard": Dashboard(),
        "delivery": Delivery(strategy="canary"),
    }
    MonitoredService(chart, "cart", **BASE, **service)
    found = bodies(chart)
    watching = {"ServiceMonitor", "PrometheusRule", "ConfigMap"}
    for body in found:
        there = "observability" if body["kind"] in watching else "shop"
        assert body["metadata"]["namespace"] == there, body["kind"]
    assert {body["kind"] for body in found} >= {*watching, "AnalysisTemplate"}
    assert the(found, "ServiceMonitor")["spec"]["namespaceSelector"] == {"matchNames": ["shop"]}


def test_a_cluster_without_the_operator_gets_no_monitors(chart: Chart) -> None:
    """Where the operator's kinds are unknown, none of them is made."""
    use_cluster(chart, Cluster(monitoring=Monitoring(enabled=False)))
    MonitoredService(chart, "cart", **BASE, metrics=Metrics())
    assert not {"ServiceMonitor", "PrometheusRule"} & {body["kind"] for body in bodies(chart)}


def test_a_deployment_can_be_handed_over(chart: Chart) -> None:
    """Around a Deployment that was made before, the same objects come to be as around one that is built in."""
    deployment = ProbedDeployment(chart, "cart", **BASE)
    MonitoredService.around(chart, "front", deployment, MonitoringOptions(metrics=Metrics()))
    other = Chart(App(), "shop", namespace="shop")
    MonitoredService(other, "cart", **BASE, metrics=Metrics())

    def by_name(chart: Chart) -> dict[str, Any]:
        return {f"{body['kind']}/{body['metadata']['name']}": body for body in bodies(chart)}

    assert by_name(chart) == by_name(other)


def test_the_escape_hatch_finds_the_deployment(chart: Chart) -> None:
    """``ApiObject.of`` gives the Deployment, and each other object is at hand."""
    service = MonitoredService(chart, "cart", **BASE)
    assert ApiObject.of(service).kind == "Deployment"
    assert service.service.kind == "Service"
    assert service.service_name == "cart"


def test_the_dashboard_is_a_config_map_that_grafana_finds(chart: Chart) -> None:
    """The dashboard is not wrapped, and carries the sidecar's label."""
    MonitoredService(chart, "cart", **BASE, metrics=Metrics(requests="http"), dashboard=Dashboard(title="Cart"))
    dashboard = the(bodies(chart), "ConfigMap", "cart-dashboard")
    assert dashboard["metadata"]["labels"]["grafana_dashboard"] == "1"
    (text,) = dashboard["data"].values()
    assert '"title": "Cart"' in text


def test_refuses_a_chart_without_a_namespace() -> None:
    """What tells components apart by their namespace must know it."""
    chart = Chart(App(), "shop")
    with pytest.raises(LumenError, match=r"^shop/cart: alerts, monitors and dashboards .* give the chart a namespace$"):
        MonitoredService(chart, "cart", **BASE)


def test_refuses_an_annotation_that_an_option_writes() -> None:
    """An annotation of the user's does not silently lose against an option."""
    with pytest.raises(LumenError, match=r"^Ingress: annotations\['\S+'\] '0\.0\.0\.0/0' stands beside the option"):
        Ingress(
            controller="ingress-nginx",
            allow_source_ranges=["10.0.0.0/8"],
            annotations={"nginx.ingress.kubernetes.io/whitelist-source-range": "0.0.0.0/0"},
        )


def test_refuses_use_cluster_after_the_fact(chart: Chart) -> None:
    """Facts about the cluster that come too late are refused, not ignored for some."""
    MonitoredService(chart, "cart", **BASE)
    with pytest.raises(LumenError, match=r"^shop: use_cluster comes too late"):
        use_cluster(chart, Cluster(image_registry="registry.example.com"))
    assert of_kind(bodies(chart), "Deployment")
