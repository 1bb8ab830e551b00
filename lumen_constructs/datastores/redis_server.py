"""Redis as plain bodies: its configuration, its probes, its dump."""

from __future__ import annotations

from lumen_constructs.datastores.backups import Dump
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.embedded import Server, embedded
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.watching import exporter, store_alert
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.credentials import Password
from lumen_constructs.options.datastores.redis import RedisOptions
from lumen_constructs.options.datastores.storage import Storage
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.quantities import Quantity
from lumen_constructs.workloads.identity import Identity

EXPORTER_IMAGE = "oliver006/redis_exporter:v1.67.0"
EXPORTER_PORT = 9121
PORT = Port(name="redis", container_port=6379)
CONFIG_DIRECTORY = "/etc/redis"
DATA_DIRECTORY = "/data"
#: User and group of the official image, where it is built on Alpine.
SECURITY = SecurityContext(run_as_user=999, run_as_group=1000)
#: redis-cli reads the password from REDISCLI_AUTH; the server and the exporter from REDIS_PASSWORD.
_PASSWORD, _CLI_PASSWORD, _PRIMARY_PASSWORD = "REDIS_PASSWORD", "REDISCLI_AUTH", "REDIS_PRIMARY_PASSWORD"


def redis_plan(identity: Identity, options: RedisOptions) -> Plan:
    """Give all that becomes of Redis."""
    server = Server(
        image=options.image_or(f"redis:{options.version}-alpine"),
        security=SECURITY,
        ports=(PORT,),
        probes=_probes(),
        volumes=(_storage(options).volume(DATA_DIRECTORY),),
        dns=options.replica_of is not None,
        args=_args(options),
        secrets=_secrets(options),
        files={"conf": ConfigFiles(mount_path=CONFIG_DIRECTORY, data={"redis.conf": redis_conf(options)})},
        exporter=_exporter(options),
        alerts=_alerts(identity, options),
        connection=_connection(identity, options),
        backup=options.backup,
        dump=_dump(identity, options),
    )
    return embedded(identity, options.model_copy(update={"storage": _storage(options)}), server)


def redis_conf(options: RedisOptions) -> str:
    """Give ``redis.conf``: one directive a line, without any secret."""
    directives: dict[str, str] = {
        "bind": "* -::*",
        # The password and the NetworkPolicy say who may connect.
        "protected-mode": "no",
        "port": str(PORT.container_port),
        "dir": DATA_DIRECTORY,
        "maxmemory-policy": options.eviction_policy,
        "appendonly": "yes" if options.persistence == "aof" else "no",
        "save": '""' if options.persistence == "none" else "3600 1 300 100 60 10000",
    }
    if (most := _max_memory(options)) is not None:
        directives["maxmemory"] = str(most)
    if options.replica_of is not None:
        directives["replicaof"] = f"{options.replica_of.host} {options.replica_of.port}"
        directives["replica-read-only"] = "yes"
    directives |= {name: str(value) for name, value in options.config.items()}
    return "".join(f"{name} {value}\n" for name, value in directives.items())


def _max_memory(options: RedisOptions) -> int | None:
    """Give the bytes that the data may take."""
    if options.max_memory is not None:
        return int(Quantity.parse(str(options.max_memory)).value)
    limit = options.resources.limit("memory")
    return None if limit is None else int(Quantity.parse(limit).value * 3 / 4)


def _args(options: RedisOptions) -> list[str]:
    """Give the arguments of the image's entrypoint; Kubernetes fills in the passwords, which no manifest shows."""
    args = [f"{CONFIG_DIRECTORY}/redis.conf"]
    if options.auth.active:
        args += ["--requirepass", f"$({_PASSWORD})"]
    if options.replica_of is not None and _primary_auth(options).active:
        args += ["--masterauth", f"$({_PRIMARY_PASSWORD})"]
    return args


def _primary_auth(options: RedisOptions) -> Password:
    own = options.replica_of.auth if options.replica_of is not None else None
    return own if own is not None else options.auth


