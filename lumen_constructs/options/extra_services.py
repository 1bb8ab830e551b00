"""Further Services in front of one component: a load balancer, ports on the nodes, a name for the pods themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.pod_contradictions import Place
from lumen_constructs.options.reserved import reserved_faults
from lumen_constructs.options.scalars import PortName, PortNumber, ServiceName
from lumen_constructs.options.service import Service
from lumen_constructs.values.merging import MergeByName

if TYPE_CHECKING:
    from lumen_constructs.options.monitored import MonitoredServiceOptions
    from lumen_constructs.options.ports import Port


class ServicePort(Options):
    """A port of a further Service."""

    name: PortName
    """Name of the component's port that it leads to; sets ``ports[].name`` and ``ports[].targetPort``."""
    port: PortNumber | None = None
    """Number; sets ``ports[].port``. Default: as in the component's first Service."""
    node_port: PortNumber | None = None
    """Number on each node, for type NodePort or LoadBalancer; sets ``ports[].nodePort``. Default: the cluster
    chooses."""


class ExtraService(Service):
    """A further Service (v1) in front of the component's pods. Prometheus scrapes through the first one alone."""

    name: ServiceName
    """Name of the Service."""
    ports: Annotated[Items[ServicePort], MergeByName()] = ()
    """Ports. Default: all of the component's that are exposed."""

    def ports_of(self, known: Sequence[Port]) -> Iterator[tuple[Port, ServicePort]]:
        """Give each port of the Service, and the component's port that it leads to."""
        by_name = {port.name: port for port in known}
        chosen = self.ports or [ServicePort(name=port.name) for port in known if port.expose]
        return ((by_name[port.name], port) for port in chosen if port.name in by_name)


#: Further Services, whose layers merge by their names.
ExtraServices = Annotated[Items[ExtraService], MergeByName()]


def extra_service_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    """Find what is contradictory in further Services."""
    names = [options.service.name or options.name] if options.service.enabled else []
    for index, extra in enumerate(options.extra_services):
        place: Place = ("extraServices", index)
        if extra.enabled and extra.name in names:
            yield Fault((*place, "name"), f"{show(extra.name)} is the name of another Service of the component too")
        names.append(extra.name)
        yield from reserved_faults((*place, "labels"), extra.labels)
        yield from _port_faults(place, extra, options.all_ports)
    yield from _node_port_faults(options)


def _port_faults(place: Place, extra: ExtraService, known: Sequence[Port]) -> Iterator[Fault]:
    names = [port.name for port in known]
    for index, port in enumerate(extra.ports):
        if port.name not in names:
            shown = ", ".join(names) or "it has none"
            message = f"{show(port.name)} is not a port of this container ({shown}){did_you_mean(port.name, names)}"
            yield Fault((*place, "ports", index, "name"), message)
        if port.node_port is not None and extra.type == "ClusterIP":
            yield Fault((*place, "ports", index, "nodePort"), "needs type NodePort or LoadBalancer, not ClusterIP")
    taken: set[tuple[int, str]] = set()
    for own, port in extra.ports_of(known):
        number = (port.port or own.service_port or own.container_port, own.protocol)
        if number in taken:
            yield Fault((*place, "ports"), f"have {number[0]}/{number[1]} twice")
        taken.add(number)
    if extra.enabled and not taken and not extra.ports:
        yield Fault((*place, "ports"), "is required: the component exposes no port")


def _node_port_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    """Find numbers on the nodes that several ports of the component ask for."""
    asked: list[tuple[Place, int | None, str]] = [
        (("ports", index, "nodePort"), port.node_port, port.protocol) for index, port in enumerate(options.ports)
    ]
    protocols = {port.name: port.protocol for port in options.all_ports}
    asked += [
        (("extraServices", number, "ports", index, "nodePort"), port.node_port, protocols.get(port.name, "TCP"))
        for number, extra in enumerate(options.extra_services)
        if extra.enabled
        for index, port in enumerate(extra.ports)
    ]
    taken: set[tuple[int, str]] = set()
    for place, node_port, protocol in asked:
        if node_port is not None and (node_port, protocol) in taken:
            yield Fault(place, f"{node_port} is another port's too; a node has each number once")
        if node_port is not None:
            taken.add((node_port, protocol))
