"""What a user writes: frozen, typed option types, the same from Python and from a values file."""

from lumen_constructs.options.alerts import AlertRule, Alerts, RecordingRule, Tuning
from lumen_constructs.options.base import Items, Map, Options
from lumen_constructs.options.certificates import (
    CertificateOptions,
    CertificateSubject,
    IssuerRef,
    PrivateKey,
    SecretTemplate,
)
from lumen_constructs.options.cluster import Cluster, Dns, Monitoring
from lumen_constructs.options.config import ConfigFiles, ConfigValue
from lumen_constructs.options.container import Container
from lumen_constructs.options.dashboard import Dashboard, Link, Panel, Query, Threshold
from lumen_constructs.options.delivery import Analysis, BlueGreen, Canary, CanaryStep, Delivery, Pause
from lumen_constructs.options.destinations import BackendRef, Destination, Routable
from lumen_constructs.options.env import Env, EnvFrom, EnvFromRef, EnvSource, EnvVar, FieldRef, KeyRef, ResourceFieldRef
from lumen_constructs.options.extra_services import ExtraService, ServicePort
from lumen_constructs.options.gateway import (
    AllowedRoutes,
    CertificateRef,
    GatewayAddress,
    GatewayOptions,
    Infrastructure,
    Listener,
    ListenerTls,
)
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.image import Image, ImageLike
from lumen_constructs.options.ingress import (
    ClientCertificate,
    Cors,
    Ingress,
    IngressPath,
    IngressTls,
    OAuth2Proxy,
    RateLimit,
)
from lumen_constructs.options.job import CronJobOptions, JobOptions
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.metrics import Metrics, MetricsTls, Relabeling, RequestMetrics
from lumen_constructs.options.monitored import MonitoredServiceOptions, MonitoringOptions
from lumen_constructs.options.namespace import LimitRange, Namespace
from lumen_constructs.options.network import Network, Peer
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.ports import ContainerPort, Port
from lumen_constructs.options.probes import Exec, Grpc, HttpGet, HttpHeader, Probe, Probes, TcpSocket
from lumen_constructs.options.reference_grant import GrantFrom, GrantTo, ReferenceGrantOptions
from lumen_constructs.options.resources import Range, Resources
from lumen_constructs.options.route_filters import (
    HeaderModifier,
    HttpFilters,
    Mirror,
    PathChange,
    Redirect,
    Rewrite,
    RouteFilters,
)
from lumen_constructs.options.routes import (
    GrpcMatch,
    GRPCRouteOptions,
    GrpcRule,
    HttpMatch,
    HTTPRouteOptions,
    HttpRule,
    ParentRef,
    PathMatch,
    Timeouts,
    ValueMatch,
)
from lumen_constructs.options.scalars import (
    AnnotationMap,
    ConfigKey,
    HostName,
    LabelMap,
    MountPath,
    Name,
    PortName,
    PortNumber,
    PrometheusDuration,
    Seconds,
    Subdomain,
    Text,
)
from lumen_constructs.options.scaling import (
    Autoscaling,
    Behavior,
    CustomMetric,
    DisruptionBudget,
    ScalingPolicy,
    ScalingRules,
    UpdateStrategy,
)
from lumen_constructs.options.scheduling import Scheduling, Spread, Toleration
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.service import Service
from lumen_constructs.options.slos import CounterEvents, Slo
from lumen_constructs.options.volumes import (
    Claim,
    ConfigMapVolume,
    EmptyDir,
    ExistingClaim,
    HostPath,
    SecretVolume,
    Volume,
    VolumeMount,
)
from lumen_constructs.options.workload import ProbedDeploymentOptions

__all__ = [
    "AlertRule",
    "Alerts",
    "AllowedRoutes",
    "Analysis",
    "AnnotationMap",
    "Autoscaling",
    "BackendRef",
    "Behavior",
    "BlueGreen",
    "Canary",
    "CanaryStep",
    "CertificateOptions",
    "CertificateRef",
    "CertificateSubject",
    "Claim",
    "ClientCertificate",
    "Cluster",
    "ConfigFiles",
    "ConfigKey",
    "ConfigMapVolume",
    "ConfigValue",
    "Container",
    "ContainerPort",
    "Cors",
    "CounterEvents",
    "CronJobOptions",
    "CustomMetric",
    "Dashboard",
    "Delivery",
    "Destination",
    "DisruptionBudget",
    "Dns",
    "EmptyDir",
    "Env",
    "EnvFrom",
    "EnvFromRef",
    "EnvSource",
    "EnvVar",
    "Exec",
    "ExistingClaim",
    "ExtraService",
    "FieldRef",
    "GRPCRouteOptions",
    "GatewayAddress",
    "GatewayOptions",
    "GrantFrom",
    "GrantTo",
    "Grpc",
    "GrpcMatch",
    "GrpcRule",
    "HTTPRouteOptions",
    "HeaderModifier",
    "HostName",
    "HostPath",
    "HttpFilters",
    "HttpGet",
    "HttpHeader",
    "HttpMatch",
    "HttpRule",
    "Image",
    "ImageLike",
    "Infrastructure",
    "Ingress",
    "IngressPath",
    "IngressTls",
    "IssuerRef",
    "Items",
    "JobOptions",
    "KeyRef",
    "LabelMap",
    "Lifecycle",
    "LimitRange",
    "Link",
    "Listener",
    "ListenerTls",
    "Map",
    "Metrics",
    "MetricsTls",
    "Mirror",
    "MonitoredServiceOptions",
    "Monitoring",
    "MonitoringOptions",
    "MountPath",
    "Name",
    "Namespace",
    "Network",
    "OAuth2Proxy",
    "Options",
    "Panel",
    "ParentRef",
    "PathChange",
    "PathMatch",
    "Pause",
    "Peer",
    "PodOptions",
    "PolicyRule",
    "Port",
    "PortName",
    "PortNumber",
    "PrivateKey",
    "Probe",
    "ProbedDeploymentOptions",
    "Probes",
    "PrometheusDuration",
    "Query",
    "Range",
    "RateLimit",
    "RecordingRule",
    "Redirect",
    "ReferenceGrantOptions",
    "Relabeling",
    "RequestMetrics",
    "ResourceFieldRef",
    "Resources",
    "Rewrite",
    "Routable",
    "RouteFilters",
    "ScalingPolicy",
    "ScalingRules",
    "Scheduling",
    "Seconds",
    "SecretProvision",
    "SecretRef",
    "SecretTemplate",
    "SecretVolume",
    "SecurityContext",
    "Service",
    "ServiceAccount",
    "ServicePort",
    "Slo",
    "Spread",
    "Subdomain",
    "TcpSocket",
    "Text",
    "Threshold",
    "Timeouts",
    "Toleration",
    "Tuning",
    "UpdateStrategy",
    "ValueMatch",
    "Volume",
    "VolumeMount",
]
