"""What is measured of a new version while it takes over: the AnalysisTemplate of a Rollout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from lumen_constructs.durations import seconds_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.observability.requests import Requests, decimal, rate_window
from lumen_constructs.observability.rules import Watch
from lumen_constructs.options.alerts import DEFAULTS, Alerts
from lumen_constructs.options.delivery import Analysis
from lumen_constructs.options.metrics import Metrics

#: The argument with the hash of the new version, which is part of its pods' names.
LATEST_HASH = "latest-hash"
#: A pod's name keeps this much of what stands before its random end.
_LONGEST_BASE = 58
_LONGEST_HASH = 10


def analysis_template(watch: Watch, analysis: Analysis, *, address: str, counted: bool) -> dict[str, Any]:
    """Give the AnalysisTemplate of the component's error rate and latency.

    :param address: URL of Prometheus
    :param counted: whether the measurements come to an end by themselves
    :raises LumenError: if a pod of the new version could not be told by its name, or a figure can never be reached
    """
    target, metrics, requests = watch.target, watch.metrics, watch.requests
    limit = _LONGEST_BASE - _LONGEST_HASH - 2
    if len(target.workload) > limit:
        message = (
            f"name {show(target.workload)} has {len(target.workload)} characters; an analysis tells the new version by "
            f"its pods' names, which allows {limit}"
        )
        raise LumenError(message)
    if metrics is None or requests is None:
        message = "delivery.analysis needs metrics.requests"
        raise LumenError(message)
    pods = f'pod=~"{target.workload}-{{{{args.{LATEST_HASH}}}}}-.+"'
    own = replace(requests, scope=f"{requests.scope},{pods}")
    settings: dict[str, Any] = {
        "interval": analysis.interval,
        "initialDelay": analysis.initial_delay or _two_scrapes(metrics),
        "failureLimit": analysis.failure_limit,
    }
    if counted:
        settings["count"] = analysis.count
    measured = _measured(own, rate_window(metrics), watch.alerts, analysis)
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        # Always beside the Rollout, which looks for it there, wherever the monitors are.
        "metadata": replace(target, monitoring_namespace=None).metadata(None),
        "spec": {
            "args": [{"name": LATEST_HASH}],
            "metrics": [
                {
                    "name": name,
                    **settings,
                    "successCondition": condition,
                    "provider": {"prometheus": {"address": address, "query": _or_silent(own, query)}},
                }
                for name, condition, query in measured
            ],
        },
    }


def _measured(requests: Requests, window: str, alerts: Alerts, analysis: Analysis) -> Iterator[tuple[str, str, str]]:
    """Give name, condition and expression of each measurement; where there were no requests, there is no result."""
    if (errors := requests.errors(window)) is not None:
        most = _figure(analysis.max_error_rate, alerts, "high_error_rate")
        yield "error-rate", f"result[0] <= {decimal(most)}", f"{errors} / ({requests.rate(window)} > 0)"
    quantile = requests.quantile(decimal(Fraction(repr(alerts.latency_quantile))), window)
    if quantile is not None:
        most = _figure(analysis.max_latency, alerts, "high_latency")
        if (longest := requests.longest) is not None and most > longest:
            message = (
                f"delivery.analysis.maxLatency {decimal(most)} can never be reached: the histogram measures up to "
                f"{decimal(longest)} s; use no more"
            )
            raise LumenError(message)
        yield "latency", f"result[0] < {decimal(most)}", f"({quantile}) >= 0"


def _two_scrapes(metrics: Metrics) -> str:
    """Give the time in which new pods have been scraped twice, which a rate needs, at least a minute."""
    seconds = 2 * seconds_of(str(metrics.interval))
    return "1m" if seconds <= 60 else f"{-(-seconds // 1)}s"


def _figure(chosen: float | None, alerts: Alerts, alert: str) -> Fraction:
    """Give the figure that was chosen, or that of an alert, or its default where the alert is turned off."""
    figures = alerts.figures(alert) or DEFAULTS[alert]
    figure = figures.threshold if chosen is None else chosen
    return Fraction(repr(figure))


def _or_silent(requests: Requests, query: str) -> str:
    """Have pods that get no requests count as good, and pods that nobody scrapes give no result, which is an error."""
    return f"{query} or 0 * max(up{{{requests.scope}}} == 1)"
