"""Connections that a set implies, and the NetworkPolicies at both ends."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, changed, container, deployment, obj, policy, service
from tests.checks.sets import found, report

DNS = {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}
TO_CART = {"to": [{"podSelector": {"matchLabels": {"app": "cart"}}}], "ports": [{"port": "http"}]}
FROM_WEB = {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": "http"}]}
WEB = deployment("web", container("web", env=[{"name": "CART_URL", "value": "http://cart:80"}]))
SET = [service(), deployment(), WEB]


def _rules(*bodies: Body) -> list[tuple[str, str]]:
    return [(f.rule, f.object) for f in report(*bodies).errors if f.rule.endswith("-blocked")]


def test_without_policies_everything_passes() -> None:
    """Where no policy holds for a pod, nothing is blocked."""
    assert _rules(*SET) == []


def test_connection_that_both_ends_let_pass_is_silent() -> None:
    """A URL in the environment is a flow; policies at both ends let it pass."""
    assert _rules(*SET, policy(ingress=[FROM_WEB]), policy("web", egress=[TO_CART, DNS])) == []


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        (
            [policy(ingress=[])],
            "no NetworkPolicy lets Deployment/shop/web reach port http (8080) of Deployment/shop",
        ),
        ([policy("web", egress=[DNS])], "no NetworkPolicy lets Deployment/shop/web connect to port http (8080)"),
        ([policy(ingress=[changed(FROM_WEB, "ports.0.port", "grpc")])], "reach port http"),
        ([policy(ingress=[changed(FROM_WEB, "from.0.podSelector.matchLabels.app", "wep")])], "reach port http"),
        ([policy("web", egress=[changed(TO_CART, "ports.0.port", 80), DNS])], "connect to port http"),
    ],
)
def test_connection_that_one_end_blocks_is_an_error(policies: list[Body], said: str) -> None:
    """The finding stands where the address does, and names both ends and the policy."""
    (finding,) = found(*SET, *policies, rule="connection-blocked")
    assert finding.object == "Deployment/shop/web"
    assert finding.path == "spec.template.spec.containers[0].env[0].value"
    assert said in finding.message
    assert "NetworkPolicy/shop/" in finding.hint


def test_several_policies_add_up() -> None:
    """A connection passes if any policy of the pod lets it."""
    spec = {"podSelector": {}, "policyTypes": ["Ingress"]}
    deny = obj("NetworkPolicy", "deny", api="networking.k8s.io/v1", spec=spec)
    assert len(found(*SET, deny, rule="connection-blocked")) == 1
    assert found(*SET, deny, policy(ingress=[FROM_WEB]), rule="connection-blocked") == []


@pytest.mark.parametrize(
    ("peer", "passes"),
    [
        ({"podSelector": {}}, True),
        ({"podSelector": {"matchLabels": {"app": "web"}}}, True),
        ({"namespaceSelector": {}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}, False),
        ({"namespaceSelector": {"matchLabels": {"team": "a"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"team": "b"}}}, False),
        ({"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "x"}}}, False),
        ({"ipBlock": {"cidr": "0.0.0.0/0"}}, True),
        ({"ipBlock": {"cidr": "10.0.0.0/8"}}, True),
        ({"ipBlock": {"cidr": "8.8.8.0/24"}}, False),
    ],
)
def test_peers(peer: Body, *, passes: bool) -> None:
    """Peers select pods, namespaces, both together, or addresses."""
    namespace = obj("Namespace", "shop", namespace="", labels={"team": "a"})
    ingress = policy(ingress=[{"from": [peer], "ports": [{"port": 8080}]}])
    assert (found(*SET, namespace, ingress, rule="connection-blocked") == []) is passes


def test_policy_without_types_is_for_what_it_has() -> None:
    """Without policyTypes a policy is for ingress, and for egress where it has such rules."""
    bare = obj("NetworkPolicy", "a", api="networking.k8s.io/v1", spec={"podSelector": {"matchLabels": {"app": "cart"}}})
    assert len(found(*SET, bare, rule="connection-blocked")) == 1
    egress = changed(bare, "spec", {"podSelector": {"matchLabels": {"app": "web"}}, "egress": [DNS]})
    assert len(found(*SET, egress, rule="connection-blocked")) == 1


def test_traffic_of_an_ingress_is_let_in() -> None:
    """The controller of an Ingress is somewhere outside the set."""
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "cart", "port": {"name": "http"}}}}
    ingress = obj("Ingress", "cart", api="networking.k8s.io/v1", spec={"rules": [{"http": {"paths": [path]}}]})
    (finding,) = found(ingress, *SET, policy(ingress=[FROM_WEB]), rule="traffic-blocked")
    assert finding.object == "Ingress/shop/cart"
    controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "traefik"}}}
    assert found(ingress, *SET, policy(ingress=[{"from": [controller]}]), rule="traffic-blocked") == []
    prometheus = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert len(found(ingress, *SET, policy(ingress=[{"from": [prometheus]}]), rule="traffic-blocked")) == 1


@pytest.mark.parametrize(
    ("egress", "severities"),
    [
        ([TO_CART, DNS], []),
        ([TO_CART], [Severity.ERROR]),
        ([], [Severity.ERROR]),
        ([{}], []),
        ([TO_CART, {"ports": [{"port": 53, "protocol": "TCP"}]}], [Severity.ERROR]),
        ([TO_CART, {"ports": [{"protocol": "UDP"}]}], []),
        ([TO_CART, {"ports": [{"port": 1, "endPort": 100, "protocol": "UDP"}]}], []),
        ([TO_CART, {"ports": [{"port": "dns", "protocol": "UDP"}]}], []),
    ],
)
def test_dns_stays_open(egress: list[Body], severities: list[Severity]) -> None:
    """A pod that calls somebody by name may ask DNS."""
    assert [f.severity for f in found(*SET, policy("web", egress=egress), rule="dns-blocked")] == severities


def test_pod_that_may_connect_to_nobody_needs_no_dns() -> None:
    """A pod that calls nobody may be cut off; one that may call somebody should be able to find it."""
    assert found(deployment(), policy(egress=[]), rule="dns-blocked") == []
    other = {"to": [{"podSelector": {}}], "ports": [{"port": 1}]}
    assert [f.severity for f in found(deployment(), policy(egress=[other]), rule="dns-blocked")] == [Severity.WARNING]
