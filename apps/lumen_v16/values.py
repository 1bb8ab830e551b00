"""What can be set for lumen-v16: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lumen_constructs import (
    Alerts,
    Cluster,
    Dashboard,
    Env,
    EnvFrom,
    Image,
    Ingress,
    Items,
    MergeByName,
    Metrics,
    Network,
    Options,
    PolicyRule,
    PortNumber,
    Probes,
    Resources,
    Text,
)


class Runner(Options):
    """The image that every component runs."""

    registry: Text = "ghcr.io"
    """Registry of the image."""
    organization: Text
    """Organisation that the image belongs to. It has no default: each environment names its own."""
    tag: Text = "16"
    """Tag of the image."""
    pull_policy: Literal["Always", "IfNotPresent", "Never"] = "IfNotPresent"
    """When a node pulls the image."""

    @property
    def image(self) -> Image:
        """The image, ``<registry>/<organization>/lumen-runner:<tag>``."""
        return Image(
            registry=self.registry,
            repository=f"{self.organization}/lumen-runner",
            tag=self.tag,
            pull_policy=self.pull_policy,
        )


class Component(Options):
    """What the components have in common."""

    enabled: bool = True
    """Whether the component is part of the system."""
    replicas: int = Field(default=1, ge=0)
    """Number of pods."""
    port: PortNumber
    """Port that the component listens on."""
    resources: Resources
    """Compute resources of the container."""
    probes: Probes
    """The probes. Readiness and liveness may have a path each."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables."""
    env_from: Items[EnvFrom] = ()
    """ConfigMaps and Secrets whose keys become variables, such as the Secret ``lumen-runtime``."""
    external: Items[Text] = ()
    """What ``envFrom`` names and the cluster already has, as ``Kind/name``."""
    rbac: Items[PolicyRule] = ()
    """What the component may do at the API server. Default: nothing."""
    network: Network = Field(default_factory=Network)
    """Flows beside those that the component's own options imply."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts."""


class Exporter(Component):
    """The metrics exporter."""

    metrics: Metrics | None = None
    """How Prometheus scrapes the exporter; null for not at all."""
    dashboard: Dashboard | None = None
    """The v16 dashboard."""


class Proofd(Component):
    """The stats service."""

    ingress: Ingress | None = None
    """How the stats are reached from outside. Default: not at all."""


class Smoke(Options):
    """The runner that proves the system, on a schedule."""

    enabled: bool = True
    """Whether there is a runner."""
    schedule: Text
    """When it runs, in cron's form."""
    resources: Resources
    """Compute resources of each of its steps."""
    network: Network = Field(default_factory=Network)
    """Flows that the steps need."""


class LumenV16Values(Options):
    """Values of lumen-v16."""

    runner: Runner
    """The image that every component runs."""
    exporter: Exporter
    """The metrics exporter."""
    proofd: Proofd
    """The stats service."""
    smoke: Smoke
    """The scheduled runner."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""
