"""ZooKeeper on one node."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from lumen_constructs.component import identity_of
from lumen_constructs.construct import built, flat
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.datastores.zookeeper_server import zookeeper_plan
from lumen_constructs.options.datastores.zookeeper import ZooKeeperOptions


class ZooKeeper(DataStore):
    """ZooKeeper on one node, for a Kafka that still needs it; its pod passes Pod Security "restricted".

    It makes a StatefulSet with a claim that is always kept, a Service for clients and a headless one, a ServiceAccount,
    the ConfigMap with ``zoo.cfg``, alerts and a NetworkPolicy; where they are asked for, metrics with their monitor.
    Clients sign in with nothing, so that the NetworkPolicy alone says who may connect.

    Keywords are the fields of :class:`~lumen_constructs.options.datastores.zookeeper.ZooKeeperOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(ZooKeeperOptions)
    def __init__(self, scope: Construct, id: str, options: ZooKeeperOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        self._run(scope, identity, zookeeper_plan(identity, options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: ZooKeeperOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)
