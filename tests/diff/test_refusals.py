"""What is fixed when an object is made: each rule where it holds, and where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.diff.objects import RBAC, headlines, obj, spec

Body = dict[str, Any]


def claim(**fields: Any) -> Body:
    """Give a claim of 2Gi."""
    found = {"resources": {"requests": {"storage": "2Gi"}}, "storageClassName": "a", **fields}
    return spec("PersistentVolumeClaim", "v1", **found)


def stateful_set(size: str = "1Gi", template: Body | None = None, **fields: Any) -> Body:
    """Give a StatefulSet with a claim."""
    storage = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}, **(template or {})}}
    return spec("StatefulSet", "apps/v1", **{"serviceName": "a", "volumeClaimTemplates": [storage], **fields})


def job(**fields: Any) -> Body:
    """Give a Job."""
    return spec("Job", "batch/v1", **{"template": {"spec": {"nodeName": "a"}}, **fields})


def service(**fields: Any) -> Body:
    """Give a Service."""
    return spec("Service", "v1", **{"ports": [{"port": 80}], **fields})


def balancer(**fields: Any) -> Body:
    """Give a Service whose load balancer asks the nodes how they are."""
    return service(type="LoadBalancer", externalTrafficPolicy="Local", **fields)


def binding(role: str, kind: str = "RoleBinding") -> Body:
    """Give a binding of a role."""
    return obj(kind, RBAC, roleRef={"kind": "Role", "name": role})


def store(kind: str, api: str, **fields: Any) -> Body:
    """Give an object of an operator."""
    return spec(kind, api, **fields)


def cluster(**fields: Any) -> Body:
    """Give a cluster of CloudNativePG."""
    return store("Cluster", "postgresql.cnpg.io/v1", **{"storage": {"size": "10Gi"}, **fields})


def pool(**storage: Any) -> Body:
    """Give a pool of Strimzi."""
    return store("KafkaNodePool", "kafka.strimzi.io/v1", storage=storage)


def topic(**fields: Any) -> Body:
    """Give a topic of Strimzi."""
    return store("KafkaTopic", "kafka.strimzi.io/v1", **fields)


def mongodb(size: str, members: int = 3) -> Body:
    """Give a replica set of MongoDB's operator."""
    storage = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}}}
    inside = {"spec": {"volumeClaimTemplates": [storage]}}
    return store("MongoDBCommunity", "mongodbcommunity.mongodb.com/v1", statefulSet=inside, members=members)


def labelled(kind: str, **labels: str) -> Body:
    """Give a workload that selects labels."""
    return spec(kind, "apps/v1", selector={"matchLabels": labels})


def volume(**fields: Any) -> Body:
    """Give a volume."""
    return spec("PersistentVolume", "v1", **{"nfs": {"path": "/a"}, "capacity": {"storage": "1Gi"}, **fields})


def storage_class(**fields: Any) -> Body:
    """Give a storage class."""
    return obj("StorageClass", "storage.k8s.io/v1", **{"provisioner": "p", **fields})


