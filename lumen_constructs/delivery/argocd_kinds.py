"""Every kind that the library can make, and what controllers make of these: what an AppProject has to permit.

The list is fixed, and not that of one run: a kind that is no longer rendered must still be prunable.
"""

from __future__ import annotations

#: Kinds that belong to a namespace, by API group.
NAMESPACED: dict[str, tuple[str, ...]] = {
    "": ("ConfigMap", "LimitRange", "PersistentVolumeClaim", "ResourceQuota", "Secret", "Service", "ServiceAccount"),
    "apps": ("Deployment", "StatefulSet"),
    "argoproj.io": ("AnalysisTemplate", "Rollout"),
    "autoscaling": ("HorizontalPodAutoscaler",),
    "batch": ("CronJob", "Job"),
    "bitnami.com": ("SealedSecret",),
    "cert-manager.io": ("Certificate",),
    "external-secrets.io": ("ExternalSecret",),
    "gateway.networking.k8s.io": ("GRPCRoute", "Gateway", "HTTPRoute", "ReferenceGrant"),
    "generators.external-secrets.io": ("Password",),
    "kafka.strimzi.io": ("Kafka", "KafkaNodePool", "KafkaTopic"),
    "mongodbcommunity.mongodb.com": ("MongoDBCommunity",),
    "monitoring.coreos.com": ("PodMonitor", "PrometheusRule", "ServiceMonitor"),
    "networking.k8s.io": ("Ingress", "NetworkPolicy"),
    "policy": ("PodDisruptionBudget",),
    "postgresql.cnpg.io": ("Cluster", "ScheduledBackup"),
    "rbac.authorization.k8s.io": ("Role", "RoleBinding"),
}

#: Kinds that belong to the whole cluster, by API group; an AppProject permits Namespaces by their names.
CLUSTER_SCOPED: dict[str, tuple[str, ...]] = {"": ("Namespace",)}

#: What controllers make of these; Argo CD shows it and lets people act on it only where the project permits it.
CHILDREN: dict[str, tuple[str, ...]] = {
    "": ("Endpoints", "Pod"),
    "acme.cert-manager.io": ("Challenge", "Order"),
    "apps": ("ControllerRevision", "ReplicaSet"),
    "argoproj.io": ("AnalysisRun", "Experiment"),
    "cert-manager.io": ("CertificateRequest",),
    "core.strimzi.io": ("StrimziPodSet",),
    "discovery.k8s.io": ("EndpointSlice",),
    "postgresql.cnpg.io": ("Backup",),
}


def permitted() -> frozenset[tuple[str, str]]:
    """Give group and kind of all that the library can make."""
    tables = (NAMESPACED, CLUSTER_SCOPED)
    return frozenset((group, kind) for table in tables for group, kinds in table.items() for kind in kinds)
