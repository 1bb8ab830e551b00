"""The panels that a component's dashboard has by itself: what is known about the component, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lumen_constructs import promql
from lumen_constructs.observability import workloads
from lumen_constructs.observability.rules import Watch
from lumen_constructs.observability.slos import slo_labels
from lumen_constructs.observability.target import Target
from lumen_constructs.options.dashboard import Panel, Query, Threshold
from lumen_constructs.options.slos import Slo

#: Grafana's own: at least four scrapes, and no less than one step of the curve.
_WINDOW = "$__rate_interval"


@dataclass(frozen=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


def standard_rows(watch: Watch, slos: Sequence[Slo] = ()) -> list[Row]:
    """Give the rows for what is known about the component; a row without panels is left out."""
    rows = [
        Row("Objectives", tuple(_objectives(watch, slos))),
        Row("Requests", tuple(_requests(watch))),
        Row("Resources", tuple(_resources(watch.target))),
        Row("Pods", tuple(_pods(watch.target))),
        Row("Volumes", tuple(_volumes(watch.target))),
    ]
    return [row for row in rows if row.panels]


def _objectives(watch: Watch, slos: Sequence[Slo]) -> Iterator[Panel]:
    for slo in slos:
        own = promql.equal(slo_labels(watch, slo))
        yield Panel(
            title=f"Error budget left: {slo.name}",
            type="stat",
            description=f"Share of the error budget of {slo.window} that is left; below 0 % the objective is missed.",
            queries=[Query(expr=f"slo:error_budget_remaining:ratio{{{own}}}")],
            unit="percentunit",
            decimals=1,
            thresholds=[Threshold(value=0, color="orange"), Threshold(value=0.25, color="green")],
            base_color="red",
        )


def _requests(watch: Watch) -> Iterator[Panel]:
    requests = watch.requests
    if requests is None:
        return
    yield Panel(
        title="Request rate",
        queries=[Query(expr=requests.rate(_WINDOW), legend="requests")],
        unit="reqps",
        min=0,
        width=8,
    )
    if (errors := requests.errors(_WINDOW)) is not None:
        rate = requests.rate(_WINDOW)
        yield Panel(
            title="Error rate",
            description="Share of the requests that failed.",
            # Errors that never happened have no series.
            queries=[Query(expr=f"({errors} or 0 * {rate}) / {rate}", legend="errors")],
            unit="percentunit",
            min=0,
            width=8,
        )
    quantiles = [(legend, requests.quantile(share, _WINDOW)) for legend, share in _QUANTILES.items()]
    queries = [Query(expr=expr, legend=legend) for legend, expr in quantiles if expr is not None]
    if queries:
        yield Panel(
            title="Latency",
            description="Time within which a half, 95 % and 99 % of the requests were answered.",
            queries=queries,
            unit="s",
            min=0,
            width=8,
        )


def _resources(target: Target) -> Iterator[Panel]:
    for title, resource, unit, used in (
        ("CPU", "cpu", "none", workloads.cpu(target, _WINDOW)),
        ("Memory", "memory", "bytes", workloads.memory(target)),
    ):
        lines = [
            Query(expr=f"max by (container) ({workloads.bound(target, f'{kind}s', resource)})", legend=legend)
            for kind, legend in (("request", "{{container}} request"), ("limit", "{{container}} limit"))
        ]
        yield Panel(
            title=f"{title} against requests and limits",
            description=_RESOURCE_TEXTS[resource],
            queries=[Query(expr=used, legend="{{pod}} {{container}}"), *lines],
            unit=unit,
            min=0,
        )


def _pods(target: Target) -> Iterator[Panel]:
    queries = [
        Query(expr=workloads.available(target), legend="available"),
        Query(expr=workloads.wanted(target), legend="wanted"),
    ]
    if target.autoscaler is not None:
        queries += [
            Query(expr=workloads.autoscaler(target, f"spec_{bound}_replicas"), legend=f"autoscaler {bound}imum")
            for bound in ("min", "max")
        ]
    yield Panel(title="Replicas", queries=queries, unit="none", decimals=0, min=0)
    yield Panel(
        title="Restarts",
        description="Restarts of each container in the last hour.",
        queries=[Query(expr=workloads.restarts(target, "1h"), legend="{{pod}} {{container}}")],
        unit="none",
        decimals=0,
        min=0,
    )


def _volumes(target: Target) -> Iterator[Panel]:
    if target.volumes is not None:
        yield Panel(
            title="Volumes",
            description="Share of each volume that is used.",
            queries=[Query(expr=workloads.used_share(target.volumes), legend="{{persistentvolumeclaim}}")],
            unit="percentunit",
            min=0,
            max=1,
        )


_QUANTILES = {"p50": "0.5", "p95": "0.95", "p99": "0.99"}
_RESOURCE_TEXTS = {
    "cpu": "CPU time of each container, in cores. At its limit a container is slowed down.",
    "memory": "Working set of each container. At its limit a container is killed.",
}
