from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.prometheus_rule import rule_groups
from lumen_constructs.observability.slos import burn_rates, duration
from lumen_constructs.options.metrics import CounterEvents, Metrics, RequestMetrics, Slo
from tests.observability.promtool import Case, check, failures, needs_promtool
from tests.observability.samples import METRICS, target

AVAILABILITY = Slo(name="availability", objective=99.9)
LATENCY = Slo(name="latency", objective=99, kind="latency", threshold="300ms")
EVENTS = Slo(
    name="lines", objective=99.9, kind="events", events=CounterEvents(total="lines_total", bad="lines_dropped_total")
)

#: Series of all events, of those that are good, and of those that are bad, by objective.
SUCCEEDED = 'http_requests_total{namespace="shop",job="cart",status="200"}'
FAILED = 'http_requests_total{namespace="shop",job="cart",status="503"}'
COUNT = 'http_request_duration_seconds_count{namespace="shop",job="cart"}'
WITHIN = 'http_request_duration_seconds_bucket{namespace="shop",job="cart",le="0.3"}'
LINES = 'lines_total{namespace="shop",job="cart"}'
DROPPED = 'lines_dropped_total{namespace="shop",job="cart"}'

#: Hours, requests in two minutes, and of those the bad ones.
Traffic = tuple[tuple[float, float, float], ...]


def counter(*parts: tuple[float, float]) -> str:
    """Write a counter that rises by so much every two minutes, for so many hours, as promtool reads it."""
    text, value = [], 0.0
    for hours, rise in parts:
        times = round(hours * 30)
        text.append(f"{value:.12g}+{rise:.12g}x{times - 1}")
        value += rise * times
    # The last value is looked at, too.
    return " ".join([*text, f"{value:.12g}x2"])


def requests(*traffic: tuple[float, float, float]) -> dict[str, str]:
    """Give the series of requests that succeeded and that failed."""
    return {
        SUCCEEDED: counter(*((hours, total - bad) for hours, total, bad in traffic)),
        FAILED: counter(*((hours, bad) for hours, _, bad in traffic)),
    }


def slo_rules(slo: Slo, metrics: Metrics | None = METRICS) -> list[dict[str, Any]]:
    """Give the rules of one objective of the sample component."""
    (group,) = [g for g in rule_groups(target(), metrics=metrics, slos=[slo]) if "-slo-" in g["name"]]
    rules: list[dict[str, Any]] = group["rules"]
    return rules


def case(
    name: str, series: Mapping[str, str], *firing: str, slo: Slo = AVAILABILITY, left: float | None = None
) -> Case:
    """Give a case over three days; ``left`` is the share of the error budget that is not used up then."""
    values = {} if left is None else {"sum(round(slo:error_budget_remaining:ratio, 0.01))": left}
    rules = [{"name": "slo", "rules": slo_rules(slo)}]
    fires = {f"Cart{alert}": 1 for alert in firing}
    return Case(name, rules, series, "72h", fires, interval="2m", evaluation="6h", values=values)


