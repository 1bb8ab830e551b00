from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.stages import place_of
from tests.datastores.restricted import violations
from tests.datastores.samples import bodies_of, body_of, embedded_plans, kafka, pod_spec_of, redis, server_of

PLANS = embedded_plans()
every_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)


def pods(plan: Plan) -> list[dict[str, Any]]:
    """Give the pod specs of a plan: the server's, and the backup's."""
    jobs = bodies_of(plan, "CronJob")
    return [pod_spec_of(plan), *(job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for job in jobs)]


@every_plan
def test_passes_restricted(plan: Plan) -> None:
    """Every pod of every embedded store passes Pod Security "restricted"."""
    assert [fault for spec in pods(plan) for fault in violations(spec)] == []


@every_plan
def test_fields_are_those_of_kubernetes(plan: Plan) -> None:
    """Every object of Kubernetes' own is valid by the strict schemas of an old release and a new one."""
    built_in = [body for body in plan.bodies.values() if body["apiVersion"] in {"v1", "apps/v1", "batch/v1"}]
    assert len(built_in) >= 4
    for body in built_in:
        for release in ("1.27", "1.34"):
            kubernetes_validate.validate(canonical(body), release, strict=True)


@every_plan
def test_writes_into_volumes_alone(plan: Plan) -> None:
    """The image's own files are read-only, the volumes belong to the group, and /tmp is writable."""
    for spec in pods(plan):
        assert all(one["securityContext"]["readOnlyRootFilesystem"] for one in spec["containers"])
        assert spec["securityContext"]["fsGroup"] == spec["securityContext"]["runAsGroup"]
        assert any(mount["mountPath"] == "/tmp" for mount in spec["containers"][0]["volumeMounts"])  # noqa: S108  # a path in the container


@every_plan
def test_knows_no_other_service_from_its_environment(plan: Plan) -> None:
    """Variables of Services are turned off: one named kafka or redis would set the images' own settings."""
    assert all(spec["enableServiceLinks"] is False for spec in pods(plan))
    assert all(spec["automountServiceAccountToken"] is False for spec in pods(plan))


@every_plan
def test_every_container_has_probes_and_resources(plan: Plan) -> None:
    """Server and exporter have the three probe roles, requests and limits."""
    for container in pod_spec_of(plan)["containers"]:
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
        assert set(container["resources"]) == {"requests", "limits"}


@every_plan
def test_liveness_never_depends_on_the_load(plan: Plan) -> None:
    """A server that is alive and busy is not restarted: liveness opens a connection, and asks nothing."""
    assert "tcpSocket" in server_of(plan)["livenessProbe"]


@every_plan
def test_has_time_to_stop(plan: Plan) -> None:
    """The server has two minutes to write what it holds."""
    assert pod_spec_of(plan)["terminationGracePeriodSeconds"] == 120


@every_plan
def test_services_are_applied_with_the_store(plan: Plan) -> None:
    """Services of a store stand in the stage of the data, since what comes next may already need them."""
    services = bodies_of(plan, "Service")
    assert {place_of(service).stage for service in services} == {"30-data"}
    assert place_of(plan.bodies["Resource"]).stage == "30-data"


@every_plan
def test_services_select_the_pods_by_named_ports(plan: Plan) -> None:
    """Each Service selects the pods of the StatefulSet, and aims at ports that their containers have."""
    labels = plan.bodies["Resource"]["spec"]["template"]["metadata"]["labels"]
    ports = {port["name"] for one in pod_spec_of(plan)["containers"] for port in one.get("ports", [])}
    for service in bodies_of(plan, "Service"):
        assert service["spec"]["selector"].items() <= labels.items()
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


@every_plan
def test_the_headless_service_governs(plan: Plan) -> None:
    """The StatefulSet's governing Service is headless, knows pods that are not ready, and is not the clients'."""
    name = plan.bodies["Resource"]["spec"]["serviceName"]
    governing = body_of(plan, "Service", name)
    assert governing["spec"]["clusterIP"] == "None"
    assert governing["spec"]["publishNotReadyAddresses"] is True
    client = body_of(plan, "Service", plan.connection.host)
    assert client["spec"].get("clusterIP") is None
    assert [port["port"] for port in client["spec"]["ports"]] == [plan.connection.port]


