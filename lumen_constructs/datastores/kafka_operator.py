"""Kafka as a cluster that Strimzi runs, in KRaft mode, as plain bodies."""

from __future__ import annotations

from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.datastores.java import heap_mebibytes
from lumen_constructs.datastores.kafka_server import connection, kafka_alerts
from lumen_constructs.datastores.operated import by_pod, kept_metadata, uncounted
from lumen_constructs.datastores.plan import Body, Plan
from lumen_constructs.datastores.watching import target_of, watching
from lumen_constructs.options.datastores.kafka import KafkaOptions
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.image import Image
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pull_secrets

#: The operator names the port after the listener.
PORT = Port(name="tcp-clients", container_port=9092)
_LISTENER = "clients"
_METRICS_PORT = "tcp-prometheus"
#: User and group of the operator's images, whose scripts write beside themselves.
SECURITY = SecurityContext(run_as_user=1001, run_as_group=0, read_only_root_filesystem=False)
_TOPIC_OPERATOR = Resources(cpu="20m:500m", memory="256Mi:384Mi")


def operated_kafka(identity: Identity, options: KafkaOptions) -> Plan:
    """Give all that becomes of Kafka as a cluster."""
    pods = {"strimzi.io/cluster": identity.name, "strimzi.io/name": f"{identity.name}-kafka"}
    described = _described(identity, options)
    bodies: dict[str, Body] = {
        "Resource": {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "Kafka",
            "metadata": kept_metadata(identity, described),
            "spec": _spec(identity, options, pods, described),
        },
        "NodePool": {
            "apiVersion": "kafka.strimzi.io/v1",
            "kind": "KafkaNodePool",
            "metadata": _of_cluster(identity, identity.name),
            "spec": _pool(options),
        },
        **{f"Topic-{name}": _topic(identity, options, name) for name in options.topics},
        **_watching(identity, options),
    }
    return Plan(
        bodies=bodies,
        ports=(PORT,),
        connection=connection(f"{identity.name}-kafka-bootstrap"),
        pods=pods,
        restricted=options.network.enabled,
        clients="/spec/kafka/listeners/0/networkPolicyPeers/-",
        kept=True,
    )


def _described(identity: Identity, options: KafkaOptions) -> StatefulSetOptions:
    """Describe the operator's pods: of these settings, the resource takes its own."""
    return StatefulSetOptions(
        governing_service=f"{identity.name}-kafka-brokers",
        image=Image(repository="strimzi/kafka", tag=options.version),
        resources=options.resources,
        ports=(PORT,),
        probes=Probes(),
        security=options.security or SECURITY,
        scheduling=options.scheduling,
        annotations=options.annotations,
        pod_labels=options.pod_labels,
        pod_annotations=options.pod_annotations,
        image_pull_secrets=options.image_pull_secrets,
        termination_grace_period_seconds=options.termination_grace_period_seconds,
        external=options.external,
        replicas=options.replicas,
    )


def _of_cluster(identity: Identity, name: str) -> dict[str, Any]:
    """Give the ``metadata`` of a part of the cluster, which the operator finds by a label."""
    return identity.metadata(name, labels={"strimzi.io/cluster": identity.name}, annotations=KEEP)


def _spec(
    identity: Identity, options: KafkaOptions, pods: dict[str, str], described: StatefulSetOptions
) -> dict[str, Any]:
    copies = min(3, options.replicas)
    config: dict[str, Any] = {
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": max(1, copies - 1),
        "default.replication.factor": copies,
        "min.insync.replicas": max(1, copies - 1),
        **options.config,
    }
    kafka: dict[str, Any] = {
        "listeners": [_listener(options, pods)],
        "config": config,
        "template": {
            "pod": _pod(identity, options, described) | _placement(identity, options),
            "kafkaContainer": {"securityContext": described.security.container_body()},
        },
    }
    if "version" in options.model_fields_set:
        kafka["version"] = options.version
    spec: dict[str, Any] = {"kafka": kafka}
    if options.topics:
        spec["entityOperator"] = {
            "topicOperator": {"resources": _TOPIC_OPERATOR.body()},
            "template": _beside(identity, options, described, "topicOperatorContainer"),
        }
    if options.metrics is not None:
        spec["kafkaExporter"] = {
            "topicRegex": ".*",
            "groupRegex": ".*",
            "resources": options.exporter.resources.body(),
            "template": _beside(identity, options, described, "container"),
        }
    return spec


