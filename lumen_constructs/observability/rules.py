"""How an alert or a recording becomes a rule: names, labels, runbook, and the component's matchers in expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lumen_constructs import promql
from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import show
from lumen_constructs.observability.requests import Requests, requests_of
from lumen_constructs.observability.target import Target
from lumen_constructs.options.alerts import AlertRule, Alerts, RecordingRule, Severity
from lumen_constructs.options.metrics import Metrics

#: A recording or alerting rule, or a group of them, as Prometheus reads it.
Body = dict[str, Any]


@dataclass(frozen=True)
class Watch:
    """A component, and what was declared about watching it."""

    target: Target
    metrics: Metrics | None = None
    alerts: Alerts = field(default_factory=Alerts)

    @property
    def subject(self) -> str:
        """The component, for a reader."""
        return f"{self.target.namespace}/{self.target.name}"

    @property
    def prefix(self) -> str:
        """Start of the alerts' names."""
        return self.alerts.prefix or camel_case(self.target.name)

    @property
    def requests(self) -> Requests | None:
        """The component's requests, where it declares them."""
        return requests_of(self.target, self.metrics)

    @property
    def labels(self) -> dict[str, str]:
        """Labels of every series and alert about the component."""
        return {"namespace": self.target.namespace, "service": self.target.name}

    def filled(self, expr: str) -> str:
        """Put the component's matchers in the place of ``$scope`` and ``$pods``."""
        scope = self.target.scope(self.metrics if self.metrics is not None else Metrics())
        return promql.filled(expr, scope=scope, pods=self.target.pods)


@dataclass(frozen=True, kw_only=True)
class Alert:
    """An alert, before it becomes a rule."""

    name: str
    """Full name."""
    rule: str
    """Name without the component's prefix, by which a runbook may be found."""
    expr: str
    """What has a result where something is wrong."""
    severity: Severity
    """How urgent it is."""
    for_: str = "0s"
    """How long the fault must last."""
    keep_firing_for: str = "0s"
    """How long the alert fires on."""
    summary: str
    """What is wrong, in one line."""
    description: str
    """What it means, and where to look first."""
    runbook_url: str | None
    """Where the way out is written."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Further labels."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Further annotations."""


def alert_rule(watch: Watch, alert: Alert) -> Body:
    """Give the rule of an alert."""
    annotations = {"summary": alert.summary, "description": alert.description}
    if alert.runbook_url is not None:
        annotations["runbook_url"] = alert.runbook_url.format(
            alert=alert.name,
            rule=alert.rule,
            service=watch.target.name,
            namespace=watch.target.namespace,
            severity=alert.severity,
        )
    body: Body = {"alert": alert.name, "expr": alert.expr}
    body |= _lasting("for", alert.for_) | _lasting("keep_firing_for", alert.keep_firing_for)
    body["labels"] = {**watch.alerts.labels, **alert.labels, **watch.labels, "severity": alert.severity}
    body["annotations"] = {**alert.annotations, **annotations}
    return body


def own_alert(watch: Watch, rule: AlertRule) -> Body:
    """Give the rule of an alert that the component declares itself."""
    return alert_rule(
        watch,
        Alert(
            name=rule.alert,
            rule=rule.alert,
            expr=watch.filled(rule.expr),
            severity=rule.severity,
            for_=str(rule.for_ or "0s"),
            keep_firing_for=str(rule.keep_firing_for or "0s"),
            summary=rule.summary,
            description=rule.description or rule.summary,
            runbook_url=rule.runbook_url or watch.alerts.runbook_url,
            labels=rule.labels,
            annotations=rule.annotations,
        ),
    )


def own_recording(watch: Watch, rule: RecordingRule) -> Body:
    """Give a recording rule that the component declares itself."""
    return recording_rule(rule.record, watch.filled(rule.expr), {**rule.labels, **watch.labels})


def recording_rule(record: str, expr: str, labels: Mapping[str, str]) -> Body:
    """Give a rule that records ``expr`` as the series ``record``."""
    return {"record": record, "expr": expr, "labels": dict(labels)}


def expr_faults(groups: Sequence[Body]) -> Iterator[str]:
    """Find the expressions that do not parse, in any groups of rules."""
    for group in groups:
        for rule in group["rules"]:
            if fault := promql.expr_fault(str(rule["expr"])):
                kind = "alert" if "alert" in rule else "record"
                yield f"{kind} {show(rule[kind])}: expr {show(rule['expr'])} {fault}"


def camel_case(name: str) -> str:
    """Give the start of an alert's name: ``LumenV16Exporter`` for ``lumen-v16-exporter``."""
    return "".join(f"{word[:1].upper()}{word[1:]}" for word in re.split("[^a-zA-Z0-9]+", name))


def _lasting(key: str, duration: str) -> Body:
    return {key: duration} if seconds_of(duration) else {}
