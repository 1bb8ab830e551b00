"""What a component's Grafana dashboard shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, FaultsError, show
from lumen_constructs.options.base import Items, Options, Short, empty
from lumen_constructs.options.queries import PanelExpr
from lumen_constructs.options.scalars import AnnotationMap, LabelMap, PrometheusDuration, Subdomain

_UID = re.compile(r"[a-zA-Z0-9_-]{1,40}")


def _url(value: str) -> str:
    if not re.match(r"(https?://[^\s/]|/)", value):
        message = f"{show(value)} must be a URL, such as 'https://example.com/stats', or a path in Grafana"
        raise ValueError(message)
    return value


def _uid(value: str) -> str:
    if not _UID.fullmatch(value):
        message = f"{show(value)} must be 1 to 40 letters, digits, '-' and '_'"
        raise ValueError(message)
    return value


class Link(Options):
    """A link to another page."""

    title: str = Field(min_length=1)
    """What the reader sees."""
    url: Annotated[str, AfterValidator(_url)]
    """Where it leads: a URL, or a path in Grafana."""
    new_tab: bool = True
    """Whether it opens beside the dashboard."""


class Query(Options):
    """A query of a panel. The short form is the expression alone."""

    expr: PanelExpr
    """PromQL expression. ``$scope`` stands for the label matchers of the component's own series, ``$pods`` for those of
    its pods in the cluster's metrics; Grafana's ``$__rate_interval`` may be used as range."""
    legend: str | None = None
    """Name of each series, with ``{{label}}`` for a label's value. Default: Grafana's, which shows all labels."""


if TYPE_CHECKING:
    QueryLike = Query | str
else:
    #: A query, or its expression.
    QueryLike = Annotated[Query, Short(str, lambda expr: Query(expr=expr), {"type": "string"})]


class Threshold(Options):
    """A value from which on a panel has another colour."""

    value: float
    """Lowest value that has the colour."""
    color: str = Field(min_length=1)
    """Colour, by Grafana's name (``green``, ``orange``, ``red``) or as ``#rrggbb``."""


class Panel(Options):
    """A panel of the component's own: a tile (``stat``, ``gauge``), a curve (``timeseries``) or a table."""

    title: str = Field(min_length=1)
    """Heading of the panel."""
    type: Literal["timeseries", "stat", "gauge", "table"] = "timeseries"
    """Form of the panel: ``stat`` and ``gauge`` are tiles with the last value."""
    queries: Items[QueryLike] = Field(min_length=1, max_length=26)
    """What it shows, by one to 26 queries."""
    unit: str | None = None
    """Unit by Grafana's name, such as ``s``, ``bytes``, ``percentunit`` or ``reqps``. Default: plain numbers."""
    description: str | None = None
    """Help text of the panel. Default: none."""
    decimals: int | None = Field(default=None, ge=0, le=10)
    """Decimal places. Default: as many as Grafana finds useful."""
    min: float | None = None
    """Lowest value of the axis or gauge. Default: the data's."""
    max: float | None = None
    """Highest value of the axis or gauge. Default: the data's."""
    thresholds: Items[Threshold] = ()
    """Colours by value, rising. Default: one colour."""
    base_color: str = Field(default="green", min_length=1)
    """Colour below the first threshold."""
    links: Items[Link] = ()
    """Links in the panel's corner."""
    width: int | None = Field(default=None, ge=1, le=24)
    """Columns, of 24. Default: 4 for a tile, 12 for others."""
    height: int | None = Field(default=None, ge=2, le=40)
    """Rows of the grid. Default: 4 for a tile, 8 for others."""

    @model_validator(mode="after")
    def _check(self) -> Panel:
        faults = []
        if self.min is not None and self.max is not None and self.min >= self.max:
            faults.append(Fault(("min",), f"{show(self.min)} must be below max, {show(self.max)}"))
        values = [step.value for step in self.thresholds]
        if values != sorted(set(values)):
            faults.append(Fault(("thresholds",), "must rise"))
        if faults:
            raise FaultsError(faults)
        return self

    @property
    def is_tile(self) -> bool:
        """Whether the panel shows the last value alone."""
        return self.type in {"stat", "gauge"}


class Dashboard(Options):
    """A Grafana dashboard, shipped as a ConfigMap that Grafana's sidecar imports.

    It has panels for what is known about the component: traffic, errors and latency where the metrics declare them,
    CPU and memory against requests and limits, restarts, replicas, volumes; and the component's own panels before them.
    """

    enabled: bool = True
    """Whether there is the dashboard."""
    name: Subdomain | None = None
    """Name of the ConfigMap. Default: the component's and ``-dashboard``."""
    title: str | None = Field(default=None, min_length=1)
    """Title of the dashboard. Default: the component's name."""
    uid: Annotated[str, AfterValidator(_uid)] | None = None
    """Identity of the dashboard in Grafana, and part of its address. Default: made from namespace and name."""
    folder: str | None = Field(default=None, min_length=1)
    """Folder in Grafana; sets the annotation ``grafana_folder``. Default: the sidecar's."""
    description: str | None = None
    """What the dashboard is about. Default: nothing."""
    tags: Items[str] = ()
    """Tags by which Grafana lists dashboards."""
    refresh: PrometheusDuration = "30s"
    """Time from one refresh to the next."""
    time_range: PrometheusDuration = "6h"
    """Time that is shown at first, up to now."""
    standard: bool = True
    """Whether there are the panels that come by themselves, beside the component's own."""
    panels: Items[Panel] = ()
    """The component's own panels, in the order given, before those that come by themselves."""
    links: Items[Link] = ()
    """Links in the dashboard's head."""
    labels: LabelMap = Field(default_factory=lambda: {"grafana_dashboard": "1"})
    """Labels by which the sidecar finds the ConfigMap."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the ConfigMap."""

    @model_validator(mode="after")
    def _check(self) -> Dashboard:
        if self.enabled and not self.standard and not self.panels:
            message = "has no panels: give it some, or leave standard at true"
            raise ValueError(message)
        return self
