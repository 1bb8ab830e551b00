"""The embedded form of any data store: one node, run by a StatefulSet of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.datastores.backups import Dump, backup_bodies, backup_peers
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.plan import Body, Plan
from lumen_constructs.datastores.services import (
    client_service,
    governing_name,
    governing_service,
    metrics_name,
    metrics_service,
)
from lumen_constructs.datastores.watching import METRICS_PORT, scraper, target_of, watching
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.backup import Backup
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.image import Image
from lumen_constructs.options.network import Network, Peer
from lumen_constructs.options.ports import ContainerPort, Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.volumes import Volume
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.stateful_set import stateful_set

#: Whoever comes in through a node has an address of anywhere.
_ANYBODY = Peer(cidr="0.0.0.0/0")


@dataclass(frozen=True, kw_only=True)
class Server:
    """What one kind of store adds to what they all have."""

    image: Image
    """Image of the server."""
    security: SecurityContext
    """User, group and writable directories of the image."""
    ports: tuple[Port, ...]
    """Ports on which clients are served; the first is the one of the connection."""
    probes: Probes
    """Probes that ask the server."""
    volumes: tuple[Volume, ...]
    """Volumes, the data's first."""
    dns: bool
    """Whether the server must ask the cluster's DNS."""
    args: Sequence[str] = ()
    """Arguments of the image's own entrypoint."""
    env: Sequence[EnvVar] = ()
    """Environment variables."""
    secrets: tuple[SecretRef, ...] = ()
    """Secrets that the server reads."""
    files: Mapping[str, ConfigFiles] = field(default_factory=dict)
    """Configuration files."""
    exporter: Container | None = None
    """The sidecar that tells Prometheus of the server."""
    metrics: ContainerPort | None = None
    """The port by which the server itself tells Prometheus of itself, where it does."""
    alerts: Sequence[AlertRule] = ()
    """Alerts on what the exporter tells."""
    connection: Connection
    """How clients connect."""
    backup: Backup | None = None
    """Backups on a schedule."""
    dump: Dump | None = None
    """How the store is dumped; needed where there are backups."""
    peers: Sequence[Peer] = ()
    """Further peers that may connect: the store's own pods, where they talk to each other."""
    egress: Sequence[Peer] = ()
    """Whom the server connects to."""

    @property
    def metrics_port(self) -> ContainerPort | None:
        """The port that Prometheus scrapes."""
        return self.exporter.ports[0] if self.exporter is not None else self.metrics


def embedded(identity: Identity, options: DataStoreOptions, server: Server) -> Plan:
    """Put the options and what the kind of store adds together."""
    pods = _pods(identity, options, server)
    bodies: dict[str, Body] = {
        **access(identity, pods),
        **config_maps(identity, pods),
        "Resource": stateful_set(identity, pods),
        "Service": client_service(identity, options.service, server.ports),
        "GoverningService": governing_service(identity, server.ports),
        **_watching(identity, options, server),
    }
    if (metrics := server.metrics_port) is not None:
        bodies["MetricsService"] = metrics_service(identity, metrics)
    if pods.network.enabled:
        bodies["NetworkPolicy"] = network_policy(identity, pods)
    if server.dump is not None:
        bodies |= backup_bodies(identity, options, server.backup, server.dump)
    return Plan(
        bodies=bodies,
        ports=server.ports,
        connection=server.connection,
        pods=identity.selector,
        restricted=pods.network.enabled,
        kept=options.storage.persistent or (server.backup is not None and server.backup.enabled),
    )


def _pods(identity: Identity, options: DataStoreOptions, server: Server) -> StatefulSetOptions:
    return StatefulSetOptions(
        governing_service=governing_name(identity),
        image=server.image,
        args=server.args,
        env=list(server.env),
        secrets=server.secrets,
        config_files=server.files,
        ports=(*server.ports, *([_port(server.metrics)] if server.metrics is not None else [])),
        probes=server.probes,
        volumes=server.volumes,
        resources=options.resources,
        security=options.security or server.security,
        sidecars=[server.exporter] if server.exporter is not None else [],
        network=_network(identity, options, server),
        scheduling=options.scheduling,
        service_account=options.service_account,
        annotations=options.annotations,
        pod_labels=options.pod_labels,
        pod_annotations=options.pod_annotations,
        image_pull_secrets=options.image_pull_secrets,
        termination_grace_period_seconds=options.termination_grace_period_seconds,
        external=options.external,
    )


def _port(metrics: ContainerPort) -> Port:
    return Port(name=metrics.name, container_port=metrics.container_port)


def _network(identity: Identity, options: DataStoreOptions, server: Server) -> Network:
    network = options.network_with(dns=server.dns)
    implied = [
        *scraper(identity, options),
        *backup_peers(identity, server.backup, server.ports[0]),
        *server.peers,
        *([_ANYBODY] if options.service.type != "ClusterIP" else []),
    ]
    changed = {"ingress": (*network.ingress, *implied), "egress": (*network.egress, *server.egress)}
    return network.model_copy(update=changed)


def _watching(identity: Identity, options: DataStoreOptions, server: Server) -> dict[str, Body]:
    if not identity.context.cluster.monitoring.enabled:
        return {}
    sidecars = [server.exporter.name] if server.exporter is not None else []
    claimed = [volume.name for volume in server.volumes if volume.claim is not None]
    target = target_of(
        identity,
        containers=[identity.component, *sidecars],
        service=metrics_name(identity) if server.metrics_port is not None else None,
        pods=identity.selector,
        claim_templates=claimed,
        port=METRICS_PORT if server.metrics_port is not None else None,
    )
    return watching(identity, options, target, server.alerts)
