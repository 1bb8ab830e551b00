from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.diff.flows import beyond, described, flows
from tests.diff.objects import headlines, spec

Body = dict[str, Any]


def policy(*rules: Body, **fields: Any) -> Body:
    """Give a NetworkPolicy with rules for what comes in."""
    return spec(
        "NetworkPolicy", "networking.k8s.io/v1", **{"policyTypes": ["Ingress"], "ingress": list(rules), **fields}
    )


def came(before: Body, after: Body) -> list[str]:
    """Say what ``after`` lets in that ``before`` does not."""
    return described(beyond(flows(after, "ingress"), flows(before, "ingress")), "ingress")


def block(cidr: str, *holes: str) -> Body:
    """Give a range of addresses as a peer."""
    return {"ipBlock": {"cidr": cidr, **({"except": list(holes)} if holes else {})}}


def pods(namespaces: Body | None = None, **labels: str) -> Body:
    """Give pods as a peer."""
    found: Body = {"podSelector": {"matchLabels": labels} if labels else {}}
    return found if namespaces is None else {**found, "namespaceSelector": namespaces}


def port(number: int | str, end: int | None = None, protocol: str = "TCP") -> Body:
    """Give a port, or a range of them."""
    return {"port": number, "protocol": protocol, **({"endPort": end} if end else {})}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (policy({"from": [block("10.0.0.0/8")]}), policy({"from": [block("10.1.0.0/16")]})),
        (policy({"from": [block("10.0.0.0/8")]}), policy({"from": [block("10.0.0.0/8", "10.1.0.0/16")]})),
        (policy({"from": [block("10.0.0.0/8", "10.1.0.0/16")]}), policy({"from": [block("10.2.0.0/16")]})),
        (
            policy({"from": [block("10.0.0.0/8", "10.1.0.0/16")]}),
            policy({"from": [block("10.0.0.0/8", "10.0.0.0/12")]}),
        ),
        (policy({}), policy({"from": [pods(a="b")], "ports": [port(80)]})),
        (policy({"from": [pods({})]}), policy({"from": [pods({"matchLabels": {"n": "m"}}, a="b")]})),
        (policy({"from": [pods({})]}), policy({"from": [pods(a="b")]})),
        (policy({"from": [pods()]}), policy({"from": [pods(a="b")]})),
        (policy({"ports": [port(80, 90)]}), policy({"ports": [port(80), port(85, 90)]})),
        (policy({"ports": [{"protocol": "TCP"}]}), policy({"ports": [port("http")]})),
        # One rule in place of two, and two in place of one.
        (policy({"from": [pods(a="b")]}, {"from": [pods(a="c")]}), policy({"from": [pods(a="c"), pods(a="b")]})),
        (policy({"ports": [port(80), port(81)]}), policy({"ports": [port(81)]}, {"ports": [port(80)]})),
    ],
)
def test_what_lets_in_no_more_is_no_widening(before: Body, after: Body) -> None:
    """A rule that is covered by those of before lets in nobody new, however it is written."""
    assert came(before, after) == []
    assert not any(text.startswith("widened") for text in headlines(before, after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (policy({"from": [block("10.1.0.0/16")]}), policy({"from": [block("10.0.0.0/8")]}), "from 10.0.0.0/8 on all"),
        (
            policy({"from": [block("10.0.0.0/8", "10.1.0.0/16")]}),
            policy({"from": [block("10.0.0.0/8", "10.1.2.0/24")]}),
            "from 10.0.0.0/8 (not 10.1.2.0/24) on all ports",
        ),
        (policy({"from": [block("10.0.0.0/8")]}), policy({"from": [block("fd00::/8")]}), "from fd00::/8 on all ports"),
        (policy({"from": [block("0.0.0.0/0")]}), policy({"from": [pods(a="b")]}), "from pods a=b on all ports"),
        (policy({"from": [pods()]}), policy({"from": [pods({})]}), "from all pods in all namespaces on all ports"),
        (policy({"from": [pods(a="b")]}), policy({"from": [pods(a="c")]}), "from pods a=c on all ports"),
        (
            policy(),
            policy({"from": [{"namespaceSelector": {"matchExpressions": [{"key": "t", "operator": "Exists"}]}}]}),
            "from all pods in namespaces t Exists on all ports",
        ),
        (policy({"ports": [port(80)]}), policy({"ports": [port(80), port(81)]}), "from everybody on port 81"),
        (policy({"ports": [port(80, 90)]}), policy({"ports": [port(85, 95)]}), "from everybody on port 85-95"),
        (policy({"ports": [port(53)]}), policy({"ports": [port(53, protocol="UDP")]}), "from everybody on port 53/UDP"),
        (policy({"ports": [port(80)]}), policy({}), "from everybody on all ports"),
    ],
)
def test_what_lets_in_more_is_named_by_peer_and_port(before: Body, after: Body, said: str) -> None:
    """Who may come in that could not, and where."""
    (found,) = came(before, after)
    assert found.startswith(said)
    assert f"widened: ingress is allowed: {found}" in headlines(before, after)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            policy({"from": [pods(a="b")]}, {"from": [pods(a="c")]}),
            policy({"from": [pods(a="b")]}),
            "changed: ingress is no longer allowed: from pods a=c on all ports",
        ),
        (
            policy({}),
            policy({}, policyTypes=["Ingress", "Egress"], egress=[{"to": [pods(a="b")]}]),
            "changed: restricts egress from now on to: to pods a=b on all ports",
        ),
        (
            policy({}),
            policy({}, policyTypes=["Ingress", "Egress"]),
            "changed: restricts egress from now on to: nothing",
        ),
        (policy({}, policyTypes=["Ingress", "Egress"]), policy({}), "widened: no longer restricts egress"),
    ],
)
def test_directions_that_come_and_go(before: Body, after: Body, said: str) -> None:
    """What is no longer let through may be missed, and is said too."""
    assert headlines(before, after) == [said]


@pytest.mark.parametrize(
    ("before", "after", "is_said"),
    [
        ({"matchLabels": {"a": "b"}}, {"matchLabels": {"a": "c"}}, True),
        ({}, {"matchLabels": {"a": "b"}}, True),
        ({"matchLabels": {"a": "b"}}, {"matchLabels": {"a": "b", "c": "d"}}, True),
        ({"matchLabels": {"a": "b", "c": "d"}}, {"matchLabels": {"a": "b"}}, False),
        ({"matchLabels": {"a": "b"}}, {}, False),
        ({}, {"matchExpressions": [{"key": "a", "operator": "Exists"}]}, True),
    ],
)
def test_pods_that_a_policy_no_longer_selects(before: Body, after: Body, *, is_said: bool) -> None:
    """A policy for fewer pods leaves the others open; one for more does not."""
    found = headlines(policy({}, podSelector=before), policy({}, podSelector=after))
    assert any(text.startswith("widened: is about other pods") for text in found) is is_said
