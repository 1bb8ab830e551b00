"""What a component promises its users: service level objectives."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import Fault, FaultsError, show
from lumen_constructs.options.alerts import RunbookUrl
from lumen_constructs.options.base import Options, empty
from lumen_constructs.options.queries import Matchers, MetricName, PrometheusLabels, positive
from lumen_constructs.options.scalars import Name, PrometheusDuration

_DAY = 86400


def _slo_window(value: object) -> object:
    if not 7 * _DAY <= seconds_of(str(value)) <= 366 * _DAY:
        message = f"{show(value)} must be from 7d to 1y: burn rates over less or more mean little"
        raise ValueError(message)
    return value


if TYPE_CHECKING:
    SloWindow = PrometheusDuration
    Threshold = PrometheusDuration
else:
    SloWindow = Annotated[PrometheusDuration, AfterValidator(_slo_window)]
    Threshold = Annotated[PrometheusDuration, AfterValidator(positive)]


class CounterEvents(Options):
    """Events that two counters count: all of them, and the bad ones."""

    total: MetricName
    """Counter of all events."""
    total_matchers: Matchers = ""
    """Label matchers of the events that count, on ``total``. Default: all of the component's."""
    bad: MetricName | None = None
    """Counter of bad events. Default: ``total``, told apart by ``bad_matchers``."""
    bad_matchers: Matchers = ""
    """Label matchers of the bad events. Default: all that ``bad`` counts."""

    @model_validator(mode="after")
    def _check(self) -> CounterEvents:
        if self.bad is None and not self.bad_matchers:
            message = "needs bad, a counter of bad events, or badMatchers, which tell them apart in total"
            raise ValueError(message)
        return self


class Slo(Options):
    """A service level objective: recording rules, and alerts when its error budget burns too fast.

    The alerts follow Google's SRE workbook: several burn rates, each over a long and a short window. At 99.9 % over 30
    days the budget must burn 14.4 times too fast over 1h and 5m, or 6 times over 6h and 30m, for the critical alert,
    and 3 times over 1d and 2h, or just too fast over 3d and 6h, for the warning.
    """

    name: Name
    """Name of the objective, unique in the component; the label ``slo`` of its series and alerts."""
    objective: float = Field(gt=0, lt=100)
    """Percent of the events that must be good, such as 99.9."""
    window: SloWindow = "30d"
    """Time over which the objective holds, from 7d to 1y."""
    kind: Literal["availability", "latency", "events"] = "availability"
    """``availability``: requests that do not fail; ``latency``: requests that are answered within ``threshold``;
    ``events``: whatever ``events`` counts. The first two need ``metrics.requests``."""
    threshold: Threshold | None = None
    """Time within which a request is good, such as ``300ms``. It must be the bound of a bucket of the histogram,
    otherwise nothing is measured. Required by kind latency, and only for it."""
    events: CounterEvents | None = None
    """Counters of the events. Required by kind events, and only for it."""
    description: str | None = None
    """What the objective promises, for the alerts' texts. Default: made from the kind."""
    alerting: bool = True
    """Whether there are alerts; if not, only the series are recorded."""
    runbook_url: RunbookUrl | None = None
    """Where the way out is written. Default: ``runbook_url`` of the component's alerts."""
    labels: PrometheusLabels = Field(default_factory=empty)
    """Further labels of the alerts."""

    @model_validator(mode="after")
    def _check(self) -> Slo:
        faults = []
        for field, kind in (("threshold", "latency"), ("events", "events")):
            given = getattr(self, field) is not None
            if given and self.kind != kind:
                faults.append(Fault((field,), f"needs kind {kind}, not {self.kind}"))
            elif not given and self.kind == kind:
                faults.append(Fault((field,), f"is required for kind {kind}"))
        if faults:
            raise FaultsError(faults)
        return self

    @property
    def budget(self) -> Fraction:
        """Share of the events that may be bad, exactly: 1/1000 for an objective of 99.9."""
        return 1 - Fraction(repr(self.objective)) / 100

    @property
    def threshold_seconds(self) -> Fraction:
        """``threshold`` in seconds; 0 where there is none."""
        return Fraction(0) if self.threshold is None else seconds_of(str(self.threshold))
