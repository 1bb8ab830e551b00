"""PostgreSQL on one node, as plain bodies: its parameters, its probes, its dump."""

from __future__ import annotations

from lumen_constructs.datastores.backups import Dump
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.embedded import Server, embedded
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.watching import exporter, store_alert
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.credentials import Credentials
from lumen_constructs.options.datastores.postgresql import PostgreSQLOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.volumes import EmptyDir, Volume
from lumen_constructs.quantities import Quantity
from lumen_constructs.workloads.identity import Identity

EXPORTER_IMAGE = "prometheuscommunity/postgres-exporter:v0.16.0"
EXPORTER_PORT = 9187
PORT = Port(name="postgresql", container_port=5432)
MOUNT = "/var/lib/postgresql/data"
#: Below the mount, since the server wants an empty directory of its own, and a file system keeps things in its root.
DATA_DIRECTORY = f"{MOUNT}/pgdata"
#: Where the image's entrypoint finds what is run when the server starts for the first time.
INIT_DIRECTORY = "/docker-entrypoint-initdb.d"
#: User and group of the official image, where it is built on Alpine, and where it writes beside the data.
SECURITY = SecurityContext(run_as_user=70, writable_paths=("/tmp", "/var/run/postgresql"))  # noqa: S108  # a path in the container
_LEAST_SHARED = 64
_USERNAME, _PASSWORD = "POSTGRES_USER", "POSTGRES_PASSWORD"


def embedded_postgresql(identity: Identity, options: PostgreSQLOptions) -> Plan:
    """Give all that becomes of PostgreSQL on one node."""
    host = options.service.name or identity.name
    server = Server(
        image=options.image_or(f"postgres:{options.version}-alpine"),
        security=SECURITY,
        ports=(PORT,),
        probes=_probes(),
        volumes=(
            options.storage.volume(MOUNT),
            _shared_memory(options),
        ),
        dns=False,
        args=_args(options),
        env=_env(options),
        secrets=_secrets(options),
        files=_files(options),
        exporter=_exporter(options),
        alerts=_alerts(identity, options),
        connection=_connection(options, host),
        backup=options.backup,
        dump=_dump(identity, options, host),
    )
    return embedded(identity, options, server)


def _shared_memory(options: PostgreSQLOptions) -> Volume:
    """Give the memory that parallel queries share: a container's own has 64 MiB; the limit holds for it too."""
    limit = options.resources.limit("memory")
    size = max(_LEAST_SHARED, int(Quantity.parse(limit).value / 4 / 1024**2)) if limit is not None else _LEAST_SHARED
    return Volume(
        name="shared-memory",
        mount_path="/dev/shm",  # noqa: S108  # a path in the container
        empty_dir=EmptyDir(medium="Memory", size_limit=f"{size}Mi"),
    )


def parameters(options: PostgreSQLOptions) -> dict[str, str]:
    """Give the server's parameters: what follows from the memory, and what was given."""
    computed: dict[str, str] = {}
    if (limit := options.resources.limit("memory")) is not None:
        most = Quantity.parse(options.resources.request("memory") or limit).value
        computed["shared_buffers"] = f"{int(min(Quantity.parse(limit).value / 4, most) / 1024)}kB"
    given = {name: _parameter(value) for name, value in options.config.items()}
    return computed | given


def _parameter(value: str | int | bool) -> str:  # noqa: FBT001  # a value, not a switch
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _args(options: PostgreSQLOptions) -> list[str]:
    """Give the arguments of the image's entrypoint; Kubernetes would fill in a ``$(``, so that it is doubled."""
    settings = [f"{name}={value}".replace("$(", "$$(") for name, value in parameters(options).items()]
    return ["postgres", *(part for setting in settings for part in ("-c", setting))]


def _auth(options: PostgreSQLOptions) -> Credentials:
    return options.auth if options.auth is not None else Credentials(enabled=False)


def _secrets(options: PostgreSQLOptions) -> tuple[SecretRef, ...]:
    auth = _auth(options)
    keys = {_PASSWORD: auth.effective_password_key}
    if (key := auth.effective_username_key) is not None:
        keys[_USERNAME] = key
    return auth.reference(keys)


def _username_env(options: PostgreSQLOptions) -> list[EnvVar]:
    known = _auth(options).active and _auth(options).effective_username_key is not None
    return [] if known else [EnvVar(name=_USERNAME, value=options.username)]


