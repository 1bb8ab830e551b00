"""All that can be said about a component that serves and is watched: the options of ``MonitoredService``."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lumen_constructs.faults import Fault
from lumen_constructs.options.base import Items, Options, full
from lumen_constructs.options.contradictions import service_faults
from lumen_constructs.options.delivery import Analysis, Delivery, DeliveryLike, delivery_faults
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

    delivery: DeliveryLike = Field(default_factory=Delivery)
    """How a new version takes over: ``rolling`` (the default, a Deployment), ``canary`` or ``blueGreen`` (a Rollout of
    Argo Rollouts with the same pods)."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from service_faults(self)
        yield from extra_service_faults(self)
        yield from delivery_faults(self)

    @property
    def has_several_services(self) -> bool:
        """Whether the component has more than its first Service."""
        return self.is_rollout or any(extra.enabled for extra in self.extra_services)

    @property
    def is_rollout(self) -> bool:
        """Whether the component is a Rollout of Argo Rollouts rather than a Deployment."""
        return full(self.delivery, Delivery).strategy != "rolling"

    @property
    def analysis(self) -> Analysis | None:
        """What is measured while a new version takes over; None where nothing is."""
        chosen = full(full(self.delivery, Delivery).analysis, Analysis)
        return chosen if self.is_rollout and chosen.enabled else None

    @property
    def is_routed_canary(self) -> bool:
        """Whether a canary's part of the requests is kept by weights, where something can keep them."""
        delivery = full(self.delivery, Delivery)
        return self.service.enabled and delivery.strategy == "canary" and delivery.canary.traffic == "routed"

    @property
    def routes_by_ingress(self) -> bool:
        """Whether the component's own Ingress keeps a canary's part of the requests."""
        ingress = self.ingress
        if ingress is None or not (ingress.enabled and self.is_routed_canary):
            return False
        return ingress.controller == "ingress-nginx" and any(path.service is None for path in ingress.paths)
