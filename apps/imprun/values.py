"""What can be set for imprun: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lumen_constructs import (
    Autoscaling,
    Backup,
    Cluster,
    ConfigValue,
    HostName,
    ImageLike,
    Ingress,
    Items,
    Map,
    Metrics,
    Name,
    Network,
    Options,
    PortNumber,
    Probes,
    Resources,
    SecretProvision,
    Service,
    Storage,
    Subdomain,
    Text,
)


class MongoDBGlobals(Options):
    """What components know of MongoDB; its address comes from the data store."""

    database: Text = "sys_db"
    """Name of the database."""


class Globals(Options):
    """What all components read."""

    image_registry: Text = "docker.io"
    """Registry of images that name none."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials, for every pod."""
    domain: HostName
    """Domain of the environment; certificates and addresses are made of it."""
    mongodb: MongoDBGlobals = Field(default_factory=MongoDBGlobals)
    """What components know of MongoDB."""


class Component(Options):
    """A component that serves."""

    enabled: bool = True
    """Whether the component is part of the system."""
    image: ImageLike
    """Container image."""
    port: PortNumber
    """Port that the component listens on."""
    node_port: PortNumber | None = None
    """Port on each node, where ``service.type`` is NodePort. Default: the cluster chooses."""
    replicas: int | None = Field(default=None, ge=0)
    """Number of pods. Default: 1, or what ``autoscaling`` decides."""
    resources: Resources
    """Compute resources."""
    probes: Probes
    """The three probe roles."""
    env: Map[ConfigValue]
    """Environment variables that are no secret; they become the component's ConfigMap."""
    autoscaling: Autoscaling | None = None
    """Autoscaling. Default: none."""
    service: Service = Field(default_factory=Service)
    """The Service."""
    ingress: Ingress | None = None
    """An Ingress. Default: none."""
    metrics: Metrics | None = None
    """How Prometheus scrapes the component. Default: not at all."""
    network: Network = Field(default_factory=Network)
    """Flows beside those to the components that it needs."""


class MongoDB(Options):
    """The document store."""

    enabled: bool = True
    """Whether it is part of the system."""
    mode: Literal["embedded", "operator"] = "embedded"
    """One node, or a replica set that the operator runs."""
    replicas: int = Field(default=1, ge=1)
    """Members of the replica set; the embedded form has one."""
    resources: Resources
    """Compute resources of each member."""
    storage: Storage
    """Volume of each member."""
    backup: Backup | None = None
    """Backups. Default: none."""
    metrics: Metrics | None = None
    """How Prometheus scrapes its exporter. Default: there is none."""


class RedisAuth(Options):
    """Whether Redis asks for a password."""

    enabled: bool = True
    """Whether it does."""


class Redis(Options):
    """The cache and queue."""

    enabled: bool = True
    """Whether it is part of the system."""
    auth: RedisAuth = Field(default_factory=RedisAuth)
    """Whether it asks for a password."""
    resources: Resources
    """Compute resources."""
    storage: Storage
    """Its volume."""
    metrics: Metrics | None = None
    """How Prometheus scrapes its exporter. Default: there is none."""


class Certificates(Options):
    """The certificates of ``api.<domain>`` and ``*.api.<domain>``."""

    enabled: bool = False
    """Whether there are any."""
    issuer: Subdomain | None = None
    """ClusterIssuer of cert-manager that makes them. Required where ``enabled``."""

    @model_validator(mode="after")
    def _check(self) -> Certificates:
        if self.enabled and self.issuer is None:
            message = "issuer is required: the ClusterIssuer that makes the certificates"
            raise ValueError(message)
        return self


class ImprunValues(Options):
    """Values of imprun."""

    namespace: Name
    """Namespace of the environment."""
    globals: Globals = Field(alias="global")
    """What all components read."""
    mongodb: MongoDB
    """The document store."""
    redis: Redis
    """The cache and queue."""
    server: Component = Field(alias="imprun-server")
    """The API server; it needs mongodb and redis."""
    console: Component = Field(alias="imprun-console")
    """The web console; it needs imprun-server."""
    exporter: Component = Field(alias="imp-runtime-exporter")
    """Metrics of the runtimes."""
    certificates: Certificates = Field(default_factory=Certificates)
    """Certificates."""
    secrets: SecretProvision
    """How the Secrets are provided."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""

    @property
    def facts(self) -> Cluster:
        """Facts about the cluster, with the registry and pull secrets that all components share."""
        shared = {
            "image_registry": self.globals.image_registry,
            "image_pull_secrets": self.globals.image_pull_secrets,
        }
        return self.cluster.model_copy(update=shared)
