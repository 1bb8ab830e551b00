from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.workloads.deployment import autoscaler, deployment, disruption_budget
from tests.options.reading import Body, component, identity


def claim(**claim: Any) -> list[Body]:
    """Give volumes with one claim."""
    return [{"name": "data", "mountPath": "/data", "claim": {"size": "1Gi", **claim}}]


def spec(**data: Any) -> Body:
    """Give the spec of the small component's Deployment with ``data``."""
    found: Body = deployment(identity(), component(**data))["spec"]
    return found


def test_never_drops_below_the_wanted_replicas() -> None:
    """By default one new pod comes before an old one goes."""
    assert spec()["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert spec()["replicas"] == 1
    assert spec(replicas=0)["replicas"] == 0


def test_a_claim_of_one_node_means_recreate() -> None:
    """A ReadWriteOnce claim ends the old pod first; one that many nodes may mount does not."""
    assert spec(volumes=claim())["strategy"] == {"type": "Recreate"}
    assert spec(volumes=claim(accessModes=["ReadWriteMany"]))["strategy"]["type"] == "RollingUpdate"


def test_the_autoscaler_owns_the_replicas() -> None:
    """With an autoscaler the Deployment has no number of replicas, so that no sync sets it back."""
    options = component(autoscaling={"minReplicas": 2, "maxReplicas": 10, "cpuPercent": 70, "memoryPercent": 80})
    assert "replicas" not in deployment(identity(), options)["spec"]
    body = autoscaler(identity(), options)
    assert body is not None
    assert body["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}
    assert (body["spec"]["minReplicas"], body["spec"]["maxReplicas"]) == (2, 10)
    assert [
        (metric["resource"]["name"], metric["resource"]["target"]["averageUtilization"])
        for metric in body["spec"]["metrics"]
    ] == [("cpu", 70), ("memory", 80)]
    assert autoscaler(identity(), component()) is None


def test_an_autoscaler_follows_metrics_of_the_users_own() -> None:
    """A custom metric has its labels and its canonical quantity."""
    metric = {"type": "External", "name": "queue", "averageValue": "1000m", "selector": {"queue": "cart"}}
    body = autoscaler(identity(), component(autoscaling={"maxReplicas": 3, "metrics": [metric]}))
    assert body is not None
    assert body["spec"]["metrics"] == [
        {
            "type": "External",
            "external": {
                "metric": {"name": "queue", "selector": {"matchLabels": {"queue": "cart"}}},
                "target": {"type": "AverageValue", "averageValue": "1"},
            },
        }
    ]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, None),
        ({"replicas": 0}, None),
        ({"replicas": 2}, {"maxUnavailable": 1}),
        ({"replicas": 3, "disruptionBudget": {"minAvailable": 2}}, {"minAvailable": 2}),
        ({"replicas": 4, "disruptionBudget": {"maxUnavailable": "50%"}}, {"maxUnavailable": "50%"}),
        ({"replicas": 2, "disruptionBudget": {"enabled": False}}, None),
        ({"autoscaling": {"minReplicas": 1, "maxReplicas": 9, "cpuPercent": 70}}, None),
        ({"autoscaling": {"minReplicas": 2, "maxReplicas": 9, "cpuPercent": 70}}, {"maxUnavailable": 1}),
    ],
)
def test_a_budget_guards_what_always_has_several_pods(given: dict[str, Any], wanted: Body | None) -> None:
    """There is a budget only where more than one pod runs at all times, since it would block every drain otherwise."""
    body = disruption_budget(identity(), component(**given))
    if wanted is None:
        assert body is None
        return
    assert body is not None
    assert body["spec"] == {
        "selector": {"matchLabels": {"app.kubernetes.io/name": "cart"}},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        **wanted,
    }


def test_selectors_stay_when_all_else_changes() -> None:
    """The immutable selector is the name alone, and the pods carry it."""
    body = deployment(identity(), component(labels={"team": "checkout"}, image="acme/cart:2"))
    assert body["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": "cart"}
    labels = body["spec"]["template"]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == "cart"


def test_names_what_must_exist_beforehand() -> None:
    """Secrets, pull secrets, a foreign account and what the user adds are named, what may be missing is not."""
    options = component(
        secrets=[{"name": "db", "keys": ["A"]}, {"name": "maybe", "keys": ["B"], "optional": True}],
        imagePullSecrets=["registry"],
        serviceAccount={"create": False, "name": "shared"},
        external=["ConfigMap/other", "Secret/db"],
    )
    annotations = deployment(identity(), options)["metadata"]["annotations"]
    items = "ServiceAccount/shared Secret/db Secret/registry ConfigMap/other"
    assert annotations["lumen-constructs/external"] == items


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, "PruneLast=true"),
        ({"argocd.argoproj.io/sync-options": "Replace=true"}, "PruneLast=true,Replace=true"),
        ({"argocd.argoproj.io/sync-options": "PruneLast=false"}, "PruneLast=false"),
    ],
)
def test_is_deleted_when_everything_else_is_in_place(given: dict[str, str], wanted: str) -> None:
    """A Deployment that becomes a Rollout serves until that one does, unless the user wants it otherwise."""
    metadata = deployment(identity(), component(annotations={"team": "checkout", **given}))["metadata"]
    assert metadata["annotations"] == {"team": "checkout", "argocd.argoproj.io/sync-options": wanted}
