from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.configuration.claims import KEEP
from tests.datastores.restricted import violations
from tests.datastores.samples import body_of, kafka


def spec(**data: Any) -> dict[str, Any]:
    """Give the spec of a cluster."""
    found: dict[str, Any] = kafka(mode="operator", **data).bodies["Resource"]["spec"]
    return found


@pytest.mark.parametrize(("nodes", "copies", "least"), [(1, 1, 1), (3, 3, 2), (5, 3, 2)])
def test_copies_follow_the_nodes(nodes: int, copies: int, least: int) -> None:
    """There are three copies of everything where there are three nodes, and writes survive the loss of one."""
    config = spec(replicas=nodes)["kafka"]["config"]
    assert config["default.replication.factor"] == config["offsets.topic.replication.factor"] == copies
    assert config["min.insync.replicas"] == config["transaction.state.log.min.isr"] == least
    assert spec(config={"min.insync.replicas": 1})["kafka"]["config"]["min.insync.replicas"] == 1


def test_every_node_is_broker_and_controller() -> None:
    """The pool belongs to the cluster, has both roles, and keeps its volumes."""
    plan = kafka(mode="operator", replicas=3, storage={"size": "50Gi", "storageClass": "fast"})
    pool = body_of(plan, "KafkaNodePool")
    assert pool["metadata"]["labels"]["strimzi.io/cluster"] == "kafka"
    assert KEEP.items() <= pool["metadata"]["annotations"].items()
    assert (pool["spec"]["replicas"], pool["spec"]["roles"]) == (3, ["controller", "broker"])
    (volume,) = pool["spec"]["storage"]["volumes"]
    assert (volume["size"], volume["class"], volume["deleteClaim"]) == ("50Gi", "fast", False)
    assert pool["spec"]["jvmOptions"] == {"-Xms": "512m", "-Xmx": "512m"}


def test_the_version_is_the_operators_unless_it_is_given() -> None:
    """Embedded's version of the image says nothing here."""
    assert "version" not in spec()["kafka"]
    assert spec(version="4.0.0")["kafka"]["version"] == "4.0.0"


def test_clients_stand_in_the_listener() -> None:
    """The operator makes the policy of the listener's peers, among whom the brokers always are."""
    plan = kafka(mode="operator", network={"ingress": [{"namespace": "admin"}]})
    (listener,) = plan.bodies["Resource"]["spec"]["kafka"]["listeners"]
    assert (listener["name"], listener["port"], listener["type"]) == ("clients", 9092, "internal")
    assert listener["networkPolicyPeers"] == [
        {"podSelector": {"matchLabels": dict(plan.pods)}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "admin"}}},
    ]
    assert plan.clients is not None
    assert plan.ports[0].name == f"tcp-{listener['name']}"


def test_topics_bring_the_operator_of_topics() -> None:
    """A topic is a resource of the cluster, kept, with as many copies as there can be."""
    topics = {"counts": {"partitions": 3, "config": {"retention.ms": 1000}}, "small": {"replicas": 1}}
    plan = kafka(mode="operator", replicas=3, topics=topics)
    counts = body_of(plan, "KafkaTopic", "counts")
    assert counts["spec"] == {"partitions": 3, "replicas": 3, "config": {"retention.ms": 1000}}
    assert counts["metadata"]["labels"]["strimzi.io/cluster"] == "kafka"
    assert KEEP.items() <= counts["metadata"]["annotations"].items()
    assert body_of(plan, "KafkaTopic", "small")["spec"]["replicas"] == 1
    assert "topicOperator" in plan.bodies["Resource"]["spec"]["entityOperator"]
    assert "entityOperator" not in spec()


def test_every_pod_of_the_operator_passes_restricted() -> None:
    """Brokers, operator of topics and exporter get what "restricted" asks for."""
    made = spec(topics={"counts": {}}, metrics={})
    templates = [
        (made["kafka"]["template"], "kafkaContainer"),
        (made["entityOperator"]["template"], "topicOperatorContainer"),
        (made["kafkaExporter"]["template"], "container"),
    ]
    for template, name in templates:
        container = {"name": name, **template[name]}
        assert list(violations({**template["pod"], "containers": [container]})) == []
        assert template["pod"]["enableServiceLinks"] is False


def test_scheduling_reaches_the_brokers() -> None:
    """Nodes, taints, priority, spread and the time to stop are the brokers'; pods beside them have no spread."""
    made = spec(
        replicas=3,
        metrics={},
        scheduling={
            "nodeSelector": {"disk": "fast"},
            "tolerations": [{"key": "data", "operator": "Exists"}],
            "priorityClassName": "data",
            "antiAffinity": "required",
        },
        podLabels={"tier": "data"},
        imagePullSecrets=["registry"],
        terminationGracePeriodSeconds=60,
        exporter={"resources": {"cpu": "5m", "memory": "32Mi"}},
    )
    pod = made["kafka"]["template"]["pod"]
    (term,) = pod["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"] == [{"key": "disk", "operator": "In", "values": ["fast"]}]
    assert "podAntiAffinity" in pod["affinity"]
    assert pod["tolerations"] == [{"key": "data", "operator": "Exists"}]
    assert (pod["priorityClassName"], pod["terminationGracePeriodSeconds"]) == ("data", 60)
    assert len(pod["topologySpreadConstraints"]) == 2
    assert pod["metadata"]["labels"] == {"tier": "data"}
    assert pod["imagePullSecrets"] == [{"name": "registry"}]
    beside = made["kafkaExporter"]["template"]["pod"]
    assert "topologySpreadConstraints" not in beside
    assert beside["tolerations"] == pod["tolerations"]
    assert made["kafkaExporter"]["resources"]["limits"] == {"cpu": "5m", "memory": "32Mi"}
