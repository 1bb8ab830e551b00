from __future__ import annotations

from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.workloads.stateful_set import stateful_set
from tests.options.reading import Body, identity, read

BASE: dict[str, Any] = {
    "image": "redis:7.4-alpine",
    "governingService": "cart-headless",
    "ports": [{"name": "redis", "containerPort": 6379}],
    "probes": {"readiness": {"tcpSocket": {}}},
    "resources": {"cpu": "100m", "memory": "128Mi"},
    "volumes": [
        {"name": "data", "mountPath": "/data", "claim": {"size": "1024Mi", "storageClass": "fast"}},
        {"name": "scratch", "mountPath": "/scratch", "emptyDir": {}},
    ],
}


def made(**data: Any) -> Body:
    """Give the StatefulSet of the small store with ``data``."""
    return stateful_set(identity(), read(StatefulSetOptions, {**BASE, **data}))


def test_claims_become_templates_that_are_spelled_as_stored() -> None:
    """A claim template has apiVersion, kind and volumeMode, so that Argo CD sees no difference, and stays for ever."""
    (template,) = made()["spec"]["volumeClaimTemplates"]
    assert (template["apiVersion"], template["kind"]) == ("v1", "PersistentVolumeClaim")
    assert template["metadata"] == {
        "name": "data",
        "labels": {"app.kubernetes.io/name": "cart"},
        "annotations": KEEP,
    }
    assert template["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": "1Gi"}},
        "storageClassName": "fast",
    }
    assert made()["spec"]["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_a_claim_template_is_no_volume_of_the_template() -> None:
    """The pod mounts the claim by its template's name, and lists just its other volumes."""
    spec = made()["spec"]["template"]["spec"]
    assert {volume["name"] for volume in spec["volumes"]} == {"tmp", "scratch"}
    assert {"name": "data", "mountPath": "/data"} in spec["containers"][0]["volumeMounts"]


def test_without_claims_there_are_no_templates() -> None:
    """What keeps nothing has neither claim templates nor a policy on their claims."""
    spec = made(volumes=[])["spec"]
    assert "volumeClaimTemplates" not in spec
    assert "persistentVolumeClaimRetentionPolicy" not in spec


def test_names_its_service_and_selects_its_pods() -> None:
    """The governing Service, the selector and the labels of the pods go together."""
    body = made(replicas=3)
    assert body["spec"]["serviceName"] == "cart-headless"
    assert body["spec"]["replicas"] == 3
    wanted = body["spec"]["selector"]["matchLabels"]
    assert wanted.items() <= body["spec"]["template"]["metadata"]["labels"].items()
    assert "topologySpreadConstraints" in body["spec"]["template"]["spec"]
    assert "topologySpreadConstraints" not in made()["spec"]["template"]["spec"]


def test_an_update_is_never_stuck_behind_a_broken_pod() -> None:
    """Pods are managed in parallel, since an ordered update waits for ever for a pod that cannot become ready."""
    assert made()["spec"]["podManagementPolicy"] == "Parallel"
    assert made()["spec"]["updateStrategy"] == {"type": "RollingUpdate"}


def test_says_what_it_needs_from_outside() -> None:
    """Secrets that nothing in the set provides stand in the annotation for the checks."""
    body = made(secrets=[{"name": "cart-db", "keys": ["PASSWORD"]}], annotations={"example.com/team": "shop"})
    assert body["metadata"]["annotations"] == {
        "example.com/team": "shop",
        "lumen-constructs/external": "Secret/cart-db",
    }
    assert body["metadata"]["labels"]["app.kubernetes.io/version"] == "7.4-alpine"
