"""What two objects ask for and one alone can have."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, deployment, obj, service
from tests.checks.sets import found

API = "gateway.networking.k8s.io/v1"


def node_port(name: str, *ports: dict[str, Any], namespace: str = "shop") -> Body:
    """Make a Service with ports on the nodes."""
    listed = [{"name": f"p{index}", "port": 80 + index, **port} for index, port in enumerate(ports)]
    spec = {"type": "NodePort", "selector": {"app": "cart"}, "ports": listed}
    return obj("Service", name, namespace=namespace, spec=spec)


def route(name: str, /, *matches: dict[str, Any], kind: str = "HTTPRoute", host: str = "a.dev", **parent: Any) -> Body:
    """Make a route with one rule; without matches the rule has none."""
    rule: dict[str, Any] = {"backendRefs": [{"name": "cart", "port": 80}]}
    if matches:
        rule["matches"] = list(matches)
    spec = {"parentRefs": [{"name": "edge", **parent}], "hostnames": [host], "rules": [rule]}
    return obj(kind, name, api=API, spec=spec)


def clashes(*bodies: Body) -> list[str]:
    """Give the places of what is matched twice."""
    report = found(*bodies, service(), deployment(), rule="route-match-twice")
    return [f"{finding.object} {finding.path}" for finding in report]


def test_one_port_of_the_nodes_has_one_owner() -> None:
    """The second Service is named with the first, also where one Service asks twice."""
    (finding,) = found(node_port("a", {"nodePort": 30080}), node_port("b", {"nodePort": 30080}), rule="node-port-twice")
    assert finding.severity is Severity.ERROR
    assert finding.object == "Service/shop/b"
    assert finding.message == "30080 is the port of Service/shop/a too"
    (finding,) = found(node_port("a", {"nodePort": 30080}, {"nodePort": 30080}), rule="node-port-twice")
    assert finding.message == "30080 is the port of spec.ports[0].nodePort too"


def test_protocols_have_ports_of_their_own() -> None:
    """TCP and UDP may have the same number; no number, and the number 0, is the cluster's to choose."""
    ports: list[dict[str, Any]] = [
        {"nodePort": 30053},
        {"nodePort": 30053, "protocol": "UDP"},
        {},
        {"nodePort": 0},
        {"nodePort": 0},
    ]
    assert found(node_port("a", *ports), rule="node-port-twice") == []


def test_namespaces_may_be_in_clusters_of_their_own() -> None:
    """Across namespaces it is likely wrong, and not for certain."""
    bodies = (node_port("a", {"nodePort": 30080}), node_port("a", {"nodePort": 30080}, namespace="qa"))
    (finding,) = found(*bodies, rule="node-port-twice")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"path": {"value": "/a"}}, {"path": {"type": "PathPrefix", "value": "/a/"}}),
        ({}, {"path": {"value": "/"}}),
        ({"method": "GET"}, {"method": "GET", "path": {"type": "PathPrefix", "value": "/"}}),
        ({"headers": [{"name": "X-A", "value": "1"}]}, {"headers": [{"name": "x-a", "value": "1", "type": "Exact"}]}),
        (
            {"headers": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]},
            {"headers": [{"name": "b", "value": "2"}, {"name": "a", "value": "1"}]},
        ),
    ],
)
def test_the_same_requests_are_found_in_any_spelling(first: dict[str, Any], second: dict[str, Any]) -> None:
    """Defaults, a slash at the end, the case of headers and their order make no difference."""
    assert clashes(route("one", first), route("two", second)) == ["HTTPRoute/shop/two spec.rules[0].matches[0]"]
    assert clashes(route("one", first, second)) == ["HTTPRoute/shop/one spec.rules[0].matches[1]"]


def test_a_rule_without_matches_takes_everything() -> None:
    """Its place is the rule itself."""
    assert clashes(route("one"), route("two", {})) == ["HTTPRoute/shop/two spec.rules[0].matches[0]"]
    assert clashes(route("one", {}), route("two")) == ["HTTPRoute/shop/two spec.rules[0]"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (route("one", {"path": {"value": "/a"}}), route("two", {"path": {"value": "/b"}})),
        (route("one", {"path": {"value": "/a"}}), route("two", {"path": {"type": "Exact", "value": "/a"}})),
        (route("one", {"method": "GET"}), route("two", {"method": "POST"})),
        (route("one", {}), route("two", {"queryParams": [{"name": "v", "value": "2"}]})),
        (route("one", {}), route("two", {}, host="b.dev")),
        (route("one", {}), route("two", {}, name="other")),
        (route("one", {}, sectionName="http"), route("two", {}, sectionName="https")),
        (route("one", {}), route("two", {}, namespace="other")),
        (route("one", {}), route("two", {}, kind="GRPCRoute")),
    ],
)
def test_requests_that_differ_are_nobodys_twice(first: Body, second: Body) -> None:
    """Another path, method, query, host, Gateway, listener or kind is another request."""
    assert clashes(first, second) == []


def test_calls_are_compared_by_service_and_method() -> None:
    """A GRPCRoute's matches are held against those of other GRPCRoutes."""
    add = {"method": {"service": "acme.Cart", "method": "Add"}}
    every = {"method": {"service": "acme.Cart"}}
    one, two = (route(name, add, kind="GRPCRoute") for name in ("one", "two"))
    assert clashes(one, two) == ["GRPCRoute/shop/two spec.rules[0].matches[0]"]
    assert clashes(one, route("two", every, kind="GRPCRoute")) == []
