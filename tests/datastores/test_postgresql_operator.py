from __future__ import annotations

from typing import Any

from tests.datastores.samples import postgresql, postgresql_of_the_operator


def spec(**data: Any) -> dict[str, Any]:
    """Give the spec of a cluster whose user the operator makes."""
    found: dict[str, Any] = postgresql_of_the_operator(**data).bodies["Resource"]["spec"]
    return found


def test_the_operator_makes_the_user_and_the_databases() -> None:
    """The owner has the first database's name, and the further ones are made for the same owner."""
    assert spec(database="countinfo", databases=["dashboardconfig"])["bootstrap"]["initdb"] == {
        "database": "countinfo",
        "owner": "countinfo",
        "dataChecksums": True,
        "encoding": "UTF8",
        "postInitSQL": ['CREATE DATABASE "dashboardconfig" OWNER "countinfo"'],
    }
    assert spec()["enableSuperuserAccess"] is False


def test_a_given_secret_is_the_owners() -> None:
    """A Secret that is given holds the owner's name and password, and must exist."""
    plan = postgresql(mode="operator", owner="shop")
    initdb = plan.bodies["Resource"]["spec"]["bootstrap"]["initdb"]
    assert (initdb["owner"], initdb["secret"]) == ("shop", {"name": "shop-db"})
    assert plan.bodies["Resource"]["metadata"]["annotations"]["lumen-constructs/external"] == "Secret/shop-db"
    assert "lumen-constructs/external" not in postgresql_of_the_operator().bodies["Resource"]["metadata"]["annotations"]


def test_instances_storage_and_parameters() -> None:
    """Instances, image, storage, resources and parameters are the cluster's, the parameters as text."""
    made = spec(
        replicas=3,
        version="16.4",
        storage={"size": "100Gi", "storageClass": "fast"},
        config={"max_connections": 200, "jit": False},
    )
    assert made["instances"] == 3
    assert made["imageName"] == "ghcr.io/cloudnative-pg/postgresql:16.4"
    assert made["storage"] == {"size": "100Gi", "storageClass": "fast"}
    assert made["resources"]["limits"]["memory"] == "1Gi"
    assert made["postgresql"]["parameters"] == {"shared_buffers": "262144kB", "max_connections": "200", "jit": "off"}
    assert made["enablePDB"] is True
    assert spec()["enablePDB"] is False


def test_scheduling_and_labels_reach_the_cluster() -> None:
    """Affinity, taints, priority, spread, labels and pull secrets stand where the operator reads them."""
    made = spec(
        replicas=3,
        scheduling={
            "antiAffinity": "required",
            "nodeSelector": {"disk": "fast"},
            "tolerations": [{"key": "data", "operator": "Exists"}],
            "priorityClassName": "data",
        },
        labels={"team": "shop"},
        podLabels={"tier": "data"},
        podAnnotations={"example.com/a": "b"},
        imagePullSecrets=["registry"],
        terminationGracePeriodSeconds=60,
    )
    assert made["affinity"]["podAntiAffinityType"] == "required"
    assert made["affinity"]["nodeSelector"] == {"disk": "fast"}
    assert made["affinity"]["tolerations"] == [{"key": "data", "operator": "Exists"}]
    assert made["priorityClassName"] == "data"
    assert {one["topologyKey"] for one in made["topologySpreadConstraints"]} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }
    assert made["inheritedMetadata"]["labels"].items() >= {"team": "shop", "tier": "data"}.items()
    assert made["inheritedMetadata"]["annotations"] == {"example.com/a": "b"}
    assert made["imagePullSecrets"] == [{"name": "registry"}]
    assert (made["stopDelay"], made["smartShutdownTimeout"]) == (60, 30)


def test_snapshots_are_scheduled() -> None:
    """A snapshot class makes volume snapshots, at times that have seconds in front."""
    plan = postgresql_of_the_operator(scheduledBackup={"snapshotClass": "csi", "schedule": "30 1 * * *"})
    assert plan.bodies["Resource"]["spec"]["backup"] == {"volumeSnapshot": {"className": "csi", "online": True}}
    scheduled = plan.bodies["ScheduledBackup"]["spec"]
    assert scheduled["schedule"] == "0 30 1 * * *"
    assert (scheduled["method"], scheduled["cluster"]) == ("volumeSnapshot", {"name": "postgresql"})


def test_an_object_store_gets_backups_and_the_log() -> None:
    """An object store is the Barman Cloud plugin's, which also archives the log."""
    plan = postgresql_of_the_operator(scheduledBackup={"objectStore": "backups", "schedule": "@daily"})
    (plugin,) = plan.bodies["Resource"]["spec"]["plugins"]
    assert plugin == {
        "name": "barman-cloud.cloudnative-pg.io",
        "isWALArchiver": True,
        "parameters": {"barmanObjectName": "backups"},
    }
    scheduled = plan.bodies["ScheduledBackup"]["spec"]
    assert (scheduled["schedule"], scheduled["method"]) == ("@daily", "plugin")
    assert scheduled["pluginConfiguration"] == {"name": "barman-cloud.cloudnative-pg.io"}
    assert "ScheduledBackup" not in postgresql_of_the_operator().bodies


def test_the_operator_may_ask_its_instances() -> None:
    """The operator's namespace, the instances among themselves and Prometheus may connect, and nobody else."""
    policy = postgresql_of_the_operator(metrics={}, operatorNamespace="databases").bodies["NetworkPolicy"]["spec"]
    allowed = [
        (next(iter(next(iter(rule["from"][0].values()))["matchLabels"].values())), [p["port"] for p in rule["ports"]])
        for rule in policy["ingress"]
    ]
    assert allowed == [("postgresql", [5432, 8000]), ("databases", [5432, 8000]), ("monitoring", ["metrics"])]
    assert [[port["port"] for port in rule["ports"]] for rule in policy["egress"]] == [
        [53, 53],
        [5432, 8000],
        [443, 6443],
    ]
