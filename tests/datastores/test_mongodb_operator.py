from __future__ import annotations

from typing import Any

from lumen_constructs.options.secrets import ProvidedSecret
from tests.datastores.restricted import violations
from tests.datastores.samples import ROOT, body_of, env_of, mongodb


def spec(**data: Any) -> dict[str, Any]:
    """Give the spec of a replica set."""
    found: dict[str, Any] = mongodb(mode="operator", **data).bodies["Resource"]["spec"]
    return found


def pod(**data: Any) -> dict[str, Any]:
    """Give the pod spec that is merged into the operator's."""
    found: dict[str, Any] = spec(**data)["statefulSet"]["spec"]["template"]["spec"]
    return found


def test_the_user_is_declared_by_name_and_secret() -> None:
    """The user signs in to admin with the Secret's password, and has the roles that are given."""
    (user,) = spec(auth={**ROOT, "username": "shop"}, roles=[{"name": "readWrite", "db": "shop"}])["users"]
    assert user["name"] == "shop"
    assert user["db"] == "admin"
    assert user["passwordSecretRef"] == {"name": "shop-mongodb", "key": "rootPassword"}
    assert user["roles"] == [{"name": "readWrite", "db": "shop"}]
    assert user["scramCredentialsSecretName"] == "mongodb-shop"
    assert spec()["users"][0]["roles"] == [{"name": "root", "db": "admin"}]


def test_passes_restricted() -> None:
    """Every container that the operator makes, and our exporter, has what "restricted" asks for."""
    merged = pod(metrics={})
    assert list(violations(merged)) == []
    names = [one["name"] for one in (*merged["initContainers"], *merged["containers"])]
    assert names == ["mongod-posthook", "mongodb-agent-readinessprobe", "mongod", "mongodb-agent", "exporter"]


def test_members_version_and_settings() -> None:
    """Members, version and settings are the resource's; dotted settings stay as the operator reads them."""
    made = spec(replicas=3, version="6.0.5", config={"net.maxIncomingConnections": 500})
    assert (made["type"], made["members"], made["version"]) == ("ReplicaSet", 3, "6.0.5")
    assert made["security"]["authentication"]["modes"] == ["SCRAM"]
    assert made["additionalMongodConfig"] == {"net.maxIncomingConnections": 500}
    assert "additionalMongodConfig" not in spec()


def test_a_drain_takes_one_member_at_a_time() -> None:
    """The operator makes no PodDisruptionBudget, so that we do; a single member has none, and none is had on demand."""

    def made(**data: Any) -> dict[str, Any] | None:
        found: dict[str, Any] | None = mongodb(mode="operator", **data).bodies.get("DisruptionBudget")
        return found

    three = made(replicas=3)
    assert three is not None
    assert three["kind"] == "PodDisruptionBudget"
    pods = {"matchLabels": {"app": "mongodb-svc"}}
    assert three["spec"] == {"maxUnavailable": 1, "selector": pods, "unhealthyPodEvictionPolicy": "AlwaysAllow"}
    five = made(replicas=5, disruptionBudget={"minAvailable": 3})
    assert five is not None
    assert five["spec"]["minAvailable"] == 3
    assert made(replicas=1) is None
    assert made(replicas=3, disruptionBudget={"enabled": False}) is None


def test_a_rotated_password_restarts_the_exporter_alone() -> None:
    """The operator follows the Secret by itself; Reloader would start the members anew for nothing."""
    secret = ProvidedSecret(name="shop-mongodb", keys=["rootPassword"], reload=True)

    def annotations(**data: Any) -> dict[str, str]:
        made = spec(auth={**ROOT, "secret": secret}, **data)["statefulSet"]["spec"]["template"]["metadata"]
        found: dict[str, str] = made.get("annotations", {})
        return found

    assert "secret.reloader.stakater.com/reload" not in annotations()
    assert annotations(metrics={})["secret.reloader.stakater.com/reload"] == "shop-mongodb"


