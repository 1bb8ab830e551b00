"""Which nodes a component's pods run on, and how far apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.scalars import LabelKey, LabelMap, Seconds, Subdomain


class Toleration(Options):
    """A taint of nodes that the pods put up with."""

    key: LabelKey | None = None
    """Key of the taint; sets ``tolerations[].key``. Default: every key, which needs the operator ``Exists``."""
    operator: Literal["Equal", "Exists"] = "Equal"
    """Whether the taint's value must equal ``value``; sets ``tolerations[].operator``."""
    value: str | None = None
    """Value of the taint; sets ``tolerations[].value``."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Effect of the taint; sets ``tolerations[].effect``. Default: every effect."""
    toleration_seconds: Seconds | None = None
    """Seconds that a pod stays after a ``NoExecute`` taint appears; sets ``tolerationSeconds``. Default: for ever."""

    @model_validator(mode="after")
    def _check(self) -> Toleration:
        if self.operator == "Exists" and self.value is not None:
            message = "operator Exists asks for no value; leave value out"
            raise ValueError(message)
        if self.operator == "Equal" and self.key is None:
            message = "operator Equal needs a key; without one, write operator: Exists"
            raise ValueError(message)
        if self.toleration_seconds is not None and self.effect != "NoExecute":
            message = f"tolerationSeconds needs effect NoExecute, not {self.effect or 'every effect'}"
            raise ValueError(message)
        return self


class Spread(Options):
    """How evenly pods are spread over nodes or zones."""

    topology_key: LabelKey
    """Label of the nodes that names the domain; sets ``topologySpreadConstraints[].topologyKey``."""
    max_skew: int = Field(default=1, ge=1)
    """How many more pods one domain may have than another; sets ``maxSkew``."""
    when_unsatisfiable: Literal["ScheduleAnyway", "DoNotSchedule"] = "ScheduleAnyway"
    """Whether a pod that cannot be placed evenly is placed all the same; sets ``whenUnsatisfiable``."""

    def constraint_body(self, selector: Mapping[str, str]) -> dict[str, Any]:
        """Give the entry of the pod's ``topologySpreadConstraints`` for the pods that ``selector`` selects."""
        return {
            "topologyKey": self.topology_key,
            "maxSkew": self.max_skew,
            "whenUnsatisfiable": self.when_unsatisfiable,
            "labelSelector": {"matchLabels": dict(selector)},
        }


#: Spread over nodes and zones, as far as the cluster has them.
DEFAULT_SPREAD = (Spread(topology_key="kubernetes.io/hostname"), Spread(topology_key="topology.kubernetes.io/zone"))


class Scheduling(Options):
    """Placement of the pods."""

    spread: Items[Spread] | None = None
    """Sets ``topologySpreadConstraints``. Default: over nodes and zones, wherever more than one replica runs."""
    anti_affinity: Literal["none", "preferred", "required"] = "none"
    """Whether two pods of the component may share a node; sets ``affinity.podAntiAffinity``. With ``required``, there
    must be one node more than replicas for a rolling update."""
    node_selector: LabelMap = Field(default_factory=empty)
    """Labels that a node must have; sets ``nodeSelector``."""
    tolerations: Items[Toleration] = ()
    """Taints that the pods put up with; sets ``tolerations``."""
    priority_class_name: Subdomain | None = None
    """Priority of the pods; sets ``priorityClassName``. Default: the cluster's."""
    runtime_class_name: Subdomain | None = None
    """Container runtime of the pods; sets ``runtimeClassName``. Default: the cluster's."""

    @model_validator(mode="after")
    def _check(self) -> Scheduling:
        seen: set[tuple[str, str]] = set()
        for constraint in self.spread or ():
            one = (constraint.topology_key, constraint.when_unsatisfiable)
            if one in seen:
                message = f"has {constraint.topology_key} twice with {constraint.when_unsatisfiable}; leave one out"
                raise_faults([Fault(("spread",), message)])
            seen.add(one)
        return self

    def pod_body(self, selector: Mapping[str, str], *, many: bool) -> dict[str, Any]:
        """Give the fields of the pod spec; ``many`` says whether more than one replica can run."""
        body: dict[str, Any] = {}
        spread = self.spread if self.spread is not None else DEFAULT_SPREAD if many else ()
        if spread:
            body["topologySpreadConstraints"] = [constraint.constraint_body(selector) for constraint in spread]
        if self.anti_affinity != "none":
            body["affinity"] = {"podAntiAffinity": self._anti_affinity(selector)}
        if self.node_selector:
            body["nodeSelector"] = dict(self.node_selector)
        if self.tolerations:
            body["tolerations"] = [toleration.body() for toleration in self.tolerations]
        if self.priority_class_name is not None:
            body["priorityClassName"] = self.priority_class_name
        if self.runtime_class_name is not None:
            body["runtimeClassName"] = self.runtime_class_name
        return body

    def _anti_affinity(self, selector: Mapping[str, str]) -> dict[str, Any]:
        term = {"labelSelector": {"matchLabels": dict(selector)}, "topologyKey": "kubernetes.io/hostname"}
        if self.anti_affinity == "required":
            return {"requiredDuringSchedulingIgnoredDuringExecution": [term]}
        return {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]}
