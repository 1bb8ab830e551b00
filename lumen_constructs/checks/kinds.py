"""The kinds that the rules know, written as kubectl does: the kind, a dot, and the API group if it has one."""

from __future__ import annotations

POD = "Pod"
POD_TEMPLATE = "PodTemplate"
SERVICE = "Service"
ENDPOINTS = "Endpoints"
CONFIG_MAP = "ConfigMap"
SECRET = "Secret"  # noqa: S105  # the name of a kind
NAMESPACE = "Namespace"
SERVICE_ACCOUNT = "ServiceAccount"
CLAIM = "PersistentVolumeClaim"
VOLUME = "PersistentVolume"
LIMIT_RANGE = "LimitRange"
RESOURCE_QUOTA = "ResourceQuota"
REPLICATION_CONTROLLER = "ReplicationController"
DEPLOYMENT = "Deployment.apps"
STATEFUL_SET = "StatefulSet.apps"
DAEMON_SET = "DaemonSet.apps"
REPLICA_SET = "ReplicaSet.apps"
JOB = "Job.batch"
CRON_JOB = "CronJob.batch"
AUTOSCALER = "HorizontalPodAutoscaler.autoscaling"
BUDGET = "PodDisruptionBudget.policy"
ROLE = "Role.rbac.authorization.k8s.io"
CLUSTER_ROLE = "ClusterRole.rbac.authorization.k8s.io"
ROLE_BINDING = "RoleBinding.rbac.authorization.k8s.io"
CLUSTER_ROLE_BINDING = "ClusterRoleBinding.rbac.authorization.k8s.io"
INGRESS = "Ingress.networking.k8s.io"
INGRESS_CLASS = "IngressClass.networking.k8s.io"
NETWORK_POLICY = "NetworkPolicy.networking.k8s.io"
STORAGE_CLASS = "StorageClass.storage.k8s.io"
PRIORITY_CLASS = "PriorityClass.scheduling.k8s.io"
RUNTIME_CLASS = "RuntimeClass.node.k8s.io"
CRD = "CustomResourceDefinition.apiextensions.k8s.io"
VALIDATING_WEBHOOK = "ValidatingWebhookConfiguration.admissionregistration.k8s.io"
MUTATING_WEBHOOK = "MutatingWebhookConfiguration.admissionregistration.k8s.io"
API_SERVICE = "APIService.apiregistration.k8s.io"

GATEWAY = "Gateway.gateway.networking.k8s.io"
GATEWAY_CLASS = "GatewayClass.gateway.networking.k8s.io"
HTTP_ROUTE = "HTTPRoute.gateway.networking.k8s.io"
GRPC_ROUTE = "GRPCRoute.gateway.networking.k8s.io"
TLS_ROUTE = "TLSRoute.gateway.networking.k8s.io"
TCP_ROUTE = "TCPRoute.gateway.networking.k8s.io"
UDP_ROUTE = "UDPRoute.gateway.networking.k8s.io"
REFERENCE_GRANT = "ReferenceGrant.gateway.networking.k8s.io"
ROUTES = (HTTP_ROUTE, GRPC_ROUTE, TLS_ROUTE, TCP_ROUTE, UDP_ROUTE)

SERVICE_MONITOR = "ServiceMonitor.monitoring.coreos.com"
POD_MONITOR = "PodMonitor.monitoring.coreos.com"
PROMETHEUS_RULE = "PrometheusRule.monitoring.coreos.com"
PROMETHEUS = "Prometheus.monitoring.coreos.com"
PROMETHEUS_AGENT = "PrometheusAgent.monitoring.coreos.com"
ALERTMANAGER = "Alertmanager.monitoring.coreos.com"
THANOS_RULER = "ThanosRuler.monitoring.coreos.com"

CERTIFICATE = "Certificate.cert-manager.io"
ISSUER = "Issuer.cert-manager.io"
CLUSTER_ISSUER = "ClusterIssuer.cert-manager.io"
SEALED_SECRET = "SealedSecret.bitnami.com"  # noqa: S105  # the name of a kind
EXTERNAL_SECRET = "ExternalSecret.external-secrets.io"  # noqa: S105  # the name of a kind
CLUSTER_EXTERNAL_SECRET = "ClusterExternalSecret.external-secrets.io"  # noqa: S105  # the name of a kind
PUSH_SECRET = "PushSecret.external-secrets.io"  # noqa: S105  # the name of a kind
SECRET_STORE = "SecretStore.external-secrets.io"  # noqa: S105  # the name of a kind
CLUSTER_SECRET_STORE = "ClusterSecretStore.external-secrets.io"  # noqa: S105  # the name of a kind

