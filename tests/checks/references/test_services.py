"""Services: what they select, and the ports behind their ports."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, changed, container, deployment, obj, service
from tests.checks.sets import found, report


def test_service_and_pods_that_fit_are_silent() -> None:
    """A Service that selects its pods by a port that they have has no finding."""
    assert report(service(), deployment()).errors == ()


def test_selector_typo_names_the_nearest_pods() -> None:
    """A selector that matches nothing tells which label differs, and where."""
    (finding,) = found(service(selector={"app": "catr"}), deployment(), rule="service-selects-nothing")
    assert finding.severity is Severity.ERROR
    assert finding.hint == "the nearest is Deployment/shop/cart: app is 'cart' there, not 'catr'"


def test_pods_of_another_namespace_are_told() -> None:
    """A Service selects only in its own namespace."""
    (finding,) = found(service(), deployment(namespace="ops"), deployment("x"), rule="service-selects-nothing")
    assert "there are such pods in namespace ops" in finding.hint


def test_service_without_any_pod_in_its_namespace_is_a_warning() -> None:
    """Where the set has no pods at all there, they may well be elsewhere."""
    assert [finding.severity for finding in found(service(), rule="service-selects-nothing")] == [Severity.WARNING]


@pytest.mark.parametrize(
    "labels",
    [
        {"statefulset.kubernetes.io/pod-name": "cart-0"},
        {"app": "cart", "pod-template-hash": "1234"},
        {"app": "cart", "job-name": "x"},
    ],
)
def test_labels_that_controllers_give_count_as_there(labels: dict[str, str]) -> None:
    """A template cannot carry the labels that its controller adds."""
    assert found(service(selector=labels), deployment(), rule="service-selects-nothing") == []


def test_pods_that_operators_make_are_selected() -> None:
    """Known operators' pods have known labels; of unknown ones nothing is said."""
    cluster = obj("Cluster", "db", api="postgresql.cnpg.io/v1", spec={"instances": 1, "storage": {"size": "1Gi"}})
    primary = service("db-pooled", selector={"cnpg.io/cluster": "db", "role": "primary"})
    assert found(primary, cluster, deployment(), rule="service-selects-nothing") == []
    other = changed(primary, "spec.selector", {"cnpg.io/cluster": "dbx"})
    assert len(found(other, cluster, deployment(), rule="service-selects-nothing")) == 1
    unknown = obj("Thing", "t", api="things.example.com/v1", spec={})
    assert found(other, unknown, deployment(), rule="service-selects-nothing") == []


def test_pods_of_unknown_kinds_with_a_template_are_selected() -> None:
    """A kind that looks like a workload is one."""
    clone = {**deployment(), "apiVersion": "apps.kruise.io/v1alpha1", "kind": "CloneSet"}
    assert report(service(), clone).errors == ()


@pytest.mark.parametrize("fields", [{"type": "ExternalName", "externalName": "db.example.com"}])
def test_external_names_select_nothing(fields: Body) -> None:
    """An ExternalName has no pods."""
    assert found(service(**fields), deployment("x"), rule="service-selects-nothing") == []


def test_named_port_must_be_a_port_of_the_pods() -> None:
    """A target port that no container has refuses every connection."""
    (finding,) = found(service(ports=[{"port": 80, "targetPort": "htpp"}]), deployment(), rule="service-port-missing")
    assert finding.said == "Deployment/shop/cart has no port named 'htpp'; did you mean 'http'?"
    assert finding.path == "spec.ports[0].targetPort"


def test_port_number_is_a_warning_only_where_others_are_declared() -> None:
    """Containers need not declare their ports."""
    numbered = service(ports=[{"port": 80, "targetPort": 9}])
    assert [f.severity for f in found(numbered, deployment(), rule="service-port-missing")] == [Severity.WARNING]
    assert found(numbered, deployment("cart", container(ports=[])), rule="service-port-missing") == []
    assert found(service(ports=[{"port": 8080}]), deployment(), rule="service-port-missing") == []
    assert found(service(ports=[{"port": 80, "targetPort": "8080"}]), deployment(), rule="service-port-missing") == []


def test_port_that_only_one_of_two_workloads_has_is_a_warning() -> None:
    """A selector that takes in pods without the port sends them requests in vain."""
    other = deployment("worker", container("worker", ports=[]), pod_labels={"app": "worker", "tier": "shop"})
    main = deployment(pod_labels={"app": "cart", "tier": "shop"})
    (finding,) = found(service(selector={"tier": "shop"}), main, other, rule="service-port-missing")
    assert finding.severity is Severity.WARNING
    assert "not of Deployment/shop/worker" in finding.message


def test_canary_and_stable_of_one_component_share_a_service() -> None:
    """Two Deployments of one component behind one Service are no mixture."""
    common = {"app.kubernetes.io/component": "cart"}
    pods = [deployment(track, pod_labels={"app": track, **common}) for track in ("stable", "canary")]
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    assert found(service(selector=common, ports=ports), *pods, rule="service-mixes-workloads") == []


def _stateful(**fields: object) -> Body:
    body = {**deployment("db"), "kind": "StatefulSet"}
    body["spec"] = {**body["spec"], "serviceName": "db", **fields}
    return body


def test_governing_service_exists_and_is_headless() -> None:
    """A StatefulSet needs its Service, and that one to be headless."""
    headless = service("db", clusterIP="None")
    assert report(_stateful(), headless).errors == ()
    (missing,) = found(_stateful(serviceName="dbs"), headless, rule="governing-service-missing")
    assert missing.hint == "did you mean 'db'?"
    (other,) = found(_stateful(), service("db"), rule="governing-service-missing")
    assert (other.severity, other.hint) == (Severity.WARNING, "give it clusterIP: None")


def test_service_without_selector_is_told_unless_endpoints_are_made_by_hand() -> None:
    """A Service with neither selector nor Endpoints leads nowhere."""
    bare = service(selector=None)
    assert len(found(bare, deployment(), rule="service-without-selector")) == 1
    by_hand = obj("Endpoints", "cart", subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}])
    assert found(bare, deployment(), by_hand, rule="service-without-selector") == []
    slices = obj(
        "EndpointSlice",
        "cart-1",
        api="discovery.k8s.io/v1",
        labels={"kubernetes.io/service-name": "cart"},
        addressType="IPv4",
        endpoints=[],
    )
    assert found(bare, deployment(), slices, rule="service-without-selector") == []
