"""Monitors, broken in each way: the finding names the monitor and the near miss."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Settings, Severity
from tests.checks.build import Body, changed, container, deployment, monitor, obj, policy, service
from tests.checks.sets import found, report

SET = [monitor(), service(labels={"app": "cart"}), deployment()]
PROMETHEUS = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}


def test_working_monitor_is_silent() -> None:
    """A monitor whose Service, port and pods are there has no finding of its own."""
    assert [finding for finding in report(*SET).findings if "monitor" in finding.rule] == []


def test_label_that_only_the_pods_carry_is_an_error() -> None:
    """A monitor selects the labels of Services: what only pods carry matches nothing, and the difference is told."""
    (finding,) = found(SET[0], service(labels={"app": "basket"}), SET[2], rule="monitor-selects-nothing")
    assert finding.severity is Severity.ERROR
    assert finding.object == "ServiceMonitor/shop/cart"
    assert finding.hint == "the nearest is Service/shop/cart: app is 'basket' there, not 'cart'"


def test_service_without_labels_is_told() -> None:
    """The nearest Service may have no label at all."""
    (finding,) = found(SET[0], service(), SET[2], rule="monitor-selects-nothing")
    assert "none has the labels app=cart" in finding.message


def test_service_in_another_namespace_is_told() -> None:
    """A monitor looks into its own namespace unless it says otherwise."""
    elsewhere = service(labels={"app": "cart"}, namespace="backend")
    pods = deployment(namespace="backend")
    (finding,) = found(SET[0], elsewhere, pods, rule="monitor-selects-nothing")
    assert finding.path == "spec.namespaceSelector"
    assert "Service/backend/cart has them, but the monitor looks only into shop" in finding.hint
    for selector in ({"any": True}, {"matchNames": ["backend"]}):
        whole = changed(SET[0], "spec.namespaceSelector", selector)
        assert found(whole, elsewhere, pods, rule="monitor-selects-nothing") == []


def test_namespace_that_the_set_does_not_hold_is_silent() -> None:
    """What is in another namespace may be there."""
    outside = changed(SET[0], "spec.namespaceSelector", {"matchNames": ["elsewhere"]})
    assert found(outside, rule="monitor-selects-nothing") == []


def test_port_that_the_service_does_not_have_is_an_error() -> None:
    """The port of an endpoint is the name of a Service's port, with the near one told."""
    (finding,) = found(changed(SET[0], "spec.endpoints.0.port", "htpp"), *SET[1:], rule="monitor-port-missing")
    assert finding.path == "spec.endpoints[0].port"
    assert finding.said == "Service/shop/cart has no port named 'htpp'; did you mean 'http'?"
    far = changed(SET[0], "spec.endpoints.0.port", "metrics")
    assert found(far, *SET[1:], rule="monitor-port-missing")[0].hint == "it has http"


def test_target_port_that_no_container_has_is_told_once_at_the_service() -> None:
    """Where the Service's target port does not exist, the Service is at fault and not the monitor."""
    broken = [SET[0], changed(SET[1], "spec.ports.0.targetPort", "web"), SET[2]]
    rules = [finding.rule for finding in report(*broken).errors]
    assert rules == ["service-port-missing"]


@pytest.mark.parametrize("target", [{"targetPort": "web"}, {"targetPort": 9999}])
def test_target_port_of_the_monitor_is_held_against_the_pods(target: Body) -> None:
    """A monitor may name the port of the container, which then has to be there."""
    assert len(found(monitor(endpoints=[target]), *SET[1:], rule="monitor-port-missing")) == 1
    assert found(monitor(endpoints=[{"targetPort": "http"}]), *SET[1:], rule="monitor-port-missing") == []


def test_endpoint_without_a_port_is_an_error() -> None:
    """An endpoint that names no port scrapes nothing."""
    (finding,) = found(monitor(endpoints=[{"path": "/metrics"}]), *SET[1:], rule="monitor-port-missing")
    assert finding.message == "names no port"


@pytest.mark.parametrize(("path", "shown"), [("", "is empty"), ("metrics", "'metrics' is not a path")])
def test_path_that_is_none_is_an_error_on_our_own_monitors(path: str, shown: str) -> None:
    """An empty path is what a template left over; the operator forgives it on other people's monitors."""
    broken = [changed(SET[0], "spec.endpoints.0.path", path), *SET[1:]]
    (ours,) = found(*broken, rule="monitor-endpoint-wrong", settings=Settings(ours=lambda _: True))
    assert (ours.severity, ours.message) == (Severity.ERROR, shown)
    (theirs,) = found(*broken, rule="monitor-endpoint-wrong")
    assert theirs.severity is Severity.WARNING


def test_monitor_without_endpoints_scrapes_nothing() -> None:
    """A monitor needs an endpoint."""
    assert len(found(monitor(endpoints=[]), *SET[1:], rule="monitor-endpoint-wrong")) == 1