def test_storage_is_that_of_data_and_logs() -> None:
    """Both volumes of a member have the class; each has its size."""
    made = spec(storage={"size": "100Gi", "storageClass": "fast"}, agent={"logSize": "1Gi"})
    claims = made["statefulSet"]["spec"]["volumeClaimTemplates"]
    sizes = {one["metadata"]["name"]: one["spec"]["resources"]["requests"]["storage"] for one in claims}
    assert sizes == {"data-volume": "100Gi", "logs-volume": "1Gi"}
    assert {one["spec"]["storageClassName"] for one in claims} == {"fast"}


def test_pods_have_the_account_that_the_operator_expects() -> None:
    """Account, Role and binding have one name; the Role allows what the agent does, on its own objects alone."""
    plan = mongodb(mode="operator", replicas=3)
    assert pod()["serviceAccountName"] == "mongodb-database"
    for kind in ("ServiceAccount", "Role", "RoleBinding"):
        assert body_of(plan, kind)["metadata"]["name"] == "mongodb-database"
    rules = body_of(plan, "Role")["rules"]
    assert rules[0] == {
        "apiGroups": [""],
        "resources": ["secrets"],
        "verbs": ["get"],
        "resourceNames": ["mongodb-config"],
    }
    assert rules[1]["resourceNames"] == ["mongodb-0", "mongodb-1", "mongodb-2"]
    other = mongodb(mode="operator", serviceAccount={"name": "shop-database"})
    assert body_of(other, "Role")["metadata"]["name"] == "shop-database"
    shared = mongodb(mode="operator", serviceAccount={"create": False, "name": "mongodb-database"})
    assert {"ServiceAccount", "Role", "RoleBinding"}.isdisjoint(shared.bodies)


def test_members_may_reach_each_other_dns_and_the_api_server() -> None:
    """The agents find the members by DNS, talk to them, and tell the API server of their state."""
    policy = mongodb(mode="operator").bodies["NetworkPolicy"]["spec"]
    members = {"podSelector": {"matchLabels": {"app": "mongodb-svc"}}}
    ports = [[port["port"] for port in rule["ports"]] for rule in policy["egress"]]
    assert ports == [[53, 53], [27017], [443, 6443]]
    assert policy["egress"][1]["to"] == [members]
    assert policy["ingress"] == [{"from": [members], "ports": [{"port": 27017, "protocol": "TCP"}]}]


def test_the_exporter_signs_in_beside_each_member() -> None:
    """The exporter is one more container of the operator's pods, with a writable /tmp and the user's password."""
    merged = pod(metrics={}, auth={**ROOT, "username": "shop"})
    sidecar = merged["containers"][-1]
    assert env_of(sidecar)["MONGO_INITDB_ROOT_PASSWORD"] == ("shop-mongodb", "rootPassword")
    assert env_of(sidecar)["MONGO_INITDB_ROOT_USERNAME"] == "shop"
    assert "--collector.replicasetstatus" in sidecar["args"]
    assert merged["volumes"] == [{"name": "tmp", "emptyDir": {}}]
    assert "volumes" not in pod()


def test_every_option_reaches_the_resource() -> None:
    """Resources, agent, scheduling, labels, annotations and security are merged into the operator's pods."""
    made = spec(
        replicas=3,
        agent={"resources": {"cpu": "1", "memory": "1Gi"}},
        scheduling={"antiAffinity": "required"},
        podLabels={"tier": "data"},
        podAnnotations={"example.com/a": "b"},
        imagePullSecrets=["registry"],
        terminationGracePeriodSeconds=60,
        security={"runAsUser": 1234},
    )
    template = made["statefulSet"]["spec"]["template"]
    server, agent = template["spec"]["containers"]
    assert server["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}
    assert agent["resources"]["requests"] == {"cpu": "1", "memory": "1Gi"}
    assert "podAntiAffinity" in template["spec"]["affinity"]
    assert "topologySpreadConstraints" in template["spec"]
    assert template["metadata"]["labels"]["tier"] == "data"
    assert template["metadata"]["annotations"]["example.com/a"] == "b"
    assert template["spec"]["imagePullSecrets"] == [{"name": "registry"}]
    assert template["spec"]["terminationGracePeriodSeconds"] == 60
    assert template["spec"]["securityContext"]["runAsUser"] == 1234