CASES = [
    case("no-errors", {SUCCEEDED: counter((72, 1000))}, left=1),
    case("half-the-pace", requests((72, 1000, 0.5)), left=0.5),
    # 2 % over 1h and 5m: more than 14.4 times 0.1 %, while the longer windows hardly see it.
    case("1h-and-5m", requests((71, 1000, 0), (1, 1000, 20)), "AvailabilityFastBurn"),
    case("1h-just-below", requests((71, 1000, 0), (1, 1000, 14))),
    # It was bad for most of an hour, and is over: the short window lets the alert end.
    case("1h-but-not-5m", requests((71, 1000, 0), (0.8, 1000, 30), (0.2, 1000, 0))),
    # 0.8 % over 6h and 30m: more than 6 times 0.1 %.
    case("6h-and-30m", requests((66, 1000, 0), (6, 1000, 8)), "AvailabilityFastBurn"),
    case("6h-just-below", requests((66, 1000, 0), (6, 1000, 5))),
    # 0.4 % over 1d and 2h: more than 3 times 0.1 %; before, there was so much traffic that 3d do not see it.
    case("1d-and-2h", requests((48, 9000, 0), (24, 1000, 4)), "AvailabilitySlowBurn"),
    case("1d-just-below", requests((48, 9000, 0), (24, 1000, 2.9))),
    case("1d-but-not-2h", requests((48, 9000, 0), (21, 1000, 5), (3, 1000, 0))),
    # 0.2 % over 3d and 6h: more than 0.1 %.
    case("3d-and-6h", requests((72, 1000, 2)), "AvailabilitySlowBurn", left=-1),
    case("3d-but-not-6h", requests((65, 1000, 2), (7, 1000, 0))),
    case(
        "latency-fires",
        {COUNT: counter((72, 1000)), WITHIN: counter((72, 800))},
        "LatencyFastBurn",
        "LatencySlowBurn",
        slo=LATENCY,
    ),
    case("latency-quiet", {COUNT: counter((72, 1000)), WITHIN: counter((72, 995))}, slo=LATENCY, left=0.5),
    # A threshold that is no bucket's bound is noticed at once, instead of measuring nothing for ever.
    case("latency-unknown-bucket", {COUNT: counter((72, 1000))}, "LatencyFastBurn", "LatencySlowBurn", slo=LATENCY),
    case(
        "events-fire",
        {LINES: counter((72, 1000)), DROPPED: counter((72, 100))},
        "LinesFastBurn",
        "LinesSlowBurn",
        slo=EVENTS,
    ),
    case("events-quiet", {LINES: counter((72, 1000)), DROPPED: counter((72, 0.5))}, slo=EVENTS),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give what promtool says of the cases that failed."""
    return failures(CASES, tmp_path_factory.mktemp("promtool"))


@needs_promtool
@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_burns_over_the_series_that_it_is_for(told: dict[str, str], name: str) -> None:
    """Each burn rate fires its alert, and only it, and is quiet just below, and soon after the errors end."""
    assert name not in told, told[name]


@needs_promtool
def test_templates_are_what_prometheus_reads(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The rules of all kinds of objectives pass promtool's own check."""
    groups = rule_groups(target(), metrics=METRICS, slos=[AVAILABILITY, LATENCY, EVENTS])
    assert check(groups, tmp_path_factory.mktemp("promtool")) == ""


def test_burn_rates_equal_the_published_arithmetic() -> None:
    """At 99.9 % over 30 days: 14.4 x over 1h and 5m, 6 x over 6h and 30m, 3 x over 1d and 2h, 1 x over 3d and 6h."""
    assert [
        (rate.severity, float(rate.factor), duration(rate.long), duration(rate.short))
        for rate in burn_rates(AVAILABILITY)
    ] == [
        ("critical", 14.4, "1h", "5m"),
        ("critical", 6.0, "6h", "30m"),
        ("warning", 3.0, "1d", "2h"),
        ("warning", 1.0, "3d", "6h"),
    ]


def test_expressions_hold_the_published_figures() -> None:
    """The alerts compare with factor times budget, both as published, in each window."""
    fast, slow = (rule["expr"] for rule in slo_rules(AVAILABILITY) if "alert" in rule)
    own = '{namespace="shop",service="cart",slo="availability"}'
    for expr, figures in (
        (fast, (("14.4", "1h", "5m"), ("6", "6h", "30m"))),
        (slow, (("3", "1d", "2h"), ("1", "3d", "6h"))),
    ):
        for factor, long, short in figures:
            for window in (long, short):
                assert f"slo:error_ratio:rate{window}{own} > ({factor} * 0.001)" in expr


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("28d", [(13.44, "1h"), (5.6, "6h"), (2.8, "1d"), (Fraction(14, 15), "3d")]),
        ("90d", [(43.2, "1h"), (18, "6h"), (9, "1d"), (3, "3d")]),
        ("7d", [(3.36, "1h"), (1.4, "6h"), (1, "16h48m")]),
    ],
)
def test_other_windows_spend_the_same_shares(window: str, expected: list[tuple[float, str]]) -> None:
    """Over other windows the factor follows, and where it would be below 1 the alert's window shrinks instead."""
    rates = [
        (float(rate.factor), duration(rate.long)) for rate in burn_rates(Slo(name="x", objective=99.9, window=window))
    ]
    if window == "28d":
        # 10 % of 28 days are 2.8 days: three would make the factor less than 1.
        expected = [*expected[:3], (1, "2d19h12m")]
    assert rates == [(float(factor), long) for factor, long in expected]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    objective=st.integers(1, 99999).map(lambda n: n / 1000),
    window=st.integers(7, 365).map(lambda days: f"{days}d"),
)
def test_every_burn_rate_can_fire_and_spends_budget(objective: float, window: str) -> None:
    """Whatever the objective: no factor is below 1 or out of reach, and what is spent is the published share."""
    slo = Slo(name="x", objective=objective, window=window)
    seconds = int(window[:-1]) * 86400
    for rate in burn_rates(slo):
        assert rate.factor >= 1
        assert rate.factor * slo.budget < 1
        assert abs(rate.long / rate.short - (12 if rate.long != rate.short else 1)) < 0.01
        share = rate.factor * rate.long / seconds
        assert min(abs(float(share) - published) for published in (0.02, 0.05, 0.1)) < 1e-4


