from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import lumen_constructs
from lumen_constructs.crds import custom_kinds
from lumen_constructs.delivery import argocd_kinds
from lumen_constructs.delivery.argocd import argocd_files
from lumen_constructs.delivery.argocd_differences import ignored_differences
from lumen_constructs.delivery.gitops import DeliveredSet, delivered
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, KindRef, Notification, Repository
from tests.networking.custom import schema_faults

URL = "https://git.example.com/platform/deployments.git"


def body(kind: str, name: str = "x", namespace: str | None = "shop", api: str = "v1", **rest: Any) -> dict[str, Any]:
    """Give an object."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **place}, **rest}


def a_set(environment: str = "production", *bodies: dict[str, Any], system: str = "shop") -> DeliveredSet:
    """Give a set with a Namespace and ``bodies``."""
    namespace = f"shop-{environment}"
    objects = [body("Namespace", namespace, None), body("ConfigMap", "x", namespace), *bodies]
    return DeliveredSet(system, environment, [("10-config", one) for one in objects])


def delivery(argocd: ArgoCD, **environments: Cluster) -> Delivery:
    """Give a declaration."""
    places = environments or {"production": Cluster(name="eu"), "staging": Cluster(name="test")}
    return Delivery(repository=Repository(url=URL), environments=places, argocd=argocd)


def rendered(declared: Delivery, *sets: DeliveredSet) -> dict[str, dict[str, Any]]:
    """Give the objects by file; each must be as its schemas say, and be marked as ours."""
    argocd = declared.argocd
    assert argocd is not None
    files = argocd_files(declared, argocd, "dist", sets or (a_set(), a_set("staging")))
    found = {path.removeprefix("argocd/"): yaml.safe_load(content) for path, content in files.items()}
    assert all(MARK in content.decode()[:80] for content in files.values())
    faults = [fault for one in found.values() if one["kind"] != "ConfigMap" for fault in schema_faults(one)]
    assert faults == []
    return found


def test_an_application_delivers_one_folder_without_drift() -> None:
    """It reads one folder, applies as the server does, and takes new commits while it retries."""
    found = rendered(delivery(ArgoCD(project="platform")))
    assert list(found) == [
        "appproject.platform.yaml",
        "application.shop-production.yaml",
        "application.shop-staging.yaml",
        "argocd-cm.yaml",
    ]
    application = found["application.shop-production.yaml"]
    spec = application["spec"]
    assert spec["project"] == "platform"
    assert spec["source"] == {
        "repoURL": URL,
        "targetRevision": "main",
        "path": "dist/shop/production",
        "directory": {"recurse": True},
    }
    assert spec["destination"] == {"name": "eu", "namespace": "shop-production"}
    assert spec["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
    assert spec["syncPolicy"]["retry"]["refresh"] is True
    assert {"ServerSideApply=true", "RespectIgnoreDifferences=true"} <= set(spec["syncPolicy"]["syncOptions"])
    assert "ignoreDifferences" not in spec
    annotations = application["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/compare-options"] == "ServerSideDiff=true"
    assert annotations["argocd.argoproj.io/manifest-generate-paths"] == "."
    assert application["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]


def test_every_option_of_an_application_is_used() -> None:
    """A server instead of a name, no automation, another namespace, and somebody who is told."""
    told = Notification(trigger="on-sync-failed", service="slack", recipients=["a", "b"])
    options = ArgoCD(namespace="cd", automated=False, notifications=[told])
    application = rendered(delivery(options, production=Cluster(server="https://k")), a_set())[
        "application.shop-production.yaml"
    ]
    assert application["metadata"]["namespace"] == "cd"
    assert application["spec"]["destination"]["server"] == "https://k"
    assert "automated" not in application["spec"]["syncPolicy"]
    subscription = "notifications.argoproj.io/subscribe.on-sync-failed.slack"
    assert application["metadata"]["annotations"][subscription] == "a;b"
    found = rendered(delivery(ArgoCD(prune=False, self_heal=False)))["application.shop-staging.yaml"]
    assert found["spec"]["syncPolicy"]["automated"] == {"prune": False, "selfHeal": False}


def test_the_project_permits_what_is_there_and_nothing_by_wildcard() -> None:
    """Its sources, destinations and kinds are lists, with the namespaces that are yet to be emptied."""
    options = ArgoCD(
        namespaces={"staging": ["old"]},
        kinds=[KindRef(group="acme.io", kind="Widget"), KindRef(kind="PersistentVolume", cluster_scoped=True)],
    )
    project = rendered(delivery(options))["appproject.lumen.yaml"]
    spec = project["spec"]
    assert spec["sourceRepos"] == [URL]
    assert spec["destinations"] == [
        {"name": "eu", "namespace": "shop-production"},
        {"name": "test", "namespace": "old"},
        {"name": "test", "namespace": "shop-staging"},
    ]
    assert {"group": "acme.io", "kind": "Widget"} in spec["namespaceResourceWhitelist"]
    assert {"group": "", "kind": "PersistentVolume"} in spec["clusterResourceWhitelist"]
    assert {"group": "apps", "kind": "ReplicaSet"} in spec["namespaceResourceWhitelist"]
    assert "*" not in yaml.safe_dump(project)


def test_refuses_a_kind_that_the_project_would_not_permit() -> None:
    """A stack's own kinds are named in the declaration, so that they can be pruned when they are gone."""
    with pytest.raises(LumenError, match=r"lacks Widget.acme.io, .*add \{group: acme.io, kind: Widget\}"):
        rendered(delivery(ArgoCD()), a_set("production", body("Widget", api="acme.io/v1")), a_set("staging"))


