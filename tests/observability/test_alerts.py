from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.prometheus_rule import rule_groups
from lumen_constructs.observability.target import Target
from lumen_constructs.options.alerts import DEFAULTS, alert_suffix
from lumen_constructs.options.metrics import Alerts, Metrics, RequestMetrics, Tuning
from tests.observability.promtool import Case, check, failures, needs_promtool
from tests.observability.samples import METRICS, POD, target

UP = 'up{namespace="shop",job="cart",pod="%s"}'
HERE = f'namespace="shop",pod="{POD}",container="cart"'
#: A pod of another workload, whose name begins as ours.
NEIGHBOUR = 'namespace="shop",pod="cart-db-0",container="cart"'
ELSEWHERE = f'namespace="stage",pod="{POD}",container="cart"'
LIMIT = 'kube_pod_container_resource_limits{%s,resource="memory",unit="byte"}'
RESTARTS = "kube_pod_container_status_restarts_total{%s}"
WORKING_SET = "container_memory_working_set_bytes{%s}"
DEPLOYMENT = 'namespace="shop",deployment="cart"'
HPA = 'namespace="shop",horizontalpodautoscaler="cart"'
CLAIM = 'namespace="shop",persistentvolumeclaim="cart-data"'
REQUESTS = 'http_requests_total{namespace="shop",job="cart",status="%s"}'
BUCKET = 'http_request_duration_seconds_bucket{namespace="shop",job="cart",le="%s"}'


CART = target()


@dataclass(frozen=True)
class Pair:
    """Series that fire an alert, and nearly the same that do not."""

    alert: str
    at: str
    fires: Mapping[str, str]
    quiet: Mapping[str, str]
    target: Target = CART


def replicas(available: str, wanted: str) -> dict[str, str]:
    """Give the figures of the Deployment."""
    return {
        f"kube_deployment_status_replicas_available{{{DEPLOYMENT}}}": available,
        f"kube_deployment_spec_replicas{{{DEPLOYMENT}}}": wanted,
    }


def autoscaler(desired: str, least: str, most: str) -> dict[str, str]:
    """Give the figures of the autoscaler."""
    return {
        f"kube_horizontalpodautoscaler_status_desired_replicas{{{HPA}}}": desired,
        f"kube_horizontalpodautoscaler_spec_min_replicas{{{HPA}}}": least,
        f"kube_horizontalpodautoscaler_spec_max_replicas{{{HPA}}}": most,
    }


def volume(available: str, claim: str = CLAIM) -> dict[str, str]:
    """Give the figures of a volume of 1,000 bytes."""
    return {
        f"kubelet_volume_stats_available_bytes{{{claim}}}": available,
        f"kubelet_volume_stats_capacity_bytes{{{claim}}}": "1000x1000",
    }


def rollout(ready: str, wanted: str) -> dict[str, str]:
    """Give two ReplicaSets of the Rollout ``cart``, and one of a Deployment that has the same name."""
    series = {}
    for replica_set, kind in (("cart-5f", "Rollout"), ("cart-6c", "Rollout"), ("cart-99", "Deployment")):
        own = f'namespace="shop",replicaset="{replica_set}"'
        counted = kind == "Rollout"
        series[f"kube_replicaset_status_ready_replicas{{{own}}}"] = ready if counted else "0x100"
        series[f"kube_replicaset_spec_replicas{{{own}}}"] = wanted if counted else "9x100"
        series[f'kube_replicaset_owner{{{own},owner_kind="{kind}",owner_name="cart"}}'] = "1x100"
    return series


def latency(fast: str, slow: str) -> dict[str, str]:
    """Give a histogram: requests within a second, and requests within five."""
    return {BUCKET % "1": fast, BUCKET % "5": slow, BUCKET % "+Inf": slow}


