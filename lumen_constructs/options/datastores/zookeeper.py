"""What can be said about ZooKeeper."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from lumen_constructs.faults import Fault, show
from lumen_constructs.options.base import Map, empty
from lumen_constructs.options.config import ConfigValue
from lumen_constructs.options.datastores.store import DataStoreOptions, only_one_node
from lumen_constructs.options.scalars import Text

#: Settings on which the Services, the probes, the monitor and the volume rely.
_FIXED = ("clientPort", "dataDir", "dataLogDir", "4lw.commands.whitelist", "standaloneEnabled", "metricsProvider.")


class ZooKeeperOptions(DataStoreOptions):
    """ZooKeeper on one node, for a Kafka that still needs it."""

    version: Text = "3.9"
    """Version of ZooKeeper; the default image is ``zookeeper:<version>``."""
    replicas: int = Field(default=1, ge=1)
    """Number of nodes: 1. What outgrows it uses Kafka with an operator, which needs no ZooKeeper."""
    config: Map[ConfigValue] = Field(default_factory=empty)
    """Further settings of ``zoo.cfg``, such as ``maxClientCnxns: 100``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        remedy = "Kafka with mode operator needs no ZooKeeper at all"
        yield from only_one_node(self.replicas, remedy)
        if "exporter" in self.model_fields_set:
            yield Fault(("exporter",), "must be left out: ZooKeeper tells Prometheus of itself")
        for setting, value in self.config.items():
            if setting.startswith(_FIXED):
                message = "must be left out: Services, probes, monitor and volume rely on it"
                yield Fault(("config", setting), message)
            if len(str(value).splitlines()) > 1:
                yield Fault(("config", setting), f"{show(value)} must be one line")
