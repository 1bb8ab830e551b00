"""The Service in front of a component."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.network import Cidr
from lumen_constructs.options.scalars import AnnotationMap, LabelMap, Seconds, ServiceName, Text


class Service(Options):
    """A Service (v1). Its ports are the component's ports that are exposed, its selector is the component's."""

    enabled: bool = True
    """Whether there is a Service."""
    name: ServiceName | None = None
    """Name of the Service. Default: the component's."""
    type: Literal["ClusterIP", "NodePort", "LoadBalancer"] = "ClusterIP"
    """Sets ``type``."""
    headless: bool = False
    """Whether DNS answers with the pods' addresses; sets ``clusterIP: None``."""
    session_affinity: Literal["None", "ClientIP"] = "None"
    """Whether a client stays with one pod; sets ``sessionAffinity``."""
    session_affinity_timeout_seconds: Annotated[Seconds, Field(ge=1, le=86400)] | None = None
    """Seconds that a client stays with one pod; sets ``sessionAffinityConfig.clientIP.timeoutSeconds``.
    Default: 10800."""
    external_traffic_policy: Literal["Cluster", "Local"] | None = None
    """Whether traffic from outside may change nodes; sets ``externalTrafficPolicy``. ``Local`` keeps the client's
    address. Default: Kubernetes', which is ``Cluster``."""
    internal_traffic_policy: Literal["Cluster", "Local"] | None = None
    """Whether traffic from inside may change nodes; sets ``internalTrafficPolicy``. Default: ``Cluster``."""
    load_balancer_class: Text | None = None
    """Controller that serves the LoadBalancer; sets ``loadBalancerClass``. Default: the cluster's."""
    load_balancer_source_ranges: Items[Cidr] = ()
    """Addresses that may use the LoadBalancer; sets ``loadBalancerSourceRanges``. Default: all."""
    publish_not_ready_addresses: bool = False
    """Whether pods that are not ready are in DNS; sets ``publishNotReadyAddresses``."""
    ip_family_policy: Literal["SingleStack", "PreferDualStack", "RequireDualStack"] | None = None
    """Sets ``ipFamilyPolicy``. Default: the cluster's."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the Service, such as a cloud's load balancer settings."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels of the Service."""

    @model_validator(mode="after")
    def _check(self) -> Service:
        if self.headless and self.type != "ClusterIP":
            message = f"headless is for type ClusterIP, not {self.type}"
            raise ValueError(message)
        if self.type != "LoadBalancer" and (self.load_balancer_class or self.load_balancer_source_ranges):
            message = f"loadBalancerClass and loadBalancerSourceRanges need type LoadBalancer, not {self.type}"
            raise ValueError(message)
        if self.type == "ClusterIP" and self.external_traffic_policy is not None:
            message = "externalTrafficPolicy needs type NodePort or LoadBalancer, not ClusterIP"
            raise ValueError(message)
        if self.session_affinity == "None" and self.session_affinity_timeout_seconds is not None:
            message = "sessionAffinityTimeoutSeconds needs sessionAffinity: ClientIP"
            raise ValueError(message)
        return self

    def spec_body(self) -> dict[str, Any]:
        """Give the fields of the Service's ``spec`` beside ports and selector."""
        body: dict[str, Any] = {"type": self.type}
        if self.headless:
            body["clusterIP"] = "None"
        if self.session_affinity != "None":
            body["sessionAffinity"] = self.session_affinity
            if self.session_affinity_timeout_seconds is not None:
                body["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": self.session_affinity_timeout_seconds}}
        if self.publish_not_ready_addresses:
            body["publishNotReadyAddresses"] = True
        if self.load_balancer_source_ranges:
            body["loadBalancerSourceRanges"] = list(self.load_balancer_source_ranges)
        optional = {
            "externalTrafficPolicy": self.external_traffic_policy,
            "internalTrafficPolicy": self.internal_traffic_policy,
            "loadBalancerClass": self.load_balancer_class,
            "ipFamilyPolicy": self.ip_family_policy,
        }
        return body | {key: value for key, value in optional.items() if value is not None}