PAIRS = [
    Pair("TargetAbsent", "20m", {UP % "a": "0x100"}, {UP % "a": "1x100"}),
    Pair("TargetAbsent", "20m", {'up{namespace="stage",job="cart"}': "1x100"}, {UP % "a": "1x100", UP % "b": "1x100"}),
    # Scaled to nothing on purpose: no targets, and nothing is wrong.
    Pair("TargetAbsent", "20m", replicas("1x100", "1x100"), replicas("0x100", "0x100")),
    Pair("TargetDown", "20m", {UP % "a": "1x100", UP % "b": "0x100"}, {UP % "a": "1x100", UP % "b": "0x9 1x100"}),
    Pair("Unavailable", "20m", replicas("0x100", "2x100"), replicas("1x100", "1x100")),
    Pair("ReplicasUnavailable", "20m", replicas("1x100", "2x100"), replicas("1x10 2x100", "2x100")),
    Pair(
        "Restarting", "40m", {RESTARTS % HERE: "0+1x40"}, {RESTARTS % HERE: "0x20 1x20", RESTARTS % NEIGHBOUR: "0+1x40"}
    ),
    Pair(
        "HighMemoryUsage",
        "40m",
        {WORKING_SET % HERE: "95x100", LIMIT % HERE: "100x100"},
        {
            WORKING_SET % HERE: "85x100",
            LIMIT % HERE: "100x100",
            WORKING_SET % NEIGHBOUR: "99x100",
            LIMIT % NEIGHBOUR: "100x100",
            WORKING_SET % ELSEWHERE: "99x100",
            LIMIT % ELSEWHERE: "100x100",
        },
    ),
    # Two kube-state-metrics count once, and a limit of nothing is no limit.
    Pair(
        "HighMemoryUsage",
        "40m",
        {
            WORKING_SET % HERE: "95x100",
            LIMIT % f'{HERE},instance="a"': "100x100",
            LIMIT % f'{HERE},instance="b"': "100x100",
        },
        {WORKING_SET % HERE: "95x100", LIMIT % HERE: "0x100"},
    ),
    Pair("AutoscalerAtMaximum", "40m", autoscaler("5x100", "2x100", "5x100"), autoscaler("4x100", "2x100", "5x100")),
    # Whoever sets both bounds to one figure wants just that many.
    Pair("AutoscalerAtMaximum", "40m", autoscaler("5x100", "2x100", "5x100"), autoscaler("5x100", "5x100", "5x100")),
    Pair("VolumeFillingUp", "9h", volume("600-1x560"), volume("140x1000")),
    Pair(
        "VolumeAlmostFull", "20m", volume("40x1000"), volume("60x1000") | volume("0x1000", CLAIM.replace("cart", "db"))
    ),
    Pair(
        "VolumeAlmostFull",
        "20m",
        volume("40x1000", CLAIM.replace("cart-data", "data-cart-0")),
        volume("40x1000", CLAIM.replace("cart-data", "data-cart-db-0")),
        target(kind="StatefulSet", claim_templates=("data",)),
    ),
    Pair(
        "HighErrorRate",
        "30m",
        {REQUESTS % "200": "0+90x100", REQUESTS % "503": "0+10x100"},
        {REQUESTS % "200": "0+96x100", REQUESTS % "503": "0+4x100"},
    ),
    Pair("HighLatency", "30m", latency("0+90x100", "0+100x100"), latency("0+100x100", "0+100x100")),
    Pair(
        "ReplicasUnavailable",
        "20m",
        {
            'kube_statefulset_status_replicas_ready{namespace="shop",statefulset="cart"}': "1x100",
            'kube_statefulset_replicas{namespace="shop",statefulset="cart"}': "3x100",
        },
        {
            'kube_statefulset_status_replicas_ready{namespace="shop",statefulset="cart"}': "3x100",
            'kube_statefulset_replicas{namespace="shop",statefulset="cart"}': "3x100",
        },
        target(kind="StatefulSet"),
    ),
    Pair(
        "Unavailable",
        "20m",
        {
            'kube_daemonset_status_number_available{namespace="shop",daemonset="cart"}': "0x100",
            'kube_daemonset_status_desired_number_scheduled{namespace="shop",daemonset="cart"}': "3x100",
        },
        {
            'kube_daemonset_status_number_available{namespace="shop",daemonset="cart"}': "0x100",
            'kube_daemonset_status_desired_number_scheduled{namespace="shop",daemonset="cart"}': "0x100",
        },
        target(kind="DaemonSet"),
    ),
    Pair("ReplicasUnavailable", "20m", rollout("1x100", "2x100"), rollout("2x100", "2x100"), target(kind="Rollout")),
    Pair("Unavailable", "20m", rollout("0x100", "2x100"), rollout("2x100", "2x100"), target(kind="Rollout")),
]


def cases() -> list[Case]:
    """Give two cases for each pair; an alert on absent targets is tried where it is the one in question."""
    made = []
    for index, pair in enumerate(PAIRS):
        absent = pair.alert == "TargetAbsent"
        groups = rule_groups(pair.target, metrics=METRICS, alerts=Alerts(target_absent=Tuning(enabled=absent)))
        for kind, series in (("fires", pair.fires), ("quiet", pair.quiet)):
            firing = {f"Cart{pair.alert}": 1} if kind == "fires" else {}
            made.append(Case(f"{index}-{pair.alert}-{kind}", groups, series, pair.at, firing))
    return made


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give what promtool says of the cases that failed."""
    return failures(cases(), tmp_path_factory.mktemp("promtool"))


@needs_promtool
@pytest.mark.parametrize("name", [case.name for case in cases()])
def test_fires_over_the_series_that_it_is_for(told: dict[str, str], name: str) -> None:
    """Each alert fires over one set of series, alone, and is quiet over nearly the same."""
    assert name not in told, told[name]


def test_every_default_alert_is_tried_on_series() -> None:
    """No default alert is without a pair of series above."""
    assert {pair.alert for pair in PAIRS} == {alert_suffix(field) for field in DEFAULTS}


def rules(**options: Any) -> dict[str, dict[str, Any]]:
    """Give the rules of the sample component, by name."""
    groups = rule_groups(options.pop("target", target()), **options)
    return {rule.get("alert") or rule["record"]: rule for group in groups for rule in group["rules"]}


@needs_promtool
def test_templates_are_what_prometheus_reads(tmp_path: Path) -> None:
    """The summaries and descriptions of all alerts pass promtool's own check."""
    assert check(rule_groups(target(), metrics=METRICS), tmp_path) == ""


