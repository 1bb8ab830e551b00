"""The component that is watched, in the words of the metrics that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from lumen_constructs import promql
from lumen_constructs.options.metrics import Metrics

#: The letters and digits of which Kubernetes makes the random ends of names: no vowels, and nothing that looks alike.
_SAFE = "bcdfghjklmnpqrstvwxz2456789"
#: A ReplicaSet's hash, made of ten digits at most. Fewer than five come once in 400,000 times, and ``db``, ``mq`` and
#: such are too short to be taken for one.
_HASH = f"[{_SAFE}]{{5,10}}"
_SUFFIX = f"[{_SAFE}]{{5}}"
#: Kubernetes cuts what stands before the random end of a pod's name to this length.
_LONGEST_BASE = 58


@dataclass(frozen=True, kw_only=True)
class Target:
    """What monitors, alerts and dashboards must know about a component."""

    name: str
    """Name of the component."""
    namespace: str
    """Namespace of its pods. Metrics are told apart by it, so that it must be known."""
    workload: str
    """Name of what makes the pods."""
    kind: Literal["Deployment", "StatefulSet", "DaemonSet", "Rollout"] = "Deployment"
    """Kind of what makes the pods."""
    containers: tuple[str, ...] = ()
    """Names of its long-running containers; empty for any."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of every object that is made for it."""
    service: str | None = None
    """Name of the Service through which it is scraped."""
    service_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that select that Service, and no other one."""
    pod_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that select its pods."""
    port: str | None = None
    """Name of the port with the metrics."""
    autoscaler: str | None = None
    """Name of its HorizontalPodAutoscaler."""
    claims: tuple[str, ...] = ()
    """Names of its PersistentVolumeClaims."""
    claim_templates: tuple[str, ...] = ()
    """Names of the ``volumeClaimTemplates`` of a StatefulSet."""
    monitoring_namespace: str | None = None
    """Namespace of monitors, rules and dashboards where it is another one than the pods'."""

    def metadata(self, name: str | None, *labels: Mapping[str, str]) -> dict[str, Any]:
        """Give the ``metadata`` of an object about the component; the last of ``labels`` wins."""
        merged: dict[str, str] = dict(self.labels)
        for more in labels:
            merged.update(more)
        body: dict[str, Any] = {"name": name or self.name, "labels": merged}
        if self.lives_elsewhere:
            body["namespace"] = self.monitoring_namespace
        return body

    @property
    def lives_elsewhere(self) -> bool:
        """Whether monitors and rules are in another namespace than the pods."""
        return self.monitoring_namespace is not None and self.monitoring_namespace != self.namespace

    def job(self, metrics: Metrics) -> str:
        """Give the label ``job`` of the scraped series, as the Prometheus operator makes it."""
        if metrics.monitor == "pod":
            return f"{self.monitoring_namespace or self.namespace}/{metrics.name or self.name}"
        return self.service or self.name

    def scope(self, metrics: Metrics) -> str:
        """Give the matchers of the component's own series."""
        return promql.equal({"namespace": self.namespace, "job": self.job(metrics)})

    @property
    def pods(self) -> str:
        """The matchers of the component's pods in the metrics of kube-state-metrics and the kubelet."""
        return f"{promql.equal({'namespace': self.namespace})},pod=~{promql.quoted(self.pod_pattern)}"

    @property
    def pod_containers(self) -> str:
        """As :attr:`pods`, and of those the long-running containers."""
        containers = promql.one_of("container", self.containers) if self.containers else 'container!=""'
        return f"{self.pods},{containers}"

    @property
    def pod_pattern(self) -> str:
        """The regular expression that the names of the component's pods match, and no other workload's."""
        name = promql.literal(self.workload)
        if self.kind == "StatefulSet":
            return f"{name}-[0-9]+"
        if self.kind == "DaemonSet":
            return f"{_cut(self.workload)}{_SUFFIX}" if len(self.workload) >= _LONGEST_BASE else f"{name}-{_SUFFIX}"
        # A ReplicaSet stands between; name, hash of ten and two hyphens fit where the name has no more than this.
        if len(self.workload) <= _LONGEST_BASE - 12:
            return f"{name}-{_HASH}-{_SUFFIX}"
        return f"{_cut(f'{self.workload}-')}[-{_SAFE}]{{5,16}}"

    @property
    def volumes(self) -> str | None:
        """The matchers of the component's volumes in the kubelet's metrics, or None where it has none."""
        if not self.claims and not self.claim_templates:
            return None
        matcher = promql.one_of("persistentvolumeclaim", self.claims)
        if self.claim_templates:
            patterns = [promql.literal(claim) for claim in self.claims]
            patterns += [f"{promql.literal(f'{template}-{self.workload}')}-[0-9]+" for template in self.claim_templates]
            matcher = f"persistentvolumeclaim=~{promql.quoted('|'.join(patterns))}"
        return f"{promql.equal({'namespace': self.namespace})},{matcher}"


def _cut(text: str) -> str:
    return promql.literal(text[:_LONGEST_BASE])
