"""What can be said about PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Map, Options, empty
from lumen_constructs.options.datastores.credentials import Credentials
from lumen_constructs.options.datastores.store import BackedUp, DataStoreOptions, left_out, only_one_node, unused_faults
from lumen_constructs.options.job import schedule_fault
from lumen_constructs.options.scalars import Name, Subdomain, Text

#: Parameters on which the Services, the probes and the volume rely.
_FIXED = (
    *("port", "listen_addresses", "data_directory", "hba_file", "ident_file", "config_file", "external_pid_file"),
    *("unix_socket_directories", "logging_collector"),
)
#: What the operator makes or chooses itself.
_OPERATORS = {
    "service": "the operator makes the Services, '<name>-rw' and others",
    **dict.fromkeys(("security", "service_account"), "the operator has its own"),
    "exporter": "the instances tell Prometheus of themselves",
}
_PARAMETER = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")
#: Names that the server keeps for itself.
_TAKEN = ("postgres", "template0", "template1")


def _identifier(name: str) -> str:
    if _IDENTIFIER.fullmatch(name):
        return name
    message = f"{show(name)} must be lower-case letters, digits and '_', at most 63, not starting with a digit"
    raise ValueError(message)


#: The name of a database or a role that needs no quotes anywhere.
Identifier = Annotated[str, AfterValidator(_identifier)]


class ScheduledBackup(Options):
    """Physical backups by CloudNativePG: snapshots, or an object store with the log, and so with any moment.

    It sets ``backup`` or ``plugins`` of the Cluster, and makes a ``ScheduledBackup``.
    """

    schedule: Text = "0 2 * * *"
    """Times in cron's form with five fields, in UTC; the operator's sixth, the seconds, is added."""
    snapshot_class: Subdomain | None = None
    """VolumeSnapshotClass of the snapshots; sets ``backup.volumeSnapshot.className``."""
    object_store: Subdomain | None = None
    """Name of an ``ObjectStore`` of the Barman Cloud plugin, in this namespace: base backups and the log go there."""

    @model_validator(mode="after")
    def _check(self) -> ScheduledBackup:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if (self.snapshot_class is None) == (self.object_store is None):
            yield Fault((), "needs either snapshotClass or objectStore")
        if (fault := schedule_fault(self.schedule)) is not None:
            yield Fault(("schedule",), f"{show(self.schedule)} {fault}")


class PostgreSQLOptions(DataStoreOptions, BackedUp):
    """PostgreSQL: one node, or a cluster that CloudNativePG runs."""

    mode: Literal["embedded", "operator"] = "embedded"
    """``embedded``: one node; ``operator``: a ``Cluster`` (``postgresql.cnpg.io/v1``) with automatic failover, which
    needs the operator CloudNativePG."""
    version: Text = "15"
    """Version of PostgreSQL; the default image is ``postgres:<version>-alpine``, or with the operator
    ``ghcr.io/cloudnative-pg/postgresql:<version>``."""
    replicas: int = Field(default=1, ge=1)
    """Instances; sets ``instances``. The embedded form is one node."""
    database: Identifier = "app"
    """Database that clients use; made when the server starts for the first time."""
    databases: Items[Identifier] = ()
    """Further databases of the same user, made when the server starts for the first time."""
    auth: Credentials | None = None
    """The user who owns the databases; the embedded form's is also the superuser. Required in the embedded form, where
    it can be turned off. With the operator: a Secret with the keys ``username`` and ``password``, whose user name is
    ``owner``. Default with the operator: it makes the Secret ``<name>-app``."""
    owner: Identifier | None = None
    """Name of the user who owns the databases, with the operator; sets ``bootstrap.initdb.owner``. Default: the name of
    ``database``."""
    config: Map[str | int | bool] = Field(default_factory=empty)
    """Further parameters of the server, such as ``max_connections: 200``; sets ``postgresql.parameters``, or arguments.
    ``shared_buffers`` is by default a quarter of the memory limit, and no more than the request."""
    scheduled_backup: ScheduledBackup | None = None
    """Physical backups. Only with mode operator. Default: none."""
    operator_namespace: Name = "cnpg-system"
    """Namespace of the operator, which must reach its instances. Only with mode operator."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from self._operator_faults() if self.mode == "operator" else self._embedded_faults()
        for parameter in self.config:
            if parameter in _FIXED:
                message = "must be left out: Services, probes and volume rely on it"
                yield Fault(("config", parameter), message)
            elif not _PARAMETER.fullmatch(parameter):
                message = "must be the name of a parameter, such as 'max_connections'"
                yield Fault(("config", parameter), f"key {show(parameter)} {message}")
        yield from self._database_faults()

    def _database_faults(self) -> Iterator[Fault]:
        seen = {self.database, *_TAKEN}
        for index, name in enumerate(self.databases):
            if name in seen:
                yield Fault(("databases", index), f"{show(name)} is there already")
            seen.add(name)

    def _embedded_faults(self) -> Iterator[Fault]:
        yield from only_one_node(self.replicas, "set mode to operator for a cluster with failover")
        if self.auth is None:
            yield Fault(("auth",), "is required: the Secret with the user's password; or set auth.enabled to false")
        for field, given in (("owner", self.owner), ("scheduledBackup", self.scheduled_backup)):
            if given is not None:
                yield Fault((field,), "needs mode operator; leave it out")

    def _operator_faults(self) -> Iterator[Fault]:
        auth = self.auth
        if auth is not None and not auth.enabled:
            yield Fault(("auth", "enabled"), "must be true: the operator's cluster always has users")
        elif auth is not None and (auth.effective_username_key, auth.effective_password_key) != (
            "username",
            "password",
        ):
            yield Fault(("auth",), "needs a Secret with the keys username and password, as the operator reads it")
        if not self.storage.persistent:
            yield Fault(("storage", "persistent"), "must be true: the operator's instances keep their data in claims")
        yield from left_out(self, _OPERATORS)
        yield from unused_faults(self)
        if self.database in _TAKEN:
            yield Fault(("database",), f"{show(self.database)} is the server's own; choose another name")

    @property
    def username(self) -> str:
        """Name of the embedded form's user, where it is no key."""
        return (self.auth.username if self.auth is not None else None) or "postgres"

    @property
    def effective_owner(self) -> str:
        """``owner`` with its default."""
        return self.owner or self.database
