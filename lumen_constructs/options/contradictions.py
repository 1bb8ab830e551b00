"""What options of one component contradict each other in: every fault of them at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.config import data_faults

if TYPE_CHECKING:
    from lumen_constructs.options.ingress import Ingress
    from lumen_constructs.options.monitored import MonitoredServiceOptions
    from lumen_constructs.options.pod import PodOptions
    from lumen_constructs.options.ports import Port
    from lumen_constructs.options.probes import Probes
    from lumen_constructs.options.volumes import Claim
    from lumen_constructs.options.workload import ProbedDeploymentOptions

Place = tuple[str | int, ...]


def pod_faults(options: PodOptions) -> Iterator[Fault]:
    """Find what is contradictory in a pod, whatever runs it."""
    yield from _config_faults(options)
    yield from _variable_faults(options)
    yield from _mount_faults(options)
    yield from _container_faults(options)


def deployment_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    """Find what is contradictory in a Deployment, beside its pod."""
    yield from _port_faults(options)
    yield from _probe_faults(options)
    yield from _autoscaling_faults(options)
    yield from _claim_faults(options)
    yield from _budget_faults(options)


def service_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    """Find what is contradictory in a Service and what watches over it."""
    exposed = [port.name for port in options.all_ports if port.expose]
    if options.service.enabled and not exposed:
        yield Fault(("port",), "is required: the Service needs a port; or set service.enabled to false")
    if options.ingress is not None and options.ingress.enabled:
        if not options.service.enabled:
            yield Fault(("ingress",), "needs the Service, which service.enabled turns off")
        yield from _ingress_faults(options.ingress, exposed)
    if options.metrics is not None and isinstance(options.metrics.port, str):
        yield from _unknown_port(("metrics", "port"), options.metrics.port, options.all_ports)
    if options.metrics is not None and not options.all_ports:
        yield Fault(("metrics",), "needs a port: the container declares none")
    for index, port in enumerate(options.ports):
        if port.node_port is not None and options.service.type == "ClusterIP":
            yield Fault(("ports", index, "nodePort"), "needs service.type NodePort or LoadBalancer, not ClusterIP")


def _port_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    places: list[tuple[Place, Port]] = [(("port",), port) for port in options.all_ports[: options.port is not None]]
    places += [(("ports", index), port) for index, port in enumerate(options.ports)]
    for number, sidecar in enumerate(options.sidecars):
        places += [(("sidecars", number, "ports", index), port) for index, port in enumerate(sidecar.ports)]
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
    yield from _probe_port_faults(("probes",), options.probes, options.all_ports)
    for index, sidecar in enumerate(options.sidecars):
        if sidecar.probes is not None:
            yield from _probe_port_faults(("sidecars", index, "probes"), sidecar.probes, sidecar.ports)
    for index, container in enumerate(options.init_containers):
        if container.probes is not None:
            yield Fault(("initContainers", index, "probes"), "must be left out: an init container runs to its end")
    # What comes by envFrom from elsewhere cannot be seen, so that a variable may well be there.
    if options.env_from:
        return
    for index, variable in enumerate(options.probes.requires):
        if variable not in options.variables:
            yield Fault(
                ("probes", "requires", index),
                f"{show(variable)} is in no config, env or secret of this component, so that its probes could not "
                f"answer rightly{did_you_mean(variable, options.variables)}",
            )


def _probe_port_faults(place: Place, probes: Probes, ports: Sequence[Port]) -> Iterator[Fault]:
    for role in ("startup", "readiness", "liveness"):
        probe = probes.role(role)
        if probe is None or hasattr(probe.action, "command"):
            continue
        port = getattr(probe.action, "port", None) or probes.port
        if isinstance(port, str):
            yield from _unknown_port((*place, role, "port"), port, ports)
        elif port is None and not ports:
            yield Fault((*place, role), "needs a port: the container declares none")


def _unknown_port(place: Place, name: str, ports: Sequence[Port]) -> Iterator[Fault]:
    known = [port.name for port in ports]
    if name not in known:
        listed = f"a port of this container ({', '.join(known)})" if known else "a port: the container declares none"
        yield Fault(place, f"{show(name)} is not {listed}{did_you_mean(name, known)}")


def _autoscaling_faults(options: ProbedDeploymentOptions) -> Iterator[Fault]:
    scaling = options.autoscaling
    if scaling is None:
        return
    if options.replicas is not None:
        yield Fault(("replicas",), f"{options.replicas} stands beside autoscaling, which owns the number; leave it out")
    for resource, percent in (("cpu", scaling.cpu_percent), ("memory", scaling.memory_percent)):
        if percent is not None and options.resources.request(resource) is None:
            yield Fault(("resources", resource), "needs a request: autoscaling follows a percentage of it")


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
    budget, pods = options.disruption_budget, options.wanted_replicas
    if budget.enabled and pods > 1 and isinstance(budget.min_available, int) and budget.min_available >= pods:
        place = ("disruptionBudget", "minAvailable")
        yield Fault(place, f"{budget.min_available} of {pods} replicas lets no node be drained; use less")


def _config_faults(options: PodOptions) -> Iterator[Fault]:
    for fault in data_faults(options.config):
        yield Fault(("config", *fault.location), fault.message)
    secrets = {name: secret.name for secret in options.secrets for name in secret.variables}
    for key in options.config:
        if key in secrets:
            yield Fault(("config", key), f"is declared secret, as a key of {secrets[key]}; remove it from config")
    for index, variable in enumerate(options.env_vars):
        if variable.name in secrets:
            yield Fault(("env", index), f"{variable.name} is declared secret, as a key of {secrets[variable.name]}")


def _variable_faults(options: PodOptions) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, variable in enumerate(options.env_vars):
        if variable.name in seen:
            yield Fault(("env", index), f"{show(variable.name)} is given twice")
        seen.add(variable.name)
    owners: dict[str, str] = {}
    for index, secret in enumerate(options.secrets):
        for name in secret.variables:
            if name in owners:
                message = f"variable {name} comes from {owners[name]} already; set prefix on one of them"
                yield Fault(("secrets", index), message)
            owners[name] = secret.name


def _mount_faults(options: PodOptions) -> Iterator[Fault]:
    places: list[tuple[Place, str, str]] = [
        (("volumes", index), volume.mount_path, volume.name) for index, volume in enumerate(options.volumes)
    ]
    places += [(("configFiles", key), files.mount_path, key) for key, files in options.config_files.items()]
    places += [
        (("secrets", index), secret.mount_path, f"secret-{secret.name}")
        for index, secret in enumerate(options.secrets)
        if secret.mount_path is not None
    ]
    paths: dict[str, str] = {}
    names: set[str] = set()
    for place, mount_path, name in places:
        path = mount_path.rstrip("/") or "/"
        if path in paths:
            yield Fault(place, f"is mounted at {path}, where {paths[path]} is mounted already")
        if name in names:
            yield Fault(place, f"has the name {show(name)}, which another volume has too")
        paths[path] = name
        names.add(name)


def _container_faults(options: PodOptions) -> Iterator[Fault]:
    volumes = [*(volume.name for volume in options.volumes), *options.config_files]
    names: set[str] = set()
    for kind, containers in (("initContainers", options.init_containers), ("sidecars", options.sidecars)):
        for index, container in enumerate(containers):
            if container.name in names:
                yield Fault((kind, index, "name"), f"{show(container.name)} is the name of another container too")
            names.add(container.name)
            for number, mount in enumerate(container.volume_mounts):
                if mount.name not in volumes:
                    listed = f" ({', '.join(volumes)})" if volumes else ", which has none"
                    yield Fault(
                        (kind, index, "volumeMounts", number, "name"),
                        f"{show(mount.name)} is not a volume of this component{listed}"
                        f"{did_you_mean(mount.name, volumes)}",
                    )


def _ingress_faults(ingress: Ingress, exposed: list[str]) -> Iterator[Fault]:
    for index, path in enumerate(ingress.paths):
        if path.service is None and isinstance(path.port, str) and path.port not in exposed:
            yield Fault(
                ("ingress", "paths", index, "port"),
                f"{show(path.port)} is not a port of the Service ({', '.join(exposed)})"
                f"{did_you_mean(path.port, exposed)}",
            )
