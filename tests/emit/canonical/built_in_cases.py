"""The cases of the built-in kinds, and of the shapes that these hold."""

from __future__ import annotations

import json
from typing import Any

from tests.emit.canonical.cases import Case, Missing, Option, Refused, Row, Whole, Written
from tests.emit.canonical.spelling import GONE

NO_TEXT = 'must be text, not 8080; write "8080"'
TEXT = Refused("8080", NO_TEXT)

#: Emptiness that means something, in another spelling of it.
EMPTY_SELECTOR = Written("{matchLabels: {}}", {})
ANY_EMPTY = Written("{any: {}}", {})

DROPPED = Written("2", GONE)
#: The API server rounds up to thousandths what counts as a resource.
AMOUNT = Written("0.0001", "1m")
QUANTITY = Written("1000m", "1")
RESOURCES = Written("{limits: {cpu: 1000m, memory: 1024Mi}}", {"limits": {"cpu": "1", "memory": "1Gi"}})
META = Written("{creationTimestamp: '2026-01-01T00:00:00Z', labels: {app: cart}}", {"labels": {"app": "cart"}})
CLAIM = Written("{resources: {requests: {storage: 1024Mi}}}", {"resources": {"requests": {"storage": "1Gi"}}})
ENV_SOURCE = Written(
    "{resourceFieldRef: {resource: limits.cpu, divisor: 1000m}}",
    {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1"}},
)
CONTAINER = Written(
    "{name: c, ports: [{containerPort: 80}]}", {"name": "c", "ports": [{"containerPort": 80, "protocol": "TCP"}]}
)
POD = Written(f"{{containers: [{CONTAINER.text}]}}", {"containers": [CONTAINER.wanted]})
POD_TEMPLATE = Written(f"{{spec: {POD.text}}}", {"spec": POD.wanted})
JOB_TEMPLATE = Written(f"{{spec: {{template: {POD_TEMPLATE.text}}}}}", {"spec": {"template": POD_TEMPLATE.wanted}})
PORT = Missing("{port: 80}", "TCP")
TARGET = Written("{type: AverageValue, averageValue: 1000m}", {"type": "AverageValue", "averageValue": "1"})

CPU: dict[str, Any] = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
}
MEMORY: dict[str, Any] = {
    "type": "Resource",
    "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}},
}


def service(text: str, kind: str, path: str, wanted: object) -> Option:
    """Give a case of an option of a service."""
    return Option("services", text, kind, path, wanted)


def pod(text: str, path: str, wanted: object) -> Option:
    """Give a case of an option of a service that becomes a part of its pods."""
    return service(text, "Deployment", f"spec.template.spec.{path}", wanted)


