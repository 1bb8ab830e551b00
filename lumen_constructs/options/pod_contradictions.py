"""What options of one pod contradict each other in: every fault of them at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import did_you_mean, label_fault
from lumen_constructs.options.base import full
from lumen_constructs.options.config import data_faults
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.mounts import normal_path, secret_volume, volume_names, writable_volumes
from lumen_constructs.options.reserved import reserved_faults

if TYPE_CHECKING:
    from lumen_constructs.options.container import Container
    from lumen_constructs.options.pod import PodOptions
    from lumen_constructs.options.ports import ContainerPort
    from lumen_constructs.options.probes import Probes

Place = tuple[str | int, ...]


def pod_faults(options: PodOptions) -> Iterator[Fault]:
    """Find what is contradictory in a pod, whatever runs it."""
    yield from _config_faults(options)
    yield from _config_map_faults(options)
    yield from _secret_faults(options)
    yield from _variable_faults(("env",), options.env_vars)
    yield from _mount_faults(options)
    yield from _claim_name_faults(options)
    for place, container in _containers(options):
        yield from _container_faults(place, container, options)
    for place, container in beside(options):
        if container.probes is not None:
            yield from probe_port_faults((*place, "probes"), container.probes, container.ports)
    yield from _network_faults(options)
    yield from _metadata_faults(options)
    yield from _grace_faults(options)


def _containers(options: PodOptions) -> Iterator[tuple[Place, Container]]:
    for kind, containers in (("initContainers", options.init_containers), ("sidecars", options.sidecars)):
        for index, container in enumerate(containers):
            yield (kind, index), container


def beside(options: PodOptions) -> Iterator[tuple[Place, Container]]:
    """Give the containers that run beside the component's own: sidecars, and init containers that run on."""
    for place, container in _containers(options):
        if place[0] == "sidecars" or container.restart_policy is not None:
            yield place, container


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


def _config_map_faults(options: PodOptions) -> Iterator[Fault]:
    """Find ConfigMaps that would have one name, and entries that can be no part of a name."""
    names = {"config"} if options.config else set()
    for entry, files in options.config_files.items():
        if fault := label_fault(entry):
            yield Fault(("configFiles", entry), f"key {fault}")
        name = files.name or entry
        if name in names:
            owner = "config" if name == "config" else "another entry"
            yield Fault(("configFiles", entry), f"has the ConfigMap of {owner}; choose another key or name")
        names.add(name)


def _secret_faults(options: PodOptions) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for index, secret in enumerate(options.secrets):
        for name in secret.variables:
            if name in owners:
                message = f"variable {name} comes from {owners[name]} already; set prefix on one of them"
                yield Fault(("secrets", index), message)
            owners[name] = secret.name


