"""What can be set for lumen-v16: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lumen_constructs import (
    Alerts,
    Cluster,
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
    PrometheusDuration,
    Resources,
    Text,
)


class RunnerImage(Options):
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
    def full(self) -> Image:
        """The whole reference, ``<registry>/<organization>/lumen-runner:<tag>``."""
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
    path: Text
    """Path that the component answers; the probes' too, where they name none of their own."""
    probes: Probes
    """The probes. Readiness and liveness may have a path each, to tell "alive" from "ready"."""
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

    @property
    def probes_at_path(self) -> Probes:
        """The probes, at the component's path where they name none."""
        return self.probes.model_copy(update={"path": self.probes.path or self.path})


class ServiceMonitor(Options):
    """How Prometheus scrapes the exporter."""

    enabled: bool = True
    """Whether it does."""
    interval: PrometheusDuration = "15s"
    """Time from one scrape to the next."""


class Exporter(Component):
    """The metrics exporter."""

    service_monitor: ServiceMonitor = Field(default_factory=ServiceMonitor)
    """How Prometheus scrapes the exporter."""
    dashboard: bool = True
    """Whether there is the v16 dashboard."""

    @property
    def metrics(self) -> Metrics | None:
        """The metrics that Prometheus scrapes."""
        if not self.service_monitor.enabled:
            return None
        return Metrics(path=self.path, interval=self.service_monitor.interval)


class Proofd(Component):
    """The stats service."""

    ingress: Ingress
    """How the stats are reached from outside, where ``enabled``."""

    @property
    def stats_url(self) -> str:
        """Address of the stats for a person's browser."""
        scheme = "https" if self.ingress.tls else "http"
        return f"{scheme}://{self.ingress.host or 'localhost'}{self.path}"


class Runner(Options):
    """The runner that proves the system, on a schedule."""

    enabled: bool = True
    """Whether there is a runner."""
    schedule: Text
    """When it runs, in cron's form."""
    resources: Resources
    """Compute resources of each of its steps."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables of each of its steps."""
    env_from: Items[EnvFrom] = ()
    """ConfigMaps and Secrets whose keys become variables, such as the Secret ``lumen-runtime``."""
    external: Items[Text] = ()
    """What ``envFrom`` names and the cluster already has, as ``Kind/name``."""
    network: Network = Field(default_factory=Network)
    """Flows that the steps need."""


class LumenV16Values(Options):
    """Values of lumen-v16."""

    image: RunnerImage
    """The image that every component runs."""
    exporter: Exporter
    """The metrics exporter."""
    proofd: Proofd
    """The stats service."""
    runner: Runner
    """The scheduled runner."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""
