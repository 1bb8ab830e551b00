"""A service that is watched: a ProbedDeployment with a Service, a monitor, alerts and a dashboard."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.configuration.claims import claim_name
from lumen_constructs.construct import built, flat
from lumen_constructs.context import share_context
from lumen_constructs.errors import LumenError
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.canary_routes import CanaryRoutes
from lumen_constructs.networking.delivery_services import delivery_services, ingress_backend, role_name
from lumen_constructs.networking.extra_services import extra_services, own_label
from lumen_constructs.networking.flows import implied_peers, metrics_port
from lumen_constructs.networking.ingress import ingress
from lumen_constructs.networking.service import service, service_name
from lumen_constructs.observability.analysis import analysis_template
from lumen_constructs.observability.dashboards import dashboard
from lumen_constructs.observability.monitors import monitor
from lumen_constructs.observability.prometheus_rule import prometheus_rule
from lumen_constructs.observability.rules import Watch
from lumen_constructs.observability.target import Target
from lumen_constructs.options.base import full
from lumen_constructs.options.delivery import Analysis, Delivery
from lumen_constructs.options.destinations import Destination
from lumen_constructs.options.monitored import MonitoredServiceOptions, MonitoringOptions
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.probed_deployment import ProbedDeployment
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pull_secrets


class _Handed(NamedTuple):
    """A Deployment that was made before, and the options of what comes around it."""

    deployment: ProbedDeployment
    options: MonitoringOptions


class MonitoredService(Construct):
    """A ProbedDeployment with a Service in front, and what watches over it.

    It makes what :class:`ProbedDeployment` makes (with ``delivery: canary`` or ``blueGreen``, a Rollout in place of the
    Deployment), and a Service; where they are asked for, further Services, an Ingress, a ServiceMonitor
    that selects the labels and the port that the Service really has, a PrometheusRule with alerts, and the ConfigMap of
    a Grafana dashboard. The NetworkPolicy lets in who must come in: Prometheus, the ingress controller, clients from
    outside.

    Keywords are the fields of :class:`~lumen_constructs.MonitoredServiceOptions`. For a Deployment that was
    made before, see :meth:`around`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(MonitoredServiceOptions)
    def __init__(self, scope: Construct, id: str, options: MonitoredServiceOptions | _Handed) -> None:
        super().__init__(scope, id)
        context = share_context(self, scope)
        if isinstance(options, _Handed):
            self.deployment = options.deployment
            self.options = _together(options)
            peers = implied_peers(self.options, context.cluster)
            if peers and self.options.network.enabled:
                self.deployment.allow_from(*peers)
        else:
            self.options = options
            workload = _workload(id, options, implied_peers(options, context.cluster))
            self.deployment = ProbedDeployment.from_options(self, "Resource", workload)
        self._canary_routes = CanaryRoutes(self, self.deployment, self.identity, self.options)
        manifests(self, self._bodies())

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: MonitoredServiceOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @classmethod
    def around(cls, scope: Construct, id: str, deployment: ProbedDeployment, options: MonitoringOptions) -> Self:
        """Put a Service and what watches over it around a Deployment that was made before."""
        handed: Any = _Handed(deployment, options)
        return built(cls, scope, id, handed)

    def _bodies(self) -> dict[str, dict[str, Any]]:
        options, identity, monitoring = self.options, self.identity, self.identity.context.cluster.monitoring
        bodies: dict[str, dict[str, Any] | None] = {}
        if options.service.enabled:
            bodies["Service"] = service(identity, options)
        bodies |= extra_services(identity, options)
        bodies |= delivery_services(identity, options)
        if options.ingress is not None and options.ingress.enabled:
            bodies["Ingress"] = ingress(identity, options, options.ingress, ingress_backend(identity, options))
        if monitoring.enabled:
            if options.metrics is not None:
                bodies["Monitor"] = monitor(self._target(), options.metrics, monitoring.labels)
            bodies["Alerts"] = prometheus_rule(
                self._target(),
                monitoring.labels,
                metrics=options.metrics,
                alerts=options.alerts,
                slos=options.slos,
            )
        if options.analysis is not None:
            bodies["Analysis"] = self._analysis(options.analysis)
        if options.dashboard is not None and options.dashboard.enabled:
            bodies["Dashboard"] = dashboard(self._target(), options.dashboard, options.metrics, options.slos)
        return {key: body for key, body in bodies.items() if body is not None}

    def _analysis(self, analysis: Analysis) -> dict[str, Any]:
        monitoring = self.identity.context.cluster.monitoring
        if not monitoring.enabled or self.options.metrics is None:
            message = "delivery.analysis asks the cluster's Prometheus, and there is none; set it to false"
            raise LumenError(message)
        return analysis_template(
            Watch(self._target(), self.options.metrics, self.options.alerts),
            analysis,
            address=analysis.address or monitoring.url,
            counted=full(self.options.delivery, Delivery).strategy == "blueGreen",
        )

    def _target(self) -> Target:
        """Describe the component as its metrics tell of it."""
        options, identity = self.options, self.identity
        labels = identity.metadata(labels=options.service.labels)["labels"]
        return Target(
            name=identity.name,
            namespace=self.namespace,
            workload=identity.name,
            kind="Rollout" if options.is_rollout else "Deployment",
            containers=(identity.component, *(sidecar.name for sidecar in options.sidecars)),
            labels=identity.labels,
            service=self.service_name if options.service.enabled else None,
            # By the Service's own labels, and of those the ones that no other component's Service has.
            service_labels={key: labels[key] for key in identity.selector} | own_label(options, self.service_name),
            pod_labels=identity.selector,
            port=metrics_port(options) if options.all_ports else None,
            autoscaler=options.autoscaling.name or identity.name if options.autoscaling is not None else None,
            claims=tuple(self.claim_names),
            monitoring_namespace=identity.context.cluster.monitoring.monitors_namespace,
        )

    @property
    def identity(self) -> Identity:
        """Who the component is: its names and labels."""
        return self.deployment.identity

    @property
    def name(self) -> str:
        """Name of the component and of its Deployment."""
        return self.identity.name

    @property
    def namespace(self) -> str:
        """Namespace of the component.

        :raises LumenError: if the chart has none
        """
        namespace = self.identity.context.namespace
        if namespace is None:
            message = (
                "alerts, monitors and dashboards tell components apart by their namespace; give the chart a namespace"
            )
            raise LumenError(message)
        return namespace

    @property
    def service_name(self) -> str:
        """Name of the Service, by which other components reach this one."""
        return service_name(self.identity, self.options)

    @property
    def service(self) -> ApiObject:
        """The Service, for a patch or a dependency."""
        return found(self, "Service")

    @property
    def ports(self) -> tuple[Port, ...]:
        """The component's ports."""
        return self.options.all_ports

    @property
    def claim_names(self) -> list[str]:
        """Names of the PersistentVolumeClaims that the component makes."""
        return [claim_name(self.identity, volume) for volume in self.options.volumes if volume.claim is not None]

    @property
    def pull_secret_names(self) -> list[str]:
        """Names of the Secrets with registry credentials that the pods use."""
        return pull_secrets(self.identity, self.options)

    @property
    def peer(self) -> Peer:
        """The component's pods, as the other side of a flow within the namespace."""
        return self.deployment.peer

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect; see :meth:`ProbedDeployment.allow_from`."""
        self.deployment.allow_from(*peers)

    def allow_to(self, *peers: Peer) -> None:
        """Let the component connect to further peers; see :meth:`ProbedDeployment.allow_to`."""
        self.deployment.allow_to(*peers)

    def routed_by(self, kind: str, name: str, namespace: str | None) -> Destination:
        """Learn that the route ``name`` of ``kind`` in ``namespace`` leads here, and tell which Services it must name.

        The weights of a canary are moved in the routes that lead to it.

        :raises LumenError: if there is no Service, or if routes of two namespaces lead to a canary
        """
        if not self.options.service.enabled:
            message = f"component {self.name} has no Service for a route: service.enabled turns it off"
            raise LumenError(message)
        if not self.options.is_routed_canary:
            return Destination(self.identity.context.namespace, ((self.service_name, 100),))
        self._canary_routes.add(kind, name, namespace)
        stable, canary = (role_name(self.identity, self.options, role) for role in ("stable", "canary"))
        return Destination(self.identity.context.namespace, ((stable, 100), (canary, 0)))

    @property
    def wave(self) -> int:
        """The sync wave of the Deployment."""
        return self.deployment.wave

    def start_after(self, wave: int) -> None:
        """Have the Deployment applied in a later wave than ``wave``; see :meth:`ProbedDeployment.start_after`."""
        self.deployment.start_after(wave)


def _workload(id: str, options: MonitoredServiceOptions, peers: list[Peer]) -> MonitoredServiceOptions:
    """Give the options of the Deployment inside: named as the service, with the flows that the service implies."""
    network = options.network.model_copy(update={"ingress": (*options.network.ingress, *peers)})
    names = {"name": options.name or id, "component": options.component or id}
    return options.model_copy(update={**names, "network": network})


def _together(handed: _Handed) -> MonitoredServiceOptions:
    """Put both kinds of options together, so that what contradicts each other in them is found as anywhere else."""
    given = dict(handed.deployment.options) | dict(handed.options)
    return MonitoredServiceOptions(**{**given, "name": handed.deployment.name})
