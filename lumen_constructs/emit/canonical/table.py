"""The canonical form of every field that could otherwise be spelled in two ways, by kind.

Built-in kinds are stored without empty maps and lists, apart from those named here, in which emptiness means something.
Custom resources are stored as they are written, so their empty maps and lists stay; only their nulls go.
"""

from __future__ import annotations

from lumen_constructs.emit.canonical.rules import (
    CPU_LAST,
    DROP,
    GO_DURATION,
    HOLLOW,
    KEEP,
    OPAQUE,
    QUANTITY,
    RESOURCE,
    TEXT,
    UNIQUE,
    Fields,
    default,
    like,
)

TCP = default("TCP")

#: What holds everywhere, in words: it is the walk's to do.
EVERYWHERE = (
    ("every object", "*", "plain data only, numbers within ±2^53, whole numbers without a fraction"),
    ("every kind listed here", "*", "no nulls"),
    ("every built-in kind", "*", "no empty maps and lists, apart from items of lists and fields named here"),
    ("every custom resource listed here", "*", "empty maps and lists stay"),
    ("any other custom resource", "*", "kept as written, apart from its metadata"),
    ("every kind of the whole cluster", "metadata.namespace", "left out"),
)

#: Groups of the kinds that Kubernetes itself serves.
BUILT_IN_GROUPS = frozenset(
    {
        "",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    }
)

#: What holds for a key of this name anywhere in a built-in kind: an empty selector selects all, a missing one none.
ANYWHERE: Fields = {
    "emptyDir": KEEP,
    "labelSelector": KEEP,
    "matchLabels.*": TEXT,
    "namespaceSelector": KEEP,
    "objectSelector": KEEP,
    "podSelector": KEEP,
    "preference": KEEP,
    "valueFrom": KEEP,
}

#: What holds for the frame of every object, also of unknown kinds.
EVERY_OBJECT: Fields = {"metadata": like("ObjectMeta")}

#: Parts of built-in kinds, in the order in which one refers to the other.
SHAPES: dict[str, Fields] = {
    "ObjectMeta": {
        "annotations.*": TEXT,
        "creationTimestamp": DROP,
        "deletionGracePeriodSeconds": DROP,
        "deletionTimestamp": DROP,
        "generation": DROP,
        "labels.*": TEXT,
        "managedFields": DROP,
        "resourceVersion": DROP,
        "selfLink": DROP,
        "uid": DROP,
    },
    "ResourceRequirements": {"limits.*": RESOURCE, "requests.*": RESOURCE},
    "PersistentVolumeClaimSpec": {"resources": like("ResourceRequirements"), "selector": KEEP},
    "EnvVarSource": {"fileKeyRef.optional": default(value=False), "resourceFieldRef.divisor": QUANTITY},
    "Container": {
        "env": UNIQUE,
        "env[].value": TEXT,
        "env[].valueFrom": like("EnvVarSource"),
        "livenessProbe.grpc.service": default(""),
        "ports[].protocol": TCP,
        "readinessProbe.grpc.service": default(""),
        "resources": like("ResourceRequirements"),
        "startupProbe.grpc.service": default(""),
    },
    "Volume": {
        "*": KEEP,
        "downwardAPI.items[].resourceFieldRef.divisor": QUANTITY,
        "emptyDir.sizeLimit": QUANTITY,
        "ephemeral.volumeClaimTemplate.metadata": like("ObjectMeta"),
        "ephemeral.volumeClaimTemplate.spec": like("PersistentVolumeClaimSpec"),
        "projected.sources[].*": KEEP,
        "projected.sources[].downwardAPI.items[].resourceFieldRef.divisor": QUANTITY,
    },
    "PodSpec": {
        "containers[]": like("Container"),
        "ephemeralContainers[]": like("Container"),
        "initContainers[]": like("Container"),
        "nodeSelector.*": TEXT,
        "overhead.*": RESOURCE,
        "resources": like("ResourceRequirements"),
        "volumes[]": like("Volume"),
    },
    "PodTemplate": {"metadata": like("ObjectMeta"), "spec": like("PodSpec")},
    "JobTemplate": {"metadata": like("ObjectMeta"), "spec.selector": KEEP, "spec.template": like("PodTemplate")},
    "MetricTarget": {"averageValue": QUANTITY, "value": QUANTITY},
    "RequestMirror": {
        "backendRef.group": default(""),
        "backendRef.kind": default("Service"),
        "fraction.denominator": default(100),
    },
    "BackendRef": {"group": default(""), "kind": default("Service"), "weight": default(1)},
    "ParentReference": {"group": default("gateway.networking.k8s.io"), "kind": default("Gateway")},
    "RemoteRef": {
        "conversionStrategy": default("Default"),
        "decodingStrategy": default("None"),
        "metadataPolicy": default("None"),
    },
    "GeneratorRef": {"apiVersion": default("generators.external-secrets.io/v1alpha1")},
    "RelabelConfig": {"action": default("replace")},
}

