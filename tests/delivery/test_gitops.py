from __future__ import annotations

import pytest

from lumen_constructs.delivery.gitops import DeliveredSet, add, delivered
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery, Flux, Repository
from tests.delivery.sets import URL, a_set, body, delivery


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
    declared = Delivery(repository=Repository(url=URL), environments=places, not_delivered=["local"], flux=Flux())
    assert [one.environment for one in delivered(declared, [a_set(), a_set("local")])] == ["production"]


def test_the_own_namespace_of_a_set_is_the_one_that_it_makes() -> None:
    """Of several, or of none, it is the one with most objects; a set may also have none."""
    made = a_set("production", body("ConfigMap", "y", "other"), body("ConfigMap", "z", "other"))
    assert (made.namespace, made.namespaces) == ("shop-production", ["shop-production", "other"])
    several = a_set(
        "production", body("Namespace", "other", None), body("ConfigMap", "y", "other"), body("Role", "y", "other")
    )
    assert (several.namespace, several.made_namespaces) == ("other", ["shop-production", "other"])
    assert DeliveredSet("shop", "production", [("10-config", body("ClusterRole", "x", None))]).namespace == ""


def test_refuses_two_objects_that_would_be_one_file() -> None:
    """Nothing is overwritten without a word."""
    with pytest.raises(LumenError, match=r"argocd/x.yaml: two systems would be delivered under this name"):
        add({"argocd/x.yaml": b""}, "argocd/x.yaml", b"")
