from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.analysis import analysis_template
from lumen_constructs.observability.rules import Watch
from lumen_constructs.observability.target import Target
from lumen_constructs.options.alerts import Alerts, Tuning
from lumen_constructs.options.delivery import Analysis
from lumen_constructs.options.metrics import Metrics, RequestMetrics
from lumen_constructs.promql import expr_fault
from tests.networking.custom import schema_faults
from tests.observability.promtool import Case, failures, needs_promtool

ADDRESS = "http://prometheus-operated.monitoring.svc:9090"


def template(
    requests: Any = "http", *, name: str = "cart", alerts: Alerts | None = None, counted: bool = False, **analysis: Any
) -> dict[str, Any]:
    """Give the template of a component."""
    target = Target(name=name, namespace="shop", workload=name, kind="Rollout", service=name, port="http")
    watch = Watch(target, Metrics(requests=requests, interval="20s"), alerts or Alerts())
    return analysis_template(watch, Analysis(**analysis), address=ADDRESS, counted=counted)


def measured(**given: Any) -> dict[str, dict[str, Any]]:
    """Give the measurements of a component, by name."""
    return {metric["name"]: metric for metric in template(**given)["spec"]["metrics"]}


def query(metric: dict[str, Any]) -> str:
    """Give the expression of a measurement, as the controller sends it."""
    text: str = metric["provider"]["prometheus"]["query"]
    return text.replace("{{args.latest-hash}}", "6d5f9c7b8d")


def test_measures_the_new_versions_own_pods() -> None:
    """Errors and latency are those of pods with the new hash, each held against the figure of its alert."""
    found = measured()
    assert list(found) == ["error-rate", "latency"]
    assert found["error-rate"]["successCondition"] == "result[0] <= 0.05"
    assert found["latency"]["successCondition"] == "result[0] < 1"
    for metric in found.values():
        assert query(metric).count('pod=~"cart-6d5f9c7b8d-.+"') >= 2
        assert metric["provider"]["prometheus"]["address"] == ADDRESS
        assert expr_fault(query(metric)) is None
    assert template()["spec"]["args"] == [{"name": "latest-hash"}]
    assert schema_faults(template()) == []


def test_silence_is_good_and_absence_is_not() -> None:
    """Pods without requests count as good; pods that nobody scrapes have no result, which ends the roll-out."""
    for metric in measured().values():
        assert query(metric).endswith(' or 0 * max(up{namespace="shop",job="cart",pod=~"cart-6d5f9c7b8d-.+"} == 1)')


def test_figures_follow_the_alerts_unless_they_are_given() -> None:
    """What is bad for an alert is bad for a new version, and may be said otherwise."""
    alerts = Alerts(high_error_rate=Tuning(threshold=0.01), high_latency=Tuning(enabled=False), latency_quantile=0.95)
    found = measured(alerts=alerts)
    assert found["error-rate"]["successCondition"] == "result[0] <= 0.01"
    assert found["latency"]["successCondition"] == "result[0] < 1"
    assert "histogram_quantile(0.95," in query(found["latency"])
    own = measured(alerts=alerts, max_error_rate=0.002, max_latency=0.25)
    assert [metric["successCondition"] for metric in own.values()] == ["result[0] <= 0.002", "result[0] < 0.25"]


def test_every_setting_reaches_the_template() -> None:
    """Interval, delay, count and limit stand in each measurement; only a switch is counted."""
    given = {"interval": "30s", "initial_delay": "2m", "failure_limit": 1, "count": 3}
    for metric in measured(counted=True, **given).values():
        assert {key: metric[key] for key in ("interval", "initialDelay", "failureLimit", "count")} == {
            "interval": "30s",
            "initialDelay": "2m",
            "failureLimit": 1,
            "count": 3,
        }
    assert "count" not in measured(**given)["latency"]


def test_waits_for_two_scrapes() -> None:
    """A rate needs two scrapes of the new pods before it says anything."""
    target = Target(name="cart", namespace="shop", workload="cart", service="cart")
    watch = Watch(target, Metrics(requests="http", interval="2m"))
    body = analysis_template(watch, Analysis(), address=ADDRESS, counted=False)
    assert {metric["initialDelay"] for metric in body["spec"]["metrics"]} == {"240s"}
    assert {metric["initialDelay"] for metric in template()["spec"]["metrics"]} == {"1m"}


@pytest.mark.parametrize(
    ("requests", "names"),
    [
        (RequestMetrics(total="calls_total", errors='code="500"'), ["error-rate"]),
        (RequestMetrics(total="calls_total", duration="calls_seconds"), ["latency"]),
    ],
)
def test_measures_what_is_declared(requests: RequestMetrics, names: list[str]) -> None:
    """A component that declares just one of the two is measured by it."""
    assert list(measured(requests=requests)) == names


def test_refuses_a_latency_that_the_histogram_cannot_measure() -> None:
    """A figure beyond the last bucket would let every version pass."""
    requests = RequestMetrics(preset="http", buckets=[0.1, 0.5])
    with pytest.raises(LumenError, match=r"^delivery.analysis.maxLatency 2 can never be reached: .* up to 0.5 s"):
        template(requests, max_latency=2.0)


def test_refuses_a_name_whose_pods_lose_their_hash() -> None:
    """Kubernetes cuts long names of pods, and the hash of the version with them."""
    with pytest.raises(LumenError, match="has 47 characters; an analysis tells the new version by its pods' names"):
        template(name="a" * 47)
    assert template(name="a" * 46)


@needs_promtool
def test_tells_good_versions_from_bad_silent_and_lost_ones(tmp_path: Path) -> None:
    """Over real series the expressions give the figures; for pods that nobody scrapes they give nothing."""
    good, bad = 'pod="cart-6d5f9c7b8d-x2bq4"', 'pod="cart-5b4c9d7f6-x2bq4"'
    scope = 'namespace="shop",job="cart"'
    total, bucket = "http_requests_total", "http_request_duration_seconds_bucket"
    up = {f"up{{{scope},{good}}}": "1x30"}
    served = {
        f'{total}{{{scope},{good},status="200"}}': "0+90x30",
        f'{total}{{{scope},{good},status="500"}}': "0+10x30",
    }
    timed = {
        f'{bucket}{{{scope},{good},le="{le}"}}': f"0+{step}x30" for le, step in (("0.5", 0), ("1", 100), ("+Inf", 100))
    }
    # The old version fails always, and is none of the new one's business.
    old = {f'{total}{{{scope},{bad},status="500"}}': "0+100x30", f"up{{{scope},{bad}}}": "1x30"}
    errors, latency = (query(metric) for metric in measured().values())
    cases = [
        Case("served", [], up | served | timed | old, "20m", {}, values={errors: 0.1, latency: 0.995}),
        Case("silent", [], up | old, "20m", {}, values={errors: 0, latency: 0}),
    ]
    assert failures(cases, tmp_path) == {}
    # promtool has no words for "no sample" among values: a count of nothing is absent.
    lost = {f"absent({text})": 1.0 for text in (errors, latency)}
    assert failures([Case("lost", [], old, "20m", {}, values=lost)], tmp_path) == {}