EVERY_KIND: dict[Row, list[Case]] = {
    ("every object", "*"): [
        Whole("{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 2.0}}", "spec.replicas", 2),
        Whole("{apiVersion: example.com/v1, kind: Widget, spec: {size: 3.0}}", "spec", {"size": 3}),
    ],
    ("every object", "metadata"): [
        Whole(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {labels: {}, uid: x, namespace: shop}, spec: {}}",
            "metadata.labels",
            GONE,
        ),
    ],
    ("every kind listed here", "*"): [
        Whole(
            "{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, args: null}]}}", "spec.containers[0].args", GONE
        ),
    ],
    ("every kind listed here", "status"): [
        Whole("{apiVersion: v1, kind: Pod, spec: {nodeName: n}, status: {phase: Running}}", "status", GONE),
        Whole("{apiVersion: argoproj.io/v1alpha1, kind: Rollout, status: {HPAReplicas: 2}}", "status", GONE),
    ],
    ("every built-in kind", "*"): [
        Whole(
            "{apiVersion: v1, kind: Pod,"
            " spec: {containers: [{name: c, args: [], securityContext: {}}], tolerations: []}}",
            "spec",
            {"containers": [{"name": "c"}]},
        ),
        Whole(
            "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {ingress: [{}], egress: []}}",
            "spec",
            {"ingress": [{}]},
        ),
    ],
    ("every custom resource listed here", "*"): [
        Whole("{apiVersion: cert-manager.io/v1, kind: Issuer, spec: {selfSigned: {}}}", "spec", {"selfSigned": {}}),
    ],
    ("any other custom resource", "*"): [
        Whole(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {annotations: {}},"
            " spec: {limits: {cpu: 1000m}, list: [], ports: [{port: 1}]}, status: {}}",
            "spec",
            {"limits": {"cpu": "1000m"}, "list": [], "ports": [{"port": 1}]},
        ),
    ],
    ("every kind of the whole cluster", "metadata.namespace"): [
        Whole(
            "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {namespace: shop}, value: 1}",
            "metadata.namespace",
            GONE,
        ),
        Whole(
            "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {namespace: shop},"
            " spec: {selfSigned: {}}}",
            "metadata.namespace",
            GONE,
        ),
    ],
    ("every built-in kind", "emptyDir"): [
        pod("{volumes: [{name: tmp, mountPath: /tmp, emptyDir: {}}]}", "volumes[0].emptyDir", {}),
    ],
    ("every built-in kind", "labelSelector"): [
        Whole(
            "{apiVersion: v1, kind: Pod, spec: {topologySpreadConstraints: [{labelSelector: {matchLabels: {}}}]}}",
            "spec.topologySpreadConstraints[0].labelSelector",
            {},
        ),
    ],
    ("every built-in kind", "matchLabels.*"): [
        Refused("{apiVersion: v1, kind: Pod, spec: {podSelector: {matchLabels: {app: 8080}}}}", NO_TEXT, whole=True),
    ],
    ("every built-in kind", "namespaceSelector"): [
        Whole(
            "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,"
            " spec: {egress: [{to: [{namespaceSelector: {matchLabels: {}}}]}]}}",
            "spec.egress[0].to[0]",
            {"namespaceSelector": {}},
        ),
    ],
    ("every built-in kind", "objectSelector"): [
        Whole(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
            " webhooks: [{name: a, objectSelector: {matchLabels: {}}}]}",
            "webhooks[0].objectSelector",
            {},
        ),
    ],
    ("every built-in kind", "podSelector"): [
        Whole(
            "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podSelector: {matchLabels: {}}}}",
            "spec.podSelector",
            {},
        ),
    ],
    ("every built-in kind", "preference"): [
        Whole(
            "{apiVersion: v1, kind: Pod, spec: {affinity: {nodeAffinity:"
            " {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchFields: []}}]}}}}",
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference",
            {},
        ),
    ],
    ("every built-in kind", "valueFrom"): [
        Whole(
            "{apiVersion: v1, kind: Pod, spec: {containers: [{name: c, env: [{name: A, valueFrom: {fieldRef: {}}}]}]}}",
            "spec.containers[0].env[0].valueFrom",
            {},
        ),
    ],
}

