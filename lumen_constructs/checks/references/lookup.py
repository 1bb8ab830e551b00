"""Services by name, wherever they come from."""

from __future__ import annotations

from typing import NamedTuple

from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import SERVICE
from lumen_constructs.checks.plain import entries, number, text
from lumen_constructs.checks.pods import Port
from lumen_constructs.checks.sources import made, may_be_made


class Known(NamedTuple):
    """A Service that exists."""

    item: Item | None
    """The Service, where it is an object of the set."""
    ports: tuple[Port, ...] | None
    """Its ports; None where they are not known."""


_SOMEWHERE = Known(None, None)

#: Services that every cluster has.
_ALWAYS = {("default", "kubernetes")}


def service_named(graph: Graph, namespace: str, name: str) -> Known | None:
    """Give the Service of that name; None where nobody provides it, although the set should."""
    item = graph.find(SERVICE, namespace, name)
    if item is not None:
        return Known(item, ports_of(item))
    thing = graph.once(made).get(("Service", namespace, name))
    if thing is not None:
        return Known(None, thing.ports)
    if (
        not graph.holds(namespace)
        or (namespace, name) in _ALWAYS
        or graph.is_external("Service", namespace, name)
        or may_be_made(graph, "Service", namespace, name)
    ):
        return _SOMEWHERE
    return None


def ports_of(service: Item) -> tuple[Port, ...] | None:
    """Give the ports of a Service as its callers see them; an ExternalName has whatever its host has."""
    if text(service.body, "spec", "type") == "ExternalName":
        return None
    return tuple(
        Port(text(port, "name"), number(port, "port"), text(port, "protocol") or "TCP")
        for _, port in entries(service.body, "spec", "ports")
    )


def service_names(graph: Graph, namespace: str) -> list[str]:
    """Give the names of a namespace's Services, those of operators included."""
    memory = graph.once(_all_names)
    if namespace not in memory:
        memory[namespace] = graph.names(SERVICE, namespace) + graph.once(_made_names).get(namespace, [])
    return memory[namespace]


def _all_names(_: Graph) -> dict[str, list[str]]:
    return {}


def _made_names(graph: Graph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, namespace, name in graph.once(made):
        if kind == "Service":
            found.setdefault(namespace, []).append(name)
    return found


def shown(port: Port) -> str:
    """Give a port as hints show it: ``http (80)``."""
    return f"{port.name} ({port.number})" if port.name else str(port.number)
