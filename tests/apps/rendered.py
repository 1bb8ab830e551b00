"""The systems of this repository as they are rendered, once for all tests."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from apps.systems import SYSTEMS
from lumen_constructs.rendering import RenderedSet, render, targets
from lumen_constructs.values import Set
from tests.objects import Body


@functools.cache
def everything() -> tuple[RenderedSet, ...]:
    """Render every system in every environment."""
    return tuple(render(targets(SYSTEMS)))


@functools.cache
def manifests(system: str, environment: str, *settings: str) -> tuple[Body, ...]:
    """Render one system in one environment, with ``--set`` settings."""
    wanted = targets(SYSTEMS, [system], environment)
    (rendered,) = render(wanted, [Set(setting) for setting in settings]) if settings else _cached(system, environment)
    return tuple(placed.body for placed in rendered.objects)


def every_manifest() -> Iterator[tuple[str, Body]]:
    """Give every manifest of every set, with the set's folder."""
    for rendered in everything():
        for placed in rendered.objects:
            yield rendered.target.folder, placed.body


def _cached(system: str, environment: str) -> list[RenderedSet]:
    return [rendered for rendered in everything() if rendered.target.folder == f"{system}/{environment}"]
