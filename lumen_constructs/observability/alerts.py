"""The alerts that every component gets: few, each of which somebody can act upon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from lumen_constructs.errors import LumenError
from lumen_constructs.observability import workloads
from lumen_constructs.observability.requests import decimal, rate_window
from lumen_constructs.observability.rules import Alert, Body, Watch, alert_rule
from lumen_constructs.options.alerts import alert_suffix

_DEBUG = "https://kubernetes.io/docs/tasks/debug/debug-application"
_VOLUMES = "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims"
_FOUR_DAYS = 4 * 86400


@dataclass(frozen=True)
class _Case(Watch):
    """What an alert may look at."""

    threshold: Fraction = Fraction(0)
    """Figure at which the alert in question fires."""

    @property
    def limit(self) -> str:
        """The figure, for PromQL."""
        return decimal(self.threshold)

    @property
    def percent(self) -> str:
        """The figure, for a reader."""
        return f"{decimal(self.threshold * 100)} %"


@dataclass(frozen=True)
class _Draft:
    expr: str
    summary: str
    description: str
    runbook: str


def default_alerts(watch: Watch) -> list[Body]:
    """Give the rules of the default alerts for what is known about the component, without those turned off.

    :raises LumenError: if a latency threshold lies beyond what the histogram can measure
    """
    return [rule for field, draft_of in _CATALOGUE.items() if (rule := _rule(watch, field, draft_of)) is not None]


def _rule(watch: Watch, field: str, draft_of: Callable[[_Case], _Draft | None]) -> Body | None:
    figures = watch.alerts.figures(field)
    if figures is None:
        return None
    threshold = Fraction(0) if figures.threshold is None else Fraction(repr(figures.threshold))
    draft = draft_of(_Case(watch.target, watch.metrics, watch.alerts, threshold))
    if draft is None:
        return None
    suffix = alert_suffix(field)
    alert = Alert(
        name=f"{watch.prefix}{suffix}",
        rule=suffix,
        expr=draft.expr,
        severity=figures.severity,
        for_=figures.for_,
        summary=draft.summary,
        description=draft.description,
        runbook_url=watch.alerts.runbook_url or draft.runbook,
    )
    return alert_rule(watch, alert)


def _target_absent(case: _Case) -> _Draft | None:
    if case.metrics is None:
        return None
    scope = case.target.scope(case.metrics)
    return _Draft(
        # A component that is scaled to nothing on purpose has no targets.
        expr=f"absent(up{{{scope}}} == 1) unless {workloads.wanted(case.target)} == 0",
        summary=f"Prometheus gets no metrics from {case.subject}",
        description=(
            f"No target of {case.subject} answers a scrape, or there is none: the pods are down, the monitor selects "
            "nothing, or a network policy is in the way. Other alerts on its metrics cannot fire meanwhile."
        ),
        runbook="https://prometheus-operator.dev/docs/platform/troubleshooting/",
    )


def _target_down(case: _Case) -> _Draft | None:
    if case.metrics is None:
        return None
    scope = case.target.scope(case.metrics)
    return _Draft(
        # When all are down, the alert on absence says it once.
        expr=f"up{{{scope}}} == 0 and on () up{{{scope}}} == 1",
        summary=f"Prometheus gets no metrics from a pod of {case.subject}",
        description=(
            f"Pod {{{{ $labels.pod }}}} of {case.subject} does not answer a scrape at {{{{ $labels.instance }}}}, "
            "while others do."
        ),
        runbook=f"{_DEBUG}/debug-running-pod/",
    )


def _unavailable(case: _Case) -> _Draft:
    available, wanted = workloads.available(case.target), workloads.wanted(case.target)
    return _Draft(
        expr=f"{available} == 0 and {wanted} > 0",
        summary=f"{case.subject} has no available pod",
        description=(
            f"None of the pods of {case.target.kind} {case.subject} is available: nobody is served. Look at the events "
            "of the pods, and at the logs of containers that ended."
        ),
        runbook=f"{_DEBUG}/debug-pods/",
    )


def _replicas_unavailable(case: _Case) -> _Draft:
    available, wanted = workloads.available(case.target), workloads.wanted(case.target)
    return _Draft(
        expr=f"{available} < {wanted} and {available} > 0",
        summary=f"{case.subject} has fewer available pods than wanted",
        description=(
            f"Just {{{{ $value }}}} of the pods of {case.target.kind} {case.subject} are available. Pods may not be "
            "scheduled, not get their image, or not become ready; or an update does not come to its end."
        ),
        runbook=f"{_DEBUG}/debug-pods/",
    )


def _restarting(case: _Case) -> _Draft:
    return _Draft(
        expr=f"{workloads.restarts(case.target, '30m')} > {case.limit}",
        summary=f"A container of {case.subject} restarts again and again",
        description=(
            "Container {{ $labels.container }} in pod {{ $labels.pod }} restarted "
            '{{ $value | printf "%.0f" }} times in the last 30 minutes. The reason of the last end '
            "(OOMKilled, an exit code, a failed probe) stands in the status of the pod."
        ),
        runbook=f"{_DEBUG}/determine-reason-pod-failure/",
    )


def _high_memory_usage(case: _Case) -> _Draft:
    limits = workloads.bound(case.target, "limits", "memory")
    return _Draft(
        expr=f"{workloads.memory(case.target)} / ({limits}) > {case.limit}",
        summary=f"A container of {case.subject} is near its memory limit",
        description=(
            "Container {{ $labels.container }} in pod {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its "
            f"memory limit, more than {case.percent}; at the limit it is killed. Raise the limit, or find out what "
            "holds the memory."
        ),
        runbook="https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
    )


def _autoscaler_at_maximum(case: _Case) -> _Draft | None:
    if case.target.autoscaler is None:
        return None
    desired, most, least = (
        workloads.autoscaler(case.target, figure)
        for figure in ("status_desired_replicas", "spec_max_replicas", "spec_min_replicas")
    )
    return _Draft(
        expr=f"{desired} >= {most} and {most} > {least}",
        summary=f"{case.subject} cannot scale any further",
        description=(
            f"The autoscaler {case.target.autoscaler} has wanted its maximum of {{{{ $value }}}} pods for a while. If "
            "the load still rises, requests will slow down: raise maxReplicas, or find out where the load comes from."
        ),
        runbook="https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
    )


def _volume_filling_up(case: _Case) -> _Draft | None:
    volumes = case.target.volumes
    if volumes is None:
        return None
    return _Draft(
        expr=(
            f"{workloads.free_share(volumes)} < {case.limit}"
            f" and {workloads.free_in(volumes, history='6h', seconds=_FOUR_DAYS)} < 0"
        ),
        summary=f"A volume of {case.subject} will be full within four days",
        description=(
            "{{ $value | humanizePercentage }} of the volume of claim {{ $labels.persistentvolumeclaim }} are free, "
            "and at the pace of the last six hours none will be in four days. Make room, or enlarge the claim."
        ),
        runbook=_VOLUMES,
    )


def _volume_almost_full(case: _Case) -> _Draft | None:
    volumes = case.target.volumes
    if volumes is None:
        return None
    return _Draft(
        expr=f"{workloads.free_share(volumes)} < {case.limit}",
        summary=f"A volume of {case.subject} is almost full",
        description=(
            "Just {{ $value | humanizePercentage }} of the volume of claim {{ $labels.persistentvolumeclaim }} are "
            f"free, less than {case.percent}. Writes will fail: make room now, or enlarge the claim."
        ),
        runbook=_VOLUMES,
    )


def _high_error_rate(case: _Case) -> _Draft | None:
    if case.requests is None or case.metrics is None:
        return None
    window = rate_window(case.metrics)
    errors = case.requests.errors(window)
    if errors is None:
        return None
    return _Draft(
        expr=f"{errors} / {case.requests.rate(window)} > {case.limit}",
        summary=f"Many requests to {case.subject} fail",
        description=(
            f"{{{{ $value | humanizePercentage }}}} of the requests to {case.subject} failed over the last {window}, "
            f"more than {case.percent}. Look at what changed last, at the logs, and at what the service depends on."
        ),
        runbook=f"{_DEBUG}/debug-service/",
    )


def _high_latency(case: _Case) -> _Draft | None:
    if case.requests is None or case.metrics is None:
        return None
    window, share = rate_window(case.metrics), Fraction(repr(case.alerts.latency_quantile))
    quantile = case.requests.quantile(decimal(share), window)
    if quantile is None:
        return None
    if (longest := case.requests.longest) is not None and case.threshold > longest:
        message = (
            f"alerts.highLatency.threshold {case.limit} can never be reached: the histogram measures up to "
            f"{decimal(longest)} s; use no more"
        )
        raise LumenError(message)
    return _Draft(
        # In the last bucket a quantile is its bound: equal counts, too.
        expr=f"{quantile} >= {case.limit}",
        summary=f"Requests to {case.subject} are slow",
        description=(
            f"{decimal(share * 100)} % of the requests to {case.subject} took up to "
            f"{{{{ $value | humanizeDuration }}}} over the last {window}, more than {case.limit} s. Look at the CPU of "
            "the pods, at the autoscaler, and at what the service depends on."
        ),
        runbook=f"{_DEBUG}/debug-service/",
    )


#: What makes each default alert, in the order in which they stand in the rules.
_CATALOGUE: dict[str, Callable[[_Case], _Draft | None]] = {
    "target_absent": _target_absent,
    "target_down": _target_down,
    "unavailable": _unavailable,
    "replicas_unavailable": _replicas_unavailable,
    "restarting": _restarting,
    "high_memory_usage": _high_memory_usage,
    "autoscaler_at_maximum": _autoscaler_at_maximum,
    "volume_filling_up": _volume_filling_up,
    "volume_almost_full": _volume_almost_full,
    "high_error_rate": _high_error_rate,
    "high_latency": _high_latency,
}