def _listener(options: KafkaOptions, pods: dict[str, str]) -> dict[str, Any]:
    """Give the listener for clients: who may connect stands there, and the operator makes the NetworkPolicy of it.

    Without peers, everybody might connect: the brokers themselves are always among them.
    """
    body: dict[str, Any] = {"name": _LISTENER, "port": PORT.container_port, "type": "internal", "tls": False}
    if options.network.enabled:
        peers = (Peer(pods=pods), *options.network.ingress)
        body["networkPolicyPeers"] = [peer.body() for peer in peers]
    return body


def _beside(identity: Identity, options: KafkaOptions, described: StatefulSetOptions, container: str) -> dict[str, Any]:
    """Give the template of one of the operator's single pods beside the brokers."""
    return {
        "pod": _pod(identity, options, described),
        container: {"securityContext": described.security.container_body()},
    }


def _pod(identity: Identity, options: KafkaOptions, described: StatefulSetOptions) -> dict[str, Any]:
    """Give what the operator merges into every kind of its pods."""
    given = {
        "labels": {**options.pod_labels, **identity.extra},
        "annotations": dict(options.pod_annotations),
    }
    pod: dict[str, Any] = {"securityContext": described.security.pod_body(), "enableServiceLinks": False}
    if metadata := {key: value for key, value in given.items() if value}:
        pod["metadata"] = metadata
    if secrets := pull_secrets(identity, described):
        pod["imagePullSecrets"] = [{"name": name} for name in secrets]
    if options.scheduling.tolerations:
        pod["tolerations"] = [toleration.body() for toleration in options.scheduling.tolerations]
    if options.scheduling.priority_class_name is not None:
        pod["priorityClassName"] = options.scheduling.priority_class_name
    return pod


def _placement(identity: Identity, options: KafkaOptions) -> dict[str, Any]:
    """Give how far apart the brokers are, on which nodes, and how long they may take to stop."""
    scheduled = options.scheduling.pod_body({"strimzi.io/cluster": identity.name}, many=options.replicas > 1)
    body = {key: value for key, value in scheduled.items() if key in ("affinity", "topologySpreadConstraints")}
    if options.scheduling.node_selector:
        # The operator's template knows affinity alone.
        wanted = [{"key": key, "operator": "In", "values": [v]} for key, v in options.scheduling.node_selector.items()]
        terms = {"nodeSelectorTerms": [{"matchExpressions": wanted}]}
        nodes = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
        body["affinity"] = {**body.get("affinity", {}), **nodes}
    return body | {"terminationGracePeriodSeconds": options.termination_grace_period_seconds}


def _pool(options: KafkaOptions) -> dict[str, Any]:
    """Give the nodes; each is broker and controller, and keeps both kinds of data on one volume."""
    volume: dict[str, Any] = {
        "id": 0,
        "type": "persistent-claim",
        "size": str(options.storage.size),
        "deleteClaim": False,
        "kraftMetadata": "shared",
    }
    if options.storage.storage_class is not None:
        volume["class"] = options.storage.storage_class
    spec: dict[str, Any] = {
        "replicas": options.replicas,
        "roles": ["controller", "broker"],
        "storage": {"type": "jbod", "volumes": [volume]},
        "resources": options.resources.body(),
    }
    if (heap := heap_mebibytes(options.resources)) is not None:
        spec["jvmOptions"] = {"-Xms": f"{heap}m", "-Xmx": f"{heap}m"}
    return spec


def _topic(identity: Identity, options: KafkaOptions, name: str) -> dict[str, Any]:
    topic = options.topics[name]
    copies = topic.replicas if topic.replicas is not None else min(3, options.replicas)
    spec: dict[str, Any] = {"partitions": topic.partitions, "replicas": copies}
    if topic.config:
        spec["config"] = dict(topic.config)
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": _of_cluster(identity, name),
        "spec": spec,
    }


def _watching(identity: Identity, options: KafkaOptions) -> dict[str, Body]:
    if not identity.context.cluster.monitoring.enabled:
        return {}
    exporter = {"strimzi.io/cluster": identity.name, "strimzi.io/name": f"{identity.name}-kafka-exporter"}
    target = target_of(
        identity,
        containers=["kafka"],
        # The operator names its nodes after the cluster and the pool.
        workload=f"{identity.name}-{identity.name}",
        service=None,
        pods=exporter,
        claim_templates=["data-0"],
        port=_METRICS_PORT if options.has_metrics else None,
    )
    return watching(identity, uncounted(by_pod(options)), target, kafka_alerts(identity, options))
