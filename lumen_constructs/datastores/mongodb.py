"""MongoDB: one node, or a replica set that an operator runs."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from lumen_constructs.component import identity_of
from lumen_constructs.construct import built, flat
from lumen_constructs.datastores.mongodb_operator import operated_mongodb
from lumen_constructs.datastores.mongodb_server import embedded_mongodb
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.options.datastores.mongodb import MongoDBOptions


class MongoDB(DataStore):
    """MongoDB, on one node or as a replica set; its pods pass Pod Security "restricted".

    Embedded, it makes a StatefulSet with a claim that is always kept, a Service for clients and a headless one, a
    ServiceAccount and a NetworkPolicy. With ``mode="operator"`` it makes the operator's ``MongoDBCommunity``, which is
    kept, the ServiceAccount and Role that its pods need, and the NetworkPolicy; clients reach it by ``<name>-svc``.
    Either has alerts, and where they are asked for the exporter with its monitor, and a backup CronJob.

    Keywords are the fields of :class:`~lumen_constructs.options.datastores.mongodb.MongoDBOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(MongoDBOptions)
    def __init__(self, scope: Construct, id: str, options: MongoDBOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        plan = operated_mongodb if options.mode == "operator" else embedded_mongodb
        self._run(scope, identity, plan(identity, options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: MongoDBOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)
