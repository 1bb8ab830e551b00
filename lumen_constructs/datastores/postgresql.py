"""PostgreSQL: one node, or a cluster that an operator runs."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from lumen_constructs.component import identity_of
from lumen_constructs.construct import built, flat
from lumen_constructs.datastores.postgresql_operator import operated_postgresql
from lumen_constructs.datastores.postgresql_server import embedded_postgresql
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.options.datastores.postgresql import PostgreSQLOptions


class PostgreSQL(DataStore):
    """PostgreSQL, on one node or as a cluster with failover; its pods pass Pod Security "restricted".

    Embedded, it makes a StatefulSet with a claim that is always kept, a Service for clients and a headless one, a
    ServiceAccount and a NetworkPolicy. With ``mode="operator"`` it makes CloudNativePG's ``Cluster``, which is kept,
    and the NetworkPolicy; clients reach its primary by ``<name>-rw``. Either has alerts, and where they are asked for
    metrics with their monitor, a backup CronJob, and with the operator a ``ScheduledBackup``.

    Keywords are the fields of :class:`~lumen_constructs.options.datastores.postgresql.PostgreSQLOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(PostgreSQLOptions)
    def __init__(self, scope: Construct, id: str, options: PostgreSQLOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        plan = operated_postgresql if options.mode == "operator" else embedded_postgresql
        self._run(scope, identity, plan(identity, options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: PostgreSQLOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)