def test_out_of_reach_rate_is_left_out() -> None:
    """At 90 % even a total outage burns just ten times too fast, so 14.4 times is not asked for."""
    assert [float(rate.factor) for rate in burn_rates(Slo(name="x", objective=90))] == [6, 3, 1]


def test_whole_bound_is_found_in_either_spelling() -> None:
    """Clients write the bucket of one second as 1 or 1.0."""
    expr = slo_rules(Slo(name="x", objective=99, kind="latency", threshold="1s"))[0]["expr"]
    assert 'le=~"1|1\\\\.0"' in expr


def test_milliseconds_are_compared_in_their_unit() -> None:
    """A threshold of 300ms is the bucket 300 of a histogram in milliseconds."""
    millis = Metrics(
        requests=RequestMetrics(preset="http", duration="took_ms", unit="milliseconds", buckets=[300.0, 2000.0])
    )
    assert 'took_ms_bucket{namespace="shop",job="cart",le=~"300|300' in slo_rules(LATENCY, millis)[0]["expr"]


def test_events_may_share_a_counter() -> None:
    """Without a counter of their own, bad events are those of the total that the matchers tell."""
    events = CounterEvents(total="jobs_total", total_matchers='queue="mail"', bad_matchers='result="failed"')
    expr = slo_rules(Slo(name="jobs", objective=99, kind="events", events=events))[0]["expr"]
    assert 'jobs_total{namespace="shop",job="cart",queue="mail",result="failed"}' in expr


def test_without_alerting_the_series_are_still_recorded() -> None:
    """An objective that alerts nobody has its recordings alone."""
    rules = slo_rules(Slo(name="quiet", objective=99.9, alerting=False))
    assert rules
    assert all("record" in rule for rule in rules)


@pytest.mark.parametrize(
    ("slo", "metrics", "message"),
    [
        (AVAILABILITY, None, "slos 'availability': needs metrics, and the component declares none"),
        (AVAILABILITY, Metrics(), "kind availability needs metrics.requests, which say what counts requests"),
        (
            AVAILABILITY,
            Metrics(requests=RequestMetrics(total="jobs_total")),
            "kind availability needs metrics.requests.errors, which say what failed",
        ),
        (
            LATENCY,
            Metrics(requests=RequestMetrics(total="jobs_total")),
            "kind latency needs metrics.requests.duration, the histogram",
        ),
        (
            LATENCY,
            Metrics(requests=RequestMetrics(preset="http", buckets=[0.1, 0.25, 1.0])),
            "threshold 300ms: 0.3 seconds is no bound of a bucket of the histogram; the nearest is 0.25",
        ),
        (
            AVAILABILITY,
            Metrics(requests="http", interval="5m"),
            "metrics.interval 5m is too long for rates over 5m; use at most 2m",
        ),
        (
            Slo(name="lax", objective=50, window="1y"),
            METRICS,
            "slos 'lax': no alert could ever fire: an objective of 50.0 over 1y lets all events be bad for days",
        ),
    ],
)
def test_refuses_objective_that_cannot_be_measured(slo: Slo, metrics: Metrics | None, message: str) -> None:
    """An objective needs metrics that say what it is about, often enough."""
    with pytest.raises(LumenError) as raised:
        slo_rules(slo, metrics)
    assert message in str(raised.value)


def test_refuses_everything_at_once() -> None:
    """Each objective that cannot be measured has its line, and so has an alert that cannot fire."""
    short = Metrics(requests=RequestMetrics(total="x_total", duration="x", buckets=[0.1, 0.5]))
    with pytest.raises(LumenError) as raised:
        rule_groups(target(), metrics=short, slos=[AVAILABILITY, LATENCY])
    assert len(raised.value.faults) == 3


def test_refuses_two_objectives_of_one_name() -> None:
    """The name tells an objective's series apart."""
    with pytest.raises(LumenError, match="'availability' is the name of two objectives"):
        rule_groups(target(), metrics=METRICS, slos=[AVAILABILITY, AVAILABILITY])