#: Shapes of custom resources, whose empty maps and lists stay.
CUSTOM_SHAPES = frozenset(
    {"BackendRef", "GeneratorRef", "ParentReference", "RelabelConfig", "RemoteRef", "RequestMirror"}
)

#: Built-in kinds: ``group/Kind``, or ``Kind`` in the core group.
BUILT_IN_KINDS: dict[str, Fields] = {
    "Endpoints": {"subsets[].ports[].protocol": TCP},
    "LimitRange": {
        f"spec.limits[].{field}.*": RESOURCE
        for field in ("default", "defaultRequest", "max", "maxLimitRequestRatio", "min")
    },
    "PersistentVolume": {"spec.*": KEEP, "spec.capacity.*": RESOURCE},
    "PersistentVolumeClaim": {"spec": like("PersistentVolumeClaimSpec")},
    "Pod": {"spec": like("PodSpec")},
    "PodTemplate": {"template": like("PodTemplate")},
    "ConfigMap": {"binaryData.*": TEXT, "data.*": TEXT},
    "Secret": {"data.*": TEXT, "stringData.*": TEXT},
    "ReplicationController": {"spec.selector.*": TEXT, "spec.template": like("PodTemplate")},
    "ResourceQuota": {"spec.hard.*": RESOURCE},
    "Service": {"spec.ports[].protocol": TCP, "spec.selector.*": TEXT},
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding": {"spec.paramRef.selector": KEEP},
    "apiextensions.k8s.io/CustomResourceDefinition": {"spec": OPAQUE},
    "apps/ControllerRevision": {"data": OPAQUE},
    "apps/DaemonSet apps/Deployment apps/ReplicaSet": {"spec.selector": KEEP, "spec.template": like("PodTemplate")},
    "apps/StatefulSet": {
        "spec.selector": KEEP,
        "spec.template": like("PodTemplate"),
        "spec.volumeClaimTemplates[].apiVersion": default("v1"),
        "spec.volumeClaimTemplates[].kind": default("PersistentVolumeClaim"),
        "spec.volumeClaimTemplates[].metadata": like("ObjectMeta"),
        "spec.volumeClaimTemplates[].spec": like("PersistentVolumeClaimSpec"),
        "spec.volumeClaimTemplates[].spec.volumeMode": default("Filesystem"),
        "spec.volumeClaimTemplates[].status": DROP,
    },
    "autoscaling/HorizontalPodAutoscaler": {
        "spec.behavior.scaleDown.tolerance": QUANTITY,
        "spec.behavior.scaleUp.tolerance": QUANTITY,
        "spec.metrics": CPU_LAST,
        **{
            f"spec.metrics[].{source}.target": like("MetricTarget")
            for source in ("containerResource", "external", "object", "pods", "resource")
        },
        **{f"spec.metrics[].{source}.metric.selector": KEEP for source in ("external", "object", "pods")},
    },
    "batch/CronJob": {"spec.jobTemplate": like("JobTemplate")},
    "batch/Job": {"spec.selector": KEEP, "spec.template": like("PodTemplate")},
    "discovery.k8s.io/EndpointSlice": {"endpoints": KEEP, "ports[].protocol": TCP},
    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration": {"spec.exempt": KEEP},
    "networking.k8s.io/NetworkPolicy": {
        "spec.egress[].ports[].protocol": TCP,
        "spec.ingress[].ports[].protocol": TCP,
    },
    "node.k8s.io/RuntimeClass": {"overhead.podFixed.*": RESOURCE},
    "policy/PodDisruptionBudget": {"spec.selector": KEEP},
    "rbac.authorization.k8s.io/ClusterRole rbac.authorization.k8s.io/Role": {"rules": KEEP},
    "resource.k8s.io/ResourceClaim": {
        f"spec.devices.requests[].{place}.capacity.requests.*": QUANTITY for place in ("exactly", "firstAvailable[]")
    },
    "resource.k8s.io/ResourceClaimTemplate": {
        "spec.metadata": like("ObjectMeta"),
        **{
            f"spec.spec.devices.requests[].{place}.capacity.requests.*": QUANTITY
            for place in ("exactly", "firstAvailable[]")
        },
    },
    "storage.k8s.io/CSIStorageCapacity": {"capacity": QUANTITY, "maximumVolumeSize": QUANTITY, "nodeTopology": KEEP},
}

