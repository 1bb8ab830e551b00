"""What options of a Deployment and its Service contradict each other in, beside those of its pod."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import full
from lumen_constructs.options.pod_contradictions import Place, beside, probe_port_faults, unknown_port
from lumen_constructs.options.reserved import reserved_faults

if TYPE_CHECKING:
    from lumen_constructs.options.ingress import Ingress
    from lumen_constructs.options.monitored import MonitoredServiceOptions
    from lumen_constructs.options.ports import ContainerPort, Port
    from lumen_constructs.options.resources import Resources
    from lumen_constructs.options.volumes import Claim
    from lumen_constructs.options.workload import ProbedDeploymentOptions


def deployment_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    """Find what is contradictory in a Deployment, beside its pod."""
    yield from _port_faults(options)
    yield from _probe_faults(options)
    yield from _autoscaling_faults(options)
    yield from _claim_faults(options)
    yield from _budget_faults(options)
    yield from _progress_faults(options)


def service_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    """Find what is contradictory in a Service and what watches over it."""
    exposed = [port for port in options.all_ports if port.expose]
    if options.service.enabled and not exposed:
        yield Fault(("port",), "is required: the Service needs a port; or set service.enabled to false")
    if options.ingress is not None and options.ingress.enabled:
        if not options.service.enabled:
            yield Fault(("ingress",), "needs the Service, which service.enabled turns off")
        yield from _ingress_faults(options.ingress, exposed)
    if options.metrics is not None and isinstance(options.metrics.port, str):
        known = [port.name for port in options.all_ports]
        if options.metrics.port not in known:
            yield Fault(("metrics", "port"), unknown_port(options.metrics.port, known, "container"))
    if options.metrics is not None and not options.all_ports:
        yield Fault(("metrics",), "needs a port: the container declares none")
    yield from _service_port_faults(options)
    yield from reserved_faults(("service", "labels"), options.service.labels)
    for index, port in enumerate(options.ports):
        if port.node_port is not None and options.service.type == "ClusterIP":
            yield Fault(("ports", index, "nodePort"), "needs service.type NodePort or LoadBalancer, not ClusterIP")


def _service_port_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    owners: dict[tuple[int, str], int] = {}
    for place, port in _own_ports(options):
        if not port.expose:
            continue
        number = (port.service_number, port.protocol)
        # Two ports of one number in the container are refused already.
        if owners.setdefault(number, port.container_port) != port.container_port:
            yield Fault(place, f"has the Service's port {number[0]}/{number[1]}, which another port has too")


def _own_ports(options: ProbedDeploymentOptions) -> list[tuple[Place, Port]]:
    short: list[Place] = [("port",)] if options.port is not None else []
    places: list[Place] = [*short, *(("ports", index) for index in range(len(options.ports)))]
    return list(zip(places, options.all_ports, strict=True))


def _port_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    places: list[tuple[Place, ContainerPort]] = [*_own_ports(options)]
    for place, container in beside(options):
        places += [((*place, "ports", index), port) for index, port in enumerate(container.ports)]
    names: set[str] = set()
    numbers: set[tuple[int, str]] = set()
    for place, port in places:
        if port.name in names:
            yield Fault(place, f"has the name {show(port.name)}, which another port of the pod has too")
        if (port.container_port, port.protocol) in numbers:
            yield Fault(place, f"has the number {port.container_port}/{port.protocol}, which another port has too")
        names.add(port.name)
        numbers.add((port.container_port, port.protocol))


def _probe_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    yield from probe_port_faults(("probes",), options.probes, options.all_ports)
    # What comes by envFrom from elsewhere cannot be seen, so that a variable may well be there.
    if options.env_from:
        return
    known = sorted(options.variables)
    for index, variable in enumerate(options.probes.requires):
        if variable not in known:
            message = (
                f"{show(variable)} is in no config, env or secret of this component, so that its probes could not "
            )
            message += f"answer rightly{did_you_mean(variable, known)}"
            yield Fault(("probes", "requires", index), message)


def _autoscaling_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    scaling = options.autoscaling
    if scaling is None:
        return
    if options.replicas is not None:
        yield Fault(("replicas",), f"{options.replicas} stands beside autoscaling, which owns the number; leave it out")
    for resource, percent in (("cpu", scaling.cpu_percent), ("memory", scaling.memory_percent)):
        for place, resources in _resources(options):
            # Kubernetes takes the limit for the request where only the limit is given.
            if percent is not None and resources.request(resource) is None and resources.limit(resource) is None:
                yield Fault((*place, resource), "needs a request: autoscaling follows a percentage of it")


def _resources(options: ProbedDeploymentOptions) -> Iterator[tuple[Place, Resources]]:
    yield ("resources",), options.resources
    for place, container in beside(options):
        yield (*place, "resources"), container.resources


def _claim_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    claims: list[tuple[Place, Claim]] = [
        (("volumes", index, "claim"), volume.claim)
        for index, volume in enumerate(options.volumes)
        if volume.claim is not None and volume.claim.single_node
    ]
    for place, claim in claims:
        mode = claim.access_modes[0]
        if options.may_be_many:
            yield Fault(place, f"is {mode}, which several replicas cannot mount; use ReadWriteMany or one replica")
        elif options.effective_strategy.type != "Recreate":
            yield Fault(
                place,
                f"is {mode}, and a rolling update starts the new pod before the old one lets go of it; "
                "use strategy type Recreate",
            )


def _budget_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    for fault in options.disruption_budget.faults_with(options.wanted_replicas):
        yield fault._replace(location=("disruptionBudget", *fault.location))


def _progress_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    ready, deadline = full(options.min_ready_seconds, int), full(options.progress_deadline_seconds, int)
    if deadline <= ready:
        yield Fault(("progressDeadlineSeconds",), f"{deadline} must be above minReadySeconds, which is {ready}")


def _ingress_faults(ingress: Ingress, exposed: Sequence[Port]) -> Iterator[Fault]:
    names, numbers = [port.name for port in exposed], [port.service_number for port in exposed]
    for index, path in enumerate(ingress.paths):
        if path.service is None and path.port is not None and path.port not in (*names, *numbers):
            known = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
            message = f"{show(path.port)} is not a port of the Service ({known}){did_you_mean(str(path.port), names)}"
            yield Fault(("ingress", "paths", index, "port"), message)
