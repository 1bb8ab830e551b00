"""Kafka: one node, or a cluster that an operator runs."""

from __future__ import annotations

from typing import Self

from constructs import Construct

from lumen_constructs.component import identity_of
from lumen_constructs.construct import built, flat
from lumen_constructs.datastores.kafka_operator import operated_kafka
from lumen_constructs.datastores.kafka_server import embedded_kafka
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.options.datastores.kafka import KafkaOptions


class Kafka(DataStore):
    """Kafka, on one node or as a cluster; its pods pass Pod Security "restricted".

    Embedded, it makes a StatefulSet with a claim that is always kept, a Service for clients and a headless one, a
    ServiceAccount and a NetworkPolicy. With ``zookeeper=zookeeper.connection.address`` it ``needs`` that ZooKeeper,
    otherwise it is its own controller. With ``mode="operator"`` it makes Strimzi's ``Kafka``, ``KafkaNodePool`` and
    ``KafkaTopic``, which are kept; clients reach it by ``<name>-kafka-bootstrap``, and Strimzi makes the NetworkPolicy
    of those that are declared. Either has alerts, and where they are asked for an exporter with its monitor.

    Clients sign in with nothing, so that the NetworkPolicy alone says who may read and write.

    Keywords are the fields of :class:`~lumen_constructs.options.datastores.kafka.KafkaOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(KafkaOptions)
    def __init__(self, scope: Construct, id: str, options: KafkaOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        plan = operated_kafka if options.mode == "operator" else embedded_kafka
        self._run(scope, identity, plan(identity, options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: KafkaOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)
