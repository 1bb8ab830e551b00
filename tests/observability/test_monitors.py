from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.monitors import monitor
from lumen_constructs.options.env import KeyRef
from lumen_constructs.options.metrics import Metrics, MetricsTls, Relabeling
from tests.observability.samples import SELECTION, target


def test_service_monitor_selects_the_service() -> None:
    """A ServiceMonitor selects the Service's labels and its port by name, and carries the environment's labels."""
    body = monitor(target(), Metrics(interval="15s"), SELECTION)
    assert body == {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {
            "name": "cart",
            "labels": {
                "app.kubernetes.io/name": "cart",
                "app.kubernetes.io/part-of": "shop",
                "release": "kube-prometheus-stack",
            },
        },
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": "cart"}},
            "endpoints": [{"port": "http", "path": "/metrics", "scheme": "http", "interval": "15s"}],
        },
    }


def test_pod_monitor_selects_the_pods() -> None:
    """Without a Service, a PodMonitor selects the pods themselves."""
    body = monitor(target(service=None, service_labels={}), Metrics(monitor="pod"), SELECTION)
    assert body is not None
    assert body["kind"] == "PodMonitor"
    assert body["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": "cart"}}
    assert body["spec"]["podMetricsEndpoints"][0]["port"] == "http"
    assert "endpoints" not in body["spec"]


def test_monitor_elsewhere_says_where_the_service_is() -> None:
    """A monitor looks in its own namespace unless it is told another one."""
    elsewhere = monitor(target(monitoring_namespace="monitoring"), Metrics(), SELECTION)
    here = monitor(target(monitoring_namespace="shop"), Metrics(), SELECTION)
    assert elsewhere is not None
    assert here is not None
    assert elsewhere["metadata"]["namespace"] == "monitoring"
    assert elsewhere["spec"]["namespaceSelector"] == {"matchNames": ["shop"]}
    assert "namespaceSelector" not in here["spec"]
    assert "namespace" not in here["metadata"]


def test_selection_labels_win_over_others() -> None:
    """Whatever the component's labels are, Prometheus finds its monitor."""
    body = monitor(target(labels={"release": "mine"}), Metrics(labels={"release": "yours"}), SELECTION)
    assert body is not None
    assert body["metadata"]["labels"] == SELECTION


def test_no_monitor_where_another_configuration_scrapes() -> None:
    """With monitor false there is none."""
    assert monitor(target(), Metrics(monitor=False), SELECTION) is None


def test_every_option_of_the_endpoint_is_set(snapshot: SnapshotAssertion) -> None:
    """All that can be said about a scrape stands in the monitor, in the CRD's words."""
    metrics = Metrics(
        name="cart-metrics",
        path="/actuator/prometheus",
        interval="30s",
        scrape_timeout="10s",
        scheme="https",
        params={"match[]": ["a", "b"]},
        tls=MetricsTls(ca=KeyRef(name="cart-ca", key="ca.crt"), server_name="cart.shop.svc"),
        bearer_token=KeyRef(name="cart-token", key="token"),
        honor_labels=True,
        relabelings=[Relabeling(source_labels=["__meta_kubernetes_pod_node_name"], target_label="node")],
        metric_relabelings=[Relabeling(action="drop", source_labels=["__name__"], regex="go_.*")],
        target_labels=["team"],
        pod_target_labels=["version"],
        sample_limit=5000,
    )
    body = monitor(target(), metrics, SELECTION)
    assert body is not None
    assert body["metadata"]["annotations"] == {"lumen-constructs/external": "Secret/cart-ca Secret/cart-token"}
    assert body["spec"]["endpoints"][0]["relabelings"][0]["action"] == "replace"
    assert body == snapshot


def test_refuses_monitor_without_anything_to_select() -> None:
    """A monitor that selects nothing would scrape nothing, without a word."""
    with pytest.raises(LumenError, match="'service' needs a Service, and cart has none; set it to 'pod'"):
        monitor(target(service=None), Metrics(), SELECTION)
    with pytest.raises(LumenError, match="needs labels that select the pods of cart"):
        monitor(target(pod_labels={}), Metrics(monitor="pod"), SELECTION)


def test_refuses_component_without_a_port() -> None:
    """Metrics are scraped from a port."""
    with pytest.raises(LumenError, match=r"cart has no port to scrape; give it one, or set metrics.monitor to false"):
        monitor(target(port=None), Metrics(), SELECTION)
