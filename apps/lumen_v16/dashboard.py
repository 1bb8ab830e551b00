"""The v16 dashboard: a tile for each thing that the exporter measures, with a link to proofd's stats."""

from __future__ import annotations

from lumen_constructs import Dashboard, Link, Panel

#: Tiles and the series of the exporter that they show.
TILES = {
    "Loop": "lumen_v16_loop",
    "Phase": "lumen_v16_phase",
    "Creativity": "lumen_v16_creativity",
    "Entropy": "lumen_v16_entropy",
    "Security": "lumen_v16_security",
}


def dashboard(stats_url: str) -> Dashboard:
    """Give the dashboard; ``stats_url`` is where a person finds proofd's stats."""
    stats = Link(title="proofd stats", url=stats_url)
    return Dashboard(
        title="Lumen v16",
        tags=["lumen"],
        links=[stats],
        panels=[
            Panel(title=title, type="stat", queries=[f"{series}{{$scope}}"], links=[stats])
            for title, series in TILES.items()
        ],
    )
