"""The namespace of a stack, and what all that runs in it may use together."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.options.base import Map, Options, empty
from lumen_constructs.options.scalars import Amount, AnnotationMap, LabelMap, ResourceMap

PodSecurity = Literal["privileged", "baseline", "restricted"]


class LimitRange(Options):
    """What a container gets that says nothing, and what one may ask for at most (v1 LimitRange, type Container)."""

    default: ResourceMap = Field(default_factory=empty)
    """Limits of a container that gives none, by resource; sets ``limits[].default``."""
    default_request: ResourceMap = Field(default_factory=empty)
    """Requests of a container that gives none, by resource; sets ``limits[].defaultRequest``."""
    max: ResourceMap = Field(default_factory=empty)
    """Largest limits that are accepted, by resource; sets ``limits[].max``."""
    min: ResourceMap = Field(default_factory=empty)
    """Smallest requests that are accepted, by resource; sets ``limits[].min``."""

    @model_validator(mode="after")
    def _check(self) -> LimitRange:
        if not (self.default or self.default_request or self.max or self.min):
            message = "needs default, defaultRequest, max or min"
            raise ValueError(message)
        return self

    def spec_body(self) -> dict[str, Any]:
        """Give the LimitRange's ``spec``."""
        figures = {"default": self.default, "defaultRequest": self.default_request, "max": self.max, "min": self.min}
        return {"limits": [{"type": "Container"} | {key: dict(value) for key, value in figures.items() if value}]}


class Namespace(Options):
    """A Namespace (v1) that enforces a Pod Security Standard."""

    create: bool = True
    """Whether the Namespace is part of the stack. If not, it must exist."""
    pod_security: PodSecurity = "restricted"
    """Standard that pods must meet; sets the labels ``pod-security.kubernetes.io/enforce``, ``audit`` and ``warn``."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels of the Namespace."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the Namespace."""
    quota: Map[Amount] = Field(default_factory=empty)
    """Sums that the namespace may use, such as ``requests.cpu: 4``; sets a ResourceQuota's ``hard``. Default: none."""
    limit_range: LimitRange | None = None
    """Defaults and bounds for single containers: a LimitRange. Default: none."""
