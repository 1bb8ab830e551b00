"""The scalar types of Prometheus: metrics, label matchers, expressions, and what goes with an alert."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator

from lumen_constructs import promql
from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import show
from lumen_constructs.options.base import Map


def _checked(fault: Callable[[str], str | None]) -> AfterValidator:
    def check(value: str) -> str:
        if found := fault(value):
            message = f"{show(value)} {found}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _checked_labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    for name in labels:
        if fault := promql.label_fault(name):
            message = f"key {show(name)} {fault}"
            raise ValueError(message)
    return labels


def positive(duration: object) -> object:
    """Refuse a duration of zero."""
    if seconds_of(str(duration)) == 0:
        message = f"{show(duration)} must be longer than nothing"
        raise ValueError(message)
    return duration


#: The name of a metric.
MetricName = Annotated[str, _checked(promql.metric_fault)]
#: Label matchers, as they stand between braces: ``status=~"5..",method!="OPTIONS"``.
Matchers = Annotated[str, _checked(promql.matchers_fault)]
#: A PromQL expression; ``$scope`` stands for the matchers of the service's series, ``$pods`` for those of its pods.
Expr = Annotated[str, _checked(promql.expr_fault)]
#: An :data:`Expr` for Grafana, whose variables such as ``$__rate_interval`` may stand in it.
PanelExpr = Annotated[str, _checked(lambda text: promql.expr_fault(text, grafana=True))]
#: Labels of Prometheus, which know fewer characters than Kubernetes' do.
PrometheusLabels = Annotated[Map[str], AfterValidator(_checked_labels)]
