"""API versions and kinds."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Settings
from tests.checks.build import obj
from tests.checks.sets import found


@pytest.mark.parametrize(
    ("api", "kind", "kubernetes", "said"),
    [
        ("extensions/v1beta1", "Deployment", "", "was removed in Kubernetes 1.16; write apps/v1"),
        ("extensions/v1beta1", "Ingress", "", "was removed in Kubernetes 1.22; write networking.k8s.io/v1"),
        ("policy/v1beta1", "PodSecurityPolicy", "", "was removed in Kubernetes 1.25; nothing took its place"),
        (
            "autoscaling/v2beta2",
            "HorizontalPodAutoscaler",
            "1.27",
            "removed in Kubernetes 1.26; write autoscaling/v2",
        ),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "was removed in Kubernetes 1.32; write"),
        ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "1.28", "is served from Kubernetes 1.29 on"),
        ("v1", "Deployment", "", "'v1' does not serve Deployment"),
    ],
)
def test_version_that_is_not_served(api: str, kind: str, kubernetes: str, said: str) -> None:
    """A version that the chosen release does not serve is an error with the one to write."""
    settings = Settings(kubernetes=kubernetes)
    body = obj(kind, "x", api=api, spec={})
    faults = found(body, rule="api-version-unserved", settings=settings) + found(
        body, rule="kind-unknown", settings=settings
    )
    assert len(faults) == 1
    if api != "v1":
        assert said in faults[0].said


@pytest.mark.parametrize(
    ("api", "kind", "hint"),
    [
        ("apps/v1", "Deploymnet", "did you mean 'Deployment'?"),
        ("v1", "Deployment", "it is of apps/v1"),
        ("apps/v1", "Service", "it is of v1"),
        ("v1", "Servcie", "did you mean 'Service'?"),
        ("app/v1", "Thing", "did you mean 'apps/v1'?"),
    ],
)
def test_kind_that_does_not_exist(api: str, kind: str, hint: str) -> None:
    """A kind that Kubernetes does not have is told with the one that was meant."""
    (finding,) = found(obj(kind, "x", api=api), rule="kind-unknown")
    assert finding.hint == hint


def test_custom_kinds_are_not_unknown() -> None:
    """Of the kinds of other groups nothing is known."""
    for api in ("example.com/v1", "gateway.networking.k8s.io/v1", "snapshot.storage.k8s.io/v1", "metrics.k8s.io/v1"):
        assert found(obj("Thing", "x", api=api), rule="kind-unknown") == []


@pytest.mark.parametrize(
    ("api", "kind", "kubernetes", "count"),
    [
        ("v1", "Endpoints", "1.32", 0),
        ("v1", "Endpoints", "1.33", 1),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.28", 0),
        ("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.29", 1),
        ("external-secrets.io/v1beta1", "ExternalSecret", "", 1),
        ("external-secrets.io/v1", "ExternalSecret", "", 0),
    ],
)
def test_version_on_its_way_out(api: str, kind: str, kubernetes: str, count: int) -> None:
    """A version beside which there is a better one is a warning."""
    body = obj(kind, "x", api=api, spec={})
    assert len(found(body, rule="api-version-deprecated", settings=Settings(kubernetes=kubernetes))) == count
