from __future__ import annotations

from typing import Any

import pytest
import yaml

from lumen_constructs.delivery.argocd_kinds import CHILDREN, NAMESPACED
from lumen_constructs.delivery.argocd_project import app_project
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, KindRef
from tests.delivery.sets import URL, a_set, body, delivery
from tests.networking.custom import schema_faults


def made(declared: Delivery, *sets: DeliveredSet) -> dict[str, Any]:
    """Give the AppProject, which must be as its schemas say."""
    assert declared.argocd is not None
    found = app_project(declared, declared.argocd, sets or (a_set(), a_set("staging")))
    assert schema_faults(found) == []
    return found


def test_it_permits_what_is_there_and_nothing_by_wildcard() -> None:
    """Its sources, destinations and kinds are lists, with the namespaces that are yet to be emptied."""
    options = ArgoCD(
        namespaces={"staging": ["old"]},
        kinds=[KindRef(group="acme.io", kind="Widget"), KindRef(kind="PersistentVolume", cluster_scoped=True)],
    )
    project = made(delivery(options))
    spec = project["spec"]
    assert spec["sourceRepos"] == [URL]
    assert spec["destinations"] == [
        {"name": "eu", "namespace": "shop-production"},
        {"name": "test", "namespace": "old"},
        {"name": "test", "namespace": "shop-staging"},
    ]
    permitted = {(entry["group"], entry["kind"]) for entry in spec["namespaceResourceWhitelist"]}
    of_the_library = {(group, kind) for table in (NAMESPACED, CHILDREN) for group in table for kind in table[group]}
    assert permitted == of_the_library | {("acme.io", "Widget")}
    assert "*" not in yaml.safe_dump(project)


def test_it_permits_the_namespaces_by_their_names() -> None:
    """No application may change a namespace that is somebody else's."""
    options = ArgoCD(namespaces={"staging": ["old"]}, kinds=[KindRef(kind="PersistentVolume", cluster_scoped=True)])
    assert made(delivery(options))["spec"]["clusterResourceWhitelist"] == [
        {"group": "", "kind": "Namespace", "name": "old"},
        {"group": "", "kind": "Namespace", "name": "shop-production"},
        {"group": "", "kind": "Namespace", "name": "shop-staging"},
        {"group": "", "kind": "PersistentVolume"},
    ]


def test_it_stays_as_long_as_an_application_is_in_it() -> None:
    """An Application without its project can neither be synced nor deleted."""
    assert made(delivery(ArgoCD()))["metadata"]["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]


def test_clusters_that_labels_choose_are_permitted_by_name() -> None:
    """A cluster that is given the label later is not permitted by it."""
    cluster = Cluster(selector={"tier": "production"}, names=["eu", "us"])
    destinations = made(delivery(ArgoCD(style="applicationset"), production=cluster), a_set())["spec"]["destinations"]
    assert destinations == [{"name": name, "namespace": "shop-production"} for name in ("eu", "us")]


@pytest.mark.parametrize(
    ("added", "entry"),
    [
        (body("Widget", api="acme.io/v1"), "lacks Widget.acme.io, .*add {group: acme.io, kind: Widget}"),
        (body("Event"), "lacks Event, which shop-production has; add {kind: Event}"),
        (
            body("ClusterIssuer", namespace=None, api="cert-manager.io/v1"),
            "add {group: cert-manager.io, kind: ClusterIssuer, clusterScoped: true}",
        ),
    ],
)
def test_refuses_a_kind_that_it_would_not_permit(added: dict[str, Any], entry: str) -> None:
    """A stack's own kinds are named in the declaration, so that they can be pruned when they are gone."""
    with pytest.raises(LumenError, match=entry):
        made(delivery(ArgoCD()), a_set("production", added), a_set("staging"))
