"""cdk8s constructs for Python: declare a service once, get checked, canonical Kubernetes YAML.

Every name is imported when it is used first, so that the parts that know plain data (``lumen_constructs.checks``,
``.values``, ``.emit``) work without Node, and importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lumen_constructs.certificate import Certificate
    from lumen_constructs.context import use_cluster
    from lumen_constructs.cron_job import CronJob
    from lumen_constructs.datastores.kafka import Kafka
    from lumen_constructs.datastores.mongodb import MongoDB
    from lumen_constructs.datastores.postgresql import PostgreSQL
    from lumen_constructs.datastores.redis import Redis
    from lumen_constructs.datastores.zookeeper import ZooKeeper
    from lumen_constructs.delivery.scripts.options import Scripts
    from lumen_constructs.errors import CheckError, CheckWarning, LumenError
    from lumen_constructs.gateway import Gateway, ReferenceGrant
    from lumen_constructs.job import Job
    from lumen_constructs.monitored_service import MonitoredService
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
    from lumen_constructs.options.datastores.backup import Backup, Upload
    from lumen_constructs.options.datastores.credentials import Credentials, Password
    from lumen_constructs.options.datastores.exporter import Exporter
    from lumen_constructs.options.datastores.kafka import KafkaOptions, Topic
    from lumen_constructs.options.datastores.mongodb import MongoDBOptions
    from lumen_constructs.options.datastores.postgresql import Identifier, PostgreSQLOptions, ScheduledBackup
    from lumen_constructs.options.datastores.redis import RedisOptions
    from lumen_constructs.options.datastores.storage import Storage
    from lumen_constructs.options.datastores.zookeeper import ZooKeeperOptions
    from lumen_constructs.options.delivery import Analysis, BlueGreen, Canary, CanaryStep, Delivery, Pause
    from lumen_constructs.options.destinations import BackendRef, Destination, Routable
    from lumen_constructs.options.env import (
        Env,
        EnvFrom,
        EnvFromRef,
        EnvSource,
        EnvVar,
        FieldRef,
        KeyRef,
        ResourceFieldRef,
    )
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
    from lumen_constructs.probed_deployment import ProbedDeployment
    from lumen_constructs.routes import GRPCRoute, HTTPRoute
    from lumen_constructs.secret_set import SecretSet
    from lumen_constructs.shared_config import SharedConfig
    from lumen_constructs.system import System
    from lumen_constructs.umbrella_stack import UmbrellaStack
    from lumen_constructs.values.merging import MergeByName

#: Where each public name is.
_HOMES = {
    "AlertRule": "options.alerts",
    "Alerts": "options.alerts",
    "AllowedRoutes": "options.gateway",
    "Analysis": "options.delivery",
    "AnnotationMap": "options.scalars",
    "Autoscaling": "options.scaling",
    "BackendRef": "options.destinations",
    "Backup": "options.datastores.backup",
    "Behavior": "options.scaling",
    "BlueGreen": "options.delivery",
    "Canary": "options.delivery",
    "CanaryStep": "options.delivery",
    "Certificate": "certificate",
    "CertificateOptions": "options.certificates",
    "CertificateRef": "options.gateway",
    "CertificateSubject": "options.certificates",
    "CheckError": "errors",
    "CheckWarning": "errors",
    "Claim": "options.volumes",
    "ClientCertificate": "options.ingress",
    "Cluster": "options.cluster",
    "ConfigFiles": "options.config",
    "ConfigKey": "options.scalars",
    "ConfigMapVolume": "options.volumes",
    "ConfigValue": "options.config",
    "Container": "options.container",
    "ContainerPort": "options.ports",
    "Cors": "options.ingress",
    "CounterEvents": "options.slos",
    "Credentials": "options.datastores.credentials",
    "CronJob": "cron_job",
    "CronJobOptions": "options.job",
    "CustomMetric": "options.scaling",
    "Dashboard": "options.dashboard",
    "Delivery": "options.delivery",
    "Destination": "options.destinations",
    "DisruptionBudget": "options.scaling",
    "Dns": "options.cluster",
    "EmptyDir": "options.volumes",
    "Env": "options.env",
    "EnvFrom": "options.env",
    "EnvFromRef": "options.env",
    "EnvSource": "options.env",
    "EnvVar": "options.env",
    "Exec": "options.probes",
    "ExistingClaim": "options.volumes",
    "Exporter": "options.datastores.exporter",
    "ExtraService": "options.extra_services",
    "FieldRef": "options.env",
    "GRPCRoute": "routes",
    "GRPCRouteOptions": "options.routes",
    "Gateway": "gateway",
    "GatewayAddress": "options.gateway",
    "GatewayOptions": "options.gateway",
    "GrantFrom": "options.reference_grant",
    "GrantTo": "options.reference_grant",
    "Grpc": "options.probes",
    "GrpcMatch": "options.routes",
    "GrpcRule": "options.routes",
    "HTTPRoute": "routes",
    "HTTPRouteOptions": "options.routes",
    "HeaderModifier": "options.route_filters",
    "HostName": "options.scalars",
    "HostPath": "options.volumes",
    "HttpFilters": "options.route_filters",
    "HttpGet": "options.probes",
    "HttpHeader": "options.probes",
    "HttpMatch": "options.routes",
    "HttpRule": "options.routes",
    "Identifier": "options.datastores.postgresql",
    "Image": "options.image",
    "ImageLike": "options.image",
    "Infrastructure": "options.gateway",
    "Ingress": "options.ingress",
    "IngressPath": "options.ingress",
    "IngressTls": "options.ingress",
    "IssuerRef": "options.certificates",
    "Items": "options.base",
    "Job": "job",
    "JobOptions": "options.job",
    "Kafka": "datastores.kafka",
    "KafkaOptions": "options.datastores.kafka",
    "KeyRef": "options.env",
    "LabelMap": "options.scalars",
    "Lifecycle": "options.lifecycle",
    "LimitRange": "options.namespace",
    "Link": "options.dashboard",
    "Listener": "options.gateway",
    "ListenerTls": "options.gateway",
    "LumenError": "errors",
    "Map": "options.base",
    "MergeByName": "values.merging",
    "Metrics": "options.metrics",
    "MetricsTls": "options.metrics",
    "Mirror": "options.route_filters",
    "MongoDB": "datastores.mongodb",
    "MongoDBOptions": "options.datastores.mongodb",
    "MonitoredService": "monitored_service",
    "MonitoredServiceOptions": "options.monitored",
    "Monitoring": "options.cluster",
    "MonitoringOptions": "options.monitored",
    "MountPath": "options.scalars",
    "Name": "options.scalars",
    "Namespace": "options.namespace",
    "Network": "options.network",
    "OAuth2Proxy": "options.ingress",
    "Options": "options.base",
    "Panel": "options.dashboard",
    "ParentRef": "options.routes",
    "Password": "options.datastores.credentials",
    "PathChange": "options.route_filters",
    "PathMatch": "options.routes",
    "Pause": "options.delivery",
    "Peer": "options.network",
    "PodOptions": "options.pod",
    "PolicyRule": "options.identity",
    "Port": "options.ports",
    "PortName": "options.scalars",
    "PortNumber": "options.scalars",
    "PostgreSQL": "datastores.postgresql",
    "PostgreSQLOptions": "options.datastores.postgresql",
    "PrivateKey": "options.certificates",
    "Probe": "options.probes",
    "ProbedDeployment": "probed_deployment",
    "ProbedDeploymentOptions": "options.workload",
    "Probes": "options.probes",
    "PrometheusDuration": "options.scalars",
    "Query": "options.dashboard",
    "Range": "options.resources",
    "RateLimit": "options.ingress",
    "RecordingRule": "options.alerts",
    "Redirect": "options.route_filters",
    "Redis": "datastores.redis",
    "RedisOptions": "options.datastores.redis",
    "ReferenceGrant": "gateway",
    "ReferenceGrantOptions": "options.reference_grant",
    "Relabeling": "options.metrics",
    "RequestMetrics": "options.metrics",
    "ResourceFieldRef": "options.env",
    "Resources": "options.resources",
    "Rewrite": "options.route_filters",
    "Routable": "options.destinations",
    "RouteFilters": "options.route_filters",
    "ScalingPolicy": "options.scaling",
    "ScalingRules": "options.scaling",
    "ScheduledBackup": "options.datastores.postgresql",
    "Scheduling": "options.scheduling",
    "Scripts": "delivery.scripts.options",
    "Seconds": "options.scalars",
    "SecretProvision": "options.secret_provision",
    "SecretRef": "options.secrets",
    "SecretSet": "secret_set",
    "SecretTemplate": "options.certificates",
    "SecretVolume": "options.volumes",
    "SecurityContext": "options.security",
    "Service": "options.service",
    "ServiceAccount": "options.identity",
    "ServicePort": "options.extra_services",
    "SharedConfig": "shared_config",
    "Slo": "options.slos",
    "Spread": "options.scheduling",
    "Storage": "options.datastores.storage",
    "Subdomain": "options.scalars",
    "System": "system",
    "TcpSocket": "options.probes",
    "Text": "options.scalars",
    "Threshold": "options.dashboard",
    "Timeouts": "options.routes",
    "Toleration": "options.scheduling",
    "Topic": "options.datastores.kafka",
    "Tuning": "options.alerts",
    "UmbrellaStack": "umbrella_stack",
    "UpdateStrategy": "options.scaling",
    "Upload": "options.datastores.backup",
    "ValueMatch": "options.routes",
    "Volume": "options.volumes",
    "VolumeMount": "options.volumes",
    "ZooKeeper": "datastores.zookeeper",
    "ZooKeeperOptions": "options.datastores.zookeeper",
    "use_cluster": "context",
}

__all__ = [
    "AlertRule",
    "Alerts",
    "AllowedRoutes",
    "Analysis",
    "AnnotationMap",
    "Autoscaling",
    "BackendRef",
    "Backup",
    "Behavior",
    "BlueGreen",
    "Canary",
    "CanaryStep",
    "Certificate",
    "CertificateOptions",
    "CertificateRef",
    "CertificateSubject",
    "CheckError",
    "CheckWarning",
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
    "Credentials",
    "CronJob",
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
    "Exporter",
    "ExtraService",
    "FieldRef",
    "GRPCRoute",
    "GRPCRouteOptions",
    "Gateway",
    "GatewayAddress",
    "GatewayOptions",
    "GrantFrom",
    "GrantTo",
    "Grpc",
    "GrpcMatch",
    "GrpcRule",
    "HTTPRoute",
    "HTTPRouteOptions",
    "HeaderModifier",
    "HostName",
    "HostPath",
    "HttpFilters",
    "HttpGet",
    "HttpHeader",
    "HttpMatch",
    "HttpRule",
    "Identifier",
    "Image",
    "ImageLike",
    "Infrastructure",
    "Ingress",
    "IngressPath",
    "IngressTls",
    "IssuerRef",
    "Items",
    "Job",
    "JobOptions",
    "Kafka",
    "KafkaOptions",
    "KeyRef",
    "LabelMap",
    "Lifecycle",
    "LimitRange",
    "Link",
    "Listener",
    "ListenerTls",
    "LumenError",
    "Map",
    "MergeByName",
    "Metrics",
    "MetricsTls",
    "Mirror",
    "MongoDB",
    "MongoDBOptions",
    "MonitoredService",
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
    "Password",
    "PathChange",
    "PathMatch",
    "Pause",
    "Peer",
    "PodOptions",
    "PolicyRule",
    "Port",
    "PortName",
    "PortNumber",
    "PostgreSQL",
    "PostgreSQLOptions",
    "PrivateKey",
    "Probe",
    "ProbedDeployment",
    "ProbedDeploymentOptions",
    "Probes",
    "PrometheusDuration",
    "Query",
    "Range",
    "RateLimit",
    "RecordingRule",
    "Redirect",
    "Redis",
    "RedisOptions",
    "ReferenceGrant",
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
    "ScheduledBackup",
    "Scheduling",
    "Scripts",
    "Seconds",
    "SecretProvision",
    "SecretRef",
    "SecretSet",
    "SecretTemplate",
    "SecretVolume",
    "SecurityContext",
    "Service",
    "ServiceAccount",
    "ServicePort",
    "SharedConfig",
    "Slo",
    "Spread",
    "Storage",
    "Subdomain",
    "System",
    "TcpSocket",
    "Text",
    "Threshold",
    "Timeouts",
    "Toleration",
    "Topic",
    "Tuning",
    "UmbrellaStack",
    "UpdateStrategy",
    "Upload",
    "ValueMatch",
    "Volume",
    "VolumeMount",
    "ZooKeeper",
    "ZooKeeperOptions",
    "use_cluster",
]

if not TYPE_CHECKING:  # a checker must see the names above, not a function that makes any

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
