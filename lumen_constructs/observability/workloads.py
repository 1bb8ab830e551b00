"""Expressions about a component's workload, as kube-state-metrics, the kubelet and cAdvisor tell of it.

Every expression is aggregated, so that two instances of kube-state-metrics count once.
"""

from __future__ import annotations

from lumen_constructs import promql
from lumen_constructs.observability.target import Target

#: The metrics of each kind: pods that serve, pods that are wanted, and the label with the workload's name.
_REPLICAS = {
    "Deployment": ("kube_deployment_status_replicas_available", "kube_deployment_spec_replicas", "deployment"),
    "StatefulSet": ("kube_statefulset_status_replicas_ready", "kube_statefulset_replicas", "statefulset"),
    "DaemonSet": (
        "kube_daemonset_status_number_available",
        "kube_daemonset_status_desired_number_scheduled",
        "daemonset",
    ),
}


def available(target: Target) -> str:
    """Give the number of pods that serve."""
    if target.kind == "Rollout":
        return _of_rollout(target, "kube_replicaset_status_ready_replicas")
    metric, _, label = _REPLICAS[target.kind]
    return f"max({metric}{{{_matchers(target, **{label: target.workload})}}})"


def wanted(target: Target) -> str:
    """Give the number of pods that are wanted."""
    if target.kind == "Rollout":
        return _of_rollout(target, "kube_replicaset_spec_replicas")
    _, metric, label = _REPLICAS[target.kind]
    return f"max({metric}{{{_matchers(target, **{label: target.workload})}}})"


def restarts(target: Target, window: str) -> str:
    """Give the restarts of each container over ``window``."""
    series = f"kube_pod_container_status_restarts_total{{{target.pod_containers}}}"
    return f"max by (namespace, pod, container) (increase({series}[{window}]))"


def memory(target: Target) -> str:
    """Give the working set of each container: what the kernel cannot take back, and what the limit is held against."""
    return f"max by (namespace, pod, container) (container_memory_working_set_bytes{{{target.pod_containers}}})"


def cpu(target: Target, window: str) -> str:
    """Give the CPU time per second of each container."""
    series = f"container_cpu_usage_seconds_total{{{target.pod_containers}}}"
    return f"max by (namespace, pod, container) (rate({series}[{window}]))"


def bound(target: Target, kind: str, resource: str) -> str:
    """Give the request or limit (``kind``) of each container that has one."""
    unit = {"cpu": "core", "memory": "byte"}[resource]
    series = f"kube_pod_container_resource_{kind}{{{target.pod_containers},{promql.equal({'resource': resource})}"
    return f"max by (namespace, pod, container) ({series},{promql.equal({'unit': unit})}}}) > 0"


def autoscaler(target: Target, figure: str) -> str:
    """Give a figure of the autoscaler, such as ``spec_max_replicas``."""
    matchers = _matchers(target, horizontalpodautoscaler=target.autoscaler or "")
    return f"max(kube_horizontalpodautoscaler_{figure}{{{matchers}}})"


def free_share(volumes: str) -> str:
    """Give the share of each volume that is free."""
    return f"{_volume(volumes, 'available_bytes')} / {_volume(volumes, 'capacity_bytes')}"


def used_share(volumes: str) -> str:
    """Give the share of each volume that is used."""
    return f"1 - {free_share(volumes)}"


def free_in(volumes: str, history: str, seconds: int) -> str:
    """Give the bytes of each volume that will be free in ``seconds``, as the last ``history`` lets expect."""
    series = f"kubelet_volume_stats_available_bytes{{{volumes}}}"
    return f"min by (namespace, persistentvolumeclaim) (predict_linear({series}[{history}], {seconds}))"


def _volume(volumes: str, figure: str) -> str:
    # A volume that several nodes mount is told of by each of their kubelets.
    return f"max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_{figure}{{{volumes}}})"


def _of_rollout(target: Target, metric: str) -> str:
    """Sum over the ReplicaSets of a Rollout, of which kube-state-metrics itself knows nothing."""
    owner = _matchers(target, owner_kind="Rollout", owner_name=target.workload)
    replicas = f"max by (replicaset) ({metric}{{{_matchers(target)}}})"
    return f"sum({replicas} and on (replicaset) kube_replicaset_owner{{{owner}}})"


def _matchers(target: Target, **labels: str) -> str:
    return promql.equal({"namespace": target.namespace} | labels)