REFUSED = {
    "Deployment selector": (
        labelled("Deployment", a="b"),
        labelled("Deployment", a="c"),
        "spec.selector.matchLabels.a cannot change (b → c)",
    ),
    "DaemonSet selector": (labelled("DaemonSet", a="b"), labelled("DaemonSet", a="c"), "spec.selector"),
    "ReplicaSet selector": (labelled("ReplicaSet", a="b"), labelled("ReplicaSet", a="c"), "spec.selector"),
    "StatefulSet selector": (labelled("StatefulSet", a="b"), labelled("StatefulSet", a="c"), "spec.selector"),
    "StatefulSet name of Service": (
        stateful_set(serviceName="a"),
        stateful_set(serviceName="b"),
        "spec.serviceName cannot change (a → b); delete it with --cascade=orphan before the sync",
    ),
    "StatefulSet pod management": (
        stateful_set(),
        stateful_set(podManagementPolicy="Parallel"),
        "spec.podManagementPolicy cannot change (new: Parallel)",
    ),
    "StatefulSet history": (
        stateful_set(),
        stateful_set(revisionHistoryLimit=3),
        "spec.revisionHistoryLimit cannot change before Kubernetes 1.33 (new: 3)",
    ),
    "StatefulSet larger claim": (
        stateful_set("1Gi"),
        stateful_set("2Gi"),
        (
            "spec.volumeClaimTemplates[data].spec.resources.requests.storage cannot change (1Gi → 2Gi); delete it with "
            "--cascade=orphan before the sync: its pods stay, and the new one adopts them; enlarge their claims by hand"
        ),
    ),
    "StatefulSet storage class": (
        stateful_set(template={"storageClassName": "a"}),
        stateful_set(template={"storageClassName": "b"}),
        (
            "spec.volumeClaimTemplates[data].spec.storageClassName cannot change (a → b); delete it with "
            "--cascade=orphan before the sync: its pods stay, and the new one adopts them; "
            "their claims stay as they are"
        ),
    ),
    "Job template": (
        job(),
        job(template={"spec": {"nodeName": "b"}}),
        "spec.template.spec.nodeName cannot change (a → b); give the Job another name",
    ),
    "Job completion mode": (job(), job(completionMode="Indexed"), "spec.completionMode cannot change (new: Indexed)"),
    "Job completions": (job(), job(completions=2), "spec.completions cannot change (1 → 2)"),
    "Job success": (job(), job(successPolicy={"rules": []}), "spec.successPolicy cannot change"),
    "Job backoff": (job(), job(backoffLimitPerIndex=1), "spec.backoffLimitPerIndex cannot change"),
    "Job selector": (job(), job(selector={"matchLabels": {"a": "b"}}), "spec.selector cannot change"),
    "Service becomes headless": (
        service(),
        service(clusterIP="None"),
        "spec.clusterIP cannot change (an address of the cluster → None)",
    ),
    "Service is headless no more": (
        service(clusterIP="None"),
        service(),
        "spec.clusterIP cannot change (None → an address of the cluster)",
    ),
    "Service address": (service(clusterIP="10.0.0.1"), service(clusterIP="10.0.0.2"), "spec.clusterIP cannot change"),
    "Service first family": (
        service(ipFamilies=["IPv4", "IPv6"]),
        service(ipFamilies=["IPv6", "IPv4"]),
        "spec.ipFamilies cannot change its first family (IPv4 → IPv6)",
    ),
    "Service class": (
        balancer(loadBalancerClass="a"),
        balancer(loadBalancerClass="b"),
        "spec.loadBalancerClass cannot change while the type is LoadBalancer",
    ),
    "Service health check": (
        balancer(healthCheckNodePort=30000),
        balancer(healthCheckNodePort=30001),
        "spec.healthCheckNodePort cannot change (30000 → 30001)",
    ),
    "claim class": (claim(), claim(storageClassName="b"), "spec.storageClassName cannot change (a → b); make a new"),
    "claim modes": (
        claim(accessModes=["ReadWriteOnce"]),
        claim(accessModes=["ReadWriteMany"]),
        "spec.accessModes cannot change",
    ),
    "claim shrinks": (
        claim(),
        claim(resources={"requests": {"storage": "1Gi"}}),
        "spec.resources.requests.storage cannot shrink (2Gi → 1Gi)",
    ),
    "volume source": (volume(), volume(nfs={"path": "/b"}), "spec.nfs.path cannot change (/a → /b)"),
    "volume mode": (volume(), volume(volumeMode="Block"), "spec.volumeMode cannot change"),
    "Secret type": (obj("Secret"), obj("Secret", type="kubernetes.io/tls"), "type cannot change"),
    "Secret immutable": (
        obj("Secret", immutable=True, stringData={"a": "1"}),
        obj("Secret", immutable=True, stringData={"a": "2"}),
        "stringData cannot change, since the object is immutable",
    ),
    "ConfigMap immutable": (
        obj("ConfigMap", immutable=True, data={"a": "1"}),
        obj("ConfigMap", immutable=True, data={"a": "2"}),
        "data cannot change, since the object is immutable",
    ),
    "ConfigMap mutable again": (
        obj("ConfigMap", immutable=True),
        obj("ConfigMap", immutable=False),
        "immutable cannot change",
    ),
    "RoleBinding": (binding("a"), binding("b"), "roleRef.name cannot change (a → b)"),
    "ClusterRoleBinding": (binding("a", "ClusterRoleBinding"), binding("b", "ClusterRoleBinding"), "roleRef.name"),
    "quota scopes": (
        spec("ResourceQuota", "v1", scopes=["BestEffort"]),
        spec("ResourceQuota", "v1", scopes=["NotBestEffort"]),
        "spec.scopes cannot change",
    ),
    "StorageClass": (storage_class(), storage_class(parameters={"type": "ssd"}), "parameters cannot change"),
    "StorageClass policy": (storage_class(), storage_class(reclaimPolicy="Retain"), "reclaimPolicy cannot change"),
    "PriorityClass": (
        obj("PriorityClass", "scheduling.k8s.io/v1", value=1),
        obj("PriorityClass", "scheduling.k8s.io/v1", value=2),
        "value cannot change (1 → 2)",
    ),
    "RuntimeClass": (
        obj("RuntimeClass", "node.k8s.io/v1", handler="a"),
        obj("RuntimeClass", "node.k8s.io/v1", handler="b"),
        "handler cannot change",
    ),
    "IngressClass": (
        spec("IngressClass", "networking.k8s.io/v1", controller="a"),
        spec("IngressClass", "networking.k8s.io/v1", controller="b"),
        "spec.controller cannot change",
    ),
    "GatewayClass": (
        spec("GatewayClass", "gateway.networking.k8s.io/v1", controllerName="a"),
        spec("GatewayClass", "gateway.networking.k8s.io/v1", controllerName="b"),
        "spec.controllerName cannot change",
    ),
    "CRD": (
        spec("CustomResourceDefinition", "apiextensions.k8s.io/v1", scope="Cluster"),
        spec("CustomResourceDefinition", "apiextensions.k8s.io/v1", scope="Namespaced"),
        "spec.scope cannot change",
    ),
    "Pod": (spec("Pod", "v1", nodeName="a"), spec("Pod", "v1", nodeName="b"), "spec.nodeName cannot change"),
    "CNPG shrinks": (cluster(), cluster(storage={"size": "5Gi"}), "spec.storage.size cannot shrink (10Gi → 5Gi)"),
    "CNPG without WAL": (cluster(walStorage={"size": "1Gi"}), cluster(), "spec.walStorage cannot go"),
    "CNPG tablespace": (cluster(tablespaces=[{"name": "t"}]), cluster(), "spec.tablespaces[t] cannot go"),
    "CNPG tablespace shrinks": (
        cluster(tablespaces=[{"name": "t", "storage": {"size": "2Gi"}}]),
        cluster(tablespaces=[{"name": "t", "storage": {"size": "1Gi"}}]),
        "spec.tablespaces[t] cannot shrink (2Gi → 1Gi)",
    ),
    "pool type": (pool(type="ephemeral"), pool(type="jbod"), "spec.storage.type cannot change (ephemeral → jbod)"),
    "pool class": (
        pool(type="persistent-claim", **{"class": "a"}),
        pool(type="persistent-claim", **{"class": "b"}),
        "spec.storage.class cannot change",
    ),
    "pool shrinks": (pool(size="2Gi"), pool(size="1Gi"), "spec.storage.size cannot shrink (2Gi → 1Gi)"),
    "pool volume shrinks": (
        pool(volumes=[{"id": 0, "size": "2Gi"}]),
        pool(volumes=[{"id": 0, "size": "1Gi"}]),
        "spec.storage.volumes[0].size cannot shrink (2Gi → 1Gi)",
    ),
    "topic partitions": (topic(partitions=6), topic(partitions=3), "spec.partitions cannot shrink (6 → 3)"),
    "topic name": (topic(), topic(topicName="y"), "spec.topicName cannot change (x → y)"),
    "topic replicas": (topic(replicas=3), topic(replicas=2), "spec.replicas cannot change (3 → 2) without Cruise"),
    "MongoDB volume": (
        mongodb("2Gi"),
        mongodb("1Gi"),
        "spec.statefulSet.spec.volumeClaimTemplates[data].spec.resources.requests.storage cannot change (2Gi → 1Gi)",
    ),
}

