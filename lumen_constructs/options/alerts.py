"""Which alerts watch over a component, and at which figures they fire."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, FaultsError, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Items, Options, Short, camel, empty
from lumen_constructs.options.queries import Expr, MetricName, PrometheusLabels
from lumen_constructs.options.scalars import AnnotationMap, PrometheusDuration, Subdomain

#: How urgent an alert is: ``critical`` wakes somebody, ``warning`` waits for working hours, ``info`` only informs.
Severity = Literal["critical", "warning", "info"]

_ALERT_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
#: What may stand in braces in a runbook's URL.
_URL_FIELDS = ("alert", "rule", "service", "namespace", "severity")


def _alert_name(value: str) -> str:
    if _ALERT_NAME.fullmatch(value):
        return value
    message = f"{show(value)} must be letters, digits and '_', such as 'CartQueueFull'"
    raise ValueError(message)


def _runbook_url(value: str) -> str:
    try:
        fields = [
            f"{field}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}"
            for _, field, form, conversion in string.Formatter().parse(value)
            if field is not None
        ]
    except ValueError:
        fields = [value]
    for field in fields:
        if field not in _URL_FIELDS:
            known = ", ".join(f"{{{name}}}" for name in _URL_FIELDS)
            message = f"{show(value)} may only hold {known}{did_you_mean(field, _URL_FIELDS)}"
            raise ValueError(message)
    if not re.match(r"https?://[^\s/]", value):
        message = f"{show(value)} must be a URL, such as 'https://runbooks.example.com/{{alert}}'"
        raise ValueError(message)
    return value


#: The name of an alert, or the start of one.
AlertName = Annotated[str, AfterValidator(_alert_name)]
#: A URL with ``{alert}``, ``{rule}``, ``{service}``, ``{namespace}`` and ``{severity}`` in it.
RunbookUrl = Annotated[str, AfterValidator(_runbook_url)]


class Figures(NamedTuple):
    """When a default alert fires."""

    severity: Severity
    for_: str
    threshold: float | None = None


#: The figures of each default alert, by its field of :class:`Alerts`.
DEFAULTS: dict[str, Figures] = {
    "target_absent": Figures("critical", "5m"),
    "target_down": Figures("warning", "10m"),
    "unavailable": Figures("critical", "5m"),
    "replicas_unavailable": Figures("warning", "15m"),
    "restarting": Figures("warning", "0s", 3),
    "high_memory_usage": Figures("warning", "15m", 0.9),
    "autoscaler_at_maximum": Figures("warning", "15m"),
    "volume_filling_up": Figures("warning", "1h", 0.15),
    "volume_almost_full": Figures("critical", "5m", 0.05),
    "high_error_rate": Figures("critical", "10m", 0.05),
    "high_latency": Figures("warning", "10m", 1.0),
}

#: The thresholds that are shares of a whole.
_SHARES = {"high_memory_usage", "volume_filling_up", "volume_almost_full", "high_error_rate"}


class Tuning(Options):
    """What is different about one default alert. The short form ``false`` turns it off."""

    enabled: bool = True
    """Whether there is the alert."""
    threshold: float | None = Field(default=None, ge=0)
    """Figure at which the alert fires, in the unit that the alert's field names. Default: the alert's."""
    for_: PrometheusDuration | None = None
    """How long the fault must last before the alert fires; sets ``for``. Default: the alert's."""
    severity: Severity | None = None
    """Sets the label ``severity``. Default: the alert's."""


if TYPE_CHECKING:
    TuningLike = Tuning | bool
else:
    #: A tuning, or whether there is the alert.
    TuningLike = Annotated[Tuning, Short(bool, lambda enabled: Tuning(enabled=enabled), {"type": "boolean"})]


class AlertRule(Options):
    """An alert of the component's own."""

    alert: AlertName
    """Name of the alert, taken as it stands; sets ``alert``."""
    expr: Expr
    """Expression that has a result where something is wrong; sets ``expr``. In it ``$scope`` stands for the label
    matchers of the component's own series, and ``$pods`` for those of its pods in the cluster's metrics."""
    for_: PrometheusDuration | None = None
    """How long the fault must last before the alert fires; sets ``for``. Default: it fires at once."""
    keep_firing_for: PrometheusDuration | None = None
    """How long the alert fires on after the fault is gone; sets ``keep_firing_for``. Default: it stops at once."""
    severity: Severity = "warning"
    """Sets the label ``severity``."""
    summary: str = Field(min_length=1)
    """What is wrong, in one line; sets the annotation ``summary``."""
    description: str | None = None
    """What it means and what to do; sets the annotation ``description``. Default: the summary."""
    runbook_url: RunbookUrl | None = None
    """Where the way out is written; sets the annotation ``runbook_url``. Default: ``runbook_url`` of the alerts."""
    labels: PrometheusLabels = Field(default_factory=empty)
    """Further labels; sets ``labels``."""
    annotations: PrometheusLabels = Field(default_factory=empty)
    """Further annotations; sets ``annotations``."""


class RecordingRule(Options):
    """A series that Prometheus computes from others."""

    record: MetricName
    """Name of the new series, by convention ``level:metric:operations``; sets ``record``."""
    expr: Expr
    """What it is computed from; sets ``expr``. ``$scope`` and ``$pods`` stand for matchers, as in an alert."""
    labels: PrometheusLabels = Field(default_factory=empty)
    """Labels of the new series; sets ``labels``."""


