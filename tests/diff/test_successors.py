from __future__ import annotations

from typing import Any

from lumen_constructs.diff import compare
from lumen_constructs.emit.yaml import dump
from tests.diff.objects import annotated, compared, named, obj, pod, spec, told
from tests.diff.trees import tree

CLAIMS = [{"metadata": {"name": "d"}}]


def files(folder: str, *bodies: dict[str, Any]) -> dict[str, bytes]:
    """Give the files of a set."""
    return {f"{folder}/50-services/{number}.yaml": dump(body).encode() for number, body in enumerate(bodies)}


def test_another_kind_takes_the_place_of_a_workload() -> None:
    """A Deployment that becomes a Rollout is told as one change."""
    rollout = {**pod(), "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout"}
    assert told(compared([pod()], [rollout])) == {
        "Deployment/n/x": ["deleted: is deleted with its pods: Rollout x, which is new, takes its place"],
        "Rollout/n/x": ["created: is new, in place of Deployment x"],
    }


def test_another_namespace() -> None:
    """What moves to another namespace is deleted and made anew, and its data stays behind."""
    store = spec("StatefulSet", "apps/v1", volumeClaimTemplates=CLAIMS)
    kept = annotated(
        obj("Namespace"),
        **{"argocd.argoproj.io__sync_options": "Prune=false", "kustomize.toolkit.fluxcd.io__prune": "disabled"},
    )
    before = [store, obj("ConfigMap"), {**kept, "metadata": {**kept["metadata"], "name": "n"}}]
    after = [named(store, "x", "m"), named(obj("ConfigMap"), "x", "m"), named(obj("Namespace"), "m", "")]
    assert told(compared(before, after)) == {
        "StatefulSet/n/x": [
            "deleted: is deleted with its pods (its volumes stay), and made anew in namespace m, without its data"
        ],
        "ConfigMap/n/x": ["deleted: is deleted, and made anew in namespace m"],
        "Namespace/n/n": ["deleted: leaves Git, and is kept in the cluster: delete it by hand when nobody needs it"],
        "Namespace/m": ["created: is new"],
        "StatefulSet/m/x": ["created: is new, in place of the one in namespace n"],
        "ConfigMap/m/x": ["created: is new, in place of the one in namespace n"],
    }


def test_another_name() -> None:
    """What is the same but for its name, or has the name of what is renamed in its own, is told with it."""
    before = [named(pod(), "cart"), named(obj("ConfigMap", data={"url": "http://cart"}), "cart-config")]
    after = [named(pod(), "basket"), named(obj("ConfigMap", data={"url": "http://basket"}), "basket-config")]
    assert told(compared(before, after)) == {
        "Deployment/n/cart": ["deleted: is deleted with its pods: basket, which is new, takes its place"],
        "ConfigMap/n/cart-config": ["deleted: is deleted: basket-config, which is new, takes its place"],
        "Deployment/n/basket": ["created: is new, in place of cart"],
        "ConfigMap/n/basket-config": ["created: is new, in place of cart-config"],
    }


def test_what_is_not_alike_takes_nobodys_place() -> None:
    """An object that goes and another one that comes have nothing to do with each other."""
    found = told(compared([named(pod(), "cart")], [named(pod({"image": "b:1"}), "basket")]))
    assert found == {
        "Deployment/n/cart": ["deleted: is deleted, and with it its pods"],
        "Deployment/n/basket": ["created: is new"],
    }


def test_another_system() -> None:
    """The same objects under another system are one change, which two controllers see in either order."""
    comparison = compare(tree(files("shop/prod", pod())), tree(files("store/prod", pod())))
    assert [(group.folder, group.objects[0].headlines[0].text) for group in comparison.sets] == [
        (
            "shop/prod",
            "moves to store/prod: is deleted with its pods and made anew, unless that one is applied first",
        ),
        ("store/prod", "is new, in place of the one in shop/prod"),
    ]


def test_another_folder_of_the_same_environment() -> None:
    """What one set hands over to another one of its environment is told as that, whoever delivers it."""
    flux = spec("Kustomization", "kustomize.toolkit.fluxcd.io/v1", prune=True)
    rest = obj("ConfigMap")
    old = {**files("flux/prod", rest, flux), **files("shop/prod", rest, pod()), **files("store/prod", rest)}
    new = {**files("flux/prod", rest), **files("flux/prod.systems", flux)}
    new |= {**files("shop/prod", rest), **files("store/prod", rest, pod())}
    texts = {group.folder: group.objects[0].headlines[0].text for group in compare(tree(old), tree(new)).sets}
    anew = "and made anew, unless that one is applied first"
    assert texts == {
        "flux/prod": f"moves to flux/prod.systems: is deleted with all that it has applied {anew}",
        "shop/prod": f"moves to store/prod: is deleted with its pods {anew}",
        "flux/prod.systems": "is new, in place of the one in flux/prod",
        "store/prod": "is new, in place of the one in shop/prod",
    }


def test_two_places_are_no_successor() -> None:
    """Where the same object comes more than once, none of them is what took the place of the one that goes."""
    rest = obj("ConfigMap")
    old = {**files("shop/prod", rest, pod()), **files("store/prod", rest), **files("depot/prod", rest)}
    new = {folder: files(f"{folder}/prod", rest, pod()) for folder in ("store", "depot")}
    comparison = compare(tree(old), tree({**files("shop/prod", rest), **new["store"], **new["depot"]}))
    texts = {group.folder: group.objects[0].headlines[0].text for group in comparison.sets}
    assert texts == {
        "shop/prod": "is deleted, and with it its pods",
        "store/prod": "is new",
        "depot/prod": "is new",
    }
    found = told(compared([pod()], [named(pod(), "x", "one"), named(pod(), "x", "two")]))
    assert found["Deployment/n/x"] == ["deleted: is deleted, and with it its pods"]
    assert found["Deployment/one/x"] == found["Deployment/two/x"] == ["created: is new"]


def test_another_environment_is_another_cluster() -> None:
    """A component that leaves staging and comes to production has not moved."""
    rest = obj("ConfigMap")
    old = {**files("shop/prod", rest), **files("shop/test", rest, pod())}
    new = {**files("shop/prod", rest, pod()), **files("shop/test", rest)}
    texts = {group.folder: group.objects[0].headlines[0].text for group in compare(tree(old), tree(new)).sets}
    assert texts == {"shop/test": "is deleted, and with it its pods", "shop/prod": "is new"}


def test_a_policy_that_goes_with_its_pods_opens_nothing() -> None:
    """Pods that are deleted with their policy need no restriction; those that stay do."""
    workload = pod()
    workload["spec"]["template"]["metadata"] = {"labels": {"app": "x", "b": "c"}}
    policy = spec("NetworkPolicy", "networking.k8s.io/v1", podSelector={"matchLabels": {"app": "x"}})
    everybody = named(spec("NetworkPolicy", "networking.k8s.io/v1", podSelector={}), "all")
    found = told(compared([workload, policy, everybody], []))
    assert found["NetworkPolicy/n/x"] == ["deleted: is deleted"]
    assert "widened: its pods are no longer restricted by this policy" in found["NetworkPolicy/n/all"]
    assert (
        "widened: its pods are no longer restricted by this policy" in told(compared([policy], []))["NetworkPolicy/n/x"]
    )
