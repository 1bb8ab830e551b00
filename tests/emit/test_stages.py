from __future__ import annotations

import pytest

from lumen_constructs.emit.stages import STAGES, Place, place_of, stages_table
from lumen_constructs.errors import LumenError
from tests.emit.bodies import body

#: DESIGN's table: what stands where, with its wave.
TABLE = [
    ("v1", "Namespace", "00-namespace", -40),
    ("v1", "ResourceQuota", "00-namespace", -40),
    ("v1", "LimitRange", "00-namespace", -40),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition", "00-namespace", -40),
    ("scheduling.k8s.io/v1", "PriorityClass", "00-namespace", -40),
    ("storage.k8s.io/v1", "StorageClass", "00-namespace", -40),
    ("v1", "ServiceAccount", "10-config", -35),
    ("v1", "ConfigMap", "10-config", -35),
    ("rbac.authorization.k8s.io/v1", "Role", "10-config", -35),
    ("rbac.authorization.k8s.io/v1", "RoleBinding", "10-config", -35),
    ("rbac.authorization.k8s.io/v1", "ClusterRole", "10-config", -35),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "10-config", -35),
    ("bitnami.com/v1alpha1", "SealedSecret", "20-secrets", -32),
    ("v1", "Secret", "20-secrets", -32),
    ("external-secrets.io/v1", "SecretStore", "20-secrets", -31),
    ("external-secrets.io/v1", "ClusterSecretStore", "20-secrets", -31),
    ("generators.external-secrets.io/v1alpha1", "Password", "20-secrets", -31),
    ("external-secrets.io/v1", "ExternalSecret", "20-secrets", -30),
    ("apps/v1", "StatefulSet", "30-data", -20),
    ("postgresql.cnpg.io/v1", "Cluster", "30-data", -20),
    ("postgresql.cnpg.io/v1", "ScheduledBackup", "30-data", -20),
    ("postgresql.cnpg.io/v1", "Database", "30-data", -20),
    ("postgresql.cnpg.io/v1", "Pooler", "30-data", -20),
    ("kafka.strimzi.io/v1beta2", "Kafka", "30-data", -20),
    ("kafka.strimzi.io/v1beta2", "KafkaNodePool", "30-data", -20),
    ("kafka.strimzi.io/v1beta2", "KafkaTopic", "30-data", -20),
    ("kafka.strimzi.io/v1beta2", "KafkaUser", "30-data", -20),
    ("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity", "30-data", -20),
    ("batch/v1", "Job", "40-init", -10),
    ("apps/v1", "Deployment", "50-services", 0),
    ("apps/v1", "DaemonSet", "50-services", 0),
    ("v1", "Service", "50-services", 0),
    ("v1", "PersistentVolumeClaim", "50-services", 0),
    ("networking.k8s.io/v1", "NetworkPolicy", "50-services", 0),
    ("policy/v1", "PodDisruptionBudget", "50-services", 0),
    ("monitoring.coreos.com/v1", "ServiceMonitor", "50-services", 0),
    ("monitoring.coreos.com/v1", "PodMonitor", "50-services", 0),
    ("monitoring.coreos.com/v1", "PrometheusRule", "50-services", 0),
    ("argoproj.io/v1alpha1", "AnalysisTemplate", "50-services", 0),
    ("example.com/v1", "Whatever", "50-services", 0),
    ("cert-manager.io/v1", "Certificate", "60-traffic", 10),
    ("cert-manager.io/v1", "Issuer", "60-traffic", 10),
    ("cert-manager.io/v1", "ClusterIssuer", "60-traffic", 10),
    ("gateway.networking.k8s.io/v1", "Gateway", "60-traffic", 10),
    ("gateway.networking.k8s.io/v1", "HTTPRoute", "60-traffic", 10),
    ("gateway.networking.k8s.io/v1", "GRPCRoute", "60-traffic", 10),
    ("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "60-traffic", 10),
    ("networking.k8s.io/v1", "Ingress", "60-traffic", 10),
    ("autoscaling/v2", "HorizontalPodAutoscaler", "60-traffic", 10),
    ("batch/v1", "CronJob", "60-traffic", 10),
    ("argoproj.io/v1alpha1", "Rollout", "70-rollouts", 20),
]


@pytest.mark.parametrize(("api_version", "kind", "stage", "wave"), TABLE)
def test_each_kind_has_its_stage(api_version: str, kind: str, stage: str, wave: int) -> None:
    """The stage and the usual wave follow from group and kind alone."""
    assert place_of(body(api_version, kind)) == Place(stage, wave)


def test_stages_sort_in_the_order_of_their_waves() -> None:
    """A listing of the directories is the order of apply."""
    assert sorted(STAGES) == list(STAGES)
    assert sorted(STAGES.values()) == list(STAGES.values())


def test_a_load_balancer_is_later_and_stands_where_every_service_stands() -> None:
    """Its health waits for the cloud, so only the wave differs: another type must not move the object."""
    plain = place_of(body("v1", "Service", spec={"type": "NodePort"}))
    balancer = place_of(body("v1", "Service", spec={"type": "LoadBalancer"}))
    assert balancer.stage == plain.stage
    assert (plain.wave, balancer.wave) == (0, 10)


def test_an_annotation_moves_an_object_to_another_stage() -> None:
    """A data store's Service is applied with the store."""
    store = body("v1", "Service", annotations={"lumen-constructs/stage": "30-data"})
    assert place_of(store) == Place("30-data", -20)


def test_refuses_a_stage_that_does_not_exist() -> None:
    """The message names the stage that was meant."""
    store = body("v1", "Service", annotations={"lumen-constructs/stage": "30-dat"})
    with pytest.raises(LumenError, match=r"'30-dat' is not a stage .*; did you mean '30-data'\?"):
        place_of(store)


def test_the_table_for_the_docs_says_what_place_of_says() -> None:
    """Each row is the place of an object of its kind, in the order of apply."""
    rows = stages_table()
    assert [row[:2] for row in rows] == sorted(row[:2] for row in rows)
    for stage, wave, group, kind in rows:
        one = "Anything" if kind == "*" else kind
        assert place_of({"apiVersion": f"{group}/v1" if group else "v1", "kind": one}) == Place(stage, wave)
