"""All that can be said about a component that serves and is watched: the options of ``MonitoredService``."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lumen_constructs.faults import Fault
from lumen_constructs.options.contradictions import service_faults
from lumen_constructs.options.ingress import Ingress
from lumen_constructs.options.metrics import Alerts, Dashboard, Metrics
from lumen_constructs.options.service import Service
from lumen_constructs.options.workload import ProbedDeploymentOptions


class MonitoredServiceOptions(ProbedDeploymentOptions):
    """A ProbedDeployment with a Service, and what watches over it."""

    service: Service = Field(default_factory=Service)
    """The Service."""
    metrics: Metrics | None = None
    """Metrics for Prometheus: a ServiceMonitor, and the alerts that need them. Default: none are scraped."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts: a PrometheusRule."""
    ingress: Ingress | None = None
    """An Ingress. Default: none."""
    dashboard: Dashboard | None = None
    """A Grafana dashboard, as a ConfigMap. Default: none."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from service_faults(self)
