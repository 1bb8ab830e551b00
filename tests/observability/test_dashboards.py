from __future__ import annotations

import json
import sys
from itertools import combinations
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs import promql
from lumen_constructs.errors import LumenError
from lumen_constructs.observability.dashboards import dashboard, dashboard_json
from lumen_constructs.options.dashboard import Dashboard, Link, Panel, Query, Threshold
from lumen_constructs.options.metrics import Metrics, Slo
from tests.observability.samples import METRICS, target

LINK = Link(title="Statistics", url="https://proofd.example.com/stats")
LOOP = Panel(title="Loop", type="stat", queries=["lumen_loop{$scope}"], links=[LINK])
SLOS = [Slo(name="availability", objective=99.9)]


def made(options: Dashboard, metrics: Metrics | None = METRICS, **changes: Any) -> dict[str, Any]:
    """Give the dashboard of the sample component, read back."""
    read: dict[str, Any] = json.loads(dashboard_json(target(**changes), options, metrics, SLOS if metrics else []))
    return read


def panels(read: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the panels by title, without the rows."""
    return {panel["title"]: panel for panel in read["panels"] if panel["type"] != "row"}


def test_config_map_is_what_the_sidecar_imports() -> None:
    """The dashboard stands unwrapped in a ConfigMap with the sidecar's label, in a folder of its own."""
    body = dashboard(target(), Dashboard(folder="Shop"), METRICS)
    assert body is not None
    assert body["metadata"]["name"] == "cart-dashboard"
    assert body["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert body["metadata"]["annotations"] == {"grafana_folder": "Shop"}
    ((file, text),) = body["data"].items()
    assert file == "shop.cart-dashboard.json"
    assert "dashboard" not in json.loads(text)
    assert json.loads(text)["title"] == "cart"


def test_whole_dashboard(snapshot: SnapshotAssertion) -> None:
    """Own panels, and the panels that come by themselves."""
    options = Dashboard(title="The cart", tags=["shop"], panels=[LOOP], links=[LINK], description="All of it")
    assert dashboard_json(target(), options, METRICS, SLOS) == snapshot


def test_panels_follow_from_what_is_declared() -> None:
    """There are panels on requests, volumes and objectives only where the component has them."""
    assert list(panels(made(Dashboard()))) == [
        "Error budget left: availability",
        "Request rate",
        "Error rate",
        "Latency",
        "CPU against requests and limits",
        "Memory against requests and limits",
        "Replicas",
        "Restarts",
        "Volumes",
    ]
    assert list(panels(made(Dashboard(), None, claims=(), autoscaler=None))) == [
        "CPU against requests and limits",
        "Memory against requests and limits",
        "Replicas",
        "Restarts",
    ]


def test_own_panels_come_first_and_are_scoped() -> None:
    """A tile reads the component's own series, and links to another page."""
    tile = panels(made(Dashboard(panels=[LOOP])))["Loop"]
    assert tile["type"] == "stat"
    assert tile["gridPos"] == {"x": 0, "y": 0, "w": 4, "h": 4}
    assert tile["targets"][0]["expr"] == 'lumen_loop{namespace="shop",job="cart"}'
    assert tile["links"][0]["url"] == "https://proofd.example.com/stats"


def test_own_panels_may_stand_alone() -> None:
    """Without the standard panels, just the component's own are left."""
    assert list(panels(made(Dashboard(standard=False, panels=[LOOP])))) == ["Loop"]


def test_panels_do_not_overlap() -> None:
    """However wide and high panels are, none lies over another one, or beside the grid."""
    sizes = [(4, 4), (12, 8), (12, 2), (24, 3), (7, 9), (18, 4), (5, 5)]
    own = [
        Panel(title=f"{index}", queries=["up"], width=width, height=height)
        for index, (width, height) in enumerate(sizes)
    ]
    places = [panel["gridPos"] for panel in made(Dashboard(panels=own))["panels"]]
    for place in places:
        assert place["x"] + place["w"] <= 24
    for a, b in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        below = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or below


def test_ids_are_unique_and_every_query_parses() -> None:
    """Grafana needs an id for each panel, a letter for each query, and PromQL that Prometheus reads."""
    read = made(Dashboard(panels=[LOOP]))
    ids = [panel["id"] for panel in read["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in panels(read).values():
        letters = [query["refId"] for query in panel["targets"]]
        assert len(set(letters)) == len(letters)
        for query in panel["targets"]:
            assert promql.expr_fault(query["expr"], grafana=True) is None


def test_panels_take_the_data_source_that_the_reader_chose() -> None:
    """Panels and queries name the dashboard's variable, in a spelling that Flux leaves alone."""
    read = made(Dashboard())
    assert [variable["name"] for variable in read["templating"]["list"]] == ["datasource"]
    for panel in panels(read).values():
        for holder in (panel, *panel["targets"]):
            assert holder["datasource"] == {"type": "prometheus", "uid": "$datasource"}
    assert "${" not in json.dumps(read)


def test_every_option_of_a_panel_is_set() -> None:
    """What is said about a panel stands in Grafana's JSON."""
    panel = Panel(
        title="Entropy",
        type="gauge",
        queries=[Query(expr="lumen_entropy{$scope}", legend="{{pod}}")],
        unit="percentunit",
        description="How much is unknown",
        decimals=2,
        min=0,
        max=1,
        thresholds=[Threshold(value=0.5, color="orange"), Threshold(value=0.9, color="#ff0000")],
        base_color="blue",
    )
    drawn = panels(made(Dashboard(panels=[panel])))["Entropy"]
    defaults = drawn["fieldConfig"]["defaults"]
    assert drawn["description"] == "How much is unknown"
    assert (defaults["unit"], defaults["decimals"], defaults["min"], defaults["max"]) == ("percentunit", 2, 0, 1)
    assert defaults["thresholds"]["steps"] == [
        {"color": "blue", "value": None},
        {"color": "orange", "value": 0.5},
        {"color": "#ff0000", "value": 0.9},
    ]
    assert drawn["targets"][0]["legendFormat"] == "{{pod}}"


def test_every_option_of_a_dashboard_is_set() -> None:
    """What is said about the whole, and about its links."""
    read = made(Dashboard(refresh="5m", time_range="2h", links=[LINK, Link(title="x", url="/x", new_tab=False)]))
    assert (read["refresh"], read["time"]["from"]) == ("5m", "now-2h")
    assert [link["targetBlank"] for link in read["links"]] == [True, False]


def test_namespaces_and_names_make_different_dashboards() -> None:
    """Components whose names and namespaces join to the same text keep dashboards of their own."""
    one = made(Dashboard(), namespace="a-b", name="c")
    other = made(Dashboard(), namespace="a", name="b-c")
    assert one["uid"] != other["uid"]
    assert len(made(Dashboard(), namespace="n" * 63, name="m" * 63)["uid"]) <= 40


def test_dashboard_may_be_turned_off() -> None:
    """With enabled false there is no ConfigMap."""
    assert dashboard(target(), Dashboard(enabled=False)) is None


def test_refuses_dashboard_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where grafana-foundation-sdk is missing, one line names the extra."""
    monkeypatch.delitem(sys.modules, "lumen_constructs.observability.grafana", raising=False)
    monkeypatch.setitem(sys.modules, "grafana_foundation_sdk.builders", None)
    monkeypatch.delattr("lumen_constructs.observability.grafana", raising=False)
    with pytest.raises(LumenError) as raised:
        dashboard(target(), Dashboard(), METRICS)
    assert str(raised.value) == "dashboard needs grafana-foundation-sdk: install lumen-constructs[dashboards]"
