from __future__ import annotations

import pytest

from lumen_constructs.options.scaling import DisruptionBudget
from lumen_constructs.workloads.disruption import budget
from tests.options.reading import faults, identity, read


def test_a_budget_is_for_the_pods_that_it_is_given() -> None:
    """The selector is the caller's, since an operator's pods have labels of their own."""
    body = budget(identity(), DisruptionBudget(), 3, {"app": "mongodb-svc"})
    assert body is not None
    assert (body["apiVersion"], body["kind"]) == ("policy/v1", "PodDisruptionBudget")
    assert body["spec"]["selector"] == {"matchLabels": {"app": "mongodb-svc"}}
    assert body["spec"]["maxUnavailable"] == 1


@pytest.mark.parametrize(("given", "replicas"), [({}, 0), ({}, 1), ({"enabled": False}, 3)])
def test_there_is_none_for_a_single_pod_or_where_it_is_off(given: dict[str, object], replicas: int) -> None:
    """A budget of a single pod would only block drains."""
    assert budget(identity(), read(DisruptionBudget, given), replicas, {"app": "cart"}) is None


def test_refuses_what_lets_no_pod_go() -> None:
    """How many pods must stay is compared with how many there are, a percentage rounded up as Kubernetes does."""
    assert [str(fault.message) for fault in DisruptionBudget(min_available=3).faults_with(3)] == [
        "3 of 3 replicas lets no node be drained; use less"
    ]
    assert list(DisruptionBudget(min_available="67%").faults_with(3)) != []
    assert list(DisruptionBudget(min_available=2).faults_with(3)) == []
    assert list(DisruptionBudget(min_available=1).faults_with(1)) == []
    assert list(DisruptionBudget(min_available=3, enabled=False).faults_with(3)) == []
    assert faults(DisruptionBudget, {"minAvailable": "100%"}) != []
