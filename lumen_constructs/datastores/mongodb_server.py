"""MongoDB on one node, as plain bodies: its configuration, its probes, its dump."""

from __future__ import annotations

import json
from typing import Any

from lumen_constructs.datastores.backups import Dump
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.embedded import Server, embedded
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.watching import exporter, store_alert
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.mongodb import MongoDBOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.image import Image
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.workloads.identity import Identity

EXPORTER_IMAGE = "percona/mongodb_exporter:0.43.1"
EXPORTER_PORT = 9216
PORT = Port(name="mongodb", container_port=27017)
CONFIG_DIRECTORY = "/etc/mongod"
#: What a file system keeps in its root is in nobody's way: mongod reads the files that it knows.
DATA_DIRECTORY = "/data/db"
#: User and group of the official image, and where it writes beside the data.
SECURITY = SecurityContext(run_as_user=999, writable_paths=("/tmp", "/data/configdb"))  # noqa: S108  # a path in the container
#: Names of the variables by which the image's entrypoint learns of its first user.
_USERNAME, _PASSWORD = "MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"


def embedded_mongodb(identity: Identity, options: MongoDBOptions) -> Plan:
    """Give all that becomes of MongoDB on one node."""
    host = options.service.name or identity.name
    server = Server(
        image=image(options),
        security=SECURITY,
        ports=(PORT,),
        probes=_probes(),
        volumes=(options.storage.volume(DATA_DIRECTORY),),
        dns=False,
        args=["--config", f"{CONFIG_DIRECTORY}/mongod.conf"] if options.config else [],
        env=_env(options),
        secrets=credentials(options),
        files=_files(options),
        exporter=mongodb_exporter(options) if options.has_metrics else None,
        alerts=mongodb_alerts(identity, options),
        connection=connection(options, host),
        backup=options.backup,
        dump=dump(options, host, identity.selector),
    )
    return embedded(identity, options, server)


def image(options: MongoDBOptions) -> Image:
    """Give the official image, which also has the dump program."""
    return options.image_or(f"mongo:{options.version}")


def credentials(options: MongoDBOptions) -> tuple[SecretRef, ...]:
    """Give the Secret with the user, under the names that the image's entrypoint knows."""
    keys = {_PASSWORD: options.auth.effective_password_key}
    if (key := options.auth.effective_username_key) is not None:
        keys[_USERNAME] = key
    return options.auth.reference(keys)


def username_env(options: MongoDBOptions) -> list[EnvVar]:
    """Give the user's name as a variable, where it is no key."""
    if not options.auth.active or options.auth.effective_username_key is not None:
        return []
    return [EnvVar(name=_USERNAME, value=options.username)]


def _env(options: MongoDBOptions) -> list[EnvVar]:
    # The image's own HOME is the data directory, where mongosh of a probe would leave its files.
    return [*username_env(options), EnvVar(name="HOME", value="/tmp")]  # noqa: S108  # a path in the container


def _files(options: MongoDBOptions) -> dict[str, ConfigFiles]:
    if not options.config:
        return {}
    return {"conf": ConfigFiles(mount_path=CONFIG_DIRECTORY, data={"mongod.conf": mongod_conf(options)})}


def mongod_conf(options: MongoDBOptions) -> str:
    """Give ``mongod.conf``: YAML, of which JSON is a part."""
    tree: dict[str, Any] = {}
    for setting, value in options.config.items():
        *parents, name = setting.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = value
    return json.dumps(tree, indent=2, sort_keys=True) + "\n"


def _probes() -> Probes:
    """Ask the server at the pod's own name: while the entrypoint makes the first user, only localhost answers.

    The shell that asks is heavy, so that it asks seldom and has time; a connection is alive enough.
    """
    ping = 'exec mongosh --norc --quiet --host "$HOSTNAME" --eval "quit(db.adminCommand({ping: 1}).ok ? 0 : 1)"'
    command = ("sh", "-c", ping)
    return Probes(
        startup=Probe.run(*command, period_seconds=20, timeout_seconds=20, failure_threshold=30),
        readiness=Probe.run(*command, period_seconds=30, timeout_seconds=20),
        liveness=Probe.tcp(period_seconds=20, timeout_seconds=5),
    )


def mongodb_exporter(options: MongoDBOptions) -> Container:
    """Give the exporter, which asks the server beside it alone."""
    env = [
        EnvVar(name="MONGODB_URI", value=f"mongodb://localhost:{PORT.container_port}/admin?directConnection=true"),
    ]
    if options.auth.active:
        env += [
            *username_env(options),
            EnvVar(name="MONGODB_USER", value=f"$({_USERNAME})"),
            EnvVar(name="MONGODB_PASSWORD", value=f"$({_PASSWORD})"),
        ]
    collectors = ["--collector.diagnosticdata", "--collector.dbstats", "--compatible-mode"]
    if options.mode == "operator":
        collectors.append("--collector.replicasetstatus")
    return exporter(options.exporter, EXPORTER_IMAGE, EXPORTER_PORT, args=collectors, env=env)


def connection(options: MongoDBOptions, host: str, **parameters: str) -> Connection:
    """Give the connection settings; the user is known to the database ``admin``."""
    active = options.auth.active
    return Connection(
        scheme="mongodb",
        host=host,
        port=PORT.container_port,
        prefix="MONGODB",
        database=options.database,
        parameters={**({"authSource": "admin"} if active else {}), **parameters},
        secret=options.auth.secret if active else None,
        username=options.username if active and options.auth.effective_username_key is None else None,
        username_key=options.auth.effective_username_key if active else None,
        password_key=options.auth.effective_password_key if active else None,
    )


def dump(options: MongoDBOptions, host: str, pods: dict[str, str], replica_set: str | None = None) -> Dump:
    """Give the dump: of a replica set with its log, so that it is one moment's."""
    address = f"{replica_set}/{host}:{PORT.container_port}" if replica_set else f"{host}:{PORT.container_port}"
    command = f'mongodump --host "{address}" --gzip --archive="$file"'
    if replica_set:
        command += " --oplog --readPreference=secondaryPreferred"
    if options.auth.active:
        command += f' --username "${_USERNAME}" --password "${_PASSWORD}" --authenticationDatabase admin'
    return Dump(
        command=command,
        suffix=".archive.gz",
        image=image(options),
        security=SECURITY,
        secrets=credentials(options),
        env=tuple(username_env(options)),
        servers=Peer(pods=pods, ports=(PORT.container_port,)),
    )


def mongodb_alerts(identity: Identity, options: MongoDBOptions) -> list[AlertRule]:
    """Give the alerts on what the exporter tells."""
    return [
        store_alert(
            identity,
            options,
            "Down",
            expr="mongodb_up{$scope} == 0",
            severity="critical",
            for_="2m",
            summary="does not answer its exporter",
            description="The exporter of pod {{ $labels.pod }} runs, but mongod beside it does not answer, or refuses "
            "the user. Look at the logs of the pod.",
        ),
        store_alert(
            identity,
            options,
            "ConnectionsAlmostExhausted",
            expr='mongodb_connections{$scope,state="current"}'
            ' / ignoring (state) (mongodb_connections{$scope,state="current"}'
            ' + ignoring (state) mongodb_connections{$scope,state="available"}) > 0.8',
            for_="10m",
            summary="has few connections left",
            description="Clients hold {{ $value | humanizePercentage }} of the connections that pod {{ $labels.pod }} "
            "can have. Look for a client without a connection pool.",
        ),
    ]