def test_policy_that_keeps_prometheus_out_is_an_error() -> None:
    """A scrape that the NetworkPolicies of the pods do not let in is an error that names the policy."""
    others = policy(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": "http"}]}])
    (finding,) = found(*SET, others, deployment("web"), rule="scrape-blocked")
    assert finding.object == "ServiceMonitor/shop/cart"
    assert finding.said == (
        "no NetworkPolicy lets Prometheus reach port http (8080) of Deployment/shop/cart; "
        "add a rule to NetworkPolicy/shop/cart"
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"from": [PROMETHEUS], "ports": [{"port": "http", "protocol": "TCP"}]},
        {"from": [PROMETHEUS], "ports": [{"port": 8080}]},
        {"from": [PROMETHEUS], "ports": [{"port": 8000, "endPort": 9000}]},
        {"from": [PROMETHEUS]},
        {"ports": [{"port": 8080}]},
        {},
    ],
)
def test_policy_that_lets_prometheus_in_is_silent(rule: Body) -> None:
    """Ports may be named, numbered or a range, and a rule without peers is for everybody."""
    assert found(*SET, policy(ingress=[rule]), rule="scrape-blocked") == []


@pytest.mark.parametrize(
    "rule",
    [
        {"from": [PROMETHEUS], "ports": [{"port": "grpc"}]},
        {"from": [PROMETHEUS], "ports": [{"port": 8080, "protocol": "UDP"}]},
        {"from": [PROMETHEUS], "ports": [{"port": 9000, "endPort": 9100}]},
        {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}]},
    ],
)
def test_policy_that_lets_others_in_is_an_error(rule: Body) -> None:
    """Another port, protocol or peer does not let Prometheus in."""
    assert [finding.severity for finding in found(*SET, policy(ingress=[rule]), rule="scrape-blocked")] == ["error"]


def test_policy_for_the_own_namespace_may_or_may_not_do() -> None:
    """Whether Prometheus runs in the same namespace is not known: that is a warning."""
    same = policy(ingress=[{"from": [{"podSelector": {}}]}])
    assert [finding.severity for finding in found(*SET, same, rule="scrape-blocked")] == ["warning"]


def test_pod_monitor_selects_pods_and_their_ports() -> None:
    """A PodMonitor is held against the pods themselves."""
    spec = {"selector": {"matchLabels": {"app": "cart"}}, "podMetricsEndpoints": [{"port": "http"}]}
    pods = obj("PodMonitor", "cart", api="monitoring.coreos.com/v1", spec=spec)
    assert report(pods, deployment()).errors == ()
    unlabelled = changed(pods, "spec.selector.matchLabels.app", "card")
    (finding,) = found(unlabelled, deployment(), rule="monitor-selects-nothing")
    assert "the nearest is Deployment/shop/cart" in finding.hint
    unported = changed(pods, "spec.podMetricsEndpoints.0.port", "metrics")
    assert len(found(unported, deployment(), rule="monitor-port-missing")) == 1


def test_longer_timeout_than_interval_is_an_error() -> None:
    """The operator refuses a scrape that lasts longer than its interval."""
    for interval, timeout, count in (("30s", "10s", 0), ("30s", "1m", 1), ("1m", "60s", 0), ("half", "1m", 0)):
        one = monitor(endpoints=[{"port": "http", "interval": interval, "scrapeTimeout": timeout}])
        assert len(found(one, *SET[1:], rule="monitor-endpoint-wrong")) == count


def test_services_of_operators_are_not_missed() -> None:
    """A monitor for what an operator makes is silent."""
    cluster = obj("Cluster", "orders", api="postgresql.cnpg.io/v1", spec={"instances": 1, "storage": {"size": "1Gi"}})
    theirs = changed(SET[0], "spec.selector.matchLabels", {"cnpg.io/cluster": "orders"})
    assert found(theirs, cluster, service(), deployment(), rule="monitor-selects-nothing") == []


def test_secret_of_a_monitor_exists() -> None:
    """Credentials that a monitor names are references like any other."""
    auth = {"basicAuth": {"username": {"name": "scrape", "key": "user"}, "password": {"name": "scrape", "key": "word"}}}
    secret = obj("Secret", "scrape", stringData={"user": "a"})
    with_auth = monitor(endpoints=[{"port": "http", **auth}])
    assert len(found(with_auth, *SET[1:], rule="secret-missing")) == 2
    (finding,) = found(with_auth, *SET[1:], secret, rule="secret-key-missing")
    assert finding.path == "spec.endpoints[0].basicAuth.password.key"


def test_sidecar_ports_can_be_scraped() -> None:
    """An init container that runs on has ports like any container."""
    sidecar = {**container("exporter", ports=[{"name": "metrics", "containerPort": 9108}]), "restartPolicy": "Always"}
    pods = deployment(pod={"initContainers": [sidecar]})
    behind = service(labels={"app": "cart"}, ports=[{"name": "metrics", "port": 9108, "targetPort": "metrics"}])
    assert found(monitor(endpoints=[{"port": "metrics"}]), behind, pods, rule="service-port-missing") == []
