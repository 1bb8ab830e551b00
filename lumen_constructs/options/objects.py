"""What can be said about every object that is no component of its own: names, labels and annotations."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.reserved import reserved_faults
from lumen_constructs.options.scalars import AnnotationMap, External, LabelMap, Name, Subdomain


class ObjectOptions(Options):
    """Metadata of one object."""

    name: Subdomain | None = None
    """Name of the object; sets ``metadata.name``. Default: the construct's id."""
    component: Name | None = None
    """Role of the object in its stack; sets ``app.kubernetes.io/component``. Default: the construct's id."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations."""
    external: Items[External] = ()
    """What the object names and must exist in the cluster although no manifest of the set makes it, such as
    ``Issuer/acme`` or ``Secret/other-namespace/tls``."""

    @model_validator(mode="after")
    def _check(self) -> ObjectOptions:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        yield from reserved_faults(("labels",), self.labels)
        yield from reserved_faults(("annotations",), self.annotations)
