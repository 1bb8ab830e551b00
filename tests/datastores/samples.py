"""The data stores that the tests of this package look at, read as from a values file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lumen_constructs.datastores.kafka_operator import operated_kafka
from lumen_constructs.datastores.kafka_server import embedded_kafka
from lumen_constructs.datastores.mongodb_operator import operated_mongodb
from lumen_constructs.datastores.mongodb_server import embedded_mongodb
from lumen_constructs.datastores.plan import Body, Plan
from lumen_constructs.datastores.postgresql_operator import operated_postgresql
from lumen_constructs.datastores.postgresql_server import embedded_postgresql
from lumen_constructs.datastores.redis_server import redis_plan
from lumen_constructs.datastores.zookeeper_server import zookeeper_plan
from lumen_constructs.options.datastores.kafka import KafkaOptions
from lumen_constructs.options.datastores.mongodb import MongoDBOptions
from lumen_constructs.options.datastores.postgresql import PostgreSQLOptions
from lumen_constructs.options.datastores.redis import RedisOptions
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.options.datastores.zookeeper import ZooKeeperOptions
from lumen_constructs.workloads.identity import Identity
from tests.options.reading import identity, read

RESOURCES = {"cpu": "100m:500m", "memory": "512Mi:1Gi"}
PASSWORD = {"secret": {"name": "shop-redis", "keys": ["REDIS_PASSWORD"]}}
USER = {"secret": {"name": "shop-db", "keys": ["username", "password"]}}
ROOT = {"secret": {"name": "shop-mongodb", "keys": ["rootPassword"]}}
#: Options that every store has; with all of them, each store makes every kind of object that it can make.
EVERYTHING: Mapping[str, Any] = {"metrics": {}, "labels": {"team": "shop"}, "podAnnotations": {"example.com/a": "b"}}


def redis_options(**data: Any) -> RedisOptions:
    """Read a Redis with a password."""
    return read(RedisOptions, {"resources": RESOURCES, "auth": PASSWORD, **data})


def mongodb_options(**data: Any) -> MongoDBOptions:
    """Read a MongoDB with a user."""
    return read(MongoDBOptions, {"resources": RESOURCES, "auth": ROOT, **data})


def postgresql_options(**data: Any) -> PostgreSQLOptions:
    """Read a PostgreSQL with a user."""
    return read(PostgreSQLOptions, {"resources": RESOURCES, "auth": USER, **data})


def kafka_options(**data: Any) -> KafkaOptions:
    """Read a Kafka."""
    return read(KafkaOptions, {"resources": RESOURCES, **data})


def zookeeper_options(**data: Any) -> ZooKeeperOptions:
    """Read a ZooKeeper."""
    return read(ZooKeeperOptions, {"resources": RESOURCES, **data})


def who(name: str, options: DataStoreOptions) -> Identity:
    """Give the identity of a store, as its construct makes it."""
    return replace(identity(name), component=options.component or name, extra=options.labels)


def redis(**data: Any) -> Plan:
    """Give what becomes of a Redis."""
    options = redis_options(**data)
    return redis_plan(who("redis", options), options)


def mongodb(**data: Any) -> Plan:
    """Give what becomes of a MongoDB, in either form."""
    options = mongodb_options(**data)
    plan = operated_mongodb if options.mode == "operator" else embedded_mongodb
    return plan(who("mongodb", options), options)


def postgresql(**data: Any) -> Plan:
    """Give what becomes of a PostgreSQL, in either form."""
    options = postgresql_options(**data)
    plan = operated_postgresql if options.mode == "operator" else embedded_postgresql
    return plan(who("postgresql", options), options)


def kafka(**data: Any) -> Plan:
    """Give what becomes of a Kafka, in either form."""
    options = kafka_options(**data)
    plan = operated_kafka if options.mode == "operator" else embedded_kafka
    return plan(who("kafka", options), options)


def zookeeper(**data: Any) -> Plan:
    """Give what becomes of a ZooKeeper."""
    options = zookeeper_options(**data)
    return zookeeper_plan(who("zookeeper", options), options)


def embedded_plans() -> dict[str, Plan]:
    """Give every store in its embedded form, with everything that it can have."""
    replica = {"host": "redis-master"}
    return {
        "redis": redis(**EVERYTHING, backup={}),
        "redis replica": redis(**EVERYTHING, replicaOf=replica, persistence="rdb"),
        "redis cache": redis(metrics={}, persistence="none", evictionPolicy="allkeys-lru", auth={"enabled": False}),
        "mongodb": mongodb(**EVERYTHING, backup={}, config={"net.maxIncomingConnections": 500}),
        "mongodb without users": mongodb(auth={"enabled": False}),
        "postgresql": postgresql(**EVERYTHING, backup={}, databases=["reports"]),
        "postgresql without passwords": postgresql(auth={"enabled": False}),
        "kafka": kafka(**EVERYTHING, zookeeper="zookeeper:2181"),
        "kafka without zookeeper": kafka(**EVERYTHING),
        "zookeeper": zookeeper(**EVERYTHING),
    }


def operated_plans() -> dict[str, Plan]:
    """Give every store that an operator runs, with everything that it can have."""
    user = {**ROOT, "username": "shop"}
    three = {**EVERYTHING, "mode": "operator", "replicas": 3}
    snapshots = {"scheduledBackup": {"snapshotClass": "csi"}}
    topics = {"carts": {"partitions": 3, "config": {"retention.ms": 1000}}}
    placed = {
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "data", "operator": "Exists"}],
        "priorityClassName": "data",
    }
    return {
        "mongodb": mongodb(**three, auth=user, backup={}, config={"net.maxIncomingConnections": 500}),
        "postgresql": postgresql(**three, **snapshots, backup={}, owner="shop", scheduling=placed),
        "postgresql of one": postgresql_of_the_operator(
            scheduledBackup={"objectStore": "backups"}, storage={"storageClass": "fast"}
        ),
        "kafka": kafka(**three, topics=topics, scheduling=placed, storage={"storageClass": "fast"}),
    }


def postgresql_of_the_operator(**data: Any) -> Plan:
    """Give what becomes of a PostgreSQL whose user the operator makes."""
    options = read(PostgreSQLOptions, {"resources": RESOURCES, "mode": "operator", **data})
    return operated_postgresql(who("postgresql", options), options)


def bodies_of(plan: Plan, kind: str) -> list[Body]:
    """Give the bodies of one kind."""
    return [body for body in plan.bodies.values() if body["kind"] == kind]


def body_of(plan: Plan, kind: str, name: str | None = None) -> Body:
    """Give the one body of a kind, and of a name where several have the kind."""
    found = [body for body in bodies_of(plan, kind) if name is None or body["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} bodies are a {kind} {name or ''}"
    return found[0]


def pod_spec_of(plan: Plan) -> Body:
    """Give the pod spec of the store's StatefulSet."""
    spec: Body = plan.bodies["Resource"]["spec"]["template"]["spec"]
    return spec


def server_of(plan: Plan) -> Body:
    """Give the server's container."""
    container: Body = pod_spec_of(plan)["containers"][0]
    return container


def sidecar_of(plan: Plan) -> Body:
    """Give the exporter's container."""
    (container,) = [one for one in pod_spec_of(plan)["containers"] if one["name"] == "exporter"]
    found: Body = container
    return found


def env_of(container: Body) -> dict[str, Any]:
    """Give a container's variables: the value, or the Secret and key that it comes from."""
    found: dict[str, Any] = {}
    for entry in container["env"]:
        reference = entry.get("valueFrom", {}).get("secretKeyRef")
        found[entry["name"]] = entry["value"] if reference is None else (reference["name"], reference["key"])
    return found
