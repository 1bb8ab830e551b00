"""Backups of a data store, on a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.datastores.storage import Storage
from lumen_constructs.options.env import Env
from lumen_constructs.options.image import ImageLike
from lumen_constructs.options.job import schedule_fault
from lumen_constructs.options.network import Peer
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import Seconds, Subdomain, Text
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.values.merging import MergeByName


class Upload(Options):
    """A command that takes the files of a backup somewhere else: an object store, another host.

    It runs after the dump, with the new files in the directory that the variable ``BACKUP_DIR`` names. How long they
    are kept there is for the other side to say.
    """

    image: ImageLike
    """Image with the command."""
    command: Items[str] = Field(min_length=1)
    """Command, such as ``["sh", "-ec", "aws s3 cp --recursive \\"$BACKUP_DIR\\" s3://backups/shop/"]``."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables of the command."""
    secrets: Annotated[Items[SecretRef], MergeByName()] = ()
    """Secrets of the command: names and keys."""
    egress: Items[Peer] = ()
    """Whom the command connects to; sets ``spec.egress`` of its NetworkPolicy."""


class Backup(Options):
    """A CronJob that dumps the store: into a claim of its own, into one that exists, or on by an ``upload``."""

    enabled: bool = True
    """Whether there are backups."""
    schedule: Text = "0 3 * * *"
    """Times in cron's form; sets ``schedule``."""
    time_zone: Text = "Etc/UTC"
    """Time zone of the schedule; sets ``timeZone``."""
    keep: int = Field(default=7, ge=1)
    """Backups to keep in the claim; older ones are deleted after the new one is complete."""
    storage: Storage | None = None
    """A claim of its own, which survives the store. Default: one of the size of the store's."""
    claim_name: Subdomain | None = None
    """A claim that exists, such as one on a file server, in place of one of its own."""
    upload: Upload | None = None
    """A command that takes the dump elsewhere, in place of a claim."""
    image: ImageLike | None = None
    """Image with the store's own dump program. Default: the store's image."""
    resources: Resources = Field(default_factory=lambda: Resources(cpu="100m:500m", memory="128Mi:256Mi"))
    """Compute resources of the dump, and of the upload."""
    active_deadline_seconds: Annotated[Seconds, Field(ge=1)] = 3600
    """Seconds after which a backup that is not done has failed; sets ``activeDeadlineSeconds``."""

    @model_validator(mode="after")
    def _check(self) -> Backup:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        targets = {"storage": self.storage, "claimName": self.claim_name, "upload": self.upload}
        given = [name for name, target in targets.items() if target is not None]
        if len(given) > 1:
            yield Fault((given[1],), f"stands beside {given[0]}; a backup goes to one place")
        if self.storage is not None and not self.storage.persistent:
            yield Fault(("storage", "persistent"), "must be true: a backup outlives the pod that made it")
        if (fault := schedule_fault(self.schedule)) is not None:
            yield Fault(("schedule",), f"{show(self.schedule)} {fault}")
