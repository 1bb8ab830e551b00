"""Expressions about a component's requests: how many, how many fail, and how long they take."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lumen_constructs import promql
from lumen_constructs.durations import seconds_of
from lumen_constructs.errors import LumenError
from lumen_constructs.observability.target import Target
from lumen_constructs.options.base import full
from lumen_constructs.options.metrics import Metrics, RequestMetrics, RequestSeries


@dataclass(frozen=True)
class Requests:
    """The request series of one component."""

    series: RequestSeries
    """Names and matchers of the series."""
    scope: str
    """Matchers of the component's own series."""

    def rate(self, window: str) -> str:
        """Give the requests per second over ``window``."""
        return f"sum(rate({self.total()}[{window}]))"

    def errors(self, window: str) -> str | None:
        """Give the failed requests per second, or None where nobody said which fail."""
        return None if self.series.errors is None else f"sum(rate({self.total(self.series.errors)}[{window}]))"

    def quantile(self, quantile: float | str, window: str) -> str | None:
        """Give the duration in seconds within which ``quantile`` of the requests end, or None where it is not known."""
        if self.series.duration is None:
            return None
        text = f"histogram_quantile({quantile}, sum by (le) (rate({self.duration('_bucket')}[{window}])))"
        return f"{text} / 1000" if self.series.unit == "milliseconds" else text

    @property
    def longest(self) -> Fraction | None:
        """The longest duration in seconds that the histogram tells apart, or None where its bounds are not known."""
        if self.series.duration is None or not self.series.buckets:
            return None
        bound = Fraction(repr(self.series.buckets[-1]))
        return bound / 1000 if self.series.unit == "milliseconds" else bound

    def total(self, *matchers: str) -> str:
        """Give the selector of the counter of requests, narrowed by ``matchers``."""
        return self._selector(self.series.total, *matchers)

    def duration(self, suffix: str, *matchers: str) -> str:
        """Give the selector of a part of the histogram: ``_bucket``, ``_count`` or ``_sum``."""
        return self._selector(f"{self.series.duration}{suffix}", *matchers)

    def bound(self, seconds: Fraction) -> str:
        """Give the matcher of the bucket of requests that end within ``seconds``.

        Clients write whole bounds as ``1`` or ``1.0``, and Prometheus 3 makes ``1.0`` of both.

        :raises LumenError: if the bounds are known, and this is none of them
        """
        value = seconds * 1000 if self.series.unit == "milliseconds" else seconds
        known = self.series.buckets
        if known and value not in {Fraction(repr(bound)) for bound in known}:
            near = min(known, key=lambda bound: (abs(Fraction(repr(bound)) - value), bound))
            message = (
                f"{decimal(value)} {self.series.unit} is no bound of a bucket of the histogram; the nearest is {near}"
            )
            raise LumenError(message)
        text = decimal(value)
        return promql.one_of("le", [text] if "." in text else [text, f"{text}.0"])

    def _selector(self, metric: str, *matchers: str) -> str:
        return promql.selector(metric, self.scope, self.series.matchers, *matchers)


def requests_of(target: Target, metrics: Metrics | None) -> Requests | None:
    """Give the request series of a component, or None where it declares none."""
    if metrics is None or metrics.requests is None:
        return None
    return Requests(full(metrics.requests, RequestMetrics).series, target.scope(metrics))


def rate_window(metrics: Metrics) -> str:
    """Give the shortest window over which a rate is steady: 5m, or four scrapes where they take longer."""
    seconds = 4 * seconds_of(str(metrics.interval))
    return "5m" if seconds <= 300 else f"{-(-seconds // 1)}s"


def decimal(value: Fraction) -> str:
    """Write a number for PromQL: as few digits as tell it, at most twelve."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.12f}".rstrip("0").rstrip(".") if abs(value) >= Fraction(1, 10**4) else repr(float(value))
