"""What a user writes: frozen, typed option types, the same from Python and from a values file."""

from lumen_constructs.options.base import Items, Map, Options
from lumen_constructs.options.cluster import Cluster, Dns, Monitoring
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.container import Container
from lumen_constructs.options.env import EnvFrom, EnvFromRef, EnvSource, EnvVar, FieldRef, KeyRef, ResourceFieldRef
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.image import Image
from lumen_constructs.options.ingress import (
    ClientCertificate,
    Cors,
    Ingress,
    IngressPath,
    IngressTls,
    OAuth2Proxy,
    RateLimit,
)
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.network import Network, Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Exec, Grpc, HttpGet, HttpHeader, Probe, Probes, TcpSocket
from lumen_constructs.options.resources import Range, Resources
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
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.service import Service
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

__all__ = [
    "Autoscaling",
    "Behavior",
    "Claim",
    "ClientCertificate",
    "Cluster",
    "ConfigFiles",
    "ConfigMapVolume",
    "Container",
    "Cors",
    "CustomMetric",
    "DisruptionBudget",
    "Dns",
    "EmptyDir",
    "EnvFrom",
    "EnvFromRef",
    "EnvSource",
    "EnvVar",
    "Exec",
    "ExistingClaim",
    "FieldRef",
    "Grpc",
    "HostPath",
    "HttpGet",
    "HttpHeader",
    "Image",
    "Ingress",
    "IngressPath",
    "IngressTls",
    "Items",
    "KeyRef",
    "Lifecycle",
    "Map",
    "Monitoring",
    "Network",
    "OAuth2Proxy",
    "Options",
    "Peer",
    "PolicyRule",
    "Port",
    "Probe",
    "Probes",
    "Range",
    "RateLimit",
    "ResourceFieldRef",
    "Resources",
    "ScalingPolicy",
    "ScalingRules",
    "Scheduling",
    "SecretRef",
    "SecretVolume",
    "SecurityContext",
    "Service",
    "ServiceAccount",
    "Spread",
    "TcpSocket",
    "Toleration",
    "UpdateStrategy",
    "Volume",
    "VolumeMount",
]