def _variable_faults(place: Place, variables: Iterable[EnvVar]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        if variable.name in seen:
            yield Fault((*place, index), f"{show(variable.name)} is given twice")
        seen.add(variable.name)


def _mount_faults(options: PodOptions) -> Iterator[Fault]:
    """Find two things at one path of the component's container, and two volumes of one name."""
    mounts: list[tuple[Place, str, str]] = [
        (("security", "writablePaths"), path, name) for path, name in writable_volumes(options).items()
    ]
    mounts += [(("volumes", index), volume.mount_path, volume.name) for index, volume in enumerate(options.volumes)]
    mounts += [(("configFiles", key), files.mount_path, key) for key, files in options.config_files.items()]
    mounts += [
        (("secrets", index), secret.mount_path, secret_volume(secret))
        for index, secret in enumerate(options.secrets)
        if secret.mount_path is not None
    ]
    paths: dict[str, str] = {}
    names: dict[str, str] = {}
    for place, mount_path, name in mounts:
        path = normal_path(mount_path)
        owner = f"the writable directory {path}" if place[0] == "security" else f"volume {show(name)}"
        if path in paths:
            yield Fault(place, f"is mounted at {path}, where {paths[path]} is mounted already")
        if name in names:
            yield Fault(place, f"has the name {show(name)}, which {names[name]} has too")
        paths.setdefault(path, owner)
        names.setdefault(name, owner if place[0] == "security" else "another volume")


def _claim_name_faults(options: PodOptions) -> Iterator[Fault]:
    names: set[str] = set()
    for index, volume in enumerate(options.volumes):
        if volume.claim is not None and volume.claim.name is not None:
            if volume.claim.name in names:
                message = f"{show(volume.claim.name)} is the name of another claim too"
                yield Fault(("volumes", index, "claim", "name"), message)
            names.add(volume.claim.name)


def _container_faults(place: Place, container: Container, options: PodOptions) -> Iterator[Fault]:
    others = [other for there, other in _containers(options) if there < place]
    if container.name in {other.name for other in others}:
        yield Fault((*place, "name"), f"{show(container.name)} is the name of another container too")
    if place[0] == "sidecars" and container.restart_policy is not None:
        message = "must be left out: a sidecar runs on; one that starts first, or in a Job, belongs to initContainers"
        yield Fault((*place, "restartPolicy"), message)
    elif place[0] == "initContainers" and container.restart_policy is None:
        for field, given in (("probes", container.probes), ("lifecycle", container.lifecycle)):
            if given is not None:
                yield Fault(
                    (*place, field),
                    "must be left out: an init container runs to its end, unless restartPolicy is Always",
                )
    yield from _variable_faults((*place, "env"), (full(variable, EnvVar) for variable in container.env))
    volumes = volume_names(options)
    paths: set[str] = set()
    for index, mount in enumerate(container.volume_mounts):
        if mount.name not in volumes:
            listed = f" ({', '.join(volumes)})" if volumes else ", which has none"
            message = f"{show(mount.name)} is not a volume of this component{listed}"
            yield Fault((*place, "volumeMounts", index, "name"), message + did_you_mean(mount.name, volumes))
        path = normal_path(mount.mount_path)
        if path in paths:
            yield Fault((*place, "volumeMounts", index, "mountPath"), f"{show(mount.mount_path)} is given twice")
        paths.add(path)
    yield from _stop_faults((*place, "lifecycle"), container, options)


def _network_faults(options: PodOptions) -> Iterator[Fault]:
    """Find named ports that nothing resolves."""
    known = [port.name for port in options.all_ports]
    known += [port.name for _, container in beside(options) for port in container.ports]
    for index, peer in enumerate(options.network.ingress):
        for number, port in enumerate(peer.ports):
            if isinstance(port, str) and port not in known:
                yield Fault(("network", "ingress", index, "ports", number), unknown_port(port, known, "component"))
    for index, peer in enumerate(options.network.egress):
        for number, port in enumerate(peer.ports):
            if isinstance(port, str) and peer.cidr is not None:
                message = f"{show(port)} must be a number: addresses outside the cluster have no named ports"
                yield Fault(("network", "egress", index, "ports", number), message)


def probe_port_faults(place: Place, probes: Probes, ports: Sequence[ContainerPort]) -> Iterator[Fault]:
    """Find probes of a port that the container does not have."""
    known = [port.name for port in ports]
    shared = probes.port
    if isinstance(shared, str) and shared not in known:
        yield Fault((*place, "port"), unknown_port(shared, known, "container"))
    for role in ("startup", "readiness", "liveness"):
        probe = probes.role(role)
        if probe is None or probe.exec is not None:
            continue
        kind, action = next(
            ((kind, action) for kind, action in probe.actions.items() if action is not None), ("", None)
        )
        own = getattr(action, "port", None)
        if isinstance(own, str) and own not in known:
            yield Fault((*place, role, kind, "port"), unknown_port(own, known, "container"))
        elif own is None and shared is None and not ports:
            yield Fault((*place, role), "needs a port: the container declares none")


def unknown_port(name: str, known: Sequence[str], owner: str) -> str:
    """Say that ``name`` is no port of ``owner`` (this container, this component), and which was meant."""
    listed = f"a port of this {owner} ({', '.join(known)})" if known else f"a port: the {owner} declares none"
    return f"{show(name)} is not {listed}{did_you_mean(name, known)}"


def _metadata_faults(options: PodOptions) -> Iterator[Fault]:
    yield from reserved_faults(("labels",), options.labels)
    yield from reserved_faults(("annotations",), options.annotations)
    yield from reserved_faults(("podLabels",), options.pod_labels)
    yield from reserved_faults(("podAnnotations",), options.pod_annotations)


def _grace_faults(options: PodOptions) -> Iterator[Fault]:
    yield from _stop_faults(("lifecycle",), options, options)


def _stop_faults(place: Place, container: Container | PodOptions, options: PodOptions) -> Iterator[Fault]:
    """Find a wait that takes the whole grace period, so that the container would be killed and never asked to stop."""
    wait = None if container.lifecycle is None else container.lifecycle.pre_stop_seconds
    grace = full(options.termination_grace_period_seconds, int)
    if wait is not None and full(wait, int) >= grace > 0:
        yield Fault((*place, "preStopSeconds"), f"{wait} must be below terminationGracePeriodSeconds, which is {grace}")
