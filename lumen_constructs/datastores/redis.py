"""Redis: one node, or a read replica of another one."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from lumen_constructs.component import identity_of
from lumen_constructs.construct import built, flat
from lumen_constructs.datastores.redis_server import PORT, redis_plan
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.options.datastores.redis import RedisOptions, ReplicaOf


class Redis(DataStore):
    """Redis on one node, whose pod passes Pod Security "restricted".

    It makes a StatefulSet with a claim that is always kept, a Service for clients and a headless one, a ServiceAccount,
    the ConfigMap with ``redis.conf`` and a NetworkPolicy; where they are asked for, the exporter with its monitor, and
    a backup CronJob. A read replica is a second Redis with ``replica_of=first.primary``, which ``needs`` the first.

    Keywords are the fields of :class:`~lumen_constructs.options.datastores.redis.RedisOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(RedisOptions)
    def __init__(self, scope: Construct, id: str, options: RedisOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        self._run(scope, identity, redis_plan(identity, options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: RedisOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def primary(self) -> ReplicaOf:
        """This Redis, for the ``replica_of`` of another one."""
        return ReplicaOf(host=self.host, port=PORT.container_port, auth=self.options.auth)