TEMPLATED = spec("StatefulSet", "apps/v1", template={"metadata": {"labels": {"a": "b"}}})

TAKEN = {
    "StatefulSet replicas": (stateful_set(replicas=1), stateful_set(replicas=2)),
    "StatefulSet template": (
        TEMPLATED,
        {**TEMPLATED, "spec": {**TEMPLATED["spec"], "template": {"metadata": {"labels": {"a": "c"}}}}},
    ),
    "StatefulSet update strategy": (stateful_set(), stateful_set(updateStrategy={"type": "OnDelete"})),
    "StatefulSet retention": (
        stateful_set(),
        stateful_set(persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete"}),
    ),
    "StatefulSet ordinals": (stateful_set(), stateful_set(ordinals={"start": 1})),
    "StatefulSet readiness": (stateful_set(), stateful_set(minReadySeconds=5)),
    "StatefulSet defaults": (
        stateful_set(),
        stateful_set(podManagementPolicy="OrderedReady", revisionHistoryLimit=10),
    ),
    "StatefulSet claim's defaults": (stateful_set(), stateful_set(template={"volumeMode": "Filesystem"})),
    "StatefulSet amount in other words": (stateful_set("1Gi"), stateful_set("1024Mi")),
    "Job parallelism": (job(), job(parallelism=2)),
    "Job deadline": (job(), job(activeDeadlineSeconds=10)),
    "Job ttl": (job(), job(ttlSecondsAfterFinished=10)),
    "Job default": (job(), job(completionMode="NonIndexed")),
    "Job elastic": (
        job(completionMode="Indexed", completions=1, parallelism=1),
        job(completionMode="Indexed", completions=2, parallelism=2),
    ),
    "CronJob": (
        spec("CronJob", "batch/v1", jobTemplate={"spec": {"completions": 1}}),
        spec("CronJob", "batch/v1", jobTemplate={"spec": {"completions": 2}}),
    ),
    "Service ports": (service(), service(ports=[{"port": 2}])),
    "Service selector": (service(selector={"a": "b"}), service(selector={"a": "c"})),
    "Service type": (service(), service(type="NodePort")),
    "Service second family": (service(ipFamilies=["IPv4"]), service(ipFamilies=["IPv4", "IPv6"])),
    "Service outside": (service(type="ExternalName"), service(clusterIP="10.0.0.1")),
    "Service address is left to the cluster": (service(clusterIP="10.0.0.1"), service()),
    "Service class with its type": (service(), balancer(loadBalancerClass="a")),
    "claim grows": (claim(), claim(resources={"requests": {"storage": "3Gi"}})),
    "claim attributes": (claim(), claim(volumeAttributesClassName="fast")),
    "volume capacity": (volume(), volume(capacity={"storage": "2Gi"}, persistentVolumeReclaimPolicy="Retain")),
    "volume affinity": (volume(), volume(nodeAffinity={"required": {}})),
    "Secret type spelled out": (obj("Secret"), obj("Secret", type="Opaque")),
    "ConfigMap": (obj("ConfigMap", data={"a": "1"}), obj("ConfigMap", data={"a": "2"})),
    "ConfigMap becomes immutable": (obj("ConfigMap"), obj("ConfigMap", immutable=True, data={"a": "1"})),
    "binding's subjects": (binding("a"), {**binding("a"), "subjects": [{"kind": "User", "name": "joe"}]}),
    "quota": (spec("ResourceQuota", "v1", hard={"pods": 1}), spec("ResourceQuota", "v1", hard={"pods": 2})),
    "StorageClass grows": (storage_class(), storage_class(allowVolumeExpansion=True)),
    "StorageClass defaults": (
        storage_class(),
        storage_class(reclaimPolicy="Delete", volumeBindingMode="Immediate"),
    ),
    "PriorityClass": (
        obj("PriorityClass", "scheduling.k8s.io/v1", value=1),
        obj("PriorityClass", "scheduling.k8s.io/v1", value=1, description="a", preemptionPolicy="PreemptLowerPriority"),
    ),
    "CRD version": (
        spec("CustomResourceDefinition", "apiextensions.k8s.io/v1", versions=[]),
        spec("CustomResourceDefinition", "apiextensions.k8s.io/v1", versions=[{"name": "v1"}]),
    ),
    "Pod image": (
        spec("Pod", "v1", containers=[{"name": "a", "image": "a:1"}]),
        spec("Pod", "v1", containers=[{"name": "a", "image": "a:2"}]),
    ),
    "Ingress": (
        spec("Ingress", "networking.k8s.io/v1", ingressClassName="a"),
        spec("Ingress", "networking.k8s.io/v1", ingressClassName="b"),
    ),
    "NetworkPolicy": (
        spec("NetworkPolicy", "networking.k8s.io/v1", podSelector={}),
        spec("NetworkPolicy", "networking.k8s.io/v1", podSelector={"matchLabels": {"a": "b"}}),
    ),
    "budget's selector": (
        spec("PodDisruptionBudget", "policy/v1", selector={"matchLabels": {"a": "b"}}),
        spec("PodDisruptionBudget", "policy/v1", selector={"matchLabels": {"a": "c"}}),
    ),
    "autoscaler's target": (
        spec("HorizontalPodAutoscaler", "autoscaling/v2", scaleTargetRef={"kind": "Deployment", "name": "a"}),
        spec("HorizontalPodAutoscaler", "autoscaling/v2", scaleTargetRef={"kind": "Deployment", "name": "b"}),
    ),
    "Certificate": (
        spec("Certificate", "cert-manager.io/v1", secretName="a"),
        spec("Certificate", "cert-manager.io/v1", secretName="b"),
    ),
    "Rollout selector": (
        spec("Rollout", "argoproj.io/v1alpha1", selector={"matchLabels": {"a": "b"}}),
        spec("Rollout", "argoproj.io/v1alpha1", selector={"matchLabels": {"a": "c"}}),
    ),
    "CNPG grows": (cluster(), cluster(storage={"size": "20Gi", "storageClass": "b"})),
    "pool gets a volume": (
        pool(volumes=[{"id": 0, "size": "2Gi"}]),
        pool(volumes=[{"id": 0, "size": "3Gi"}, {"id": 1, "size": "1Gi"}]),
    ),
    "topic partitions": (topic(partitions=3), topic(partitions=6)),
    "topic name spelled out": (topic(), topic(topicName="x")),
    "MongoDB members": (mongodb("1Gi"), mongodb("1Gi", members=5)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_fixed_is_refused(name: str) -> None:
    """A field that is fixed when an object is made is named first, with what to do instead."""
    before, after, said = REFUSED[name]
    first = headlines(before, after)[0]
    assert first.startswith(f"refused: {said}")
    assert "; " in first


@pytest.mark.parametrize("name", TAKEN)
def test_what_may_change_is_not_refused(name: str) -> None:
    """A change that the API server takes is no refusal, and is told all the same."""
    found = headlines(*TAKEN[name])
    assert found
    assert not any(text.startswith("refused") for text in found)


def test_a_field_is_named_once() -> None:
    """A template that changes in many places is refused once."""
    after = job(template={"spec": {"nodeName": "b", "hostNetwork": False, "restartPolicy": "Never"}})
    (refused,) = (text for text in headlines(job(), after) if text.startswith("refused"))
    assert refused.startswith("refused: spec.template.spec.hostNetwork cannot change (new: false); ")