SHAPES: dict[Row, list[Case]] = {
    **{("ObjectMeta", f"{field}.*"): [TEXT] for field in ("annotations", "labels")},
    **{
        ("ObjectMeta", field): [DROPPED]
        for field in (
            "creationTimestamp",
            "deletionGracePeriodSeconds",
            "deletionTimestamp",
            "generation",
            "managedFields",
            "resourceVersion",
            "selfLink",
            "uid",
        )
    },
    ("ResourceRequirements", "limits.*"): [
        AMOUNT,
        pod("{resources: {cpu: 0.1:1000m}}", "containers[0].resources.limits.cpu", "1"),
        pod("{resources: {memory: 64Mi:1024Mi}}", "containers[0].resources.limits.memory", "1Gi"),
    ],
    ("ResourceRequirements", "requests.*"): [
        AMOUNT,
        pod("{resources: {cpu: 0.1:1000m}}", "containers[0].resources.requests.cpu", "100m"),
        Option(
            "cronJobs",
            "{resources: {memory: 1024Ki:2048Ki}}",
            "CronJob",
            "spec.jobTemplate.spec.template.spec.containers[0].resources.requests.memory",
            "1Mi",
        ),
    ],
    ("PersistentVolumeClaimSpec", "resources"): [
        RESOURCES,
        service(
            "{volumes: [{name: data, mountPath: /data, claim: {size: 1024Mi}}]}",
            "PersistentVolumeClaim",
            "spec.resources",
            {"requests": {"storage": "1Gi"}},
        ),
    ],
    ("PersistentVolumeClaimSpec", "selector"): [EMPTY_SELECTOR],
    ("EnvVarSource", "fileKeyRef.optional"): [Missing("{volumeName: v, path: p, key: k}", wanted=False)],
    ("EnvVarSource", "resourceFieldRef.divisor"): [
        QUANTITY,
        pod(
            "{env: [{name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1024Ki}}}]}",
            "containers[0].env[0].valueFrom.resourceFieldRef.divisor",
            "1Mi",
        ),
    ],
    ("Container", "env"): [
        Refused("[{name: A, value: a}, {name: A, value: b}]", "'A' is already set by item 0; keep one of the two"),
    ],
    ("Container", "env[].value"): [TEXT, pod("{env: {PORT: 8080}}", "containers[0].env[0].value", "8080")],
    ("Container", "env[].valueFrom"): [ENV_SOURCE],
    **{
        ("Container", f"{role}Probe.grpc.service"): [
            Missing("{port: 80}", ""),
            pod(
                f"{{probes: {{{role}: {{httpGet: null, grpc: {{}}}}}}}}", f"containers[0].{role}Probe.grpc.service", ""
            ),
        ]
        for role in ("liveness", "readiness", "startup")
    },
    ("Container", "ports[].protocol"): [
        Missing("{containerPort: 80}", "TCP"),
        pod("{port: 8081}", "containers[0].ports[0].protocol", "TCP"),
    ],
    ("Container", "resources"): [RESOURCES],
    ("Volume", "*"): [ANY_EMPTY],
    ("Volume", "downwardAPI.items[].resourceFieldRef.divisor"): [QUANTITY],
    ("Volume", "emptyDir.sizeLimit"): [
        QUANTITY,
        pod(
            "{volumes: [{name: tmp, mountPath: /tmp, emptyDir: {sizeLimit: 1024Mi}}]}",
            "volumes[0].emptyDir.sizeLimit",
            "1Gi",
        ),
    ],
    ("Volume", "ephemeral.volumeClaimTemplate.metadata"): [META],
    ("Volume", "ephemeral.volumeClaimTemplate.spec"): [CLAIM],
    ("Volume", "projected.sources[].*"): [ANY_EMPTY],
    ("Volume", "projected.sources[].downwardAPI.items[].resourceFieldRef.divisor"): [QUANTITY],
    **{("PodSpec", f"{field}[]"): [CONTAINER] for field in ("containers", "ephemeralContainers", "initContainers")},
    ("PodSpec", "nodeSelector.*"): [
        TEXT,
        pod("{scheduling: {nodeSelector: {zone: '1'}}}", "nodeSelector.zone", "1"),
    ],
    ("PodSpec", "overhead.*"): [AMOUNT],
    ("PodSpec", "resources"): [RESOURCES],
    ("PodSpec", "volumes[]"): [
        Written("{name: tmp, emptyDir: {sizeLimit: 1024Mi}}", {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}})
    ],
    ("PodTemplate", "metadata"): [META],
    ("PodTemplate", "spec"): [POD],
    ("JobTemplate", "metadata"): [META],
    ("JobTemplate", "spec.selector"): [EMPTY_SELECTOR],
    ("JobTemplate", "spec.template"): [POD_TEMPLATE],
    ("MetricTarget", "averageValue"): [
        QUANTITY,
        service(
            "{autoscaling: {maxReplicas: 4, metrics: [{type: External, name: queue, averageValue: 1000m}]}}",
            "HorizontalPodAutoscaler",
            "spec.metrics[0].external.target.averageValue",
            "1",
        ),
    ],
    ("MetricTarget", "value"): [QUANTITY],
}