def _env(options: PostgreSQLOptions) -> list[EnvVar]:
    trusting = [] if _auth(options).active else [EnvVar(name="POSTGRES_HOST_AUTH_METHOD", value="trust")]
    return [
        *_username_env(options),
        EnvVar(name="POSTGRES_DB", value=options.database),
        EnvVar(name="PGDATA", value=DATA_DIRECTORY),
        EnvVar(name="POSTGRES_INITDB_ARGS", value="--data-checksums --encoding=UTF8"),
        *trusting,
    ]


def _files(options: PostgreSQLOptions) -> dict[str, ConfigFiles]:
    if not options.databases:
        return {}
    return {"init": ConfigFiles(mount_path=INIT_DIRECTORY, data={"databases.sql": databases_sql(options)})}


def databases_sql(options: PostgreSQLOptions) -> str:
    """Give the SQL that makes the further databases; the image's entrypoint runs it once, as their owner."""
    return "".join(f'CREATE DATABASE "{name}";\n' for name in options.databases)


def _probes() -> Probes:
    """Ask the server by TCP: while the entrypoint makes user and databases, it answers at its socket alone."""
    port = PORT.container_port
    ready = f'exec pg_isready --quiet --host 127.0.0.1 --port {port} -U "$POSTGRES_USER" -d "$POSTGRES_DB"'
    command = ("sh", "-c", ready)
    return Probes(
        startup=Probe.run(*command, period_seconds=5, timeout_seconds=5, failure_threshold=120),
        readiness=Probe.run(*command, period_seconds=10, timeout_seconds=5),
        liveness=Probe.tcp(period_seconds=20, timeout_seconds=5),
    )


def _exporter(options: PostgreSQLOptions) -> Container | None:
    if not options.has_metrics:
        return None
    address = f"localhost:{PORT.container_port}/{options.database}?sslmode=disable"
    env = [
        *_username_env(options),
        EnvVar(name="DATA_SOURCE_URI", value=address),
        EnvVar(name="DATA_SOURCE_USER", value=f"$({_USERNAME})"),
    ]
    if _auth(options).active:
        env.append(EnvVar(name="DATA_SOURCE_PASS", value=f"$({_PASSWORD})"))
    return exporter(options.exporter, EXPORTER_IMAGE, EXPORTER_PORT, env=env)


def _connection(options: PostgreSQLOptions, host: str) -> Connection:
    auth = _auth(options)
    return Connection(
        scheme="postgresql",
        host=host,
        port=PORT.container_port,
        prefix="DATABASE",
        database=options.database,
        secret=auth.secret if auth.active else None,
        username=options.username if auth.effective_username_key is None else None,
        username_key=auth.effective_username_key if auth.active else None,
        password_key=auth.effective_password_key if auth.active else None,
    )


def _dump(identity: Identity, options: PostgreSQLOptions, host: str) -> Dump:
    return Dump(
        command=(
            f'export PGUSER="$POSTGRES_USER" PGPASSWORD="${{{_PASSWORD}:-}}"\n'
            f"pg_dumpall --host {host} --port {PORT.container_port} --clean --if-exists"
            f' --database {options.database} --file "$file.sql"\n'
            'gzip -c "$file.sql" > "$file"\n'
            'rm "$file.sql"'
        ),
        suffix=".sql.gz",
        image=options.image_or(f"postgres:{options.version}-alpine"),
        security=SECURITY,
        secrets=_secrets(options),
        env=tuple(_username_env(options)),
        servers=Peer(pods=identity.selector, ports=(PORT.name,)),
    )


def _alerts(identity: Identity, options: PostgreSQLOptions) -> list[AlertRule]:
    return [
        store_alert(
            identity,
            options,
            "Down",
            expr="pg_up{$scope} == 0",
            severity="critical",
            for_="2m",
            summary="does not answer its exporter",
            description="The exporter runs, but PostgreSQL beside it does not answer, or refuses the user. Look at the "
            "logs of the pod.",
        ),
        store_alert(
            identity,
            options,
            "ConnectionsAlmostExhausted",
            expr="sum(pg_stat_activity_count{$scope}) / max(pg_settings_max_connections{$scope}) > 0.9",
            for_="10m",
            summary="has few connections left",
            description="Clients hold {{ $value | humanizePercentage }} of max_connections; at the bound new ones are "
            "refused. Look for a client without a connection pool, or raise max_connections.",
        ),
        store_alert(
            identity,
            options,
            "Deadlocks",
            expr="sum by (datname) (increase(pg_stat_database_deadlocks{$scope}[15m])) > 5",
            for_="0s",
            summary="ends transactions that wait for each other",
            description='Database {{ $labels.datname }} had {{ $value | printf "%.0f" }} deadlocks in 15 minutes. The '
            "server's log names the statements.",
        ),
    ]
