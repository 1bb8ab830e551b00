"""What can be set for logpilot: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lumen_constructs import (
    Autoscaling,
    Claim,
    Cluster,
    ExtraService,
    HostName,
    ImageLike,
    Ingress,
    Items,
    MergeByName,
    Metrics,
    Name,
    Namespace,
    Options,
    Overlay,
    Peer,
    PortNumber,
    Probes,
    PrometheusDuration,
    Resources,
    SecretProvision,
    Slo,
    Storage,
    Subdomain,
    Text,
)


class Mode(Options):
    """A Deployment of logpilot in one mode."""

    enabled: bool = False
    """Whether the mode is part of the system."""
    image: ImageLike
    """Container image."""
    replicas: int | None = Field(default=None, ge=0)
    """Number of pods. Default: 1, or what ``autoscaling`` decides."""
    autoscaling: Autoscaling | None = None
    """A HorizontalPodAutoscaler. Default: none."""
    resources: Resources
    """Compute resources."""
    probes: Probes
    """The three probe roles."""
    delivery: Literal["rolling", "canary", "blueGreen"] = "rolling"
    """How a new version takes over: a Deployment, or a Rollout that goes through 5 %, a pause, 50 % and ten minutes,
    or one that switches between two versions."""
    extra_services: Annotated[Items[ExtraService], MergeByName()] = ()
    """Services beside the ClusterIP: a load balancer, ports on the nodes."""

    @property
    def most_pods(self) -> int:
        """How many pods can run at the same time, an update left out."""
        if not self.enabled:
            return 0
        if self.autoscaling is not None:
            return self.autoscaling.max_replicas
        return 1 if self.replicas is None else self.replicas


class Sqlite(Options):
    """A database in a file."""

    path: Text = "/data/logpilot.db"
    """Path of the file."""
    claim: Claim
    """The volume below ``/data``."""


class Postgres(Options):
    """A PostgreSQL server outside the system."""

    host: HostName
    """Name of the server."""
    port: PortNumber = 5432
    """Its port."""
    database: Text = "logpilot"
    """Name of the database."""
    addresses: Items[Peer] = Field(min_length=1)
    """Where the server is, for the NetworkPolicies: it is not in the cluster's own namespaces, or in one of them."""
    logs: Claim
    """The volume for log files that the modes share; ``accessModes`` must hold ``ReadWriteMany``."""

    @property
    def peers(self) -> tuple[Peer, ...]:
        """The server, on its port, as the other side of a flow."""
        return tuple(peer.model_copy(update={"ports": (self.port,)}) for peer in self.addresses)


class LogStorage(Options):
    """Where logs are kept."""

    type: Literal["sqlite", "postgres"]
    """Kind of the database."""
    directory: Text = "/data/logs"
    """Directory of the log files."""
    sqlite: Sqlite
    """The file, for type sqlite."""
    postgres: Postgres
    """The server, for type postgres."""

    @model_validator(mode="after")
    def _check(self) -> LogStorage:
        if self.type == "postgres" and "ReadWriteMany" not in self.postgres.logs.access_modes:
            message = "postgres.logs.accessModes must hold ReadWriteMany: the pods of all modes write log files there"
            raise ValueError(message)
        return self


class Gateway(Options):
    """The Gateway API's way in: HTTPS for REST and for gRPC, each by a host name of its own."""

    enabled: bool = False
    """Whether there is a Gateway."""
    class_name: Subdomain
    """Name of the GatewayClass."""
    host: HostName
    """Host name for REST."""
    grpc_host: HostName
    """Host name for gRPC: an HTTPRoute and a GRPCRoute cannot share one on the same listener."""

    @model_validator(mode="after")
    def _check(self) -> Gateway:
        if self.host == self.grpc_host:
            message = f"grpcHost {self.host!r} must differ from host: a listener gives a host name to one kind of route"
            raise ValueError(message)
        return self


class Traffic(Options):
    """How requests come in from outside."""

    issuer: Subdomain
    """ClusterIssuer of cert-manager for the certificate that Ingress and Gateway share."""
    tls_secret: Subdomain
    """Secret of that certificate."""
    ingress: Ingress
    """The Ingress to mode all, where ``enabled``. ``tls`` comes by itself for each host in ``tlsHosts``."""
    tls_hosts: Items[HostName] = ()
    """Further hosts of the Ingress, with TLS."""
    gateway: Gateway
    """The Gateway, where ``enabled``."""


class Monitoring(Options):
    """What is measured."""

    metrics: Metrics
    """How Prometheus scrapes the modes that have a management port."""
    memory_threshold: float = Field(default=0.8, gt=0, lt=1)
    """Share of the memory limit at which ``LogPilotHighMemoryUsage`` fires."""
    memory_for: PrometheusDuration = "5m"
    """How long it must last."""
    slos: Annotated[Items[Slo], MergeByName()] = ()
    """Objectives of mode all."""
    log_entries: Text
    """Counter of the log entries that were taken in, for the dashboard."""


class Backup(Options):
    """Dumps of the database, in namespace ``logpilot-system``; of PostgreSQL only."""

    enabled: bool = False
    """Whether there are backups."""
    schedule: Text
    """When, in cron's form."""
    image: ImageLike
    """Image with ``pg_dump`` of the server's version or a later one."""
    resources: Resources
    """Compute resources."""
    storage: Storage
    """The volume of the dumps."""
    keep: int = Field(default=7, ge=1)
    """Dumps to keep."""


class LogPilotValues(Options):
    """Values of logpilot."""

    namespace: Name
    """Namespace of the application."""
    system_namespace: Name
    """Namespace of monitoring and backup."""
    namespace_options: Namespace
    """Quota, limits and labels of the application's namespace."""
    all: Mode
    """REST and gRPC in one."""
    rest: Mode
    """REST alone."""
    grpc: Mode
    """gRPC alone."""
    storage: LogStorage
    """Where logs are kept."""
    secrets: SecretProvision = Field(default_factory=SecretProvision)
    """How the database's credentials come to be in both namespaces."""
    traffic: Traffic
    """How requests come in from outside."""
    monitoring: Monitoring
    """What is measured."""
    backup: Backup
    """Dumps of the database."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""
    overlay: Overlay | None = None
    """What the overlay of kustomize changes. Default: there is none."""

    @model_validator(mode="after")
    def _check(self) -> LogPilotValues:
        if not self.modes:
            message = "every mode is off; turn on all, rest or grpc"
            raise ValueError(message)
        if self.namespace == self.system_namespace:
            message = f"systemNamespace {self.system_namespace!r} must differ from namespace"
            raise ValueError(message)
        return self

    @property
    def modes(self) -> dict[str, Mode]:
        """The modes that are on, by name."""
        return {name: mode for name, mode in self.every_mode.items() if mode.enabled}

    @property
    def every_mode(self) -> dict[str, Mode]:
        """All modes, by name."""
        return {"all": self.all, "rest": self.rest, "grpc": self.grpc}
