"""What can be said about MongoDB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from lumen_constructs.faults import Fault, show
from lumen_constructs.options.base import Items, Map, Options, camel, empty
from lumen_constructs.options.datastores.credentials import Credentials
from lumen_constructs.options.datastores.store import BackedUp, DataStoreOptions, left_out, only_one_node
from lumen_constructs.options.identity import ServiceAccount
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import Memory, Text
from lumen_constructs.options.scaling import DisruptionBudget

#: Settings of mongod on which the Services, the probes and the volume rely, and what to set instead.
_FIXED = {
    "net.port": "Services and probes rely on it",
    "net.bindIp": "Services and probes rely on it",
    "net.bindIpAll": "Services and probes rely on it",
    "storage.dbPath": "the volume is mounted there",
    "security.authorization": "set auth.enabled",
    "security.keyFile": "the operator makes one",
    "replication.replSetName": "it is the store's name, with mode operator",
    "systemLog.path": "the log belongs to the container's output",
    "processManagement.fork": "the container would end",
}
#: What the operator makes or chooses itself.
_OPERATORS = {
    "service": "the operator makes the Service, '<name>-svc'",
    "image": "the operator chooses the image of the version",
}
_SETTING = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)+")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_DATABASE = re.compile(r"[A-Za-z0-9_-]{1,63}")


class Agent(Options):
    """The operator's agent, which runs beside each member of the replica set."""

    resources: Resources = Field(default_factory=lambda: Resources(cpu="50m:500m", memory="128Mi:400Mi"))
    """Compute resources of the agent."""
    log_size: Memory = "2Gi"
    """Size of the volume with the logs of server and agent, in bytes."""


class MongoDBRole(Options):
    """A role that the user of an operator's replica set has."""

    name: Text
    """Name of the role, such as ``readWrite``; sets ``roles[].name``."""
    db: Text
    """Database that it is for; sets ``roles[].db``."""


class MongoDBOptions(DataStoreOptions, BackedUp):
    """MongoDB: one node, or a replica set that the MongoDB operator runs."""

    mode: Literal["embedded", "operator"] = "embedded"
    """``embedded``: one node without replication, for development and what is small; ``operator``: a replica set,
    ``MongoDBCommunity`` (``mongodbcommunity.mongodb.com/v1``), which needs the operator ``mongodb-kubernetes``."""
    version: Text = "7.0.14"
    """Version of MongoDB; the default image is ``mongo:<version>``. Sets ``spec.version`` of the operator's resource,
    which needs all three numbers."""
    replicas: int = Field(default=1, ge=1, le=50)
    """Members of the replica set; sets ``members``. The embedded form is one node."""
    database: Text = "admin"
    """Database that clients use; it comes to be when something is written to it."""
    auth: Credentials
    """The user, who may do everything. It must be given, or turned off with ``enabled: false`` in the embedded form.
    The user's name is ``username``, or with the embedded form a key; the default is ``root``."""
    roles: Items[MongoDBRole] = (MongoDBRole(name="root", db="admin"),)
    """Roles of the user; sets ``users[].roles``. The embedded form's user is always ``root`` of ``admin``."""
    config: Map[str | int | bool] = Field(default_factory=empty)
    """Further settings of mongod by their dotted names, such as ``net.maxIncomingConnections: 500``; sets
    ``additionalMongodConfig``, or stands in ``mongod.conf``."""
    agent: Agent = Field(default_factory=Agent)
    """The operator's agent. Only with mode operator."""
    disruption_budget: DisruptionBudget = Field(default_factory=DisruptionBudget)
    """The PodDisruptionBudget of the members, which the operator makes none of: a drain takes one at a time, so that
    the others keep their majority. Only with mode operator."""
    service_account: ServiceAccount = Field(default_factory=ServiceAccount)
    """The ServiceAccount. With mode operator its name, and that of its Role, is by default ``mongodb-database``, which
    the operator expects; a second replica set in the namespace needs another name."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from self._operator_faults() if self.mode == "operator" else self._embedded_faults()
        if not _DATABASE.fullmatch(self.database):
            yield Fault(("database",), f"{show(self.database)} must be letters, digits, '_' and '-'")
        for setting in self.config:
            if setting in _FIXED:
                yield Fault(("config", setting), f"must be left out: {_FIXED[setting]}")
            elif not _SETTING.fullmatch(setting):
                message = "must be a dotted name, such as 'net.maxIncomingConnections'"
                yield Fault(("config", setting), f"key {show(setting)} {message}")
        yield from self._nested_faults()

    def _nested_faults(self) -> Iterator[Fault]:
        for setting in self.config:
            above = next((one for one in self.config if setting.startswith(f"{one}.")), None)
            if above is not None:
                yield Fault(("config", setting), f"lies below {above}, which has a value of its own")

    def _embedded_faults(self) -> Iterator[Fault]:
        yield from only_one_node(self.replicas, "set mode to operator for a replica set")
        for field in ("roles", "agent", "disruption_budget"):
            if field in self.model_fields_set:
                yield Fault((camel(field),), "needs mode operator; leave it out")

    def _operator_faults(self) -> Iterator[Fault]:
        if not self.auth.enabled:
            yield Fault(("auth", "enabled"), "must be true: the operator's replica set always has users")
        elif self.auth.effective_username_key is not None:
            message = "needs auth.username: the operator's resource holds the user's name, and no key of a Secret"
            yield Fault(("auth",), message)
        if not _VERSION.fullmatch(self.version):
            yield Fault(("version",), f"{show(self.version)} must be three numbers for the operator, such as '7.0.14'")
        if self.replicas % 2 == 0:
            yield Fault(("replicas",), f"{self.replicas} members cannot outvote each other; use an odd number")
        if not self.storage.persistent:
            yield Fault(("storage", "persistent"), "must be true: the operator's members keep their data in claims")
        for fault in self.disruption_budget.faults_with(self.replicas):
            yield fault._replace(location=("disruptionBudget", *fault.location))
        yield from left_out(self, _OPERATORS)

    @property
    def username(self) -> str:
        """Name of the user, where it is no key."""
        return self.auth.username or "root"
