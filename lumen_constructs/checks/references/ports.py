"""Ports that a pod names inside itself: of probes and lifecycle hooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import joined, mapping, port_number
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule

#: The handlers of a container that call one of its ports.
_HANDLERS = (
    *((probe,) for probe in ("startupProbe", "readinessProbe", "livenessProbe")),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def called_ports(container: Container) -> Iterator[tuple[str, Any]]:
    """Give the ports that a container's probes and hooks call, with their places."""
    for steps in _HANDLERS:
        handler = mapping(container.body, *steps)
        for action in ("httpGet", "tcpSocket", "grpc"):
            # A hook or probe that names a host calls somebody else.
            if "port" in mapping(handler, action) and not mapping(handler, action).get("host"):
                yield joined(container.path, *steps, action, "port"), mapping(handler, action)["port"]


@rule("probe-port-missing", Severity.ERROR)
def probe_port_missing(graph: Graph) -> Iterator[Fault]:
    """A probe of a port that the container does not have fails for ever: the pod is never ready, or restarts."""
    for pod in graph.pods:
        for container in pod.containers:
            for path, port in called_ports(container):
                yield from _missing(graph, pod, container, path, port)


def _missing(graph: Graph, pod: Pod, container: Container, path: str, port: object) -> Iterator[Fault]:
    names = [one.name for one in container.ports if one.name]
    wanted = port_number(port)
    if wanted is not None:
        # A container need not declare its ports, and may share those of the pod's other containers.
        declared = [one.number for one in container.ports]
        if declared and wanted not in declared and not pod.ports_numbered(wanted):
            have = ", ".join(str(number) for number in declared)
            message = f"container '{container.name}' declares no port {wanted}"
            yield Fault(pod.item, path, message, f"it declares {have}", Severity.WARNING)
    elif isinstance(port, str) and port and port not in names:
        have = f"it has {', '.join(names)}" if names else "none of its ports has a name"
        message = f"'{port}' is not a port of container '{container.name}'"
        yield Fault(pod.item, path, message, graph.meant(port, names) or have)
