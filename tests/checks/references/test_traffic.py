"""Ingresses, routes, Gateways and webhooks: backends, listeners, grants."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, changed, deployment, obj, service
from tests.checks.sets import found, report

PODS = [service(), deployment()]


def _ingress(**backend: object) -> Body:
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "cart", "port": {"name": "http"}, **backend}},
    }
    rules = [{"host": "cart.example.com", "http": {"paths": [path]}}]
    return obj("Ingress", "cart", api="networking.k8s.io/v1", spec={"rules": rules})


def _gateway(**listener: object) -> Body:
    one = {"name": "http", "port": 80, "protocol": "HTTP", **listener}
    return obj(
        "Gateway",
        "public",
        api="gateway.networking.k8s.io/v1",
        spec={"gatewayClassName": "istio", "listeners": [one]},
    )


def _route(kind: str = "HTTPRoute", namespace: str = "shop", **spec: object) -> Body:
    whole = {
        "parentRefs": [{"name": "public"}],
        "hostnames": ["cart.example.com"],
        "rules": [{"backendRefs": [{"name": "cart", "port": 80}]}],
        **spec,
    }
    return obj(kind, "cart", api="gateway.networking.k8s.io/v1", namespace=namespace, spec=whole)


def test_ingress_and_route_that_fit_are_silent() -> None:
    """A backend that exists, by name or number of its port, has no finding."""
    assert report(_ingress(), *PODS).errors == ()
    assert report(_ingress(port={"number": 80}), *PODS).errors == ()
    assert report(_gateway(), _route(), *PODS).errors == ()
    assert report(_gateway(), _route("GRPCRoute"), *PODS).errors == ()


def test_backend_that_does_not_exist_is_an_error() -> None:
    """The Service of a backend exists, and the near one is told."""
    (finding,) = found(_ingress(name="card"), *PODS, rule="backend-missing")
    assert finding.path == "spec.rules[0].http.paths[0].backend.service.name"
    assert finding.hint == "did you mean 'cart'?"
    (route,) = found(
        _gateway(), _route(rules=[{"backendRefs": [{"name": "card", "port": 80}]}]), *PODS, rule="backend-missing"
    )
    assert route.path == "spec.rules[0].backendRefs[0].name"


def test_port_that_the_service_does_not_have_is_an_error() -> None:
    """A backend's port is one of the Service, not one of the pods."""
    (named,) = found(_ingress(port={"name": "htpp"}), *PODS, rule="backend-port-missing")
    assert named.said == "Service 'cart' has no port 'htpp'; did you mean 'http'?"
    (numbered,) = found(_ingress(port={"number": 8080}), *PODS, rule="backend-port-missing")
    assert numbered.said == "Service 'cart' has no port 8080; it has http (80)"


def test_backends_that_are_no_services_are_left_alone() -> None:
    """The AWS controller's actions and other kinds of backend are not Services."""
    action = _ingress(name="redirect", port={"name": "use-annotation"})
    assert found(action, *PODS, rule="backend-missing") == []
    bucket = _route(rules=[{"backendRefs": [{"group": "s3.example.com", "kind": "Bucket", "name": "files"}]}])
    assert found(_gateway(), bucket, rule="backend-missing") == []


def test_backend_of_an_operator_exists() -> None:
    """An operator's Service is known with its ports."""
    cluster = obj("Cluster", "db", api="postgresql.cnpg.io/v1", spec={"instances": 1, "storage": {"size": "1Gi"}})
    assert found(_ingress(name="db-rw", port={"number": 5432}), cluster, rule="backend-missing") == []
    assert len(found(_ingress(name="db-rw", port={"number": 80}), cluster, rule="backend-port-missing")) == 1
    assert len(found(_ingress(name="db-rx", port={"number": 80}), cluster, rule="backend-missing")) == 1


def test_webhook_without_a_service_is_an_error() -> None:
    """A webhook whose Service is missing from a namespace of the set blocks what it is for."""
    hooks = [{"name": "a.b.c", "clientConfig": {"service": {"name": "hook", "namespace": "shop"}}}]
    webhook = obj(
        "ValidatingWebhookConfiguration",
        "hook",
        api="admissionregistration.k8s.io/v1",
        namespace="",
        webhooks=hooks,
    )
    assert len(found(webhook, *PODS, rule="backend-missing")) == 1
    assert found(webhook, rule="backend-missing") == [], "a namespace that the set does not hold may have it"


