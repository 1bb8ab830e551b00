"""What becomes of a data store's options: plain bodies, and what its clients must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lumen_constructs.datastores.connection import Connection
from lumen_constructs.options.ports import Port

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A data store, before it crosses into the construct tree."""

    bodies: Mapping[str, Body]
    """The objects by construct id; ``Resource`` is the StatefulSet or the operator's resource."""
    ports: tuple[Port, ...]
    """The ports on which clients are served."""
    connection: Connection
    """How clients connect."""
    pods: Mapping[str, str]
    """Labels of the pods."""
    restricted: bool
    """Whether a NetworkPolicy says who may connect."""
    kept: bool
    """Whether it holds what must not be lost."""
    clients: str | None = None
    """Where in the operator's resource further clients are added, as the path of a JSON patch; the operator makes the
    NetworkPolicy of them. Default: the NetworkPolicy is ours."""