ROLLOUT = "Rollout.argoproj.io"
ANALYSIS_TEMPLATE = "AnalysisTemplate.argoproj.io"
CLUSTER_ANALYSIS_TEMPLATE = "ClusterAnalysisTemplate.argoproj.io"
APPLICATION = "Application.argoproj.io"
APPLICATION_SET = "ApplicationSet.argoproj.io"
APP_PROJECT = "AppProject.argoproj.io"
SCALED_OBJECT = "ScaledObject.keda.sh"

CNPG_CLUSTER = "Cluster.postgresql.cnpg.io"
CNPG_SCHEDULED_BACKUP = "ScheduledBackup.postgresql.cnpg.io"
CNPG_BACKUP = "Backup.postgresql.cnpg.io"
CNPG_DATABASE = "Database.postgresql.cnpg.io"
CNPG_POOLER = "Pooler.postgresql.cnpg.io"
KAFKA = "Kafka.kafka.strimzi.io"
KAFKA_NODE_POOL = "KafkaNodePool.kafka.strimzi.io"
KAFKA_TOPIC = "KafkaTopic.kafka.strimzi.io"
KAFKA_USER = "KafkaUser.kafka.strimzi.io"
MONGODB = "MongoDBCommunity.mongodbcommunity.mongodb.com"

FLUX_KUSTOMIZATION = "Kustomization.kustomize.toolkit.fluxcd.io"
GIT_REPOSITORY = "GitRepository.source.toolkit.fluxcd.io"

#: Kinds that make pods from a template, and where the template stands.
TEMPLATES: dict[str, tuple[str, ...]] = {
    POD: (),
    POD_TEMPLATE: ("template",),
    DEPLOYMENT: ("spec", "template"),
    STATEFUL_SET: ("spec", "template"),
    DAEMON_SET: ("spec", "template"),
    REPLICA_SET: ("spec", "template"),
    REPLICATION_CONTROLLER: ("spec", "template"),
    JOB: ("spec", "template"),
    CRON_JOB: ("spec", "jobTemplate", "spec", "template"),
    ROLLOUT: ("spec", "template"),
}

#: Kinds whose pods run until they are stopped.
LONG_RUNNING = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, REPLICA_SET, REPLICATION_CONTROLLER, ROLLOUT)

#: Kinds that no cluster stores: the input of kustomize and Helm.
NOT_FOR_A_CLUSTER = ("kustomize.config.k8s.io", "config.kubernetes.io")

#: Labels that another version of the same workload has with another value.
VARYING_LABELS = ("app.kubernetes.io/version", "helm.sh/chart")

#: Namespaces that every cluster brings along, filled by the cluster itself.
SYSTEM_NAMESPACES = ("kube-system", "kube-public", "kube-node-lease")

#: Groups that moved: the old group's objects are the new group's.
_MOVED = {
    ("extensions", "Deployment"): "apps",
    ("extensions", "DaemonSet"): "apps",
    ("extensions", "ReplicaSet"): "apps",
    ("extensions", "Ingress"): "networking.k8s.io",
    ("extensions", "NetworkPolicy"): "networking.k8s.io",
}
#: Groups under k8s.io whose kinds are custom resources all the same.
_CUSTOM_K8S_GROUPS = {
    "gateway.networking.k8s.io",
    "snapshot.storage.k8s.io",
    "metrics.k8s.io",
    "custom.metrics.k8s.io",
    "external.metrics.k8s.io",
    "autoscaling.k8s.io",
    "policy.networking.k8s.io",
    "cluster.x-k8s.io",
    "kustomize.config.k8s.io",
    "config.kubernetes.io",
}


def type_of(api_version: str, kind: str) -> str:
    """Give the kind with its group: ``Deployment.apps``, ``Service``."""
    group, slash, _ = api_version.rpartition("/")
    group = _MOVED.get((group, kind), group)
    return f"{kind}.{group}" if slash and group else kind


def kind_of(type_: str) -> str:
    """Give the kind without its group."""
    return type_.partition(".")[0]


def is_built_in(type_: str) -> bool:
    """Tell whether the kind belongs to Kubernetes itself rather than to a custom resource definition."""
    group = type_.partition(".")[2]
    return "." not in group or (group.endswith(".k8s.io") and group not in _CUSTOM_K8S_GROUPS)
