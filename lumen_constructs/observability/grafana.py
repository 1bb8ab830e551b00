"""A dashboard as Grafana's JSON, made with grafana-foundation-sdk, which the extra ``dashboards`` brings."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator, Sequence
from itertools import count

from grafana_foundation_sdk.builders import common, gauge, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from lumen_constructs import promql
from lumen_constructs.names import shortened
from lumen_constructs.observability.panels import Row, standard_rows
from lumen_constructs.observability.rules import Watch
from lumen_constructs.options.base import full
from lumen_constructs.options.dashboard import Dashboard, Link, Panel, Query
from lumen_constructs.options.slos import Slo

AnyPanel = timeseries.Panel | stat.Panel | gauge.Panel | table.Panel

#: Columns of Grafana's grid.
_COLUMNS = 24
_LONGEST_UID = 40
#: The data source that the reader chooses in the dashboard's head. Without braces, which Flux would fill.
_SOURCE = model.DataSourceRef(type_val="prometheus", uid="$datasource")


def dashboard_json(watch: Watch, options: Dashboard, slos: Sequence[Slo]) -> str:
    """Give the dashboard as JSON: sorted and indented, so that its differences can be read."""
    target = watch.target
    made = (
        build.Dashboard(options.title or target.name)
        .uid(options.uid or shortened(f"{target.namespace}_{target.name}", _LONGEST_UID))
        .tags(list(options.tags))
        .refresh(str(options.refresh))
        .time(f"now-{options.time_range}", "now")
        .timezone("browser")
        # What is changed in Grafana would be lost with the next sync.
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .with_variable(build.DatasourceVariable("datasource").label("Data source").type("prometheus"))
        .annotation(_firing_alerts(watch))
    )
    if options.description is not None:
        made = made.description(options.description)
    for link in options.links:
        made = made.link(_link(link))
    rows = standard_rows(watch, slos) if options.standard else []
    _lay_out(made, watch, options.panels, rows)
    return json.dumps(made.build(), cls=JSONEncoder, sort_keys=True, indent=2, ensure_ascii=False) + "\n"


def _lay_out(made: build.Dashboard, watch: Watch, own: Sequence[Panel], rows: Sequence[Row]) -> None:
    """Place the component's own panels, and below them each row with its heading."""
    ids, top = count(1), 0
    for row in (Row("", tuple(own)), *rows):
        if row.title:
            place = model.GridPos(x=0, y=top, w=_COLUMNS, h=1)
            made.with_row(build.Row(row.title).id(next(ids)).grid_pos(place))
            top += 1
        for panel, place in _placed(row.panels, top):
            made.with_panel(_panel(watch, panel).id(next(ids)).grid_pos(place))
            top = max(top, place.y + place.h)


def _placed(panels: Sequence[Panel], top: int) -> Iterator[tuple[Panel, model.GridPos]]:
    """Place panels from left to right; what does not fit begins a new line below the highest of the last."""
    left, bottom = 0, top
    for panel in panels:
        width = panel.width or (4 if panel.is_tile else 12)
        height = panel.height or (4 if panel.is_tile else 8)
        if left + width > _COLUMNS:
            left, top = 0, bottom
        yield panel, model.GridPos(x=left, y=top, w=width, h=height)
        left, bottom = left + width, max(bottom, top + height)


def _panel(watch: Watch, panel: Panel) -> AnyPanel:
    made = _drawn(panel).title(panel.title).datasource(_SOURCE).thresholds(_thresholds(panel))
    for letter, query in zip(string.ascii_uppercase, panel.queries, strict=False):
        made = made.with_target(_query(watch, panel, full(query, Query)).ref_id(letter))
    if panel.description is not None:
        made = made.description(panel.description)
    if panel.unit is not None:
        made = made.unit(panel.unit)
    if panel.decimals is not None:
        made = made.decimals(panel.decimals)
    if panel.min is not None:
        made = made.min(panel.min)
    if panel.max is not None:
        made = made.max(panel.max)
    return made.links([_link(link) for link in panel.links]) if panel.links else made


def _drawn(panel: Panel) -> AnyPanel:
    """Begin a panel of the form that was chosen."""
    if panel.type == "stat":
        return (
            stat.Panel()
            .graph_mode(kinds.BigValueGraphMode.AREA)
            .color_mode(kinds.BigValueColorMode.VALUE)
            .reduce_options(_last_value())
        )
    if panel.type == "gauge":
        return gauge.Panel().reduce_options(_last_value())
    if panel.type == "table":
        return table.Panel()
    style = kinds.GraphThresholdsStyleMode.LINE if panel.thresholds else kinds.GraphThresholdsStyleMode.OFF
    legend = common.VizLegendOptions().display_mode(kinds.LegendDisplayMode.LIST)
    return (
        timeseries.Panel()
        .legend(legend.placement(kinds.LegendPlacement.BOTTOM).show_legend(show_legend=True))
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(style))
        .line_width(1)
        .fill_opacity(10)
    )


def _last_value() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(values=False)


def _thresholds(panel: Panel) -> build.ThresholdsConfig:
    """Give the colours. Without any, Grafana would make everything above 80 red."""
    steps = [model.Threshold(value=None, color=panel.base_color)]
    steps += [model.Threshold(value=step.value, color=step.color) for step in panel.thresholds]
    return build.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps)


def _query(watch: Watch, panel: Panel, query: Query) -> prometheus.Dataquery:
    made = prometheus.Dataquery().expr(watch.filled(query.expr)).datasource(_SOURCE)
    made = made.range() if panel.type in {"timeseries", "stat"} else made.instant()
    if panel.type == "table":
        made = made.format(PromQueryFormat.TABLE)
    return made if query.legend is None else made.legend_format(query.legend)


def _firing_alerts(watch: Watch) -> build.AnnotationQuery:
    """Mark in every curve when an alert on the component fired."""
    own = promql.equal({"alertstate": "firing", **watch.labels})
    return (
        build.AnnotationQuery()
        .name("Firing alerts")
        .datasource(_SOURCE)
        .enable(enable=True)
        .icon_color("red")
        .expr(f"ALERTS{{{own}}}")
    )


def _link(link: Link) -> build.DashboardLink:
    return (
        build.DashboardLink(link.title)
        .type(model.DashboardLinkType.LINK)
        .url(link.url)
        .target_blank(target_blank=link.new_tab)
    )
