"""What can be said about Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from lumen_constructs.faults import Fault, show
from lumen_constructs.options.base import Map, Options, empty
from lumen_constructs.options.config import ConfigValue
from lumen_constructs.options.datastores.credentials import Password
from lumen_constructs.options.datastores.store import BackedUp, DataStoreOptions, only_one_node
from lumen_constructs.options.scalars import Memory, PortNumber, ServiceName, Text

#: Directives that an option of its own sets, and that option.
_OPTIONS = {
    **dict.fromkeys(("requirepass", "masterauth", "user", "aclfile", "masteruser"), "auth"),
    **dict.fromkeys(("replicaof", "slaveof", "replica-read-only"), "replicaOf"),
    **dict.fromkeys(("appendonly", "save"), "persistence"),
    "maxmemory": "maxMemory",
    "maxmemory-policy": "evictionPolicy",
}
#: Directives on which the Services, the probes and the volume rely.
_FIXED = ("port", "bind", "dir", "daemonize", "protected-mode", "tls-port", "unixsocket", "include", "loadmodule")


class ReplicaOf(Options):
    """The Redis that a read replica follows; ``redis.primary`` gives it in Python."""

    host: ServiceName
    """Name of its Service; sets ``replicaof``."""
    port: PortNumber = 6379
    """Its port; sets ``replicaof``."""
    auth: Password | None = None
    """Its password; sets ``masterauth``. Default: the replica's own."""


class RedisOptions(DataStoreOptions, BackedUp):
    """Redis: one node, or a read replica of another one."""

    version: Text = "7.4"
    """Version of Redis; the default image is ``redis:<version>-alpine``."""
    replicas: int = Field(default=1, ge=0)
    """Number of pods: 1, since further ones would be further stores. A read replica is a Redis with ``replica_of``."""
    auth: Password
    """The password that clients need. It must be given, or turned off with ``enabled: false``."""
    replica_of: ReplicaOf | None = None
    """The Redis that this one follows, read-only. Default: it follows none."""
    persistence: Literal["aof", "rdb", "none"] = "aof"
    """What is written to the volume: ``aof`` every change within a second, ``rdb`` a snapshot now and then, ``none``
    nothing, for a cache. The claim cannot be added or removed later."""
    max_memory: Memory | None = None
    """Data at which Redis evicts or refuses writes, in bytes; sets ``maxmemory``. Default: three quarters of the memory
    limit, since a snapshot and the clients' buffers need the rest; no bound where there is no limit."""
    eviction_policy: Literal[
        "noeviction",
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "volatile-ttl",
    ] = "noeviction"
    """What is dropped at ``max_memory``; sets ``maxmemory-policy``. A cache wants ``allkeys-lru``."""
    config: Map[ConfigValue] = Field(default_factory=empty)
    """Further directives of ``redis.conf``, such as ``timeout: 300``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from only_one_node(self.replicas, "use replicaOf for read replicas, or a Redis that is run elsewhere")
        if self.persistence == "none" and self.backup is not None and self.backup.enabled:
            yield Fault(("backup",), "needs persistence: what is not kept here is not worth a backup")
        for directive, value in self.config.items():
            name = directive.lower()
            if name in _OPTIONS:
                yield Fault(("config", directive), f"has an option of its own; set {_OPTIONS[name]}")
            elif name in _FIXED:
                yield Fault(("config", directive), "must be left out: Services, probes and volume rely on it")
            if len(str(value).splitlines()) > 1:
                yield Fault(("config", directive), f"{show(value)} must be one line")