@pytest.mark.parametrize(
    ("listener", "parent", "rule", "said"),
    [
        (
            {},
            {"name": "pubic"},
            "gateway-missing",
            "no Gateway 'pubic' exists in namespace shop; did you mean 'public'?",
        ),
        (
            {},
            {"name": "public", "sectionName": "https"},
            "listener-missing",
            "has no listener 'https'; did you mean 'http'?",
        ),
        ({}, {"name": "public", "port": 443}, "listener-missing", "has no listener on port 443; it has 80"),
        ({"hostname": "*.example.org"}, {"name": "public"}, "route-refused", "is for *.example.org"),
        ({"protocol": "TLS"}, {"name": "public"}, "route-refused", "takes only TLSRoute and TCPRoute"),
        (
            {"allowedRoutes": {"kinds": [{"kind": "GRPCRoute"}]}},
            {"name": "public"},
            "route-refused",
            "takes only GRPCRoute",
        ),
    ],
)
def test_route_that_no_listener_takes_is_an_error(listener: Body, parent: Body, rule: str, said: str) -> None:
    """A route attaches to a listener of its kind and for its hosts, or gets no request."""
    (finding,) = found(_gateway(**listener), _route(parentRefs=[parent]), *PODS, rule=rule)
    assert said in finding.said


@pytest.mark.parametrize(
    ("listener", "hosts", "fits"),
    [
        ("*.example.com", ["cart.example.com"], True),
        ("*.example.com", ["a.b.example.com"], True),
        ("*.example.com", ["example.com"], False),
        ("cart.example.com", ["*.example.com"], True),
        ("cart.example.com", ["*.shop.example.com"], False),
        ("*.example.com", ["*.shop.example.com"], True),
        ("cart.example.com", ["cart.example.com", "x.example.org"], True),
        ("cart.example.com", ["card.example.com"], False),
        ("", ["anything.example.net"], True),
        ("cart.example.com", [], True),
    ],
)
def test_hosts_of_listener_and_route_have_one_in_common(listener: str, hosts: list[str], *, fits: bool) -> None:
    """A wildcard stands for every host below it, and for no other."""
    gateway = _gateway(**({"hostname": listener} if listener else {}))
    assert (found(gateway, _route(hostnames=hosts), *PODS, rule="route-refused") == []) is fits


@pytest.mark.parametrize(
    ("allowed", "labels", "fits"),
    [
        ({}, {}, False),
        ({"from": "Same"}, {}, False),
        ({"from": "All"}, {}, True),
        ({"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}, {"team": "a"}, True),
        ({"from": "Selector", "selector": {"matchLabels": {"team": "a"}}}, {"team": "b"}, False),
        ({"from": "Selector", "selector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}}, {}, True),
    ],
)
def test_namespaces_that_a_listener_takes_routes_from(allowed: Body, labels: Body, *, fits: bool) -> None:
    """A listener takes routes of its own namespace unless it says otherwise."""
    gateway = _gateway(allowedRoutes={"namespaces": allowed})
    namespace = obj("Namespace", "ops", namespace="", labels=labels)
    route = _route(namespace="ops", parentRefs=[{"name": "public", "namespace": "shop"}])
    pods = [service(namespace="ops"), deployment(namespace="ops")]
    assert (found(gateway, namespace, route, *pods, rule="route-refused") == []) is fits


def test_backend_of_another_namespace_needs_a_grant() -> None:
    """A route names a Service of another namespace only where a ReferenceGrant there lets it."""
    route = _route(rules=[{"backendRefs": [{"name": "cart", "port": 80, "namespace": "ops"}]}])
    pods = [service(namespace="ops"), deployment(namespace="ops")]
    grant = obj(
        "ReferenceGrant",
        "g",
        api="gateway.networking.k8s.io/v1beta1",
        namespace="ops",
        spec={
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}],
            "to": [{"group": "", "kind": "Service"}],
        },
    )
    assert len(found(_gateway(), route, *pods, rule="reference-grant-missing")) == 1
    assert found(_gateway(), route, *pods, grant, rule="reference-grant-missing") == []
    for path, value in (("spec.to.0.name", "web"), ("spec.to.0.kind", "Secret"), ("spec.from.0.kind", "GRPCRoute")):
        other = changed(grant, path, value)
        assert len(found(_gateway(), route, *pods, other, rule="reference-grant-missing")) == 1


def test_path_with_two_backends_is_an_error() -> None:
    """Of two backends for one host and path one never gets a request; another path or class is another thing."""
    double = _ingress()
    double["spec"]["rules"][0]["http"]["paths"] *= 2
    (finding,) = found(double, *PODS, rule="ingress-path-twice")
    assert finding.severity is Severity.ERROR
    assert "'cart.example.com/' has a backend already" in finding.message
    second = changed(_ingress(), "metadata.name", "cart-2")
    assert [f.severity for f in found(_ingress(), second, *PODS, rule="ingress-path-twice")] == [Severity.WARNING]
    assert found(_ingress(), changed(second, "spec.ingressClassName", "internal"), rule="ingress-path-twice") == []
    canary = changed(second, "metadata.annotations", {"nginx.ingress.kubernetes.io/canary": "true"})
    assert found(_ingress(), canary, rule="ingress-path-twice") == []
