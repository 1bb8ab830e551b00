"""What can be said about the pods of a StatefulSet; the data stores put it together from their own options."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lumen_constructs.options.base import Items
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.scalars import ServiceName
from lumen_constructs.values.merging import MergeByName


class StatefulSetOptions(PodOptions):
    """A StatefulSet (apps/v1): pods with a name and volumes of their own."""

    governing_service: ServiceName
    """Name of the headless Service that gives each pod its DNS name; sets ``serviceName``, which cannot be changed."""
    ports: Annotated[Items[Port], MergeByName()]
    """Ports of the container."""
    probes: Probes
    """The three probe roles."""
    replicas: int = Field(default=1, ge=0)
    """Number of pods; sets ``replicas``."""

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """Ports of the container, and those of the sidecars, since they are reached in the same way."""
        return tuple(self.ports)

    @property
    def may_be_many(self) -> bool:
        """Whether more than one pod can run for good."""
        return self.replicas > 1
