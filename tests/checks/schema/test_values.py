"""Names, labels, quantities, durations, ports, ranges, duplicates and contradictions."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.checks import Settings
from tests.checks.build import Body, changed, container, deployment, obj, policy, service
from tests.checks.sets import found, report

MONITORING = "monitoring.coreos.com/v1"
BOTH = {"name": "A", "value": "b", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}
CONTAINER = "spec.template.spec.containers.0"


def _rules(*bodies: Body) -> list[str]:
    return [finding.rule for finding in report(*bodies).errors]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (obj("ConfigMap", "Cart"), "metadata.name"),
        (obj("ConfigMap", "cart_x"), "metadata.name"),
        (obj("ConfigMap", "a" * 254), "metadata.name"),
        (obj("Service", "1cart", spec={"ports": [{"port": 1}]}), "metadata.name"),
        (obj("Service", "cart.x", spec={"ports": [{"port": 1}]}), "metadata.name"),
        (obj("Namespace", "a.b", namespace=""), "metadata.name"),
        (obj("ConfigMap", "a", namespace="a.b"), "metadata.namespace"),
        (obj("ConfigMap", "a", data={"a b": "c"}), "data.a b"),
        (obj("ConfigMap", "a", data={"..": "c"}), "data..."),
        (changed(deployment(), f"{CONTAINER}.name", "Cart"), "spec.template.spec.containers[0].name"),
        (
            changed(deployment(), f"{CONTAINER}.ports.0.name", "a-very-long-port-name"),
            "spec.template.spec.containers[0].ports[0].name",
        ),
        (
            deployment("cart", container(env=[{"name": "A=B", "value": "x"}])),
            "spec.template.spec.containers[0].env[0].name",
        ),
        (deployment(pod={"volumes": [{"name": "a.b", "emptyDir": {}}]}), "spec.template.spec.volumes[0].name"),
        (
            obj("CronJob", "a" * 53, api="batch/v1", spec={"schedule": "@daily", "jobTemplate": {"spec": {}}}),
            "metadata.name",
        ),
    ],
)
def test_refuses_names_that_kubernetes_refuses(body: Body, path: str) -> None:
    """A name of another form is an error at its place."""
    assert path in [finding.path for finding in found(body, rule="name-invalid")]


@pytest.mark.parametrize(
    "body",
    [
        obj("Role", "system:thing", api="rbac.authorization.k8s.io/v1", rules=[]),
        obj("ConfigMap", "a.b-c.1"),
        obj("ConfigMap", "a", data={"a_b.C-d": "e"}),
        deployment("cart", container(env=[{"name": "A.b-C", "value": "x"}])),
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"generateName": "x-"}, "spec": {"template": {}}},
    ],
)
def test_names_that_kubernetes_takes_are_silent(body: Body) -> None:
    """Roles may have colons, and generated names need none."""
    assert found(body, rule="name-invalid") == []


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        ({"app": "cart"}, 0),
        ({"app.kubernetes.io/name": ""}, 0),
        ({"a/b/c": "d"}, 1),
        ({"/a": "b"}, 1),
        ({"a": "b c"}, 1),
        ({"a": "-b"}, 1),
        ({"a": "b" * 64}, 1),
        ({"a" * 64: "b"}, 1),
        ({"Example.com/a": "b"}, 1),
    ],
)
def test_labels(labels: dict[str, str], count: int) -> None:
    """Labels have a short key, perhaps a domain before it, and a short value."""
    assert len(found(obj("ConfigMap", "a", labels=labels), rule="label-invalid")) == count


def test_annotations() -> None:
    """Annotations have keys like labels, and may be long, but not too long."""
    for given, count in (({"a/b": "x y" * 100}, 0), ({"a b": "c"}, 1), ({"a": "b" * 300_000}, 1)):
        assert len(found(obj("ConfigMap", "a", annotations=given), rule="annotation-invalid")) == count


@pytest.mark.parametrize(
    ("amount", "rule", "said"),
    [
        ("128mb", "quantity-invalid", "write 128M or 128Mi"),
        ("1.5.2", "quantity-invalid", "is not a quantity"),
        ("", "quantity-invalid", "is not a quantity"),
        ("-1Gi", "quantity-invalid", "is below zero"),
        ("128m", "quantity-odd", "is less than a mebibyte; write 128Mi"),
        (128, "quantity-odd", "is less than a mebibyte"),
    ],
)
def test_amounts_of_memory(amount: Any, rule: str, said: str) -> None:
    """An amount that cannot be read is an error, and one whose unit was forgotten a warning."""
    body = deployment("cart", container(resources={"limits": {"memory": amount}}))
    (finding,) = found(body, rule=rule)
    assert said in finding.said


def test_amounts_everywhere() -> None:
    """Claims, templates, quotas, ranges, autoscalers and volumes hold amounts too."""
    bad = "10gb"
    bodies = [
        obj("PersistentVolumeClaim", "a", spec={"resources": {"requests": {"storage": bad}}}),
        obj("ResourceQuota", "a", spec={"hard": {"limits.memory": bad}}),
        obj("LimitRange", "a", spec={"limits": [{"type": "Container", "max": {"memory": bad}}]}),
        deployment(pod={"volumes": [{"name": "v", "emptyDir": {"sizeLimit": bad}}]}),
        obj(
            "StatefulSet",
            "a",
            api="apps/v1",
            spec={"volumeClaimTemplates": [{"spec": {"resources": {"requests": {"storage": bad}}}}]},
        ),
    ]
    for body in bodies:
        assert len(found(body, rule="quantity-invalid")) == 1, body["kind"]


def test_cores_that_were_meant_to_be_millicores() -> None:
    """Five hundred cores are half a core whose unit was forgotten."""
    for amount, count in (("500", 1), (500, 1), ("500m", 0), ("4", 0)):
        body = deployment("cart", container(resources={"limits": {"cpu": amount}}))
        assert len(found(body, rule="quantity-odd")) == count


@pytest.mark.parametrize(
    ("kind", "api", "spec", "count"),
    [
        (
            "PrometheusRule",
            "monitoring.coreos.com/v1",
            {"groups": [{"rules": [{"alert": "A", "expr": "1", "for": "5m"}]}]},
            0,
        ),
        (
            "PrometheusRule",
            "monitoring.coreos.com/v1",
            {"groups": [{"rules": [{"alert": "A", "expr": "1", "for": "5"}]}]},
            1,
        ),
        ("PrometheusRule", MONITORING, {"groups": [{"interval": "1m30s"}]}, 0),
        ("Certificate", "cert-manager.io/v1", {"duration": "2160h"}, 0),
        ("Certificate", "cert-manager.io/v1", {"duration": "90d"}, 1),
        ("ExternalSecret", "external-secrets.io/v1", {"refreshInterval": "1h"}, 0),
        ("ExternalSecret", "external-secrets.io/v1", {"refreshInterval": "hourly"}, 1),
        ("Rollout", "argoproj.io/v1alpha1", {"strategy": {"canary": {"steps": [{"pause": {"duration": "10m"}}]}}}, 0),
        ("Rollout", "argoproj.io/v1alpha1", {"strategy": {"canary": {"steps": [{"pause": {"duration": 600}}]}}}, 0),
        ("Rollout", "argoproj.io/v1alpha1", {"strategy": {"canary": {"steps": [{"pause": {"duration": "x"}}]}}}, 1),
    ],
)
def test_durations(kind: str, api: str, spec: Body, count: int) -> None:
    """Prometheus and Go read durations in their own ways."""
    assert len(found(obj(kind, "a", api=api, spec=spec), rule="duration-invalid")) == count


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("up == 0", 0),
        ('sum(rate(http_requests_total{job="a"}[5m])) by (job)', 0),
        ("sum(up", 1),
        ("", 1),
        ("rate(up)", 1),
        ("(" * 20_000 + "up" + ")" * 20_000, 0),
        ("up" + "+up" * 20_000, 0),
    ],
)
def test_expressions(expression: str, count: int) -> None:
    """PromQL is parsed; what is deeper than anybody writes is left alone, since the parser recurses."""
    rules = [{"alert": "A", "expr": expression}]
    body = obj("PrometheusRule", "a", api="monitoring.coreos.com/v1", spec={"groups": [{"name": "g", "rules": rules}]})
    assert len(found(body, rule="expression-invalid")) == count


@pytest.mark.parametrize(
    ("block", "count"),
    [
        ({"cidr": "10.0.0.0/8"}, 0),
        ({"cidr": "10.0.0.1/8"}, 0),
        ({"cidr": "fd00::/8"}, 0),
        ({"cidr": "10.0.0.0"}, 1),
        ({"cidr": "10.0.0.0/33"}, 1),
        ({"cidr": "300.0.0.0/8"}, 1),
        ({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, 0),
        ({"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}, 1),
        ({"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}, 1),
        ({"cidr": "10.0.0.0/8", "except": ["fd00::/16", "x"]}, 2),
    ],
)
def test_ranges_of_addresses(block: Body, count: int) -> None:
    """A block is a range, and what it leaves out lies within it."""
    body = policy(ingress=[{"from": [{"ipBlock": block}]}])
    assert len(found(body, deployment(), rule="address-range-invalid")) == count


@pytest.mark.parametrize("value", [0, -1, 65536, 70000])
def test_port_numbers(value: int) -> None:
    """A port is a number from 1 to 65535, wherever it stands."""
    bodies = [
        deployment("cart", container(ports=[{"containerPort": value}])),
        deployment("cart", container(ports=[], readinessProbe={"httpGet": {"port": value}})),
        service(ports=[{"port": value}]),
        policy(egress=[{"ports": [{"port": value}]}]),
    ]
    for body in bodies:
        assert len(found(body, rule="port-invalid")) == 1, body["kind"]


def test_zero_stands_for_none() -> None:
    """A host port or node port of zero is none."""
    assert found(deployment("cart", container(ports=[{"containerPort": 1, "hostPort": 0}])), rule="port-invalid") == []
    assert found(service(ports=[{"port": 1, "nodePort": 0}]), rule="port-invalid") == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (deployment("cart", container(), container()), "entry-twice"),
        (deployment(pod={"volumes": [{"name": "a", "emptyDir": {}}] * 2}), "entry-twice"),
        (deployment("cart", container(volumeMounts=[{"name": "a", "mountPath": "/a"}] * 2)), "entry-twice"),
        (service(ports=[{"name": "a", "port": 1}, {"name": "a", "port": 2}]), "entry-twice"),
        (service(ports=[{"name": "a", "port": 1}, {"name": "b", "port": 1}]), "entry-twice"),
        (deployment("cart", container(env=[{"name": "A", "value": "1"}] * 2)), "variable-twice"),
        (deployment("cart", container(), container("b", ports=[{"containerPort": 8080}])), "port-twice"),
    ],
)
def test_entries_that_are_there_twice(body: Body, rule: str) -> None:
    """Two entries of one name, place or number are told with the first one."""
    faults = found(body, rule=rule)
    assert faults
    assert all("is there already" in finding.message and finding.hint.startswith("see ") for finding in faults)


def test_same_number_of_two_protocols_is_no_duplicate() -> None:
    """DNS listens on one number by UDP and TCP."""
    both = [{"name": "a", "port": 53, "protocol": "UDP"}, {"name": "b", "port": 53, "protocol": "TCP"}]
    assert found(service(ports=both), rule="entry-twice") == []


def _job(**pod: Any) -> Body:
    return obj("Job", "j", api="batch/v1", spec={"template": {"spec": {"containers": [container()], **pod}}})


def _scaler(low: int, high: int) -> Body:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}
    spec = {"minReplicas": low, "maxReplicas": high, "scaleTargetRef": target}
    return obj("HorizontalPodAutoscaler", "cart", api="autoscaling/v2", spec=spec)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (deployment(pod={"restartPolicy": "Never"}), "spec.template.spec.restartPolicy"),
        (_job(), "spec.template.spec.restartPolicy"),
        (_job(restartPolicy="Always"), "spec.template.spec.restartPolicy"),
        (deployment("cart", container(readinessProbe={})), "spec.template.spec.containers[0].readinessProbe"),
        (
            deployment("cart", container(livenessProbe={"exec": {"command": ["a"]}, "successThreshold": 2})),
            "spec.template.spec.containers[0].livenessProbe.successThreshold",
        ),
        (
            deployment("cart", container(readinessProbe={"grpc": {"port": 1}, "tcpSocket": {"port": 1}})),
            "spec.template.spec.containers[0].readinessProbe",
        ),
        (
            deployment("cart", container(resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1500m"}})),
            "spec.template.spec.containers[0].resources.requests.cpu",
        ),
        (
            deployment("cart", container(env=[BOTH])),
            "spec.template.spec.containers[0].env[0]",
        ),
        (
            deployment(pod={"volumes": [{"name": "a", "emptyDir": {}, "configMap": {"name": "b"}}]}),
            "spec.template.spec.volumes[0]",
        ),
        (_scaler(3, 2), "spec.minReplicas"),
        (_scaler(0, 0), "spec.maxReplicas"),
        (deployment(strategy={"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}), "spec.strategy.rollingUpdate"),
        (
            deployment(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "0%"}}),
            "spec.strategy.rollingUpdate",
        ),
        (service(type="NodePort", clusterIP="None"), "spec.clusterIP"),
        (service(ports=[{"port": 1}, {"port": 2}]), "spec.ports[0].name"),
        (service(ports=[{"port": 1, "nodePort": 30000}]), "spec.ports[0].nodePort"),
        (obj("ConfigMap", "a", data={"x": "1"}, binaryData={"x": "eA=="}), "binaryData.x"),
        (obj("ConfigMap", "a", data={"x": "1" * 1_100_000}), "data"),
        (obj("Secret", "a", data={"x": "not base64!"}), "data.x"),
        (obj("Secret", "a", type="kubernetes.io/tls", stringData={"tls.crt": "x"}), "data.tls.key"),
        (policy(ingress=[{"ports": [{"port": 10, "endPort": 5}]}]), "spec.ingress[0].ports[0].endPort"),
        (policy(ingress=[{"ports": [{"port": "a", "endPort": 5}]}]), "spec.ingress[0].ports[0].endPort"),
        (
            policy(ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}]),
            "spec.ingress[0].from[0]",
        ),
        (
            obj(
                "PodDisruptionBudget",
                "a",
                api="policy/v1",
                spec={"minAvailable": 1, "maxUnavailable": 1, "selector": {}},
            ),
            "spec",
        ),
        (obj("Ingress", "a", api="networking.k8s.io/v1", spec={}), "spec"),
    ],
)
def test_contradictions(body: Body, path: str) -> None:
    """What the API server refuses although every type is right is told at its place, with the remedy."""
    faults = found(body, deployment() if body["kind"] != "Deployment" else obj("ConfigMap", "b"), rule="contradiction")
    assert path in [finding.path for finding in faults]
    assert all(finding.hint for finding in faults)


@pytest.mark.parametrize(
    "body",
    [
        _job(restartPolicy="OnFailure"),
        deployment("cart", container(readinessProbe={"exec": {"command": ["a"]}, "successThreshold": 2})),
        deployment("cart", container(resources={"requests": {"cpu": "1000m"}, "limits": {"cpu": 1}})),
        deployment(strategy={"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}),
        deployment(strategy={"rollingUpdate": {"maxUnavailable": 0}}),
        deployment("cart", container(env=[{"name": "A", "value": "", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}])),
        service(type="ExternalName", externalName="a.example.com", ports=None, selector=None),
        service(ports=[{"port": 1}]),
        obj("Secret", "a", data={"x": "YQ==\n"}),
        obj("Secret", "a", type="kubernetes.io/tls", data={"tls.crt": "", "tls.key": ""}),
        _scaler(2, 2),
    ],
)
def test_what_is_no_contradiction(body: Body) -> None:
    """Equal amounts, one probe, one update budget, and empty values are fine."""
    assert found(body, rule="contradiction") == []


def test_cluster_kinds_have_no_namespace() -> None:
    """A namespace on a kind of the whole cluster is dropped."""
    assert (
        len(found(obj("StorageClass", "a", api="storage.k8s.io/v1", provisioner="x"), rule="namespace-without-effect"))
        == 1
    )


def test_a_name_that_is_no_text_is_told_once() -> None:
    """What is wrong with its type says the schema; a name that is not there is told as missing."""
    body = obj("ConfigMap", "a")
    body["metadata"]["name"] = 123
    assert [finding.rule for finding in report(body).findings] == ["wrong-type"]
    del body["metadata"]["name"]
    assert "name-invalid" in [finding.rule for finding in report(body).findings]


def test_cdk8s_namespaces_on_cluster_kinds_are_nobody_s_fault() -> None:
    """In an app, cdk8s gives a chart's namespace to others' objects; ours have none unless somebody patched it."""
    body = obj("StorageClass", "a", api="storage.k8s.io/v1", provisioner="x")
    foreign = Settings(foreign_as_warnings=True)
    assert found(body, rule="namespace-without-effect", settings=foreign) == []
    ours = Settings(ours=lambda _: True, foreign_as_warnings=True)
    assert len(found(body, rule="namespace-without-effect", settings=ours)) == 1


def test_newest_and_oldest_release_take_a_plain_set() -> None:
    """A plain set has no error at either end of the known releases."""
    for kubernetes in ("1.25", "1.27", ""):
        assert report(deployment(), service(), settings=Settings(kubernetes=kubernetes)).errors == ()
