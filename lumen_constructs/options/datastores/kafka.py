"""What can be said about Kafka."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lumen_constructs.faults import Fault, show
from lumen_constructs.options.base import Map, Options, empty
from lumen_constructs.options.datastores.store import DataStoreOptions, left_out, only_one_node, unused_faults
from lumen_constructs.options.scalars import Text

#: Settings on which the Services, the probes and the volume rely.
_FIXED = (
    *("listeners", "advertised.listeners", "listener.", "inter.broker.listener.name", "log.dirs", "log.dir", "port"),
    *("zookeeper.connect", "broker.id", "node.id", "process.roles", "controller.", "host.name"),
)
#: What the operator makes or chooses itself.
_OPERATORS = {
    "service": "the operator makes the Service, '<name>-kafka-bootstrap'",
    "image": "the operator chooses the image of the version",
    "service_account": "the operator makes one",
}
_SETTING = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*")
_ADDRESS = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?:[0-9]{1,5}(,[a-z0-9]([-a-z0-9.]*[a-z0-9])?:[0-9]{1,5})*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


def _addresses(given: str) -> str:
    if _ADDRESS.fullmatch(given):
        return given
    message = f"{show(given)} must be host and port, such as 'zookeeper:2181'"
    raise ValueError(message)


#: Addresses of ZooKeeper, separated by commas.
Addresses = Annotated[Text, AfterValidator(_addresses)]


class Topic(Options):
    """A topic that the operator makes: a ``KafkaTopic``."""

    partitions: int = Field(default=1, ge=1)
    """Partitions; sets ``partitions``. Their number can grow, and never shrink."""
    replicas: int | None = Field(default=None, ge=1)
    """Copies of each partition; sets ``replicas``. Default: three, or as many as there are nodes."""
    config: Map[str | int | bool] = Field(default_factory=empty)
    """Settings of the topic, such as ``retention.ms: 604800000``; sets ``config``."""


class KafkaOptions(DataStoreOptions):
    """Kafka: one node, with ZooKeeper or without, or a cluster that Strimzi runs."""

    mode: Literal["embedded", "operator"] = "embedded"
    """``embedded``: one broker; ``operator``: a ``Kafka`` with a ``KafkaNodePool`` (``kafka.strimzi.io/v1``) in KRaft
    mode, which needs the operator Strimzi."""
    version: Text = Field(default="7.9.1")
    """Embedded: version of the image ``confluentinc/cp-kafka``, of which 7.9 is the last line that works with
    ZooKeeper. With the operator: version of Kafka, such as ``4.0.0``; sets ``spec.kafka.version``. Default there: the
    operator's own."""
    replicas: int = Field(default=1, ge=1)
    """Nodes, each of which is broker and controller; sets ``replicas`` of the node pool. The embedded form is one."""
    zookeeper: Addresses | None = None
    """Address of ZooKeeper, ``zookeeper.connection.address`` in Python; sets ``zookeeper.connect``. Only with the
    embedded form. Default: none, and Kafka is its own controller (KRaft)."""
    config: Map[str | int | bool] = Field(default_factory=empty)
    """Further settings of the broker, such as ``auto.create.topics.enable: false``; sets ``spec.kafka.config``, or
    variables of the image."""
    topics: Map[Topic] = Field(default_factory=empty)
    """Topics, by name. Only with mode operator: an embedded broker makes topics when a client writes to them."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from self._operator_faults() if self.mode == "operator" else self._embedded_faults()
        for setting in self.config:
            if setting.startswith(_FIXED):
                message = "must be left out: Services, probes and volume rely on it"
                yield Fault(("config", setting), message)
            elif not _SETTING.fullmatch(setting):
                message = "must be the name of a setting, such as 'log.retention.hours'"
                yield Fault(("config", setting), f"key {show(setting)} {message}")

    def _embedded_faults(self) -> Iterator[Fault]:
        yield from only_one_node(self.replicas, "set mode to operator for a cluster")
        if self.topics:
            yield Fault(("topics",), "needs mode operator; the embedded broker makes topics on their first use")

    def _operator_faults(self) -> Iterator[Fault]:
        if self.zookeeper is not None:
            yield Fault(("zookeeper",), "must be left out: the operator's Kafka is its own controller")
        if "version" in self.model_fields_set and not _VERSION.fullmatch(self.version):
            yield Fault(("version",), f"{show(self.version)} must be three numbers for the operator, such as '4.0.0'")
        if self.replicas % 2 == 0:
            yield Fault(("replicas",), f"{self.replicas} controllers cannot outvote each other; use an odd number")
        if not self.storage.persistent:
            yield Fault(("storage", "persistent"), "must be true: the operator's nodes keep their data in claims")
        yield from left_out(self, _OPERATORS)
        yield from unused_faults(self)
        for field, given in (("egress", bool(self.network.egress)), ("dns", "dns" in self.network.model_fields_set)):
            if given:
                message = "must be left out: the operator's NetworkPolicy says nothing about it"
                yield Fault(("network", field), message)
        for fault in left_out(self.exporter, dict.fromkeys(("image", "args"), "the operator runs its own exporter")):
            yield Fault(("exporter", *fault.location), fault.message)
        yield from self._topic_faults()

    def _topic_faults(self) -> Iterator[Fault]:
        for name, topic in self.topics.items():
            if topic.replicas is not None and topic.replicas > self.replicas:
                message = f"{topic.replicas} is more than there are nodes, {self.replicas}"
                yield Fault(("topics", name, "replicas"), message)
