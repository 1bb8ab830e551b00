from __future__ import annotations

import pytest

from lumen_constructs.emit.stages import Place
from lumen_constructs.emit.waves import places
from lumen_constructs.errors import LumenError
from tests.emit.bodies import body, workload

KEPT = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}


def wave(number: int) -> dict[str, str]:
    """Give the annotation that sets a wave."""
    return {"argocd.argoproj.io/sync-wave": str(number)}


def test_a_wave_that_is_given_is_kept() -> None:
    """What needs another component says so by its wave; the directory stays."""
    assert places([workload("apps/v1", "Deployment", annotations=wave(3))]) == [Place("50-services", 3)]


def test_an_object_may_come_some_waves_after_its_stage() -> None:
    """What follows from it follows it too; a wave of Argo CD's own annotation wins."""
    later = {"lumen-constructs/later": "2"}
    store = workload("apps/v1", "StatefulSet", annotations=later)
    policy = body("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {"matchLabels": {"app": "cart"}}})
    assert [place.wave for place in places([store, policy])] == [-18, -18]
    assert places([workload("apps/v1", "StatefulSet", annotations=later | wave(3))]) == [Place("30-data", 3)]
    with pytest.raises(LumenError, match="annotation lumen-constructs/later 'x' must be a whole number"):
        places([workload("apps/v1", "StatefulSet", annotations={"lumen-constructs/later": "x"})])


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("apps/v1", "StatefulSet", Place("30-data", -20)),
        ("batch/v1", "Job", Place("40-init", -10)),
        ("apps/v1", "Deployment", Place("50-services", 0)),
        ("batch/v1", "CronJob", Place("60-traffic", 10)),
        ("argoproj.io/v1alpha1", "Rollout", Place("70-rollouts", 20)),
    ],
)
def test_a_kept_claim_stands_with_its_consumer(api_version: str, kind: str, expected: Place) -> None:
    """A claim that waits for its first consumer would hold up every stage before that one."""
    claim = body("v1", "PersistentVolumeClaim", "data", annotations=KEPT)
    assert places([claim, workload(api_version, kind, claims=("data",))])[0] == expected


def test_a_shared_claim_stands_with_the_first_consumer() -> None:
    """A service's claim does not move when a backup CronJob mounts it too."""
    claim = body("v1", "PersistentVolumeClaim", "data", annotations=KEPT)
    backup, service = (
        workload("batch/v1", "CronJob", "backup", claims=("data",)),
        workload("apps/v1", "Deployment", claims=("data",)),
    )
    assert places([claim, backup, service])[0] == Place("50-services", 0)


def test_a_claim_that_is_not_kept_never_moves() -> None:
    """Flux would delete it from the directory that loses it; only its wave follows."""
    claim = body("v1", "PersistentVolumeClaim", "data")
    assert places([claim, workload("batch/v1", "CronJob", claims=("data",))])[0] == Place("50-services", 10)


def test_a_claim_of_a_declared_stage_keeps_it() -> None:
    """The declaration is stronger than the consumers."""
    claim = body("v1", "PersistentVolumeClaim", "data", annotations={**KEPT, "lumen-constructs/stage": "30-data"})
    assert places([claim, workload("apps/v1", "Deployment", claims=("data",))])[0] == Place("30-data", 0)


def test_a_claim_of_another_namespace_is_another_claim() -> None:
    """Names count within their namespace."""
    claim = body("v1", "PersistentVolumeClaim", "data", "other", annotations=KEPT)
    assert places([claim, workload("batch/v1", "CronJob", claims=("data",))])[0] == Place("50-services", 0)


def test_a_network_policy_has_the_wave_of_its_workload() -> None:
    """It is there when the pods start, and stands where every policy stands."""
    policy = body("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {"matchLabels": {"app": "db"}}})
    found = places([policy, workload("apps/v1", "Deployment"), workload("apps/v1", "StatefulSet", "db")])
    assert found[0] == Place("50-services", -20)


def test_a_network_policy_for_all_pods_has_the_first_wave() -> None:
    """An empty selector selects every pod of the namespace."""
    policy = body("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}})
    found = places([policy, workload("apps/v1", "Deployment"), workload("batch/v1", "Job", "init")])
    assert found[0].wave == -10


def test_a_network_policy_that_selects_nothing_has_its_own_wave() -> None:
    """There is no workload to follow."""
    policy = body("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {"matchLabels": {"app": "nobody"}}})
    assert places([policy, workload("batch/v1", "Job", "init")])[0] == Place("50-services", 0)


@pytest.mark.parametrize(
    ("api_version", "kind"), [("autoscaling/v2", "HorizontalPodAutoscaler"), ("keda.sh/v1alpha1", "ScaledObject")]
)
def test_an_autoscaler_does_not_come_before_what_it_scales(api_version: str, kind: str) -> None:
    """Without its target it is unhealthy, and Argo CD would never reach the wave of the target."""
    scaler = body(api_version, kind, spec={"scaleTargetRef": {"kind": "Rollout", "name": "cart"}})
    assert places([scaler, workload("argoproj.io/v1alpha1", "Rollout")])[0] == Place("60-traffic", 20)
    assert places([scaler, workload("apps/v1", "Deployment")])[0] == Place("60-traffic", 10)


def test_refuses_a_wave_that_is_no_number() -> None:
    """Every fault is reported, each with its object."""
    bad = workload("apps/v1", "Deployment", annotations={"argocd.argoproj.io/sync-wave": "late"})
    worse = body("v1", "Service", annotations={"lumen-constructs/stage": "99"})
    with pytest.raises(LumenError) as caught:
        places([bad, worse])
    assert [fault.split(": ")[0] for fault in caught.value.faults] == ["Deployment/shop/cart", "Service/shop/cart"]


@pytest.mark.parametrize("spec", [None, "x", {"template": 3}, {"template": {"spec": {"volumes": [3, None]}}}])
def test_odd_shapes_are_taken_for_nothing(spec: object) -> None:
    """A patch may leave anything; whether it is valid is for the checks to say."""
    odd = body("apps/v1", "Deployment", spec=spec)
    assert places([odd, body("networking.k8s.io/v1", "NetworkPolicy", spec=spec)])[0] == Place("50-services", 0)