#: What both kinds of routes share.
_ROUTE: Fields = {
    "spec.parentRefs[]": like("ParentReference"),
    "spec.rules[].backendRefs[]": like("BackendRef"),
    "spec.rules[].backendRefs[].filters[].requestMirror": like("RequestMirror"),
    "spec.rules[].filters[].requestMirror": like("RequestMirror"),
    "spec.rules[].matches[].headers[].type": default("Exact"),
}
_ANY_PATH = {"path": {"type": "PathPrefix", "value": "/"}}
_SOLVER = "spec.acme.solvers[].http01"

#: Custom resources that this library emits. Defaults of their schemas are spelled out inside lists, where a tool that
#: compares without the schema would see a difference, and wherever an operator fills them in.
CUSTOM_KINDS: dict[str, Fields] = {
    "argoproj.io/AnalysisTemplate argoproj.io/ClusterAnalysisTemplate": {
        "spec.metrics[].provider.datadog.apiVersion": default("v1"),
        "spec.metrics[].provider.datadog.interval": default("5m"),
        "spec.metrics[].provider.datadog.requestTimeout": default("10s"),
        "spec.metrics[].provider.job.metadata": like("ObjectMeta"),
        "spec.metrics[].provider.job.spec.template": like("PodTemplate"),
    },
    "argoproj.io/AppProject": {},
    "argoproj.io/Application": {
        "spec.source.helm.valuesObject": OPAQUE,
        "spec.sources[].helm.valuesObject": OPAQUE,
    },
    "argoproj.io/ApplicationSet": {
        "spec.template.spec.source.helm.valuesObject": OPAQUE,
        "spec.template.spec.sources[].helm.valuesObject": OPAQUE,
    },
    "argoproj.io/Rollout": {"spec.template": like("PodTemplate")},
    "bitnami.com/SealedSecret": {"spec.template.metadata": like("ObjectMeta")},
    "cert-manager.io/Certificate": {
        **{f"spec.{field}": HOLLOW for field in ("dnsNames", "emailAddresses", "ipAddresses", "uris", "usages")},
        "spec.duration": GO_DURATION,
        "spec.renewBefore": GO_DURATION,
    },
    "cert-manager.io/ClusterIssuer cert-manager.io/Issuer": {
        f"{_SOLVER}.gatewayHTTPRoute.parentRefs[]": like("ParentReference"),
        f"{_SOLVER}.gatewayHTTPRoute.podTemplate.spec.resources": like("ResourceRequirements"),
        f"{_SOLVER}.ingress.podTemplate.spec.resources": like("ResourceRequirements"),
    },
    "external-secrets.io/ClusterSecretStore external-secrets.io/SecretStore": {},
    "external-secrets.io/ExternalSecret": {
        "spec.data": HOLLOW,
        "spec.data[].remoteRef": like("RemoteRef"),
        "spec.data[].sourceRef.generatorRef": like("GeneratorRef"),
        "spec.dataFrom": HOLLOW,
        "spec.dataFrom[].extract": like("RemoteRef"),
        "spec.dataFrom[].find.conversionStrategy": default("Default"),
        "spec.dataFrom[].find.decodingStrategy": default("None"),
        "spec.dataFrom[].rewrite[].merge.conflictPolicy": default("Error"),
        "spec.dataFrom[].rewrite[].merge.into": default(""),
        "spec.dataFrom[].rewrite[].merge.priorityPolicy": default("Strict"),
        "spec.dataFrom[].rewrite[].merge.strategy": default("Extract"),
        "spec.dataFrom[].sourceRef.generatorRef": like("GeneratorRef"),
        "spec.refreshInterval": (default("1h0m0s"), GO_DURATION),
        "spec.target": default({}),
        "spec.target.creationPolicy": default("Owner"),
        "spec.target.deletionPolicy": default("Retain"),
        "spec.target.template.data": HOLLOW,
        "spec.target.template.engineVersion": default("v2"),
        "spec.target.template.mergePolicy": default("Replace"),
        "spec.target.template.templateFrom": HOLLOW,
        "spec.target.template.templateFrom[].configMap.items[].templateAs": default("Values"),
        "spec.target.template.templateFrom[].secret.items[].templateAs": default("Values"),
        "spec.target.template.templateFrom[].target": default("Data"),
    },
    "gateway.networking.k8s.io/GRPCRoute": {**_ROUTE, "spec.rules[].matches[].method.type": default("Exact")},
    "gateway.networking.k8s.io/Gateway": {
        "spec.addresses[].type": default("IPAddress"),
        "spec.listeners[].allowedRoutes": default({}),
        "spec.listeners[].allowedRoutes.kinds[].group": default("gateway.networking.k8s.io"),
        "spec.listeners[].allowedRoutes.namespaces": default({}),
        "spec.listeners[].allowedRoutes.namespaces.from": default("Same"),
        "spec.listeners[].tls.certificateRefs[].group": default(""),
        "spec.listeners[].tls.certificateRefs[].kind": default("Secret"),
        "spec.listeners[].tls.mode": default("Terminate"),
        "spec.tls.frontend.perPort[].tls.validation.mode": default("AllowValidOnly"),
    },
    "gateway.networking.k8s.io/HTTPRoute": {
        "spec.rules": default([{}]),
        **_ROUTE,
        **{
            f"spec.rules[].{place}[].{field}": default(value)
            for place in ("backendRefs[].filters", "filters")
            for field, value in (("cors.maxAge", 5), ("requestRedirect.statusCode", 302))
        },
        "spec.rules[].matches": default([_ANY_PATH]),
        "spec.rules[].matches[].path": default({}),
        "spec.rules[].matches[].path.type": default("PathPrefix"),
        "spec.rules[].matches[].path.value": default("/"),
        "spec.rules[].matches[].queryParams[].type": default("Exact"),
    },
    "gateway.networking.k8s.io/ReferenceGrant": {},
    "generators.external-secrets.io/Password": {},
    "kafka.strimzi.io/Kafka": {
        f"spec.{part}.resources": like("ResourceRequirements")
        for part in ("cruiseControl", "entityOperator.topicOperator", "entityOperator.userOperator", "kafkaExporter")
    },
    "kafka.strimzi.io/KafkaNodePool": {"spec.resources": like("ResourceRequirements")},
    "kafka.strimzi.io/KafkaTopic kafka.strimzi.io/KafkaUser": {},
    "kustomize.toolkit.fluxcd.io/Kustomization": {"spec.postBuild.substituteFrom[].optional": default(value=False)},
    "mongodbcommunity.mongodb.com/MongoDBCommunity": {"spec.users[].db": default("admin")},
    "monitoring.coreos.com/PodMonitor": {
        "spec.nativeHistogramMinBucketFactor": QUANTITY,
        "spec.podMetricsEndpoints[].metricRelabelings[]": like("RelabelConfig"),
        "spec.podMetricsEndpoints[].relabelings[]": like("RelabelConfig"),
    },
    "monitoring.coreos.com/Probe": {
        "spec.metricRelabelings[]": like("RelabelConfig"),
        "spec.nativeHistogramMinBucketFactor": QUANTITY,
        "spec.targets.ingress.relabelingConfigs[]": like("RelabelConfig"),
        "spec.targets.staticConfig.relabelingConfigs[]": like("RelabelConfig"),
    },
    # The operator's webhook makes text of what is none.
    "monitoring.coreos.com/PrometheusRule": {
        "spec.groups[].rules[].annotations.*": TEXT,
        "spec.groups[].rules[].labels.*": TEXT,
    },
    "monitoring.coreos.com/ServiceMonitor": {
        "spec.endpoints[].metricRelabelings[]": like("RelabelConfig"),
        "spec.endpoints[].relabelings[]": like("RelabelConfig"),
        "spec.nativeHistogramMinBucketFactor": QUANTITY,
    },
    "postgresql.cnpg.io/Cluster": {
        # The operator's webhook writes the object anew as its types in Go print it: without empty lists and texts.
        **{
            f"spec.{field}": HOLLOW
            for field in (
                "affinity.nodeSelector",
                "affinity.tolerations",
                "bootstrap.initdb.postInitSQL",
                "envFrom",
                "externalClusters",
                "imagePullSecrets",
                "inheritedMetadata.annotations",
                "inheritedMetadata.labels",
                "managed.roles",
                "managed.services.additional",
                "plugins",
                "postgresql.parameters",
                "postgresql.pg_hba",
                "postgresql.pg_ident",
                "postgresql.shared_preload_libraries",
                "tablespaces",
                "topologySpreadConstraints",
            )
        },
        "spec.env": (UNIQUE, HOLLOW),
        "spec.env[].value": (TEXT, HOLLOW),
        "spec.env[].valueFrom": like("EnvVarSource"),
        "spec.ephemeralVolumeSource.volumeClaimTemplate.spec": like("PersistentVolumeClaimSpec"),
        "spec.ephemeralVolumesSizeLimit.*": QUANTITY,
        "spec.externalClusters[].plugin.enabled": default(value=True),
        "spec.externalClusters[].plugin.isWALArchiver": default(value=False),
        "spec.managed.roles[].connectionLimit": default(-1),
        "spec.managed.roles[].ensure": default("present"),
        "spec.managed.roles[].inherit": default(value=True),
        "spec.managed.services.additional[].serviceTemplate.spec.ports[].protocol": TCP,
        "spec.managed.services.additional[].updateStrategy": default("patch"),
        "spec.monitoring.podMonitorMetricRelabelings[]": like("RelabelConfig"),
        "spec.monitoring.podMonitorRelabelings[]": like("RelabelConfig"),
        "spec.plugins[].enabled": default(value=True),
        "spec.plugins[].isWALArchiver": default(value=False),
        "spec.projectedVolumeTemplate.sources[].downwardAPI.items[].resourceFieldRef.divisor": QUANTITY,
        "spec.resources": like("ResourceRequirements"),
        "spec.storage.pvcTemplate": like("PersistentVolumeClaimSpec"),
        "spec.tablespaces[].storage.pvcTemplate": like("PersistentVolumeClaimSpec"),
        "spec.tablespaces[].storage.resizeInUseVolumes": default(value=True),
        "spec.tablespaces[].temporary": default(value=False),
        "spec.walStorage.pvcTemplate": like("PersistentVolumeClaimSpec"),
    },
    "postgresql.cnpg.io/ScheduledBackup": {},
    "source.toolkit.fluxcd.io/GitRepository": {},
}