KINDS: dict[Row, list[Case]] = {
    ("Endpoints", "subsets[].ports[].protocol"): [PORT],
    **{
        ("LimitRange", f"spec.limits[].{field}.*"): [AMOUNT]
        for field in ("default", "defaultRequest", "max", "maxLimitRequestRatio", "min")
    },
    ("PersistentVolume", "spec.*"): [ANY_EMPTY],
    ("PersistentVolume", "spec.capacity.*"): [AMOUNT],
    ("PersistentVolumeClaim", "spec"): [CLAIM],
    ("Pod", "spec"): [POD],
    ("PodTemplate", "template"): [POD_TEMPLATE],
    **{("ConfigMap", f"{field}.*"): [TEXT] for field in ("binaryData",)},
    ("ConfigMap", "data.*"): [
        TEXT,
        service("{config: {DEBUG: true}}", "ConfigMap", "data.DEBUG", "true"),
        service("{config: {PORT: 8080}}", "ConfigMap", "data.PORT", "8080"),
    ],
    **{("Secret", f"{field}.*"): [TEXT] for field in ("data", "stringData")},
    ("ReplicationController", "spec.selector.*"): [TEXT],
    ("ReplicationController", "spec.template"): [POD_TEMPLATE],
    ("ResourceQuota", "spec.hard.*"): [AMOUNT],
    ("Service", "spec.ports[].protocol"): [PORT, service("{}", "Service", "spec.ports[0].protocol", "TCP")],
    ("Service", "spec.selector.*"): [TEXT],
    ("admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding", "spec.paramRef.selector"): [EMPTY_SELECTOR],
    ("apiextensions.k8s.io/CustomResourceDefinition", "spec"): [
        Written("{names: {}, versions: []}", {"names": {}, "versions": []})
    ],
    ("apps/ControllerRevision", "data"): [Written("{a: {}, b: [null]}", {"a": {}, "b": [None]})],
    **{
        (f"apps/{kind}", field): [case]
        for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")
        for field, case in (("spec.selector", EMPTY_SELECTOR), ("spec.template", POD_TEMPLATE))
    },
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].apiVersion"): [Missing("{metadata: {name: d}}", "v1")],
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].kind"): [
        Missing("{metadata: {name: d}}", "PersistentVolumeClaim")
    ],
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].metadata"): [META],
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].spec"): [
        Written(CLAIM.text, {**CLAIM.wanted, "volumeMode": "Filesystem"}),
    ],
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].spec.volumeMode"): [
        Missing("{accessModes: [ReadWriteOnce]}", "Filesystem")
    ],
    ("apps/StatefulSet", "spec.volumeClaimTemplates[].status"): [Written("{phase: Pending}", GONE)],
    **{
        ("autoscaling/HorizontalPodAutoscaler", f"spec.behavior.{direction}.tolerance"): [Written("0.05", "50m")]
        for direction in ("scaleDown", "scaleUp")
    },
    ("autoscaling/HorizontalPodAutoscaler", "spec.metrics"): [
        Written(json.dumps([CPU, MEMORY]), [MEMORY, CPU]),
        service(
            "{autoscaling: {maxReplicas: 4, cpuPercent: 70, memoryPercent: 80}}",
            "HorizontalPodAutoscaler",
            "spec.metrics",
            [MEMORY, CPU],
        ),
    ],
    **{
        ("autoscaling/HorizontalPodAutoscaler", f"spec.metrics[].{source}.target"): [TARGET]
        for source in ("containerResource", "external", "object", "pods", "resource")
    },
    **{
        ("autoscaling/HorizontalPodAutoscaler", f"spec.metrics[].{source}.metric.selector"): [EMPTY_SELECTOR]
        for source in ("external", "object", "pods")
    },
    ("batch/CronJob", "spec.jobTemplate"): [JOB_TEMPLATE],
    ("batch/Job", "spec.selector"): [EMPTY_SELECTOR],
    ("batch/Job", "spec.template"): [POD_TEMPLATE],
    ("discovery.k8s.io/EndpointSlice", "endpoints"): [Written("[]", [])],
    ("discovery.k8s.io/EndpointSlice", "ports[].protocol"): [PORT],
    ("flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration", "spec.exempt"): [ANY_EMPTY],
    ("networking.k8s.io/NetworkPolicy", "spec.egress[].ports[].protocol"): [PORT],
    ("networking.k8s.io/NetworkPolicy", "spec.ingress[].ports[].protocol"): [
        PORT,
        service(
            "{network: {ingress: [{pods: {app: web}, ports: [8080]}]}}",
            "NetworkPolicy",
            "spec.ingress[0].ports[0].protocol",
            "TCP",
        ),
    ],
    ("node.k8s.io/RuntimeClass", "overhead.podFixed.*"): [AMOUNT],
    ("policy/PodDisruptionBudget", "spec.selector"): [EMPTY_SELECTOR],
    **{(f"rbac.authorization.k8s.io/{kind}", "rules"): [Written("[]", [])] for kind in ("ClusterRole", "Role")},
    **{
        (kind, f"{spec}.devices.requests[].{place}.capacity.requests.*"): [QUANTITY]
        for kind, spec in (
            ("resource.k8s.io/ResourceClaim", "spec"),
            ("resource.k8s.io/ResourceClaimTemplate", "spec.spec"),
        )
        for place in ("exactly", "firstAvailable[]")
    },
    ("resource.k8s.io/ResourceClaimTemplate", "spec.metadata"): [META],
    ("storage.k8s.io/CSIStorageCapacity", "capacity"): [QUANTITY],
    ("storage.k8s.io/CSIStorageCapacity", "maximumVolumeSize"): [QUANTITY],
    ("storage.k8s.io/CSIStorageCapacity", "nodeTopology"): [EMPTY_SELECTOR],
}

BUILT_IN: dict[Row, list[Case]] = {**EVERY_KIND, **SHAPES, **KINDS}
