"""Numbers of ports."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, walk
from lumen_constructs.checks.references.ports import called_ports
from lumen_constructs.checks.rules import Fault, rule

_HIGHEST = 65535
_NODE_PORTS = (30000, 32767)

_FIELDS: tuple[tuple[str, str], ...] = (
    *((kinds.SERVICE, f"spec.ports[].{field}") for field in ("port", "targetPort", "nodePort")),
    (kinds.INGRESS, "spec.rules[].http.paths[].backend.service.port.number"),
    *(
        (kinds.NETWORK_POLICY, f"spec.{rules}[].ports[].{field}")
        for rules in ("ingress", "egress")
        for field in ("port", "endPort")
    ),
    (kinds.GATEWAY, "spec.listeners[].port"),
    *((route, "spec.rules[].backendRefs[].port") for route in kinds.ROUTES),
)


def _numbers(graph: Graph) -> Iterator[tuple[Item, tuple[str | int, ...], object]]:
    """Give every port of the set with the steps that lead to it: joining them for each would take most of the time."""
    for pod in graph.pods:
        for container in pod.containers:
            for place, port in entries(container.body, "ports"):
                yield pod.item, (container.path, "ports", place, "containerPort"), port.get("containerPort")
                # A host port of 0 is none.
                yield pod.item, (container.path, "ports", place, "hostPort"), port.get("hostPort") or None
            yield from ((pod.item, (path,), port) for path, port in called_ports(container))
    for type_, field in _FIELDS:
        for item in graph.of(type_):
            yield from ((item, (path,), number) for path, number in walk(item.body, field))


@rule("port-invalid", Severity.ERROR)
def port_invalid(graph: Graph) -> Iterator[Fault]:
    """A port is a number from 1 to 65535."""
    for item, steps, value in _numbers(graph):
        if type(value) is int and not 1 <= value <= _HIGHEST:
            path = joined(*steps)
            # Zero stands for none where a field may be left out.
            if value or not path.endswith(("nodePort", "targetPort", "endPort")):
                yield Fault(item, path, f"{value} is not a port", f"write a number from 1 to {_HIGHEST}")


@rule("node-port-outside-range", Severity.WARNING)
def node_port_outside_range(graph: Graph) -> Iterator[Fault]:
    """A node port outside of the cluster's range, which is 30000 to 32767 unless it was changed, is refused."""
    low, high = _NODE_PORTS
    for item in graph.of(kinds.SERVICE):
        for path, value in walk(item.body, "spec.ports[].nodePort"):
            if (
                isinstance(value, int)
                and not isinstance(value, bool)
                and 0 < value <= _HIGHEST
                and not low <= value <= high
            ):
                yield Fault(item, path, f"{value} is outside of {low} to {high}", "write one within, or leave it out")
