"""How many pods run: update strategy, autoscaling and disruption budget."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.scalars import Amount, LabelMap, PodCount, PodShare, Seconds, Subdomain, Text


def share(percentage: str) -> Fraction:
    """Give the part that a percentage such as ``25%`` stands for."""
    return Fraction(int(percentage.removesuffix("%")), 100)


def _is_none(pods: int | str) -> bool:
    return (share(pods) if isinstance(pods, str) else pods) == 0


class UpdateStrategy(Options):
    """How old pods make way for new ones."""

    type: Literal["RollingUpdate", "Recreate"] = "RollingUpdate"
    """Sets ``strategy.type``. ``Recreate`` ends the old pods first, as a ReadWriteOnce volume needs."""
    max_surge: PodCount | None = None
    """Pods above the wanted number during an update; sets ``rollingUpdate.maxSurge``. Default: 1."""
    max_unavailable: PodShare | None = None
    """Pods below the wanted number during an update; sets ``rollingUpdate.maxUnavailable``. Default: 0."""

    @model_validator(mode="after")
    def _check(self) -> UpdateStrategy:
        if self.type == "Recreate" and (self.max_surge is not None or self.max_unavailable is not None):
            message = "type Recreate has no maxSurge or maxUnavailable; leave them out"
            raise ValueError(message)
        if self.type == "RollingUpdate" and _is_none(self.surge) and _is_none(self.unavailable):
            message = "maxSurge and maxUnavailable are both 0, so that no pod could ever be replaced"
            raise ValueError(message)
        return self

    @property
    def surge(self) -> int | str:
        """``maxSurge`` with its default."""
        return 1 if self.max_surge is None else self.max_surge

    @property
    def unavailable(self) -> int | str:
        """``maxUnavailable`` with its default."""
        return 0 if self.max_unavailable is None else self.max_unavailable

    def body(self) -> dict[str, Any]:
        """Give the Deployment's ``strategy``."""
        if self.type == "Recreate":
            return {"type": "Recreate"}
        rolling = {"maxSurge": self.surge, "maxUnavailable": self.unavailable}
        return {"type": "RollingUpdate", "rollingUpdate": rolling}


class ScalingPolicy(Options):
    """How fast an autoscaler may go in one direction."""

    type: Literal["Pods", "Percent"]
    """Whether ``value`` counts pods or percent of them."""
    value: int = Field(ge=1)
    """Change that is allowed within ``period_seconds``."""
    period_seconds: Annotated[Seconds, Field(ge=1, le=1800)]
    """Seconds within which ``value`` holds."""


class ScalingRules(Options):
    """How an autoscaler moves in one direction."""

    stabilization_window_seconds: Annotated[Seconds, Field(le=3600)] | None = None
    """Seconds over which past recommendations are looked at; sets ``stabilizationWindowSeconds``.
    Default: 0 going up, 300 going down."""
    select_policy: Literal["Max", "Min", "Disabled"] | None = None
    """Which policy decides where there are several; sets ``selectPolicy``. Default: Max."""
    policies: Items[ScalingPolicy] = ()
    """How fast it may go; sets ``policies``. Default: Kubernetes'."""


class Behavior(Options):
    """How an autoscaler moves."""

    scale_up: ScalingRules | None = None
    """Going up; sets ``behavior.scaleUp``."""
    scale_down: ScalingRules | None = None
    """Going down; sets ``behavior.scaleDown``."""


class CustomMetric(Options):
    """A metric other than CPU and memory that an autoscaler follows."""

    type: Literal["Pods", "External"]
    """``Pods``: a metric of the pods, averaged over them; ``External``: one from outside the cluster."""
    name: Text
    """Name of the metric; sets ``metric.name``."""
    average_value: Amount
    """Value per pod to hold, as a quantity; sets ``target.averageValue``."""
    selector: LabelMap = Field(default_factory=empty)
    """Labels of the series; sets ``metric.selector.matchLabels``. Default: every series of that name."""

    def body(self) -> dict[str, Any]:
        """Give the entry of the autoscaler's ``metrics``."""
        metric: dict[str, Any] = {"name": self.name}
        if self.selector:
            metric["selector"] = {"matchLabels": dict(self.selector)}
        target = {"type": "AverageValue", "averageValue": str(self.average_value)}
        return {"type": self.type, self.type.lower(): {"metric": metric, "target": target}}