def test_alerts_follow_from_what_is_declared() -> None:
    """Without metrics, autoscaler and claims, just the alerts on the workload itself are left."""
    bare = rules(target=target(autoscaler=None, claims=()))
    assert list(bare) == ["CartUnavailable", "CartReplicasUnavailable", "CartRestarting", "CartHighMemoryUsage"]


def test_scraped_component_without_request_metrics_has_no_request_alerts() -> None:
    """Error rate and latency are watched only where a component declares what counts its requests."""
    assert "CartTargetAbsent" in rules(metrics=Metrics())
    assert not {"CartHighErrorRate", "CartHighLatency"} & set(rules(metrics=Metrics()))
    only_total = Metrics(requests=RequestMetrics(total="jobs_total"))
    assert not {"CartHighErrorRate", "CartHighLatency"} & set(rules(metrics=only_total))


def test_every_alert_says_what_on_call_needs() -> None:
    """Every default alert carries severity, namespace, service, a summary, a description and a runbook."""
    for name, rule in rules(metrics=METRICS).items():
        assert rule["labels"]["severity"] in {"critical", "warning"}, name
        assert rule["labels"]["namespace"] == "shop"
        assert rule["labels"]["service"] == "cart"
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"] != rule["annotations"]["summary"]
        assert rule["annotations"]["runbook_url"].startswith("https://")


def test_tuning_changes_threshold_duration_and_severity() -> None:
    """What is given about an alert takes the place of its default figures, and the rest stays."""
    tuned = Alerts(high_memory_usage=Tuning(threshold=0.8, for_="5m", severity="critical"))
    rule = rules(alerts=tuned)["CartHighMemoryUsage"]
    assert rule["expr"].endswith("> 0.8")
    assert rule["for"] == "5m"
    assert rule["labels"]["severity"] == "critical"
    assert "80 %" in rule["annotations"]["description"]
    assert rules(alerts=Alerts(high_memory_usage=Tuning(threshold=0.8)))["CartHighMemoryUsage"]["for"] == "15m"


@pytest.mark.parametrize(
    ("field", "alert"),
    [
        ("target_absent", "CartTargetAbsent"),
        ("target_down", "CartTargetDown"),
        ("unavailable", "CartUnavailable"),
        ("replicas_unavailable", "CartReplicasUnavailable"),
        ("restarting", "CartRestarting"),
        ("high_memory_usage", "CartHighMemoryUsage"),
        ("autoscaler_at_maximum", "CartAutoscalerAtMaximum"),
        ("volume_filling_up", "CartVolumeFillingUp"),
        ("volume_almost_full", "CartVolumeAlmostFull"),
        ("high_error_rate", "CartHighErrorRate"),
        ("high_latency", "CartHighLatency"),
    ],
)
def test_alert_that_is_turned_off_is_not_there(field: str, alert: str) -> None:
    """The short form false takes one default alert out and leaves the others; a tuning is for just this one."""
    every = rules(metrics=METRICS)
    assert set(every) - set(rules(metrics=METRICS, alerts=Alerts.model_validate({field: False}))) == {alert}
    tuned = rules(metrics=METRICS, alerts=Alerts.model_validate({field: {"for_": "77m"}}))
    assert [name for name, rule in tuned.items() if rule != every[name]] == [alert]
    assert tuned[alert]["for"] == "77m"


def test_prefix_and_runbook_come_from_the_component() -> None:
    """The names begin with the prefix, and the runbook's URL is filled for each alert."""
    alerts = Alerts(prefix="LogPilot", runbook_url="https://runbooks.example.com/{service}/{rule}?alert={alert}")
    rule = rules(alerts=alerts)["LogPilotHighMemoryUsage"]
    url = "https://runbooks.example.com/cart/HighMemoryUsage?alert=LogPilotHighMemoryUsage"
    assert rule["annotations"]["runbook_url"] == url


def test_rate_window_holds_four_scrapes() -> None:
    """A component that is scraped every two minutes has its rates taken over eight."""
    slow = Metrics(requests="http", interval="2m")
    assert "[480s]" in rules(metrics=slow)["CartHighErrorRate"]["expr"]
    assert "[5m]" in rules(metrics=METRICS)["CartHighErrorRate"]["expr"]


def test_milliseconds_are_compared_as_seconds() -> None:
    """A histogram in milliseconds is divided, so that thresholds are always in seconds."""
    millis = Metrics(requests=RequestMetrics(preset="http", duration="took_ms", unit="milliseconds"))
    assert rules(metrics=millis)["CartHighLatency"]["expr"].endswith("/ 1000 >= 1")


def test_refuses_latency_threshold_beyond_the_histogram() -> None:
    """A threshold above the last bucket could never be reached."""
    short = Metrics(requests=RequestMetrics(preset="http", buckets=[0.1, 0.5]))
    with pytest.raises(LumenError, match=r"highLatency.threshold 1 can never be reached.* up to 0.5 s; use no more"):
        rules(metrics=short)
