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
from lumen_constructs.options.env import Env, EnvFrom, EnvFromRef, EnvSource, EnvVar, FieldRef, KeyRef, ResourceFieldRef
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
from lumen_constructs.options.resources import Range, Resources
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
    "AnnotationMap",
    "Autoscaling",
    "Behavior",
    "CertificateOptions",
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
    "FieldRef",
    "Grpc",
    "HostName",
    "HostPath",
    "HttpGet",
    "HttpHeader",
    "Image",
    "ImageLike",
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
    "Map",
    "Metrics",
    "MetricsTls",
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
    "Relabeling",
    "RequestMetrics",
    "ResourceFieldRef",
    "Resources",
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
    "Slo",
    "Spread",
    "Subdomain",
    "TcpSocket",
    "Text",
    "Threshold",
    "Toleration",
    "Tuning",
    "UpdateStrategy",
    "Volume",
    "VolumeMount",
]
