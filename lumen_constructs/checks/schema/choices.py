"""Fields that take a few words only, and numbers within bounds: Kubernetes' own schemas leave both out."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import joined, walk
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.faults import show

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_UPDATES = ("RollingUpdate", "OnDelete")
_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_METRIC_TYPES = ("Resource", "ContainerResource", "Pods", "Object", "External")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"

#: Words that a field of a pod's spec takes.
_OF_PODS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("restartPolicy", ("Always", "OnFailure", "Never")),
    ("dnsPolicy", ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")),
    ("preemptionPolicy", ("PreemptLowerPriority", "Never")),
    ("securityContext.seccompProfile.type", ("RuntimeDefault", "Localhost", "Unconfined")),
    ("securityContext.fsGroupChangePolicy", ("OnRootMismatch", "Always")),
    ("tolerations[].operator", ("Exists", "Equal", "Lt", "Gt")),
    ("tolerations[].effect", ("NoSchedule", "PreferNoSchedule", "NoExecute")),
    ("topologySpreadConstraints[].whenUnsatisfiable", ("DoNotSchedule", "ScheduleAnyway")),
    ("topologySpreadConstraints[].labelSelector.matchExpressions[].operator", _OPERATORS),
    (f"affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms[].matchExpressions[].operator", (*_OPERATORS, "Gt", "Lt")),
    (f"affinity.podAntiAffinity.{_REQUIRED}[].labelSelector.matchExpressions[].operator", _OPERATORS),
    ("volumes[].emptyDir.medium", ("", "Memory", "HugePages", "HugePages-2Mi", "HugePages-1Gi")),
)
_OF_CONTAINERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("imagePullPolicy", ("Always", "IfNotPresent", "Never")),
    ("terminationMessagePolicy", ("File", "FallbackToLogsOnError")),
    ("ports[].protocol", _PROTOCOLS),
    ("securityContext.seccompProfile.type", ("RuntimeDefault", "Localhost", "Unconfined")),
    ("volumeMounts[].mountPropagation", ("None", "HostToContainer", "Bidirectional")),
    *((f"{probe}Probe.httpGet.scheme", ("HTTP", "HTTPS")) for probe in ("startup", "readiness", "liveness")),
    *((f"lifecycle.{hook}.httpGet.scheme", ("HTTP", "HTTPS")) for hook in ("postStart", "preStop")),
)
_OF_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (kinds.DEPLOYMENT, "spec.strategy.type", ("RollingUpdate", "Recreate")),
    (kinds.STATEFUL_SET, "spec.updateStrategy.type", _UPDATES),
    (kinds.STATEFUL_SET, "spec.podManagementPolicy", ("OrderedReady", "Parallel")),
    (kinds.STATEFUL_SET, "spec.volumeClaimTemplates[].spec.accessModes[]", _MODES),
    (kinds.STATEFUL_SET, "spec.volumeClaimTemplates[].spec.volumeMode", ("Filesystem", "Block")),
    (kinds.STATEFUL_SET, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", ("Retain", "Delete")),
    (kinds.STATEFUL_SET, "spec.persistentVolumeClaimRetentionPolicy.whenScaled", ("Retain", "Delete")),
    (kinds.DAEMON_SET, "spec.updateStrategy.type", _UPDATES),
    (kinds.CRON_JOB, "spec.concurrencyPolicy", ("Allow", "Forbid", "Replace")),
    (kinds.JOB, "spec.completionMode", ("NonIndexed", "Indexed")),
    (kinds.SERVICE, "spec.type", ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")),
    (kinds.SERVICE, "spec.ports[].protocol", _PROTOCOLS),
    (kinds.SERVICE, "spec.sessionAffinity", ("ClientIP", "None")),
    (kinds.SERVICE, "spec.externalTrafficPolicy", ("Cluster", "Local")),
    (kinds.SERVICE, "spec.internalTrafficPolicy", ("Cluster", "Local")),
    (kinds.SERVICE, "spec.ipFamilyPolicy", ("SingleStack", "PreferDualStack", "RequireDualStack")),
    (kinds.SERVICE, "spec.ipFamilies[]", ("IPv4", "IPv6")),
    (kinds.CLAIM, "spec.accessModes[]", _MODES),
    (kinds.CLAIM, "spec.volumeMode", ("Filesystem", "Block")),
    (kinds.VOLUME, "spec.accessModes[]", _MODES),
    (kinds.VOLUME, "spec.persistentVolumeReclaimPolicy", ("Retain", "Delete", "Recycle")),
    (kinds.STORAGE_CLASS, "volumeBindingMode", ("Immediate", "WaitForFirstConsumer")),
    (kinds.STORAGE_CLASS, "reclaimPolicy", ("Retain", "Delete")),
    (kinds.INGRESS, "spec.rules[].http.paths[].pathType", ("Exact", "Prefix", "ImplementationSpecific")),
    (kinds.NETWORK_POLICY, "spec.policyTypes[]", ("Ingress", "Egress")),
    (kinds.NETWORK_POLICY, "spec.ingress[].ports[].protocol", _PROTOCOLS),
    (kinds.NETWORK_POLICY, "spec.egress[].ports[].protocol", _PROTOCOLS),
    (kinds.AUTOSCALER, "spec.metrics[].type", _METRIC_TYPES),
    (kinds.AUTOSCALER, "spec.metrics[].resource.target.type", ("Utilization", "Value", "AverageValue")),
    (kinds.AUTOSCALER, "spec.behavior.scaleDown.selectPolicy", ("Max", "Min", "Disabled")),
    (kinds.AUTOSCALER, "spec.behavior.scaleUp.selectPolicy", ("Max", "Min", "Disabled")),
    (kinds.AUTOSCALER, "spec.behavior.scaleDown.policies[].type", ("Pods", "Percent")),
    (kinds.AUTOSCALER, "spec.behavior.scaleUp.policies[].type", ("Pods", "Percent")),
    (kinds.BUDGET, "spec.unhealthyPodEvictionPolicy", ("IfHealthyBudget", "AlwaysAllow")),
    (kinds.LIMIT_RANGE, "spec.limits[].type", ("Container", "Pod", "PersistentVolumeClaim")),
    (kinds.ROLE_BINDING, "subjects[].kind", ("ServiceAccount", "User", "Group")),
    (kinds.CLUSTER_ROLE_BINDING, "subjects[].kind", ("ServiceAccount", "User", "Group")),
    (kinds.CRD, "spec.scope", ("Namespaced", "Cluster")),
)


def _chosen(graph: Graph) -> Iterator[tuple[Item, str, object, tuple[str, ...]]]:
    """Give every value that is one of a few words, with its place and the words."""
    for pod in graph.pods:
        if not pod.known:
            continue
        for field, words in _OF_PODS:
            yield from (
                (pod.item, joined(pod.path, "spec", path), value, words) for path, value in walk(pod.spec, field)
            )
        for container in pod.containers:
            for field, words in _OF_CONTAINERS:
                for path, value in walk(container.body, field):
                    yield pod.item, joined(container.path, path), value, words
    for type_, field, words in _OF_KINDS:
        for item in graph.of(type_):
            yield from ((item, path, value, words) for path, value in walk(item.body, field))


@rule("word-unknown", Severity.ERROR)
def word_unknown(graph: Graph) -> Iterator[Fault]:
    """An object with a word that its field does not know is refused."""
    for item, path, value, words in _chosen(graph):
        if isinstance(value, str) and value not in words:
            message = f"{show(value)} must be one of {', '.join(word for word in words if word)}"
            yield Fault(item, path, message, graph.meant(value, words))


#: The least and the most of numbers in a pod's spec.
_POD_BOUNDS: tuple[tuple[str, int, int | None], ...] = (
    ("securityContext.runAsUser", 0, 2**31 - 1),
    ("securityContext.runAsGroup", 0, 2**31 - 1),
    ("securityContext.fsGroup", 0, 2**31 - 1),
    ("activeDeadlineSeconds", 1, None),
    ("topologySpreadConstraints[].maxSkew", 1, None),
    ("topologySpreadConstraints[].minDomains", 1, None),
    ("affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight", 1, 100),
    ("affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].weight", 1, 100),
    *((f"volumes[].{source}.defaultMode", 0, 0o777) for source in ("configMap", "secret", "projected", "downwardAPI")),
    *((f"volumes[].{source}.items[].mode", 0, 0o777) for source in ("configMap", "secret", "downwardAPI")),
)
_BOUNDS: tuple[tuple[str, str, int, int | None], ...] = (
    *((type_, "spec.replicas", 0, None) for type_ in kinds.LONG_RUNNING),
    *((type_, "spec.minReadySeconds", 0, None) for type_ in kinds.LONG_RUNNING),
    *((type_, "spec.revisionHistoryLimit", 0, None) for type_ in kinds.LONG_RUNNING),
    (kinds.DEPLOYMENT, "spec.progressDeadlineSeconds", 1, None),
    (kinds.JOB, "spec.parallelism", 0, None),
    (kinds.JOB, "spec.completions", 0, None),
    (kinds.JOB, "spec.backoffLimit", 0, None),
    (kinds.JOB, "spec.activeDeadlineSeconds", 1, None),
    (kinds.JOB, "spec.ttlSecondsAfterFinished", 0, None),
    (kinds.CRON_JOB, "spec.jobTemplate.spec.backoffLimit", 0, None),
    (kinds.CRON_JOB, "spec.jobTemplate.spec.activeDeadlineSeconds", 1, None),
    (kinds.CRON_JOB, "spec.startingDeadlineSeconds", 0, None),
    (kinds.CRON_JOB, "spec.successfulJobsHistoryLimit", 0, None),
    (kinds.CRON_JOB, "spec.failedJobsHistoryLimit", 0, None),
    (kinds.SERVICE, "spec.sessionAffinityConfig.clientIP.timeoutSeconds", 1, 86400),
    (kinds.AUTOSCALER, "spec.minReplicas", 0, None),
    (kinds.AUTOSCALER, "spec.metrics[].resource.target.averageUtilization", 1, None),
    (kinds.AUTOSCALER, "spec.metrics[].containerResource.target.averageUtilization", 1, None),
    (kinds.AUTOSCALER, "spec.behavior.scaleDown.stabilizationWindowSeconds", 0, 3600),
    (kinds.AUTOSCALER, "spec.behavior.scaleUp.stabilizationWindowSeconds", 0, 3600),
    *((route, "spec.rules[].backendRefs[].weight", 0, 1_000_000) for route in (kinds.HTTP_ROUTE, kinds.GRPC_ROUTE)),
    *((kinds.ROLLOUT, f"spec.strategy.canary.{field}", 0, 100) for field in ("steps[].setWeight", "maxTrafficWeight")),
    (kinds.PRIORITY_CLASS, "value", -(2**31), 10**9),
)


@rule("number-out-of-bounds", Severity.ERROR)
def number_out_of_bounds(graph: Graph) -> Iterator[Fault]:
    """An object with a number that its field cannot hold is refused."""
    for item, path, value, low, high in _numbers(graph):
        if type(value) is int and (value < low or (high is not None and value > high)):
            edge = f"at least {low}" if value < low else f"at most {high}"
            yield Fault(item, path, f"{value} must be {edge}")


def _numbers(graph: Graph) -> Iterator[tuple[Item, str, object, int, int | None]]:
    for pod in graph.pods:
        for field, low, high in _POD_BOUNDS:
            for path, value in walk(pod.spec, field):
                yield pod.item, joined(pod.path, "spec", path), value, low, high
    for type_, field, low, high in _BOUNDS:
        for item in graph.of(type_):
            yield from ((item, path, value, low, high) for path, value in walk(item.body, field))


#: Fields that hold a number of pods, or a share of them.
_SHARES: tuple[tuple[str, str], ...] = (
    *((kinds.BUDGET, f"spec.{field}") for field in ("minAvailable", "maxUnavailable")),
    *((kinds.DEPLOYMENT, f"spec.strategy.rollingUpdate.{field}") for field in ("maxSurge", "maxUnavailable")),
    *((kinds.ROLLOUT, f"spec.strategy.canary.{field}") for field in ("maxSurge", "maxUnavailable")),
    *((kinds.DAEMON_SET, f"spec.updateStrategy.rollingUpdate.{field}") for field in ("maxSurge", "maxUnavailable")),
    (kinds.STATEFUL_SET, "spec.updateStrategy.rollingUpdate.maxUnavailable"),
)


@rule("share-invalid", Severity.ERROR)
def share_invalid(graph: Graph) -> Iterator[Fault]:
    """A number of pods is a whole number or a percentage; anything else is refused."""
    for type_, field in _SHARES:
        for item in graph.of(type_):
            for path, value in walk(item.body, field):
                if isinstance(value, str) and not _is_percentage(value):
                    digits = value.strip().rstrip("%").strip()
                    hint = f"write {digits} or {digits}%" if digits.isascii() and digits.isdigit() else "write 1 or 25%"
                    yield Fault(item, path, f"{show(value)} is neither a number nor a percentage", hint)
                elif type(value) is int and value < 0:
                    yield Fault(item, path, f"{value} is below zero", "write 0 or more")


def _is_percentage(value: str) -> bool:
    digits = value.removesuffix("%")
    return value.endswith("%") and digits.isascii() and digits.isdigit()