def _no_reserved(labels: PrometheusLabels) -> PrometheusLabels:
    for name in ("severity", "alertname"):
        if name in labels:
            message = f"must not hold {name}: every alert has its own"
            raise ValueError(message)
    return labels


class Alerts(Options):
    """The alerts on a component: a small set that comes by itself, and the component's own.

    Every default alert has a field, with which it is tuned or (``false``) turned off; its name is ``prefix`` and the
    field's name in CamelCase.
    """

    enabled: bool = True
    """Whether there are alerts at all, recording rules included. If not, there is no PrometheusRule."""
    name: Subdomain | None = None
    """Name of the PrometheusRule. Default: the component's."""
    prefix: AlertName | None = None
    """Start of the names of the default alerts, such as ``Cart``. Default: the component's name in CamelCase."""
    runbook_url: RunbookUrl | None = None
    """URL of the runbook of each alert, with ``{alert}`` (full name), ``{rule}`` (name without prefix), ``{service}``,
    ``{namespace}`` and ``{severity}``; sets the annotation ``runbook_url``. Default: public pages of Kubernetes and
    Prometheus on the kind of fault."""
    labels: Annotated[PrometheusLabels, AfterValidator(_no_reserved)] = Field(default_factory=empty)
    """Labels of every alert, by which Alertmanager routes it, such as ``team``; sets ``labels``."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Annotations of the PrometheusRule itself."""
    latency_quantile: float = Field(default=0.99, gt=0, lt=1)
    """Share of the requests that ``high_latency`` looks at: 0.99 leaves the slowest hundredth out."""
    target_absent: TuningLike = Field(default_factory=Tuning)
    """No target of the component answers a scrape. Only where metrics are declared. Critical after 5m."""
    target_down: TuningLike = Field(default_factory=Tuning)
    """Some of the targets do not answer a scrape. Only where metrics are declared. Warning after 10m."""
    unavailable: TuningLike = Field(default_factory=Tuning)
    """Pods are wanted, and none is available. Critical after 5m."""
    replicas_unavailable: TuningLike = Field(default_factory=Tuning)
    """Fewer pods are available than wanted. Warning after 15m."""
    restarting: TuningLike = Field(default_factory=Tuning)
    """A container restarted more often than ``threshold`` times in half an hour. Warning at 3, at once."""
    high_memory_usage: TuningLike = Field(default_factory=Tuning)
    """The working set of a container is above ``threshold`` of its memory limit. Warning at 0.9 after 15m."""
    autoscaler_at_maximum: TuningLike = Field(default_factory=Tuning)
    """The autoscaler wants its maximum, and cannot follow a rising load. Only with autoscaling. Warning after 15m."""
    volume_filling_up: TuningLike = Field(default_factory=Tuning)
    """Less than ``threshold`` of a volume is free, and at the present pace none will be in four days. Only with claims.
    Warning at 0.15 after 1h."""
    volume_almost_full: TuningLike = Field(default_factory=Tuning)
    """Less than ``threshold`` of a volume is free. Only with claims. Critical at 0.05 after 5m."""
    high_error_rate: TuningLike = Field(default_factory=Tuning)
    """More than ``threshold`` of the requests fail. Only where metrics say which do. Critical at 0.05 after 10m."""
    high_latency: TuningLike = Field(default_factory=Tuning)
    """``latency_quantile`` of the requests takes ``threshold`` seconds or longer. Only where metrics measure it.
    Warning at 1.0 after 10m."""
    rules: Items[AlertRule] = ()
    """The component's own alerts."""
    recordings: Items[RecordingRule] = ()
    """The component's own recording rules, evaluated before its alerts."""

    @model_validator(mode="after")
    def _check(self) -> Alerts:
        faults = []
        for field, figures in DEFAULTS.items():
            tuning = getattr(self, field)
            place = camel(field)
            if tuning.threshold is not None and figures.threshold is None:
                faults.append(Fault((place, "threshold"), "must be left out: this alert compares with no figure"))
            elif tuning.threshold is not None and field in _SHARES and not 0 < tuning.threshold < 1:
                message = f"{show(tuning.threshold)} must be a share between 0 and 1, such as 0.9"
                faults.append(Fault((place, "threshold"), message))
        names: set[str] = set()
        for index, rule in enumerate(self.rules):
            if rule.alert in names:
                faults.append(Fault(("rules", index, "alert"), f"{show(rule.alert)} is the name of another rule too"))
            names.add(rule.alert)
        if faults:
            raise FaultsError(faults)
        return self

    def figures(self, field: str) -> Figures | None:
        """Give when the default alert ``field`` fires, or None where it is turned off."""
        tuning, default = getattr(self, field), DEFAULTS[field]
        if not tuning.enabled:
            return None
        return Figures(
            severity=tuning.severity or default.severity,
            for_=default.for_ if tuning.for_ is None else str(tuning.for_),
            threshold=default.threshold if tuning.threshold is None else tuning.threshold,
        )


def alert_suffix(field: str) -> str:
    """Give the name of a default alert, without prefix: ``HighMemoryUsage`` for ``high_memory_usage``."""
    return "".join(word.capitalize() for word in field.split("_"))
