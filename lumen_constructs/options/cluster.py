"""What a cluster has, and the components of a stack take as given: DNS, Prometheus, controllers, registries."""

from __future__ import annotations

from types import MappingProxyType

from pydantic import Field

from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.network import Cidr, Peer
from lumen_constructs.options.scalars import LabelMap, Name, PortNumber, Subdomain, Text


class Dns(Options):
    """Where the cluster's DNS is."""

    namespace: Name = "kube-system"
    """Namespace of the DNS pods."""
    pods: LabelMap = Field(default_factory=lambda: MappingProxyType({"k8s-app": "kube-dns"}))
    """Labels of the DNS pods."""
    node_local: Cidr | None = "169.254.20.10/32"
    """Address of the node-local cache, as a block. It is allowed whether the cluster has one or not; None for never."""


class Monitoring(Options):
    """The cluster's Prometheus."""

    enabled: bool = True
    """Whether the cluster knows the kinds of the Prometheus operator. If not, no monitors and rules are made."""
    labels: LabelMap = Field(default_factory=lambda: MappingProxyType({"release": "kube-prometheus-stack"}))
    """Labels by which Prometheus selects monitors and rules. Every ServiceMonitor, PodMonitor and PrometheusRule gets
    them."""
    namespace: Name = "monitoring"
    """Namespace of the Prometheus pods, from which components are scraped."""
    pods: LabelMap = Field(default_factory=lambda: MappingProxyType({"app.kubernetes.io/name": "prometheus"}))
    """Labels of the Prometheus pods."""
    monitors_namespace: Name | None = None
    """Namespace of all monitors, rules and dashboards, which must exist: for a Prometheus or Grafana that looks for
    them in one place. Default: each is in the namespace of what it watches."""
    address: Text | None = None
    """URL by which controllers within the cluster ask Prometheus. Default: the Service that the Prometheus operator
    makes in ``namespace``, ``http://prometheus-operated.<namespace>.svc:9090``."""

    @property
    def url(self) -> str:
        """``address`` with its default."""
        return self.address or f"http://prometheus-operated.{self.namespace}.svc:9090"

    @property
    def peer(self) -> Peer:
        """Prometheus, as the other side of a scrape."""
        return Peer(namespace=self.namespace, pods=self.pods)


class Cluster(Options):
    """Facts about the cluster that a stack is applied to, with the defaults that most clusters share."""

    dns: Dns = Field(default_factory=Dns)
    """Where DNS is; every component may ask it."""
    monitoring: Monitoring = Field(default_factory=Monitoring)
    """Where Prometheus is, and what it selects."""
    ingress_controller: Peer = Field(default_factory=lambda: Peer(namespace="ingress-nginx"))
    """The pods of the ingress controller, which may call what an Ingress leads to."""
    gateway_controller: Peer | None = None
    """The pods through which a Gateway's requests come, which may call what its routes lead to. Many controllers make
    them beside the Gateway, in its own namespace and with its name: ``pods: {gateway.networking.k8s.io/gateway-name:
    shop}``. Default: ``ingress_controller``."""
    api_server: Items[Cidr] = ("0.0.0.0/0",)
    """Addresses of the API server, as blocks, for components that talk to it. Default: any, on ``api_server_ports``,
    since a NetworkPolicy cannot name the API server."""
    api_server_ports: Items[PortNumber] = (443, 6443)
    """Ports of the API server: the Service's and the real one, since plugins differ in which they compare."""
    egress: Items[Peer] = ()
    """Whom every component may connect to, such as a proxy."""
    image_registry: Text | None = None
    """Registry of images that name none. Default: the container runtime's, ``docker.io``."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials, for every pod."""

    @property
    def entrance(self) -> Peer:
        """``gateway_controller`` with its default."""
        return self.gateway_controller or self.ingress_controller
