from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import yaml
from pydantic import ValidationError

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import faults_of
from lumen_constructs.options.base import Options
from lumen_constructs.options.env import KeyRef
from lumen_constructs.options.metrics import PRESETS, Metrics, MetricsTls, Preset, Relabeling, RequestMetrics


def from_yaml(kind: type[Options], text: str) -> Any:
    """Read an option as a values file does."""
    try:
        return kind.model_validate(yaml.safe_load(text), by_alias=True, by_name=False)
    except ValidationError as error:
        raise LumenError(*(str(fault) for fault in faults_of(error, kind))) from None


def test_defaults_are_those_that_prometheus_users_expect() -> None:
    """Without a word, /metrics is scraped every 30 s through a ServiceMonitor."""
    metrics = Metrics()
    assert metrics.monitor == "service"
    assert metrics.endpoint("http") == {"port": "http", "path": "/metrics", "scheme": "http", "interval": "30s"}


def test_reads_values_in_camel_case() -> None:
    """A values file says the same in Kubernetes' spelling, and false turns the monitor off."""
    text = "{path: /stats, interval: 1m, scrapeTimeout: 10s, honorLabels: true, monitor: false, requests: spring-boot}"
    metrics = from_yaml(Metrics, text)
    expected = Metrics(
        path="/stats", interval="1m", scrape_timeout="10s", honor_labels=True, monitor=False, requests="spring-boot"
    )
    assert metrics == expected


@pytest.mark.parametrize("preset", list(PRESETS))
def test_presets_are_whole(preset: Preset) -> None:
    """Each preset knows requests, errors and latency, and its short form is its name."""
    series = RequestMetrics(preset=preset).series
    assert series.total
    assert series.errors
    assert series.duration
    assert Metrics(requests=preset).requests == RequestMetrics(preset=preset)


def test_preset_gives_way_to_what_is_said() -> None:
    """What stands beside a preset takes its place, also where it is empty."""
    series = RequestMetrics(preset="spring-boot", matchers="", errors='outcome="SERVER_ERROR"').series
    assert series.matchers == ""
    assert series.errors == 'outcome="SERVER_ERROR"'
    assert series.total == "http_server_requests_seconds_count"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Metrics(interval="10s", scrape_timeout="30s"), "scrape_timeout 30s is longer than the interval, 10s"),
        (lambda: Metrics(interval=cast("str", 30)), "interval 30 needs a unit; write '30s'"),
        (lambda: Metrics(interval="soon"), "interval 'soon' is not a duration"),
        (lambda: Metrics(interval="0s"), "interval '0s' must be longer than nothing"),
        (lambda: Metrics(path="metrics"), "path 'metrics'"),
        (lambda: Metrics(tls=MetricsTls(insecure_skip_verify=True)), "tls needs scheme https"),
        (lambda: Metrics(monitor="pod", target_labels=["team"]), "need monitor 'service'"),
        (lambda: from_yaml(Metrics, "requests: springboot"), "must be one of http, spring-boot, opentelemetry, grpc"),
        (RequestMetrics, "needs total, the counter of requests, or a preset"),
        (lambda: RequestMetrics(total="http-requests"), "total 'http-requests' must be a metric name"),
        (lambda: RequestMetrics(total="x", errors="status=5xx"), "errors 'status=5xx' must be label matchers"),
        (lambda: RequestMetrics(total="x", duration="x_bucket"), "must be the histogram's name, without '_bucket'"),
        (lambda: RequestMetrics(total="x", buckets=[1.0, 0.5]), "buckets must be positive bounds that rise"),
        (Relabeling, "needs target_label: replace compares or writes one"),
        (lambda: Relabeling(action="hashmod", target_label="x"), "action hashmod and modulus go together"),
    ],
)
def test_refuses_metrics_that_cannot_be(make: Callable[[], object], message: str) -> None:
    """Each contradiction is one line that says what is wrong."""
    with pytest.raises(LumenError) as raised:
        make()
    assert message in str(raised.value)


def test_certificate_and_token_come_from_secrets() -> None:
    """What the endpoint needs to be trusted stands in the CRD's words."""
    metrics = Metrics(
        scheme="https",
        tls=MetricsTls(ca=KeyRef(name="ca", key="ca.crt"), insecure_skip_verify=True),
        bearer_token=KeyRef(name="token", key="t"),
    )
    endpoint = metrics.endpoint("http")
    assert endpoint["tlsConfig"] == {"ca": {"secret": {"name": "ca", "key": "ca.crt"}}, "insecureSkipVerify": True}
    assert endpoint["authorization"] == {"type": "Bearer", "credentials": {"name": "token", "key": "t"}}
