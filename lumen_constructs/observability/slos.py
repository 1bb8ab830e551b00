"""Objectives as rules: error ratios over several windows, what is left of the budget, and alerts when it burns.

The arithmetic is that of Google's SRE workbook (chapter "Alerting on SLOs"): an alert is due when a given share of the
error budget was spent within a given window, which is to say when the errors came

    burn rate = share of the budget * window of the objective / window of the alert

times as fast as the objective allows. A second, shorter window lets the alert end soon after the errors do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from lumen_constructs import promql
from lumen_constructs.durations import seconds_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.observability.requests import Requests, decimal
from lumen_constructs.observability.rules import Alert, Body, Watch, alert_rule, camel_case, recording_rule
from lumen_constructs.options.alerts import Severity
from lumen_constructs.options.slos import CounterEvents, Slo

_HOUR = 3600
_DAY = 24 * _HOUR
_RUNBOOK = "https://sre.google/workbook/alerting-on-slos/"


class _Pace(NamedTuple):
    """The words for how fast a budget burns."""

    adjective: str
    adverb: str


#: What an alert on each severity's burn rates is called.
_PACES: dict[Severity, _Pace] = {"critical": _Pace("Fast", "fast"), "warning": _Pace("Slow", "steadily")}


@dataclass(frozen=True)
class BurnRate:
    """A pace at which the error budget burns, and the windows over which it must be seen."""

    severity: Severity
    """How urgent an alert on it is."""
    long: int
    """The long window, in seconds."""
    short: int
    """The short window, in seconds."""
    factor: Fraction
    """Errors for each one that the objective allows."""


#: Severity, long window, short window, and the share of the budget that is spent when the alert is due.
_WORKBOOK: tuple[tuple[Severity, int, int, Fraction], ...] = (
    ("critical", _HOUR, 300, Fraction(2, 100)),
    ("critical", 6 * _HOUR, 1800, Fraction(5, 100)),
    ("warning", _DAY, 2 * _HOUR, Fraction(10, 100)),
    ("warning", 3 * _DAY, 6 * _HOUR, Fraction(10, 100)),
)


def burn_rates(slo: Slo) -> list[BurnRate]:
    """Give the burn rates at which an objective's alerts fire.

    A rate below 1 would never exhaust the budget, so over short objectives' windows the alert's windows shrink until it
    is 1; and one that is out of reach even when every event is bad is left out.
    """
    whole = seconds_of(str(slo.window))
    rates: dict[tuple[int, Fraction], BurnRate] = {}
    for severity, long, short, share in _WORKBOOK:
        factor = share * whole / long
        scale = min(factor, Fraction(1))
        rate = BurnRate(severity, int(long * scale), int(short * scale), max(factor, Fraction(1)))
        if rate.factor * slo.budget < 1:
            rates.setdefault((rate.long, rate.factor), rate)
    return list(rates.values())


def slo_group(watch: Watch, slo: Slo) -> Body:
    """Give the group of rules of one objective: its recordings, then its alerts.

    :raises LumenError: if the component's metrics do not say what the objective is about, are scraped too seldom, or if
        no alert could ever fire
    """
    rules = list(_recordings(watch, slo))
    if slo.alerting:
        rules += [alert_rule(watch, alert) for alert in _alerts(watch, slo)]
    return {"name": f"{watch.target.name}-slo-{slo.name}", "rules": rules}


def slo_labels(watch: Watch, slo: Slo) -> dict[str, str]:
    """Give the labels of an objective's series and alerts."""
    return {**watch.labels, "slo": slo.name}


def _recordings(watch: Watch, slo: Slo) -> Iterator[Body]:
    labels, events = slo_labels(watch, slo), _events(watch, slo)
    own = promql.equal(labels)
    for window in sorted({window for rate in burn_rates(slo) for window in (rate.short, rate.long)}):
        total, bad = events(duration(window))
        yield recording_rule(f"slo:error_ratio:rate{duration(window)}", f"({bad}) / {total}", labels)
    total, bad = events("5m")
    yield recording_rule("slo:events:rate5m", total, labels)
    yield recording_rule("slo:bad_events:rate5m", bad, labels)
    # Over the whole window each event counts the same, at busy times and at quiet ones.
    sums = [f"sum_over_time(slo:{name}:rate5m{{{own}}}[{slo.window}])" for name in ("bad_events", "events")]
    yield recording_rule("slo:error_ratio:window", " / ".join(sums), labels)
    spent = f"slo:error_ratio:window{{{own}}} / {decimal(slo.budget)}"
    yield recording_rule("slo:error_budget_remaining:ratio", f"1 - {spent}", labels)
    yield recording_rule("slo:objective:ratio", f"vector({decimal(1 - slo.budget)})", labels)


