from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.prometheus_rule import prometheus_rule, rule_groups
from lumen_constructs.observability.rules import expr_faults
from lumen_constructs.options.metrics import AlertRule, Alerts, Metrics, RecordingRule, Slo
from tests.observability.samples import METRICS, POD, SELECTION, target

OWN = AlertRule(
    alert="CartQueueFull",
    expr="max(cart_queue_length{$scope}) > 100 and on () count(kube_pod_info{$pods}) > 0",
    for_="5m",
    keep_firing_for="10m",
    severity="info",
    summary="The queue is full",
    labels={"queue": "orders"},
    annotations={"dashboard": "cart"},
)


def test_whole_rule_of_a_component(snapshot: SnapshotAssertion) -> None:
    """Recordings, default alerts, own alerts and an objective make one PrometheusRule."""
    alerts = Alerts(
        rules=[OWN],
        recordings=[RecordingRule(record="cart:orders:rate5m", expr="sum(rate(orders_total{$scope}[5m]))")],
        labels={"team": "shop"},
    )
    slos = [Slo(name="availability", objective=99.9)]
    body = prometheus_rule(target(), SELECTION, metrics=METRICS, alerts=alerts, slos=slos)
    assert body is not None
    assert body["metadata"]["labels"]["release"] == "kube-prometheus-stack"
    assert [group["name"] for group in body["spec"]["groups"]] == [
        "cart-recordings",
        "cart-alerts",
        "cart-slo-availability",
    ]
    assert body == snapshot


def test_own_alert_is_scoped_and_labelled() -> None:
    """In an own alert the component's matchers are filled in, and the component's labels are added."""
    rule = rule_groups(target(), metrics=METRICS, alerts=Alerts(rules=[OWN], labels={"team": "shop"}))[0]["rules"][-1]
    assert 'cart_queue_length{namespace="shop",job="cart"}' in rule["expr"]
    assert 'kube_pod_info{namespace="shop",pod=~"cart-' in rule["expr"]
    assert rule["for"] == "5m"
    assert rule["keep_firing_for"] == "10m"
    assert rule["labels"] == {
        "team": "shop",
        "queue": "orders",
        "namespace": "shop",
        "service": "cart",
        "severity": "info",
    }
    assert rule["annotations"] == {
        "dashboard": "cart",
        "summary": "The queue is full",
        "description": "The queue is full",
    }
    assert POD not in rule["expr"]


def test_every_expression_parses() -> None:
    """All that is made for a component of each kind is valid PromQL."""
    pytest.importorskip("promql_parser")
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "Rollout"):
        for preset in ("http", "spring-boot", "opentelemetry", "grpc"):
            slos = [
                Slo(name="a", objective=99.5),
                Slo(name="b", objective=99, kind="latency", threshold="1s", window="7d"),
            ]
            groups = rule_groups(target(kind=kind), metrics=Metrics(requests=preset), slos=slos)
            assert list(expr_faults(groups)) == []


def test_alerts_may_be_turned_off() -> None:
    """Without alerts there is no PrometheusRule."""
    assert prometheus_rule(target(), SELECTION, metrics=METRICS, alerts=Alerts(enabled=False)) is None


def test_same_input_gives_the_same_body() -> None:
    """Nothing in a rule depends on the run."""
    assert prometheus_rule(target(), SELECTION, metrics=METRICS) == prometheus_rule(
        target(), SELECTION, metrics=METRICS
    )


def test_refuses_expression_that_does_not_parse() -> None:
    """A fault in an expression names the alert."""
    pytest.importorskip("promql_parser")
    groups = [{"name": "x", "rules": [{"alert": "Down", "expr": "up{ == 0"}, {"record": "a:b", "expr": "sum("}]}]
    alert, record = expr_faults(groups)
    assert alert.startswith("alert 'Down': expr 'up{ == 0' is not valid PromQL")
    assert record.startswith("record 'a:b': expr 'sum(' is not valid PromQL")


def test_refuses_own_alert_with_the_name_of_a_default_one() -> None:
    """Two alerts of one name could not be told apart."""
    twin = AlertRule(alert="CartUnavailable", expr="up == 0", summary="Down")
    with pytest.raises(
        LumenError, match="alert 'CartUnavailable' is made twice; give the component's own rule another"
    ):
        rule_groups(target(), alerts=Alerts(rules=[twin]))
