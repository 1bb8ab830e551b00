from __future__ import annotations

from typing import Any

from lumen_constructs.delivery.argocd_application import application, name_faults
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Notification
from tests.delivery.sets import URL, a_set, canaries, delivery
from tests.networking.custom import schema_faults


def made(argocd: ArgoCD | None = None, one: DeliveredSet | None = None, **environments: Cluster) -> dict[str, Any]:
    """Give the Application of a set, which must be as its schemas say."""
    argocd = argocd or ArgoCD()
    found = application(delivery(argocd, **environments), argocd, "dist", one or a_set())
    assert schema_faults(found) == []
    return found


def test_an_application_delivers_one_folder_without_drift() -> None:
    """It reads one folder, applies and compares as the server does, and takes new commits while it retries."""
    found = made(ArgoCD(project="platform"))
    metadata, spec = found["metadata"], found["spec"]
    assert (metadata["name"], metadata["namespace"]) == ("shop-production", "argocd")
    assert spec["project"] == "platform"
    source = {"repoURL": URL, "targetRevision": "main", "path": "dist/shop/production"}
    assert spec["source"] == {**source, "directory": {"recurse": True}}
    assert spec["destination"] == {"name": "eu", "namespace": "shop-production"}
    policy = spec["syncPolicy"]
    assert policy["automated"] == {"prune": True, "selfHeal": True}
    assert policy["retry"]["refresh"] is True
    assert policy["syncOptions"] == ["ServerSideApply=true", "FailOnSharedResource=true"]
    assert metadata["annotations"] == {
        "argocd.argoproj.io/compare-options": "ServerSideDiff=true",
        "argocd.argoproj.io/manifest-generate-paths": ".",
    }
    assert metadata["finalizers"] == ["resources-finalizer.argocd.argoproj.io/foreground"]
    assert "ignoreDifferences" not in spec


def test_every_option_of_an_application_is_used() -> None:
    """A server instead of a name, no automation, another namespace, and somebody who is told."""
    told = [
        Notification(trigger="on-sync-failed", service="slack", recipients=["a", "b"]),
        Notification(trigger="on-deployed", service="deployments-webhook"),
    ]
    options = ArgoCD(namespace="cd", automated=False, notifications=told)
    found = made(options, production=Cluster(server="https://k"))
    assert found["metadata"]["namespace"] == "cd"
    assert found["spec"]["destination"] == {"server": "https://k", "namespace": "shop-production"}
    assert "automated" not in found["spec"]["syncPolicy"]
    subscribed = "notifications.argoproj.io/subscribe"
    annotations = found["metadata"]["annotations"]
    assert annotations[f"{subscribed}.on-sync-failed.slack"] == "a;b"
    assert annotations[f"{subscribed}.on-deployed.deployments-webhook"] == ""
    automated = made(ArgoCD(prune=False, self_heal=False))["spec"]["syncPolicy"]["automated"]
    assert automated == {"prune": False, "selfHeal": False}


def test_an_environment_may_be_at_a_revision_of_its_own() -> None:
    """Production is at a tag while staging follows the branch."""
    places = {"production": Cluster(name="eu", revision="refs/tags/v7"), "staging": Cluster(name="test")}
    assert made(None, a_set(), **places)["spec"]["source"]["targetRevision"] == "refs/tags/v7"
    assert made(None, a_set("staging"), **places)["spec"]["source"]["targetRevision"] == "main"


def test_what_rollouts_change_is_neither_reported_nor_undone() -> None:
    """With canaries that have routes, only what is out of sync is applied."""
    spec = made(None, DeliveredSet("shop", "production", [("50-services", one) for one in canaries()]))["spec"]
    assert {entry["kind"] for entry in spec["ignoreDifferences"]} == {"Service", "HTTPRoute", "GRPCRoute"}
    options = spec["syncPolicy"]["syncOptions"]
    assert "ApplyOutOfSyncOnly=true" in options
    assert "RespectIgnoreDifferences=true" not in options


def test_refuses_names_that_no_applications_can_have() -> None:
    """A name is that of the system and the environment, and two of them may make the same."""
    sets = [a_set(system="Shop"), a_set("eu-live", system="shop"), a_set("live", system="shop-eu")]
    shape, same = name_faults(sets)
    assert shape.startswith("Application 'Shop-production': the name must be lower-case letters, digits, '-' and '.'")
    assert same == (
        "Application 'shop-eu-live': shop in eu-live and shop-eu in live would both be delivered by it;"
        " rename one of them"
    )