class Autoscaling(Options):
    """A HorizontalPodAutoscaler (autoscaling/v2). It owns the number of replicas, so ``replicas`` stays unset."""

    name: Subdomain | None = None
    """Name of the HorizontalPodAutoscaler. Default: the component's."""
    min_replicas: int = Field(default=2, ge=1)
    """Fewest pods; sets ``minReplicas``."""
    max_replicas: int = Field(ge=1)
    """Most pods; sets ``maxReplicas``."""
    cpu_percent: int | None = Field(default=None, ge=1, le=1000)
    """CPU to hold, as a percentage of the request; sets a ``Resource`` metric."""
    memory_percent: int | None = Field(default=None, ge=1, le=1000)
    """Memory to hold, as a percentage of the request; sets a ``Resource`` metric."""
    metrics: Items[CustomMetric] = ()
    """Further metrics; the largest wish of all metrics wins."""
    behavior: Behavior | None = None
    """How fast the number changes; sets ``behavior``. Default: Kubernetes'."""

    @model_validator(mode="after")
    def _check(self) -> Autoscaling:
        if self.min_replicas > self.max_replicas:
            raise_faults([Fault(("minReplicas",), f"{self.min_replicas} is above maxReplicas {self.max_replicas}")])
        if self.cpu_percent is None and self.memory_percent is None and not self.metrics:
            message = "needs a metric to follow: cpuPercent, memoryPercent or metrics"
            raise ValueError(message)
        return self

    def metrics_body(self) -> list[dict[str, Any]]:
        """Give the autoscaler's ``metrics``."""
        shares = {"cpu": self.cpu_percent, "memory": self.memory_percent}
        return [
            {
                "type": "Resource",
                "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
            }
            for name, percent in shares.items()
            if percent is not None
        ] + [metric.body() for metric in self.metrics]


class DisruptionBudget(Options):
    """How many pods a drain may take away at once."""

    enabled: bool = True
    """Whether there is a PodDisruptionBudget."""
    min_available: PodCount | None = None
    """Pods that must stay; sets ``minAvailable``. Default: unset, ``max_unavailable`` decides."""
    max_unavailable: PodShare | None = None
    """Pods that may be away; sets ``maxUnavailable``. Default: 1."""
    unhealthy_pod_eviction_policy: Literal["AlwaysAllow", "IfHealthyBudget"] = "AlwaysAllow"
    """Whether a pod that is not ready may always be evicted; sets ``unhealthyPodEvictionPolicy``. With
    ``IfHealthyBudget``, one crashing pod can block the drain of a node."""

    @model_validator(mode="after")
    def _check(self) -> DisruptionBudget:
        if self.min_available is not None and self.max_unavailable is not None:
            message = "has minAvailable and maxUnavailable; Kubernetes allows one of them"
            raise ValueError(message)
        no_drain = "allows no pod to be away, so that no node could ever be drained"
        if self.max_unavailable is not None and _is_none(self.max_unavailable):
            raise_faults([Fault(("maxUnavailable",), f"{self.max_unavailable} {no_drain}")])
        if isinstance(self.min_available, str) and share(self.min_available) >= 1:
            raise_faults([Fault(("minAvailable",), f"{self.min_available} {no_drain}")])
        return self

    def faults_with(self, pods: int) -> Iterator[Fault]:
        """Find what is wrong where ``pods`` run."""
        least = self.min_available
        if not self.enabled or pods <= 1 or least is None:
            return
        # Kubernetes rounds a percentage up.
        if (ceil(share(least) * pods) if isinstance(least, str) else least) >= pods:
            yield Fault(("minAvailable",), f"{least} of {pods} replicas lets no node be drained; use less")

    def body(self) -> dict[str, Any]:
        """Give the fields of the PodDisruptionBudget's ``spec`` beside its selector."""
        body: dict[str, Any] = {"unhealthyPodEvictionPolicy": self.unhealthy_pod_eviction_policy}
        if self.min_available is not None:
            return {"minAvailable": self.min_available} | body
        return {"maxUnavailable": 1 if self.max_unavailable is None else self.max_unavailable} | body