def _alerts(watch: Watch, slo: Slo) -> Iterator[Alert]:
    rates = burn_rates(slo)
    if not rates:
        message = (
            f"slos {show(slo.name)}: no alert could ever fire: an objective of {slo.objective} over {slo.window} lets "
            "all events be bad for days; raise the objective, shorten the window, or set alerting to false"
        )
        raise LumenError(message)
    own = promql.equal(slo_labels(watch, slo))
    for severity, pace in _PACES.items():
        seen = [rate for rate in rates if rate.severity == severity]
        if seen:
            yield Alert(
                name=f"{watch.prefix}{camel_case(slo.name)}{pace.adjective}Burn",
                rule=f"{pace.adjective}Burn",
                expr=" or ".join(_burning(rate, slo, own) for rate in seen),
                severity=severity,
                summary=f"{watch.subject} burns the error budget of objective {show(slo.name)} {pace.adverb}",
                description=_description(watch, slo, seen),
                runbook_url=slo.runbook_url or watch.alerts.runbook_url or _RUNBOOK,
                labels={**slo.labels, "slo": slo.name},
            )


def _burning(rate: BurnRate, slo: Slo, own: str) -> str:
    """Give the expression of one burn rate, with its arithmetic left to be seen: ``> (14.4 * 0.001)``."""
    limit = f"({decimal(rate.factor)} * {decimal(slo.budget)})"
    seen = [f"slo:error_ratio:rate{duration(window)}{{{own}}} > {limit}" for window in (rate.long, rate.short)]
    return f"({' and '.join(seen)})"


def _description(watch: Watch, slo: Slo, rates: Sequence[BurnRate]) -> str:
    what = "requests" if slo.events is None else "events"
    factors = " or ".join(f"{decimal(rate.factor)} over {duration(rate.long)}" for rate in rates)
    return (
        f"{{{{ $value | humanizePercentage }}}} of the {what} of {watch.subject} were bad lately. The objective: "
        f"{slo.description or _promise(slo)}, over {slo.window}. Its error budget burns too fast, by a factor "
        f"of more than {factors}."
    )


def _promise(slo: Slo) -> str:
    share = f"{decimal(100 - 100 * slo.budget)} %"
    if slo.kind == "latency":
        return f"{share} of the requests are answered within {slo.threshold}"
    return f"{share} of the {'events are good' if slo.kind == 'events' else 'requests do not fail'}"


def _events(watch: Watch, slo: Slo) -> Callable[[str], tuple[str, str]]:
    """Give a function from a window to the rates of all events and of the bad ones."""
    if watch.metrics is None:
        message = f"slos {show(slo.name)}: needs metrics, and the component declares none"
        raise LumenError(message)
    interval = str(watch.metrics.interval)
    if 2 * seconds_of(interval) > 300:
        message = f"slos {show(slo.name)}: metrics.interval {interval} is too long for rates over 5m; use at most 2m"
        raise LumenError(message)
    if slo.events is not None:
        return _counted(watch.target.scope(watch.metrics), slo.events)
    requests = watch.requests
    if requests is None:
        message = f"slos {show(slo.name)}: kind {slo.kind} needs metrics.requests, which say what counts requests"
        raise LumenError(message)
    return _failed(requests, slo) if slo.kind == "availability" else _slow(requests, slo)


def _counted(scope: str, events: CounterEvents) -> Callable[[str], tuple[str, str]]:
    total = promql.selector(events.total, scope, events.total_matchers)
    bad_matchers = events.bad_matchers if events.bad is not None else f"{events.total_matchers},{events.bad_matchers}"
    bad = promql.selector(events.bad or events.total, scope, bad_matchers)
    return lambda window: _with_none(f"sum(rate({total}[{window}]))", f"sum(rate({bad}[{window}]))")


def _failed(requests: Requests, slo: Slo) -> Callable[[str], tuple[str, str]]:
    errors = requests.series.errors
    if errors is None:
        message = f"slos {show(slo.name)}: kind availability needs metrics.requests.errors, which say what failed"
        raise LumenError(message)
    return lambda window: _with_none(requests.rate(window), f"sum(rate({requests.total(errors)}[{window}]))")


def _slow(requests: Requests, slo: Slo) -> Callable[[str], tuple[str, str]]:
    if requests.series.duration is None:
        message = f"slos {show(slo.name)}: kind latency needs metrics.requests.duration, the histogram"
        raise LumenError(message)
    try:
        bucket = requests.duration("_bucket", requests.bound(slo.threshold_seconds))
    except LumenError as error:
        message = f"slos {show(slo.name)}: threshold {slo.threshold}"
        raise error.at(message) from None
    count = requests.duration("_count")

    def events(window: str) -> tuple[str, str]:
        total, good = _with_none(f"sum(rate({count}[{window}]))", f"sum(rate({bucket}[{window}]))")
        # A threshold that is no bucket's bound has no good events, and so is noticed at once.
        return total, f"{total} - ({good})"

    return events


def _with_none(total: str, some: str) -> tuple[str, str]:
    """Let events that never happened, and so have no series, count as none."""
    return total, f"{some} or 0 * {total}"


def duration(seconds: int) -> str:
    """Write a duration as Prometheus does: ``16h48m``."""
    text = ""
    for unit, size in (("d", _DAY), ("h", _HOUR), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text
