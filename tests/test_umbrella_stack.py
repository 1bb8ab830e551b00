from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App

from lumen_constructs import (
    Claim,
    Cluster,
    LimitRange,
    LumenError,
    MonitoredService,
    Namespace,
    Probes,
    Resources,
    UmbrellaStack,
    Volume,
)
from tests.objects import bodies, pod_spec, the

BASE: dict[str, Any] = {
    "image": "acme/cart:1.4.2",
    "port": 8080,
    "resources": Resources(cpu="100m:500m", memory="128Mi:256Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
}


def stack(**options: Any) -> UmbrellaStack:
    """Give a stack of no components."""
    return UmbrellaStack(App(), "shop-production", name="shop", environment="production", **options)


def test_the_namespace_enforces_pod_security() -> None:
    """The Namespace has the system's name, and refuses pods that do not meet "restricted"."""
    namespace = the(bodies(stack()), "Namespace")
    assert namespace["metadata"]["name"] == "shop"
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert "annotations" not in namespace["metadata"]
    assert "namespace" not in namespace["metadata"]


def test_the_namespace_has_what_it_is_given() -> None:
    """Quota, limits, standard and labels reach their objects."""
    found = bodies(
        stack(
            namespace="shop-prod",
            namespace_options=Namespace(
                pod_security="baseline",
                labels={"team": "shop"},
                annotations={"example.com/owner": "shop"},
                quota={"requests.cpu": "4000m"},
                limit_range=LimitRange(
                    default={"memory": "1024Mi"},
                    default_request={"memory": "512Mi"},
                    max={"memory": "4096Mi"},
                    min={"cpu": "10m"},
                ),
            ),
        )
    )
    namespace = the(found, "Namespace")["metadata"]
    assert namespace["name"] == "shop-prod"
    assert namespace["labels"]["pod-security.kubernetes.io/enforce"] == "baseline"
    assert namespace["labels"]["team"] == "shop"
    assert namespace["annotations"]["example.com/owner"] == "shop"
    assert the(found, "ResourceQuota")["spec"] == {"hard": {"requests.cpu": "4"}}
    (limits,) = the(found, "LimitRange")["spec"]["limits"]
    assert limits == {
        "type": "Container",
        "default": {"memory": "1Gi"},
        "defaultRequest": {"memory": "512Mi"},
        "max": {"memory": "4Gi"},
        "min": {"cpu": "10m"},
    }


def test_a_namespace_that_exists_is_not_made() -> None:
    """With ``create: false`` there is no Namespace, and its objects still land in it."""
    shop = stack(namespace="shared", namespace_options=Namespace(create=False))
    MonitoredService(shop, "cart", **BASE)
    found = bodies(shop)
    assert "Namespace" not in {body["kind"] for body in found}
    assert {body["metadata"]["namespace"] for body in found} == {"shared"}


def test_a_namespace_that_holds_volumes_is_kept() -> None:
    """What would be lost with the namespace keeps it from being pruned."""
    shop = stack()
    for name in ("cart", "orders"):
        volume = Volume(name="data", mount_path="/data", claim=Claim(size="1Gi"))
        MonitoredService(shop, name, **BASE, volumes=[volume])
    annotations = the(bodies(shop), "Namespace")["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_a_stack_inside_another_keeps_its_own_namespace() -> None:
    """However much must not be lost in the inner namespace, the outer one goes."""
    outer = stack()
    inner = UmbrellaStack(outer, "system", name="shop", environment="production", namespace="shop-system")
    for name in ("cart", "orders"):
        volume = Volume(name="data", mount_path="/data", claim=Claim(size="1Gi"))
        MonitoredService(inner, name, **BASE, volumes=[volume])
    found = bodies(outer)
    assert "annotations" in the(found, "Namespace", "shop-system")["metadata"]
    assert "annotations" not in the(found, "Namespace", "shop")["metadata"]


def test_components_share_the_cluster_and_the_name_of_the_system() -> None:
    """Registry, pull secrets and labels come from the stack."""
    shop = stack(
        cluster=Cluster(image_registry="registry.example.com", image_pull_secrets=["pull"]), labels={"team": "shop"}
    )
    MonitoredService(shop, "cart", **BASE)
    deployment = the(bodies(shop), "Deployment")
    assert pod_spec(deployment)["containers"][0]["image"] == "registry.example.com/acme/cart:1.4.2"
    assert pod_spec(deployment)["imagePullSecrets"] == [{"name": "pull"}]
    assert deployment["metadata"]["labels"]["app.kubernetes.io/part-of"] == "shop"
    assert deployment["metadata"]["labels"]["team"] == "shop"


def test_what_is_needed_is_reached_and_comes_first() -> None:
    """A need opens the flow at both ends, and puts the one that needs into a later wave."""
    shop = stack()
    orders = MonitoredService(shop, "orders", **BASE)
    cart = MonitoredService(shop, "cart", **BASE)
    front = MonitoredService(shop, "front", **BASE)
    shop.needs(cart, {"orders": orders})
    shop.needs(front, {"cart": cart})
    found = bodies(shop)
    into = the(found, "NetworkPolicy", "orders")["spec"]["ingress"]
    out = the(found, "NetworkPolicy", "cart")["spec"]["egress"]
    selector = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "cart"}}}
    assert into == [{"from": [selector], "ports": [{"port": "http", "protocol": "TCP"}]}]
    assert {
        "to": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "orders"}}}],
        "ports": [{"port": "http", "protocol": "TCP"}],
    } in out
    waves = {
        name: the(found, "Deployment", name)["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave")
        for name in ("orders", "cart", "front")
    }
    assert waves == {"orders": None, "cart": "1", "front": "2"}


def test_refuses_a_need_that_is_off() -> None:
    """A component that is on and needs some that are off gives a line for each, with both names."""
    shop = stack()
    cart = MonitoredService(shop, "cart", **BASE)
    with pytest.raises(LumenError) as error:
        shop.needs(cart, {"orders": None, "stock": None})
    assert str(error.value).splitlines() == [
        "shop-production: cart needs orders, which is off; turn orders on, or cart off",
        "shop-production: cart needs stock, which is off; turn stock on, or cart off",
    ]


@pytest.mark.parametrize(("field", "value"), [("name", "Shop"), ("environment", "prod_1"), ("namespace", "-shop")])
def test_refuses_a_name_that_kubernetes_would_refuse(field: str, value: str) -> None:
    """Names are checked before anything is made of them."""
    options: dict[str, Any] = {"name": "shop", "environment": "production", field: value}
    with pytest.raises(LumenError, match=f"^shop: {field} '{value}' must be lower-case letters"):
        UmbrellaStack(App(), "shop", **options)
