from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import cel
import pytest
from lupa.lua51 import LuaRuntime

from lumen_constructs.delivery.argocd_kinds import permitted
from lumen_constructs.delivery.health import ARGOCD_HEALTH, FLUX_HEALTH
from lumen_constructs.emit.kinds import is_cluster_scoped

Key = tuple[str, str]

ROLLOUT = ("argoproj.io", "Rollout")
MONGODB = ("mongodbcommunity.mongodb.com", "MongoDBCommunity")
CLAIM = ("", "PersistentVolumeClaim")
GATEWAY_API = "gateway.networking.k8s.io"

#: Kinds whose health Argo CD reads by itself: its resource_customizations, and what it knows of Kubernetes.
KNOWN_TO_ARGOCD: frozenset[Key] = frozenset(
    {
        ROLLOUT,
        ("bitnami.com", "SealedSecret"),
        ("cert-manager.io", "Certificate"),
        ("external-secrets.io", "ExternalSecret"),
        (GATEWAY_API, "GRPCRoute"),
        (GATEWAY_API, "Gateway"),
        (GATEWAY_API, "HTTPRoute"),
        ("kafka.strimzi.io", "Kafka"),
        ("kafka.strimzi.io", "KafkaTopic"),
        ("postgresql.cnpg.io", "Cluster"),
    }
)

#: Kinds that are as good as healthy once they are there: nobody waits for what their controllers make of them.
THERE_IS_HEALTHY: frozenset[Key] = frozenset(
    {
        ("argoproj.io", "AnalysisTemplate"),
        (GATEWAY_API, "ReferenceGrant"),
        ("generators.external-secrets.io", "Password"),
        ("kafka.strimzi.io", "KafkaNodePool"),  # its pods are the Kafka's
        ("monitoring.coreos.com", "PodMonitor"),
        ("monitoring.coreos.com", "PrometheusRule"),
        ("monitoring.coreos.com", "ServiceMonitor"),
        ("postgresql.cnpg.io", "ScheduledBackup"),
    }
)


