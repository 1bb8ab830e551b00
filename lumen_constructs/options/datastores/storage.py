"""Where a data store keeps its data."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Options
from lumen_constructs.options.scalars import Memory, Subdomain
from lumen_constructs.options.volumes import Claim, EmptyDir, Volume
from lumen_constructs.quantities import Quantity


class Storage(Options):
    """The volume of each node of a data store.

    A StatefulSet's claim templates cannot be changed: to enlarge a volume, enlarge its claim, delete the StatefulSet
    with ``--cascade=orphan``, and apply the new size.
    """

    size: Memory = "10Gi"
    """Size in bytes; sets ``resources.requests.storage`` of the claim, or ``sizeLimit`` of the ``emptyDir``."""
    storage_class: Subdomain | None = None
    """Storage class; sets ``storageClassName``. Default: the cluster's default class."""
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod"] = "ReadWriteOnce"
    """Whether one node or just one pod may mount it; sets ``accessModes``."""
    persistent: bool = True
    """Whether the data outlives the pod. If not, it is an ``emptyDir``, and is gone with every restart."""

    @model_validator(mode="after")
    def _check(self) -> Storage:
        if Quantity.parse(str(self.size)).value == 0:
            raise_faults([Fault(("size",), f"{show(self.size)} must be above 0")])
        if not self.persistent and self.storage_class is not None:
            raise_faults([Fault(("storageClass",), "needs a claim, and persistent is false; leave one of them out")])
        return self

    def claim(self, name: str | None = None) -> Claim:
        """Give the claim."""
        return Claim(name=name, size=self.size, storage_class=self.storage_class, access_modes=(self.access_mode,))

    def volume(self, mount_path: str, name: str = "data") -> Volume:
        """Give the volume of each pod, mounted at ``mount_path``."""
        if not self.persistent:
            return Volume(name=name, mount_path=mount_path, empty_dir=EmptyDir(size_limit=self.size))
        return Volume(name=name, mount_path=mount_path, claim=self.claim())
