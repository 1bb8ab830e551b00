"""What can be set for count-system: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lumen_constructs import (
    Cluster,
    HostName,
    Identifier,
    ImageLike,
    Items,
    Map,
    Name,
    Options,
    PortNumber,
    Probes,
    Resources,
    SecretProvision,
    Storage,
    Subdomain,
    Text,
)


class Store(Options):
    """A data store on one node."""

    resources: Resources
    """Compute resources."""
    storage: Storage
    """Its volume."""


class PostgreSQL(Store):
    """The database server."""

    mode: Literal["embedded", "operator"] = "embedded"
    """One node, or a cluster that CloudNativePG runs."""
    replicas: int = Field(default=1, ge=1)
    """Instances; the embedded form has one."""
    databases: Items[Identifier] = Field(min_length=1)
    """Databases, the services' first; the init Job makes them, and in mode operator the cluster itself."""


class Kafka(Store):
    """The message broker."""

    mode: Literal["embedded", "operator"] = "embedded"
    """One node with ZooKeeper, or a cluster that Strimzi runs without it."""
    replicas: int = Field(default=1, ge=1)
    """Nodes; the embedded form has one."""


class Service(Options):
    """One of the services."""

    image: ImageLike | None = None
    """Container image. Default: the service's name, with the tag ``version``."""
    port: PortNumber
    """Port that it listens on, and that of its Service."""
    replicas: int = Field(default=1, ge=0)
    """Number of pods."""
    resources: Resources
    """Compute resources."""


class Gateway(Options):
    """The Gateway, whose routes can tell reads from writes."""

    enabled: bool = True
    """Whether there is one."""
    class_name: Subdomain
    """Name of the GatewayClass."""


class Ingress(Options):
    """An Ingress for ``/management``. It can tell no methods apart, so that the counts need the Gateway."""

    enabled: bool = False
    """Whether there is one."""
    class_name: Subdomain
    """Name of the IngressClass."""


class Traffic(Options):
    """How requests come in from outside."""

    host: HostName
    """Host name of the system."""
    gateway: Gateway
    """By the Gateway API."""
    ingress: Ingress
    """By an Ingress."""


class CountSystemValues(Options):
    """Values of count-system."""

    namespace: Name
    """Namespace of the environment."""
    version: Text
    """Tag of the services' images."""
    postgresql: PostgreSQL
    """The database server."""
    redis_value: Store = Field(alias="redis-value")
    """Redis with the counts."""
    redis_replica: Store = Field(alias="redis-replica")
    """Read replica of it."""
    redis_cache: Store = Field(alias="redis-cache")
    """Redis with what may be lost."""
    zookeeper: Store
    """ZooKeeper, which the embedded Kafka needs."""
    kafka: Kafka
    """The message broker."""
    probes: Probes
    """The three probe roles, which all services share."""
    services: Map[Service]
    """The services, by name."""
    traffic: Traffic
    """How requests come in from outside."""
    secrets: SecretProvision
    """How the Secret of the database's user is provided."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""

    @model_validator(mode="after")
    def _check(self) -> CountSystemValues:
        stores = ("postgresql", "postgresql-init", "redis-value", "redis-replica", "redis-cache", "zookeeper", "kafka")
        if taken := [name for name in self.services if name in stores]:
            message = f"services has {', '.join(taken)}, which is the name of another component; choose another name"
            raise ValueError(message)
        ports: dict[object, str] = {}
        for name, service in self.services.items():
            if (other := ports.setdefault(service.port, name)) != name:
                message = f"services {other} and {name} both have port {service.port}; give each a port of its own"
                raise ValueError(message)
        return self
