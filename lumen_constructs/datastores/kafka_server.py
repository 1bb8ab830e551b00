"""Kafka on one node, with ZooKeeper or without, as plain bodies: its settings and its probes."""

from __future__ import annotations

import base64
import hashlib

from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.embedded import Server, embedded
from lumen_constructs.datastores.java import heap_mebibytes
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.watching import exporter, store_alert
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.kafka import KafkaOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.workloads.identity import Identity

EXPORTER_IMAGE = "danielqsj/kafka-exporter:v1.9.0"
EXPORTER_PORT = 9308
PORT = Port(name="kafka", container_port=9092)
#: The broker's own listener, which its probes and the exporter use too: it is bound to the pod itself.
INTERNAL_PORT = 9094
_CONTROLLER_PORT = 9093
MOUNT = "/var/lib/kafka/data"
#: Below the mount: Kafka takes every directory for a partition, also one that a file system keeps in its root.
DATA_DIRECTORY = f"{MOUNT}/logs"
#: User and group of the image, and where its entrypoint writes.
SECURITY = SecurityContext(
    run_as_user=1000,
    writable_paths=("/tmp", "/etc/kafka", "/var/log/kafka"),  # noqa: S108  # paths in the container
)


def embedded_kafka(identity: Identity, options: KafkaOptions) -> Plan:
    """Give all that becomes of Kafka on one node."""
    host = options.service.name or identity.name
    server = Server(
        image=options.image_or(f"confluentinc/cp-kafka:{options.version}"),
        security=SECURITY,
        ports=(PORT,),
        probes=_probes(),
        volumes=(options.storage.volume(MOUNT),),
        dns=options.zookeeper is not None,
        env=[EnvVar(name=name, value=value) for name, value in environment(identity, options, host).items()],
        exporter=_exporter(options),
        alerts=kafka_alerts(identity, options),
        connection=connection(host),
    )
    return embedded(identity, options, server)


def connection(host: str) -> Connection:
    """Give the connection settings: clients take the address of one broker, and learn of the others."""
    return Connection(scheme=None, host=host, port=PORT.container_port, prefix="KAFKA", url_name="BROKERS")


def environment(identity: Identity, options: KafkaOptions, host: str) -> dict[str, str]:
    """Give the variables of which the image's entrypoint makes the broker's settings."""
    settings: dict[str, str] = {
        # One node keeps one copy of everything.
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        **{name: _setting(value) for name, value in options.config.items()},
        **_listeners(options, host),
        "log.dirs": DATA_DIRECTORY,
    }
    variables = {variable_of(name): value for name, value in settings.items()}
    if options.zookeeper is None:
        variables["CLUSTER_ID"] = cluster_id(identity)
    if (heap := heap_mebibytes(options.resources)) is not None:
        variables["KAFKA_HEAP_OPTS"] = f"-Xms{heap}m -Xmx{heap}m"
    return variables | {"LOG_DIR": "/var/log/kafka"}


def _listeners(options: KafkaOptions, host: str) -> dict[str, str]:
    listeners = f"CLIENT://0.0.0.0:{PORT.container_port},INTERNAL://127.0.0.1:{INTERNAL_PORT}"
    advertised = f"CLIENT://{host}:{PORT.container_port},INTERNAL://127.0.0.1:{INTERNAL_PORT}"
    protocols = "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT"
    shared = {"advertised.listeners": advertised, "inter.broker.listener.name": "INTERNAL"}
    if options.zookeeper is not None:
        return shared | {
            "listeners": listeners,
            "listener.security.protocol.map": protocols,
            "zookeeper.connect": options.zookeeper,
            "broker.id": "1",
        }
    return shared | {
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{_CONTROLLER_PORT}",
        "listener.security.protocol.map": f"{protocols},CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@127.0.0.1:{_CONTROLLER_PORT}",
        "process.roles": "broker,controller",
        "node.id": "1",
    }


def _setting(value: str | int | bool) -> str:  # noqa: FBT001  # a value, not a switch
    return str(value).lower() if isinstance(value, bool) else str(value)


def variable_of(setting: str) -> str:
    """Give the variable of which the image's entrypoint makes a setting: ``log.dirs`` is ``KAFKA_LOG_DIRS``."""
    return "KAFKA_" + setting.replace("_", "__").replace("-", "___").replace(".", "_").upper()


def cluster_id(identity: Identity) -> str:
    """Give the ID with which the storage is formatted: the same for ever, another one for each Kafka."""
    name = f"{identity.context.namespace}/{identity.name}"
    # A leading '-' would be taken for an option.
    return "k" + base64.urlsafe_b64encode(hashlib.sha256(name.encode()).digest()[:16]).decode()[1:22]


def _probes() -> Probes:
    """Ask the broker once, when it starts: its tools are a Java machine each, too heavy to ask again and again."""
    tool = f"kafka-broker-api-versions --bootstrap-server 127.0.0.1:{INTERNAL_PORT}"
    asked = f"KAFKA_HEAP_OPTS=-Xmx64m exec {tool} > /dev/null"
    connected = Probe.tcp(period_seconds=10, timeout_seconds=5)
    return Probes(
        startup=Probe.run("sh", "-c", asked, period_seconds=20, timeout_seconds=20, failure_threshold=30),
        readiness=connected,
        liveness=connected.model_copy(update={"period_seconds": 20}),
    )


def _exporter(options: KafkaOptions) -> Container | None:
    if not options.has_metrics:
        return None
    server = f"--kafka.server=127.0.0.1:{INTERNAL_PORT}"
    return exporter(options.exporter, EXPORTER_IMAGE, EXPORTER_PORT, args=[server])


def kafka_alerts(identity: Identity, options: KafkaOptions) -> list[AlertRule]:
    """Give the alerts on what the exporter tells; Strimzi's is the same program."""
    return [
        store_alert(
            identity,
            options,
            "BrokersMissing",
            expr=f"max(kafka_brokers{{$scope}}) < {options.replicas} or absent(kafka_brokers{{$scope}})",
            severity="critical" if options.replicas == 1 else "warning",
            for_="10m",
            summary="has fewer brokers than wanted",
            description=f"Fewer than {options.replicas} brokers belong to the cluster. Look at the logs of the pods.",
        ),
        store_alert(
            identity,
            options,
            "PartitionsUnderReplicated",
            expr="sum(kafka_topic_partition_under_replicated_partition{$scope}) > 0",
            for_="15m",
            summary="keeps too few copies of some partitions",
            description='{{ $value | printf "%.0f" }} partitions have fewer copies in step than they should. A broker '
            "is down or slow.",
        ),
        store_alert(
            identity,
            options,
            "PartitionsWithoutLeader",
            expr="count(kafka_topic_partition_leader{$scope} < 0) > 0",
            severity="critical",
            for_="5m",
            summary="has partitions that nobody serves",
            description='{{ $value | printf "%.0f" }} partitions have no leader: nothing can be written to them or '
            "read from them.",
        ),
    ]
