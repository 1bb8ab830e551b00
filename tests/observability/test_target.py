from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.observability.target import Target
from lumen_constructs.options.metrics import Metrics
from tests.observability.samples import target

#: The characters of which Kubernetes makes random names.
SAFE = "bcdfghjklmnpqrstvwxz2456789"
hashes = st.text(SAFE, min_size=8, max_size=10)
suffixes = st.text(SAFE, min_size=5, max_size=5)
names = st.from_regex(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


def matches(watched: Target, pod: str) -> bool:
    """Tell whether Prometheus, which anchors expressions at both ends, takes the pod for the component's."""
    return re.fullmatch(watched.pod_pattern, pod) is not None


def generated(base: str, suffix: str) -> str:
    """Name a pod as the API server does: it cuts the base to 58 characters."""
    return base[:58] + suffix


@settings(max_examples=100, deadline=None, derandomize=True)
@given(names, hashes, suffixes, st.integers(0, 99))
def test_pods_of_any_name_are_found(name: str, digest: str, suffix: str, ordinal: int) -> None:
    """However long a workload's name is, the pattern of its kind matches the names that Kubernetes makes."""
    for kind in ("Deployment", "Rollout"):
        assert matches(target(workload=name, kind=kind), generated(f"{name}-{digest}-", suffix))
    assert matches(target(workload=name, kind="DaemonSet"), generated(f"{name}-", suffix))
    assert matches(target(workload=name, kind="StatefulSet"), f"{name}-{ordinal}")


@pytest.mark.parametrize(
    "pod",
    [
        "cart-db-0",  # StatefulSet cart-db
        "cart-api-7d9f8b6c4d-x2x4z",  # Deployment cart-api
        "cart-db-x2x4z",  # DaemonSet cart-db
        "cart-migrate-x2x4z",  # Job cart-migrate
        "cart-x2x4z",  # DaemonSet cart
        "cart-0",
        "a-cart-7d9f8b6c4d-x2x4z",
        "cart",
    ],
)
def test_pods_of_other_workloads_are_not_taken_for_ours(pod: str) -> None:
    """A Deployment's pods are told from those of workloads whose names begin the same."""
    assert not matches(target(), pod)


def test_pod_monitor_names_its_job_after_itself() -> None:
    """The operator's job label is the Service's name, or namespace and name of the PodMonitor."""
    assert target().job(Metrics()) == "cart"
    assert target().job(Metrics(monitor="pod")) == "shop/cart"
    assert (
        target(monitoring_namespace="monitoring").job(Metrics(monitor="pod", name="cart-pods"))
        == "monitoring/cart-pods"
    )


def test_volumes_are_named_by_claims_and_templates() -> None:
    """A claim is one volume, a template of a StatefulSet one for each of its pods."""
    assert target(claims=()).volumes is None
    assert target().volumes == 'namespace="shop",persistentvolumeclaim="cart-data"'
    both = target(kind="StatefulSet", claim_templates=("data",)).volumes
    assert both == 'namespace="shop",persistentvolumeclaim=~"cart-data|data-cart-[0-9]+"'


def test_containers_that_nobody_named_are_all_but_the_pod_itself() -> None:
    """Without names, any container counts, but not the sums over a pod, which have an empty one."""
    assert target(containers=()).pod_containers.endswith(',container!=""')
    assert target(containers=("cart", "proxy")).pod_containers.endswith(',container=~"cart|proxy"')