@every_plan
def test_denies_all_but_what_is_declared(plan: Plan) -> None:
    """The policy covers both directions, and lets in just Prometheus, at the exporter's port, and the backup."""
    policy = body_of(plan, "NetworkPolicy", plan.bodies["Resource"]["metadata"]["name"])["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["podSelector"] == {"matchLabels": dict(plan.pods)}
    rules = [
        (next(iter(rule["from"][0]["podSelector"]["matchLabels"].values())), [port["port"] for port in rule["ports"]])
        for rule in policy["ingress"]
    ]
    scraped = [("prometheus", ["metrics"])] if "Monitor" in plan.bodies else []
    backed_up = (
        [(f"{plan.pods['app.kubernetes.io/name']}-backup", [plan.ports[0].name])] if "Backup" in plan.bodies else []
    )
    assert rules == [*scraped, *backed_up]


def test_asks_dns_only_where_it_must() -> None:
    """A store that connects to nobody may not even ask DNS; one that follows or needs another may."""
    asks = {
        name: bool(body_of(plan, "NetworkPolicy", plan.bodies["Resource"]["metadata"]["name"])["spec"]["egress"])
        for name, plan in PLANS.items()
    }
    assert {name for name, dns in asks.items() if dns} == {"redis replica", "kafka"}
    asked = body_of(kafka(network={"dns": True}), "NetworkPolicy")["spec"]["egress"]
    assert [port["port"] for port in asked[0]["ports"]] == [53, 53]


def test_persistent_data_is_kept_and_its_namespace_too() -> None:
    """A claim template is annotated for Argo CD and Flux; a cache has none, and does not hold the namespace."""
    (template,) = redis().bodies["Resource"]["spec"]["volumeClaimTemplates"]
    assert template["metadata"]["annotations"] == KEEP
    assert redis().kept
    assert not redis(persistence="none").kept
    assert not redis(storage={"persistent": False}).kept


def test_every_option_reaches_the_objects() -> None:
    """Storage, Service, scheduling, labels, pull secrets, account and network stand where they belong."""
    plan = redis(
        storage={"size": "20Gi", "storageClass": "fast", "accessMode": "ReadWriteOncePod"},
        service={"name": "redis-master", "type": "NodePort", "annotations": {"example.com/a": "b"}},
        scheduling={"priorityClassName": "data"},
        labels={"team": "shop"},
        podLabels={"tier": "data"},
        podAnnotations={"example.com/c": "d"},
        annotations={"example.com/e": "f"},
        imagePullSecrets=["registry"],
        serviceAccount={"name": "cache"},
        network={"ingress": [{"namespace": "admin"}], "egress": [{"cidr": "10.0.0.0/8"}]},
        terminationGracePeriodSeconds=30,
        external=["ConfigMap/other"],
        image="registry.example.com/redis:7.4.1",
        security={"runAsUser": 1234},
        exporter={"image": "example.com/exporter:1", "args": ["--debug"], "resources": {"cpu": "5m", "memory": "8Mi"}},
        metrics={"interval": "10s"},
        component="cache",
    )
    resource, spec = plan.bodies["Resource"], pod_spec_of(plan)
    (template,) = resource["spec"]["volumeClaimTemplates"]
    assert template["spec"]["resources"]["requests"]["storage"] == "20Gi"
    assert template["spec"]["storageClassName"] == "fast"
    assert template["spec"]["accessModes"] == ["ReadWriteOncePod"]
    client = body_of(plan, "Service", "redis-master")
    assert client["spec"]["type"] == "NodePort"
    assert client["metadata"]["annotations"]["example.com/a"] == "b"
    assert spec["priorityClassName"] == "data"
    assert resource["metadata"]["annotations"]["example.com/e"] == "f"
    assert "Secret/registry" in resource["metadata"]["annotations"]["lumen-constructs/external"]
    assert "ConfigMap/other" in resource["metadata"]["annotations"]["lumen-constructs/external"]
    metadata = resource["spec"]["template"]["metadata"]
    assert metadata["labels"]["tier"] == "data"
    assert metadata["annotations"]["example.com/c"] == "d"
    assert spec["imagePullSecrets"] == [{"name": "registry"}]
    assert spec["serviceAccountName"] == "cache"
    assert spec["terminationGracePeriodSeconds"] == 30
    assert spec["securityContext"]["runAsUser"] == 1234
    server, sidecar = spec["containers"]
    assert server["image"] == "registry.example.com/redis:7.4.1"
    assert (sidecar["image"], sidecar["args"]) == ("example.com/exporter:1", ["--debug"])
    assert sidecar["resources"]["limits"] == {"cpu": "5m", "memory": "8Mi"}
    policy = body_of(plan, "NetworkPolicy")["spec"]
    assert {"from": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": "redis", "protocol": "TCP"}]} in policy[
        "ingress"
    ]
    assert policy["ingress"][0]["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "admin"}}}
    ]
    assert policy["egress"] == [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]
    assert plan.bodies["Monitor"]["spec"]["endpoints"][0]["interval"] == "10s"
    assert all(body["metadata"]["labels"].get("team") == "shop" for body in plan.bodies.values())


def test_a_policy_can_be_turned_off() -> None:
    """Without a policy of the store, its backup has none either."""
    plan = redis(network={"enabled": False}, backup={})
    assert bodies_of(plan, "NetworkPolicy") == []
    assert not plan.restricted


def test_names_stay_names() -> None:
    """A store of a long name has Services whose names Kubernetes accepts."""
    from lumen_constructs.datastores.redis_server import redis_plan
    from tests.datastores.samples import redis_options
    from tests.options.reading import identity

    plan = redis_plan(identity("r" * 63), redis_options(metrics={}, backup={}))
    assert all(len(service["metadata"]["name"]) <= 63 for service in bodies_of(plan, "Service"))
    assert len(body_of(plan, "CronJob")["metadata"]["name"]) <= 52