def _secrets(options: RedisOptions) -> tuple[SecretRef, ...]:
    own = options.auth.reference(dict.fromkeys((_PASSWORD, _CLI_PASSWORD), options.auth.effective_password_key))
    if options.replica_of is None:
        return own
    primary = _primary_auth(options)
    return own + primary.reference({_PRIMARY_PASSWORD: primary.effective_password_key})


def _probes() -> Probes:
    """Ask the server, which answers with an error while it loads its data.

    A replica also loads while it runs, which is no reason to restart it: a connection is alive enough.
    """
    ping = ("redis-cli", "-e", "ping")
    return Probes(
        startup=Probe.run(*ping, period_seconds=5, timeout_seconds=5, failure_threshold=120),
        readiness=Probe.run(*ping, period_seconds=10, timeout_seconds=5),
        liveness=Probe.tcp(period_seconds=20, timeout_seconds=5),
    )


def _storage(options: RedisOptions) -> Storage:
    """Give the storage: a Redis that keeps nothing has no claim."""
    if options.persistence == "none" and options.storage.persistent:
        return Storage(size=options.storage.size, persistent=False)
    return options.storage


def _exporter(options: RedisOptions) -> Container | None:
    if not options.has_metrics:
        return None
    address = EnvVar(name="REDIS_ADDR", value=f"redis://localhost:{PORT.container_port}")
    return exporter(options.exporter, EXPORTER_IMAGE, EXPORTER_PORT, env=[address])


def _connection(identity: Identity, options: RedisOptions) -> Connection:
    return Connection(
        scheme="redis",
        host=options.service.name or identity.name,
        port=PORT.container_port,
        prefix="REDIS",
        secret=options.auth.secret if options.auth.active else None,
        password_key=options.auth.effective_password_key if options.auth.active else None,
    )


def _dump(identity: Identity, options: RedisOptions) -> Dump:
    host = options.service.name or identity.name
    return Dump(
        command=f'redis-cli -h {host} -p {PORT.container_port} -e --rdb "$file"',
        suffix=".rdb",
        image=options.image_or(f"redis:{options.version}-alpine"),
        security=SECURITY,
        secrets=options.auth.reference({_CLI_PASSWORD: options.auth.effective_password_key}),
        servers=Peer(pods=identity.selector, ports=(PORT.name,)),
    )


def _alerts(identity: Identity, options: RedisOptions) -> list[AlertRule]:
    alerts = [
        store_alert(
            identity,
            options,
            "Down",
            expr="redis_up{$scope} == 0",
            severity="critical",
            for_="2m",
            summary="does not answer its exporter",
            description="The exporter runs, but Redis beside it does not answer. Look at the logs of the pod.",
        ),
        store_alert(
            identity,
            options,
            "RejectsConnections",
            expr="increase(redis_rejected_connections_total{$scope}[10m]) > 0",
            for_="0s",
            summary="turns clients away",
            description="Clients were turned away over the last 10 minutes since maxclients was reached. Look for a "
            "client that opens connections and does not close them.",
        ),
    ]
    if _max_memory(options) is not None and options.eviction_policy == "noeviction":
        alerts.append(
            store_alert(
                identity,
                options,
                "MemoryAlmostFull",
                expr="redis_memory_used_bytes{$scope} / (redis_memory_max_bytes{$scope} > 0) > 0.9",
                for_="10m",
                summary="has used nearly all memory that it may use",
                description="Redis uses {{ $value | humanizePercentage }} of maxmemory; at the bound it refuses "
                "writes. Raise the memory limit, or find out which keys never expire.",
            )
        )
    if options.persistence != "none":
        alerts.append(
            store_alert(
                identity,
                options,
                "SavesFail",
                expr="redis_rdb_last_bgsave_status{$scope} == 0",
                severity="critical",
                for_="10m",
                summary="cannot write its data to the volume",
                description="The last snapshot failed, and Redis refuses writes until one succeeds. Look at the free "
                "space of the volume and at the memory limit.",
            )
        )
    if options.replica_of is not None:
        alerts.append(
            store_alert(
                identity,
                options,
                "ReplicationBroken",
                expr="redis_master_link_up{$scope} == 0",
                severity="critical",
                for_="5m",
                summary="does not follow its primary",
                description=f"The link to {options.replica_of.host} is down, and what is read here grows old.",
            )
        )
    return alerts