def custom() -> set[Key]:
    """Give the custom resources that the library makes."""
    built_in = {"", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io"}
    return {key for key in permitted() if key[0] not in built_in}


def test_the_health_of_each_custom_resource_is_known_to_both_controllers() -> None:
    """A kind that is added needs an answer: who knows when it is healthy, or why nobody has to."""
    assert custom() == KNOWN_TO_ARGOCD | THERE_IS_HEALTHY | {MONGODB}
    assert set(ARGOCD_HEALTH) == {MONGODB, ("argoproj.io", "Application"), CLAIM}
    assert set(FLUX_HEALTH) == custom() - THERE_IS_HEALTHY | {CLAIM}
    assert not any(is_cluster_scoped(f"{group}/v1", kind) for group, kind in FLUX_HEALTH)


def argocd(key: Key, status: Mapping[str, Any] | None, **metadata: Any) -> tuple[str, str]:
    """Run a script as Argo CD does, in Lua 5.1 with the object as ``obj``; give status and message."""
    lua = LuaRuntime(unpack_returned_tuples=True)
    found = {"metadata": {"name": "x", "generation": 2, **metadata}} | (
        {} if status is None else {"status": dict(status)}
    )
    lua.globals()["obj"] = lua.table_from(found, recursive=True)
    health = lua.execute(ARGOCD_HEALTH[key])
    return health["status"], health["message"]


APPLICATION = ("argoproj.io", "Application")


@pytest.mark.parametrize(
    ("key", "status", "health"),
    [
        (MONGODB, None, ("Progressing", "waiting for the operator")),
        (MONGODB, {}, ("Progressing", "waiting for the operator")),
        (MONGODB, {"phase": "Pending", "message": "2 of 3"}, ("Progressing", "2 of 3")),
        (MONGODB, {"phase": "Running"}, ("Healthy", "Running")),
        (MONGODB, {"phase": "Failed", "message": "no user"}, ("Degraded", "no user")),
        (MONGODB, {"phase": "SomethingNew"}, ("Progressing", "SomethingNew")),
        (APPLICATION, None, ("Progressing", "waiting for its status")),
        (APPLICATION, {"sync": {"status": "Synced"}}, ("Progressing", "waiting for its status")),
        (APPLICATION, {"health": {}}, ("Progressing", "waiting for its status")),
        (APPLICATION, {"health": {"status": "Healthy"}}, ("Healthy", "")),
        (APPLICATION, {"health": {"status": "Degraded", "message": "x"}}, ("Degraded", "x")),
        (APPLICATION, {"health": {"status": "Suspended"}}, ("Suspended", "")),
    ],
)
def test_argo_cd_reads_the_health_of_an_object(
    key: Key, status: dict[str, Any] | None, health: tuple[str, str]
) -> None:
    """Whatever is missing from a status that is being written is no error, and not healthy."""
    assert argocd(key, status) == health


def flux(key: Key, status: Mapping[str, Any] | None, generation: int = 2, **metadata: Any) -> str:
    """Evaluate the expressions as Flux does: the failure first, and unknown where one cannot be evaluated."""
    found = {"metadata": {"name": "x", "generation": generation, **metadata}} | (
        {} if status is None else {"status": dict(status)}
    )
    observed = (status or {}).get("observedGeneration")
    if isinstance(observed, int) and observed != generation:
        return "InProgress"
    health = FLUX_HEALTH[key]
    try:
        if health.failed is not None and cel.evaluate(health.failed, found) is True:
            return "Failed"
        return "Current" if cel.evaluate(health.current, found) is True else "InProgress"
    except (KeyError, RuntimeError):  # a field, or the whole status, is not there
        return "Unknown"


def conditions(**found: str) -> dict[str, Any]:
    """Give a status with conditions."""
    return {"conditions": [{"type": name, "status": status} for name, status in found.items()]}


def parents(*found: Mapping[str, str]) -> dict[str, Any]:
    """Give the status of a route, by its parents' conditions."""
    return {"parents": [conditions(**one) for one in found]}


ACCEPTED = {"Accepted": "True", "ResolvedRefs": "True"}
ROUTE = (GATEWAY_API, "HTTPRoute")


@pytest.mark.parametrize(
    ("key", "status", "health"),
    [
        (ROLLOUT, {"observedGeneration": "2", "phase": "Healthy"}, "Current"),
        (ROLLOUT, {"observedGeneration": 2, "phase": "Healthy"}, "Current"),
        (ROLLOUT, {"observedGeneration": "2", "phase": "Paused"}, "Current"),
        (ROLLOUT, {"observedGeneration": "1", "phase": "Healthy"}, "InProgress"),
        (ROLLOUT, {"observedGeneration": "2", "phase": "Progressing"}, "InProgress"),
        (ROLLOUT, {"observedGeneration": "2"}, "InProgress"),
        (ROLLOUT, {"phase": "Healthy"}, "InProgress"),
        (ROLLOUT, {"observedGeneration": "2", "phase": "Degraded"}, "Failed"),
        (MONGODB, {"phase": "Running"}, "Current"),
        (MONGODB, {"phase": "Pending"}, "InProgress"),
        (MONGODB, {}, "InProgress"),
        (MONGODB, {"phase": "Failed"}, "Failed"),
        (("bitnami.com", "SealedSecret"), conditions(Synced="True"), "Current"),
        (("bitnami.com", "SealedSecret"), conditions(Synced="False"), "Failed"),
        (("bitnami.com", "SealedSecret"), conditions(Other="True"), "InProgress"),
        (("bitnami.com", "SealedSecret"), {**conditions(Synced="True"), "observedGeneration": 1}, "InProgress"),
        ((GATEWAY_API, "Gateway"), conditions(Accepted="True", Programmed="True"), "Current"),
        ((GATEWAY_API, "Gateway"), conditions(Accepted="True", Programmed="False"), "InProgress"),
        (ROUTE, parents(ACCEPTED), "Current"),
        (ROUTE, parents(ACCEPTED, ACCEPTED), "Current"),
        (ROUTE, parents(ACCEPTED, {**ACCEPTED, "ResolvedRefs": "False"}), "InProgress"),
        (ROUTE, parents({"Accepted": "False", "ResolvedRefs": "True"}), "InProgress"),
        (ROUTE, parents({"Accepted": "True"}), "InProgress"),
        (ROUTE, parents(), "InProgress"),
    ],
)
def test_flux_reads_the_health_of_an_object(key: Key, status: dict[str, Any], health: str) -> None:
    """What is not there yet is waited for, and only what never comes right by itself has failed."""
    assert flux(key, status) == health


@pytest.mark.parametrize(
    ("phase", "annotations", "by_argocd", "by_flux"),
    [
        ("Pending", None, ("Healthy", "waiting for its first consumer"), "Current"),
        ("Pending", {"example.com/a": "b"}, ("Healthy", "waiting for its first consumer"), "Current"),
        ("Pending", {"volume.kubernetes.io/storage-provisioner": "ebs"}, ("Progressing", "Pending"), "InProgress"),
        ("Bound", {"volume.kubernetes.io/storage-provisioner": "ebs"}, ("Healthy", "Bound"), "Current"),
        ("Bound", None, ("Healthy", "Bound"), "Current"),
        ("Lost", None, ("Degraded", "Lost"), "Failed"),
        ("SomethingNew", None, ("Progressing", "SomethingNew"), "InProgress"),
    ],
)
def test_a_claim_that_waits_for_its_first_consumer_holds_up_nothing(
    phase: str, annotations: dict[str, str] | None, by_argocd: tuple[str, str], by_flux: str
) -> None:
    """The consumer may be a CronJob, whose first run is hours away; a volume that is being made is waited for."""
    metadata: dict[str, Any] = {} if annotations is None else {"annotations": annotations}
    assert argocd(CLAIM, {"phase": phase}, **metadata) == by_argocd
    assert flux(CLAIM, {"phase": phase}, **metadata) == by_flux


def ready_kinds() -> Iterable[Key]:
    """Give the kinds that say by the condition Ready that they are."""
    return [key for key, health in FLUX_HEALTH.items() if "'Ready'" in health.current]


@pytest.mark.parametrize("key", ready_kinds())
def test_flux_waits_for_the_condition_ready(key: Key) -> None:
    """A condition that is False may yet become True: a store that a secret is read from may come."""
    assert flux(key, conditions(Ready="True")) == "Current"
    assert flux(key, conditions(Ready="False")) == "InProgress"
    assert flux(key, conditions(Issuing="True")) == "InProgress"


@pytest.mark.parametrize("key", FLUX_HEALTH)
def test_flux_does_not_take_an_object_without_a_status_for_healthy(key: Key) -> None:
    """Its controller has not seen it yet; Flux waits on while an expression cannot be evaluated."""
    assert flux(key, None) == "Unknown"
    assert flux(key, {}) in {"Unknown", "InProgress"}
    assert flux(key, {"conditions": []}) in {"Unknown", "InProgress"}
