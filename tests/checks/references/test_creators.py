"""What workloads may create while they run is likely missing, but not surely."""

from __future__ import annotations

import pytest

from tests.checks.build import Body, changed, deployment, obj, policy, service
from tests.checks.sets import found

THERE = {"name": "cart", "namespace": "shop-production"}
RBAC = "rbac.authorization.k8s.io"


def _rights(resource: str, verb: str = "create", kind: str = "Role", namespace: str = "shop") -> list[Body]:
    place = "" if kind == "ClusterRole" else namespace
    rules = [{"apiGroups": ["", "apps"], "resources": [resource], "verbs": [verb]}]
    role = obj(kind, "maker", api=f"{RBAC}/v1", namespace=place, rules=rules)
    binding = obj(
        f"{kind}Binding",
        "maker",
        api=f"{RBAC}/v1",
        namespace=place,
        roleRef={"apiGroup": RBAC, "kind": kind, "name": "maker"},
        subjects=[{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}],
    )
    return [role, binding]


@pytest.mark.parametrize(
    ("rights", "severity"),
    [
        ([], "error"),
        (_rights("secrets"), "warning"),
        (_rights("*", "*"), "warning"),
        (_rights("secrets", kind="ClusterRole"), "warning"),
        (_rights("secrets", "get"), "error"),
        (_rights("configmaps"), "error"),
        (_rights("secrets", namespace="ops"), "error"),
        (_rights("secrets")[:1], "error"),
    ],
)
def test_secret_that_somebody_may_create(rights: list[Body], severity: str) -> None:
    """Where an account of the set may create Secrets, one that is missing may be made while it runs."""
    wants = deployment(pod={"imagePullSecrets": [{"name": "pull"}]})
    assert [finding.severity for finding in found(wants, *rights, rule="secret-missing")] == [severity]


def test_near_name_is_a_slip_all_the_same() -> None:
    """What is nearly there was not meant to be made."""
    wants = deployment(pod={"imagePullSecrets": [{"name": "registry-pul"}]})
    there = obj("Secret", "registry-pull", stringData={"a": "b"})
    assert [f.severity for f in found(wants, there, *_rights("secrets"), rule="secret-missing")] == ["error"]


@pytest.mark.parametrize("resource", ["pods", "statefulsets", "*"])
def test_pods_that_somebody_may_create(resource: str) -> None:
    """A Service or policy for pods that are made while the set runs is only likely wrong."""
    selector = {"app": "made-later"}
    for body, rule in (
        (service(selector=selector), "service-selects-nothing"),
        (policy(ingress=[], podSelector={"matchLabels": selector}), "policy-selects-nothing"),
    ):
        assert [f.severity for f in found(body, deployment(), rule=rule)] == ["error"]
        assert [f.severity for f in found(body, deployment(), *_rights(resource), rule=rule)] == ["warning"]


def test_slip_in_one_of_several_labels_is_an_error() -> None:
    """A selector that misses existing pods by one label of several is a slip."""
    pods = deployment(pod_labels={"app": "cart", "tier": "web"})
    slip = service(selector={"app": "cart", "tier": "wep"})
    assert [f.severity for f in found(slip, pods, *_rights("pods"), rule="service-selects-nothing")] == ["error"]


@pytest.mark.parametrize(
    ("body", "rule", "path", "value"),
    [
        (
            obj(
                "RoleBinding",
                "b",
                api=f"{RBAC}/v1",
                roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": "view"},
                subjects=[{"kind": "ServiceAccount", "name": "cart", "namespace": "shop-production"}],
            ),
            "subject-missing",
            "subjects.0.namespace",
            "shop-prodution",
        ),
        (
            obj(
                "ValidatingWebhookConfiguration",
                "w",
                api="admissionregistration.k8s.io/v1",
                namespace="",
                webhooks=[
                    {"name": "a.b.c", "clientConfig": {"service": {"name": "cart", "namespace": "shop-production"}}}
                ],
            ),
            "backend-missing",
            "webhooks.0.clientConfig.service.namespace",
            "shop-prodution",
        ),
        (
            obj(
                "HTTPRoute",
                "r",
                api="gateway.networking.k8s.io/v1",
                namespace="web",
                spec={"parentRefs": [THERE]},
            ),
            "gateway-missing",
            "spec.parentRefs.0.namespace",
            "shop-prodution",
        ),
    ],
)
def test_namespace_that_is_nearly_right(body: Body, rule: str, path: str, value: str) -> None:
    """A namespace that the set does not hold is somebody else's, unless the object is in one of nearly that name."""
    there = [
        obj("ServiceAccount", "cart", namespace="shop-production"),
        service(namespace="shop-production"),
        obj("Gateway", "cart", api="gateway.networking.k8s.io/v1", namespace="shop-production", spec={"listeners": []}),
    ]
    assert found(body, *there, rule=rule) == []
    (finding,) = found(changed(body, path, value), *there, rule=rule)
    assert "'shop-production'" in finding.hint
    assert found(changed(body, path, "elsewhere"), *there, rule=rule) == []
