from __future__ import annotations

import base64

from lumen_constructs.datastores.kafka_server import cluster_id, variable_of
from tests.datastores.samples import env_of, kafka, server_of, sidecar_of
from tests.options.reading import identity


def test_with_zookeeper_it_is_a_broker_alone() -> None:
    """With an address of ZooKeeper the broker has an ID there, and no role of a controller."""
    env = env_of(server_of(kafka(zookeeper="zookeeper:2181")))
    assert env["KAFKA_ZOOKEEPER_CONNECT"] == "zookeeper:2181"
    assert env["KAFKA_BROKER_ID"] == "1"
    assert "KAFKA_PROCESS_ROLES" not in env
    assert "CLUSTER_ID" not in env
    assert server_of(kafka())["image"] == "confluentinc/cp-kafka:7.9.1"


def test_without_zookeeper_it_is_its_own_controller() -> None:
    """Without ZooKeeper the node has both roles, and formats its storage with an ID of its own."""
    env = env_of(server_of(kafka()))
    assert env["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert env["KAFKA_CONTROLLER_QUORUM_VOTERS"] == "1@127.0.0.1:9093"
    assert "KAFKA_ZOOKEEPER_CONNECT" not in env
    assert "CONTROLLER://127.0.0.1:9093" in env["KAFKA_LISTENERS"]
    assert env["CLUSTER_ID"] == cluster_id(identity("kafka"))


def test_the_cluster_id_is_one_that_kafka_reads() -> None:
    """The ID is 16 bytes in the alphabet of URLs, stays the same, and starts like no option."""
    ids = {cluster_id(identity(name)) for name in ("kafka", "other")}
    assert len(ids) == 2
    for one in ids:
        assert len(one) == 22
        assert base64.urlsafe_b64encode(base64.urlsafe_b64decode(f"{one}==")).decode() == f"{one}=="
        assert not one.startswith("-")


def test_clients_get_the_name_of_the_service() -> None:
    """The broker tells clients the Service's name, and talks to itself within the pod."""
    env = env_of(server_of(kafka(service={"name": "events"})))
    assert env["KAFKA_ADVERTISED_LISTENERS"] == "CLIENT://events:9092,INTERNAL://127.0.0.1:9094"
    assert env["KAFKA_INTER_BROKER_LISTENER_NAME"] == "INTERNAL"
    assert env_of(server_of(kafka()))["KAFKA_ADVERTISED_LISTENERS"].startswith("CLIENT://kafka:9092")


def test_the_data_lies_below_the_mount() -> None:
    """Kafka refuses directories that are no partitions, such as lost+found in the root of a file system."""
    server = server_of(kafka())
    (mount,) = [mount for mount in server["volumeMounts"] if mount["name"] == "data"]
    assert env_of(server)["KAFKA_LOG_DIRS"].startswith(f"{mount['mountPath']}/")


def test_settings_become_variables() -> None:
    """A setting becomes the variable that the image's entrypoint turns back into it."""
    assert variable_of("log.dirs") == "KAFKA_LOG_DIRS"
    assert variable_of("a.b-c_d") == "KAFKA_A_B___C__D"
    env = env_of(server_of(kafka(config={"auto.create.topics.enable": False, "log.retention.hours": 24})))
    assert env["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert env["KAFKA_LOG_RETENTION_HOURS"] == "24"
    assert env["KAFKA_DEFAULT_REPLICATION_FACTOR"] == "1"
    assert env_of(server_of(kafka(config={"num.partitions": 3})))["KAFKA_NUM_PARTITIONS"] == "3"


def test_the_tools_of_the_probe_have_a_small_heap() -> None:
    """The broker has half of the limit, and the probe's tool a heap that fits beside it."""
    server = server_of(kafka())
    assert env_of(server)["KAFKA_HEAP_OPTS"] == "-Xms512m -Xmx512m"
    *_, asked = server["startupProbe"]["exec"]["command"]
    assert asked.startswith("KAFKA_HEAP_OPTS=-Xmx64m exec kafka-broker-api-versions ")


def test_the_exporter_asks_the_broker_beside_it() -> None:
    """The exporter connects within the pod, so that no policy and no Service is in between."""
    assert sidecar_of(kafka(metrics={}))["args"] == ["--kafka.server=127.0.0.1:9094"]
