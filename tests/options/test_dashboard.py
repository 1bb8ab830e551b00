from __future__ import annotations

from collections.abc import Callable

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.dashboard import Dashboard, Link, Panel, Query, Threshold
from tests.options.test_metrics import from_yaml


def test_reads_values_in_camel_case() -> None:
    """A values file declares tiles with the short form of a query, and links."""
    text = """
    timeRange: 1h
    panels:
    - {title: Loop, type: stat, queries: ["lumen_loop{$scope}"], links: [{title: Stats, url: "https://p/stats"}]}
    """
    panel = Panel(
        title="Loop",
        type="stat",
        queries=[Query(expr="lumen_loop{$scope}")],
        links=[Link(title="Stats", url="https://p/stats")],
    )
    assert from_yaml(Dashboard, text) == Dashboard(time_range="1h", panels=[panel])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Panel(title="x", queries=[]), "queries"),
        (lambda: Panel(title="x", queries=["up{"]), "expr 'up{' is not valid PromQL"),
        (lambda: Panel(title="x", queries=["up"], min=2, max=1), "min 2.0 must be below max, 1.0"),
        (
            lambda: Panel(title="x", queries=["up"], thresholds=[Threshold(value=v, color="red") for v in (2, 1)]),
            "thresholds must rise",
        ),
        (
            lambda: from_yaml(Panel, "{title: x, queries: [up], type: pie}"),
            "must be one of timeseries, stat, gauge, table",
        ),
        (lambda: Link(title="x", url="stats"), "url 'stats' must be a URL"),
        (lambda: Dashboard(uid="a b"), "uid 'a b' must be 1 to 40 letters"),
        (lambda: Dashboard(standard=False), "has no panels: give it some, or leave standard at true"),
    ],
)
def test_refuses_dashboards_that_cannot_be(make: Callable[[], object], message: str) -> None:
    """Each contradiction is one line that says what is wrong."""
    with pytest.raises(LumenError) as raised:
        make()
    assert message in str(raised.value)
