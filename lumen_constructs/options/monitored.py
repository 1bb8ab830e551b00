"""All that can be said about a component that serves and is watched: the options of ``MonitoredService``."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lumen_constructs.faults import Fault
from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.contradictions import service_faults
from lumen_constructs.options.extra_services import ExtraServices, extra_service_faults
from lumen_constructs.options.ingress import Ingress
from lumen_constructs.options.metrics import Alerts, Dashboard, Metrics, Slo
from lumen_constructs.options.service import Service
from lumen_constructs.options.workload import ProbedDeploymentOptions


class MonitoringOptions(Options):
    """What stands in front of a Deployment, and what watches over it."""

    service: Service = Field(default_factory=Service)
    """The Service."""
    extra_services: ExtraServices = ()
    """Further Services in front of the same pods, such as a load balancer. Default: none."""
    ingress: Ingress | None = None
    """An Ingress. Default: none."""
    metrics: Metrics | None = None
    """Metrics for Prometheus: a monitor, and the alerts that need them. Default: none are scraped."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts: a PrometheusRule."""
    slos: Items[Slo] = ()
    """Service level objectives: recording rules, and alerts on the rate at which the error budget burns."""
    dashboard: Dashboard | None = None
    """A Grafana dashboard, as a ConfigMap. Default: none."""


class MonitoredServiceOptions(ProbedDeploymentOptions, MonitoringOptions):
    """A ProbedDeployment with a Service, and what watches over it."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from service_faults(self)
        yield from extra_service_faults(self)

    @property
    def has_several_services(self) -> bool:
        """Whether the component has more than its first Service."""
        return any(extra.enabled for extra in self.extra_services)
