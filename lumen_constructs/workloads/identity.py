"""Who a component is and where it stands: its name, its labels, and the subset of them that selectors use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lumen_constructs.errors import raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import label_fault, label_value_fault
from lumen_constructs.options.cluster import Cluster

MANAGED_BY = "lumen-constructs"


@dataclass(frozen=True)
class Context:
    """What the components below one scope share."""

    namespace: str | None
    """Namespace of the chart."""
    part_of: str | None
    """Name of the stack: the chart's id."""
    cluster: Cluster
    """Facts about the cluster."""


@dataclass(frozen=True)
class Identity:
    """A component of a stack."""

    name: str
    """Name of the component, and the start of the names of its objects."""
    component: str
    """Role of the component in its stack."""
    context: Context
    """Where it stands."""
    extra: Mapping[str, str]
    """Labels that the user adds to every object."""

    def __post_init__(self) -> None:
        """Check what the options could not: names that come from the ids of constructs.

        :raises LumenError: with a line for each name that Kubernetes would refuse
        """
        given = (("name", self.name), ("component", self.component))
        faults = [f"{field} {show(name)} {fault}" for field, name in given if (fault := label_fault(name))]
        stack = self.context.part_of
        if stack is not None and (fault := label_value_fault(stack)):
            faults.append(f"the chart's id {show(stack)} {fault}, since it becomes a label")
        raise_all(faults)

    @property
    def selector(self) -> dict[str, str]:
        """Labels that select the component's pods: never one that an update or an environment changes.

        A selector is immutable, so it holds just the name, which is as unique in a namespace as the Deployment's is.
        """
        return {"app.kubernetes.io/name": self.name}

    @property
    def labels(self) -> dict[str, str]:
        """Labels of every object of the component."""
        return {
            **self.extra,
            "app.kubernetes.io/name": self.name,
            "app.kubernetes.io/instance": self.context.part_of or self.name,
            "app.kubernetes.io/component": self.component,
            "app.kubernetes.io/part-of": self.context.part_of or self.name,
            "app.kubernetes.io/managed-by": MANAGED_BY,
        }

    def metadata(
        self,
        name: str | None = None,
        *,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Give the ``metadata`` of an object of the component; without ``name``, the component's own."""
        body: dict[str, Any] = {"name": name or self.name, "labels": {**(labels or {}), **self.labels}}
        return body | ({"annotations": dict(annotations)} if annotations else {})