def _kinds_in_code() -> Iterator[tuple[str, str]]:
    """Give group and kind of every manifest, and of every reference to one, that the library's code spells out."""
    package = Path(lumen_constructs.__file__).parent
    for layer in ("", "workloads", "networking", "configuration", "observability", "datastores"):
        for file in sorted((package / layer).glob("**/*.py" if layer else "*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict):
                    entries = {
                        key.value: value.value
                        for key, value in zip(node.keys, node.values, strict=True)
                        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
                    }
                    api, kind = entries.get("apiVersion"), entries.get("kind")
                    if isinstance(api, str) and isinstance(kind, str):
                        yield group_of(api), kind


def test_every_kind_that_the_library_makes_is_permitted() -> None:
    """A kind that is added to the library must be added to the list, or its objects would be refused."""
    spelled = set(_kinds_in_code())
    assert ("apps", "StatefulSet") in spelled  # the search finds what is there
    custom = {(group_of(api), kind) for api, kind in custom_kinds()} - argocd_kinds.OF_CONTROLLERS
    assert (spelled | custom) - argocd_kinds.permitted() == set()


def test_a_kind_that_is_not_listed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is what the project permits: without a kind in it, no set that has the kind is delivered."""
    stateful = body("StatefulSet", api="apps/v1")
    assert rendered(delivery(ArgoCD()), a_set("production", stateful), a_set("staging"))
    monkeypatch.setitem(argocd_kinds.NAMESPACED, "apps", ("Deployment",))
    assert ("apps", "StatefulSet") in set(_kinds_in_code()) - argocd_kinds.permitted()
    with pytest.raises(LumenError, match=r"lacks StatefulSet\.apps"):
        rendered(delivery(ArgoCD()), a_set("production", stateful), a_set("staging"))


def test_kinds_stand_in_the_list_of_their_scope() -> None:
    """A cluster-scoped kind in the other list would be refused, and the other way round."""
    assert all(is_cluster_scoped(f"{group}/v1" if group else "v1", kind)
               for group, kinds in argocd_kinds.CLUSTER_SCOPED.items() for kind in kinds)  # fmt: skip
    assert not any(is_cluster_scoped(f"{group}/v1" if group else "v1", kind)
                   for table in (argocd_kinds.NAMESPACED, argocd_kinds.CHILDREN)
                   for group, kinds in table.items() for kind in kinds)  # fmt: skip


def test_an_application_set_stands_alone_and_is_protected() -> None:
    """There is no Application beside it, it fails on what is missing, and deletes nothing."""
    found = rendered(delivery(ArgoCD(style="applicationset")))
    assert [path for path in found if path.startswith("application")] == ["applicationset.lumen.yaml"]
    spec = found["applicationset.lumen.yaml"]["spec"]
    assert spec["goTemplateOptions"] == ["missingkey=error"]
    assert spec["syncPolicy"] == {"applicationsSync": "create-update", "preserveResourcesOnDeletion": True}
    git, clusters = spec["generators"][0]["matrix"]["generators"]
    assert [entry["path"] for entry in git["git"]["directories"]] == [
        "dist/*/production",
        "dist/argocd/*",
        "dist/flux/*",
    ]
    assert [entry.get("exclude", False) for entry in git["git"]["directories"]] == [False, True, True]
    element = {"name": "eu", "values": {"namespace-shop": "shop-production", "suffix": ""}}
    assert clusters == {"list": {"elements": [element]}}
    template = spec["template"]["spec"]
    assert template["destination"]["name"] == "{{ .name }}"
    assert template["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True}
    assert "strategy" not in spec


def test_steps_of_an_application_set_turn_automated_sync_off() -> None:
    """Staging comes before production, and nothing else syncs an Application."""
    options = ArgoCD(style="applicationset", steps=[["staging"], ["production"]])
    spec = rendered(delivery(options))["applicationset.lumen.yaml"]["spec"]
    assert "automated" not in spec["template"]["spec"]["syncPolicy"]
    steps = spec["strategy"]["rollingSync"]["steps"]
    assert [step["matchExpressions"][0]["values"] for step in steps] == [["staging"], ["production"]]


def test_an_environment_may_have_several_clusters() -> None:
    """Labels choose them, and the project permits those that are named."""
    cluster = Cluster(selector={"tier": "production"}, names=["eu", "us"])
    found = rendered(delivery(ArgoCD(style="applicationset"), production=cluster), a_set())
    generator = found["applicationset.lumen.yaml"]["spec"]["generators"][0]["matrix"]["generators"][1]["clusters"]
    assert generator["selector"] == {"matchLabels": {"tier": "production"}}
    assert generator["values"] == {"namespace-shop": "shop-production", "suffix": "-{{ .nameNormalized }}"}
    destinations = found["appproject.lumen.yaml"]["spec"]["destinations"]
    assert [place["name"] for place in destinations] == ["eu", "us"]


def test_without_a_style_there_is_the_project_only() -> None:
    """People then make Applications of their own."""
    assert list(rendered(delivery(ArgoCD(style="none")))) == ["appproject.lumen.yaml", "argocd-cm.yaml"]


def test_what_a_rollout_changes_is_ignored_object_by_object() -> None:
    """Argo Rollouts writes a hash into its Services and weights into its routes; nothing else is passed over."""
    plugin = {"argoproj-labs/gatewayAPI": {"httpRoute": "cart", "grpcRoutes": [{"name": "rpc"}]}}
    canary = {"stableService": "cart", "canaryService": "cart-canary", "trafficRouting": {"plugins": plugin}}
    blue_green = {"activeService": "web"}
    rollouts = [
        body("Rollout", api="argoproj.io/v1alpha1", spec={"strategy": {"canary": canary}}),
        body("Rollout", api="argoproj.io/v1alpha1", spec={"strategy": {"blueGreen": blue_green}}),
        body("Deployment", api="apps/v1", spec={"strategy": {"canary": canary}}),
    ]
    found = list(ignored_differences(rollouts))
    assert [(entry["kind"], entry["namespace"], entry["name"]) for entry in found] == [
        ("Service", "shop", "cart"),
        ("Service", "shop", "cart-canary"),
        ("HTTPRoute", "shop", "cart"),
        ("GRPCRoute", "shop", "rpc"),
        ("Service", "shop", "web"),
    ]
    assert found[0]["jsonPointers"] == ["/spec/selector/rollouts-pod-template-hash"]
    application = rendered(delivery(ArgoCD(), production=Cluster(name="eu")), a_set("production", *rollouts))
    assert application["application.shop-production.yaml"]["spec"]["ignoreDifferences"] == found


def test_health_checks_are_a_fragment_that_argo_cd_passes_over() -> None:
    """The file must not replace a ConfigMap that has other owners."""
    declared = delivery(ArgoCD())
    content = argocd_files(declared, ArgoCD(), "dist", [])["argocd/argocd-cm.yaml"].decode()
    assert "+argocd:skip-file-rendering" in content
    data = yaml.safe_load(content)["data"]
    assert "Running" in data["resource.customizations.health.mongodbcommunity.mongodb.com_MongoDBCommunity"]


def test_refuses_environments_that_have_no_place() -> None:
    """Each environment is delivered, or said not to be; and none is named that is not there."""
    with pytest.raises(LumenError) as caught:
        delivered(delivery(ArgoCD()), [a_set("production"), a_set("dev")])
    assert caught.value.faults == (
        "environments: has no cluster for 'dev'; add it there, or to notDelivered",
        "environments: names 'staging', which no system has",
    )


def test_refuses_two_environments_that_would_undo_each_other() -> None:
    """Two sets with an object of one name need two clusters."""
    same = Cluster(name="eu")
    sets = [a_set("production"), DeliveredSet("shop", "staging", a_set("production").objects)]
    with pytest.raises(LumenError, match="shop-production and shop-staging both have Namespace/shop-production in one"):
        delivered(delivery(ArgoCD(), production=same, staging=same), sets)
    assert delivered(delivery(ArgoCD()), sets) == sets


def test_an_environment_may_be_left_out() -> None:
    """A developer's own cluster is nobody's to deliver to."""
    places = {"production": Cluster(name="eu")}
    declared = Delivery(repository=Repository(url=URL), environments=places, not_delivered=["local"])
    assert [one.environment for one in delivered(declared, [a_set(), a_set("local")])] == ["production"]
