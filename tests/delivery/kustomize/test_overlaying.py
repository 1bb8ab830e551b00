"""What an overlay refuses: each part that has nothing to change, or that kustomize would pass over without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from lumen_constructs import GeneratedConfig, ImageChange, JsonOperation, LumenError, Overlay, Patch, PatchTarget
from lumen_constructs.delivery.kustomize import CONFIGURATION, render_overlay
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.kustomization import SKIPPED_BY_ARGO
from tests.delivery.kustomize.sets import pod, shop, thing, workload
from tests.objects import Body


def refused(overlay: Overlay, objects: Sequence[Body] | None = None) -> list[str]:
    """Give the faults of an overlay of a set."""
    with pytest.raises(LumenError) as caught:
        render_overlay("shop/dev", shop() if objects is None else objects, overlay)
    start = "shop/dev: overlay: "
    assert all(fault.startswith(start) for fault in caught.value.faults)
    return [fault.removeprefix(start) for fault in caught.value.faults]


def merge(kind: str, patch: Body, **target: Any) -> Overlay:
    """Give an overlay with one merge patch."""
    return Overlay(patches=[Patch(target=PatchTarget(kind=kind, **target), merge=patch)])


def operation(kind: str = "Deployment", **operation: Any) -> Overlay:
    """Give an overlay with one step of a JSON patch."""
    return Overlay(patches=[Patch(target=PatchTarget(kind=kind), operations=[JsonOperation(**operation)])])


def generated(**config: Any) -> Overlay:
    """Give an overlay with one ConfigMap."""
    return Overlay(config=[GeneratedConfig(**{"literals": {"a": "b"}, **config})])


def test_refuses_an_image_that_nothing_runs() -> None:
    """With the name that was meant."""
    assert refused(Overlay(images=[ImageChange(name="ghcr.io/acme/card", new_tag="1")])) == [
        (
            "images[name=ghcr.io/acme/card] is the image of no container of the set (ghcr.io/acme/cart,"
            " ghcr.io/acme/init); did you mean 'ghcr.io/acme/cart'?"
        )
    ]


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ({"kind": "Deploymnt"}, "'Deploymnt' is not in the set; did you mean 'Deployment'?"),
        (
            {"kind": "Deployment", "name": "carts"},
            "'Deployment/carts' is not in the set (cart); did you mean 'cart'?",
        ),
        (
            {"kind": "Deployment", "name": "cart", "namespace": "other"},
            "'Deployment/other/cart' is in the set, but not in this namespace or group: Deployment/shop/cart",
        ),
        (
            {"kind": "Rollout", "group": "apps"},
            "'Rollout' is in the set, but not in this namespace or group: Rollout/shop/web.site",
        ),
    ],
)
def test_refuses_a_patch_of_what_is_not_there(target: dict[str, str], fault: str) -> None:
    """With what the set has in its place."""
    patch = Patch(target=PatchTarget(**target), merge={"spec": {"replicas": 1}})
    assert refused(Overlay(patches=[patch])) == [f"patches[0].target {fault}"]


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        ({"name": "setting", "behavior": "merge"}, "is no ConfigMap of the set (settings); did you mean 'settings'?"),
        ({"name": "settings", "behavior": "replace", "namespace": "x"}, "is no ConfigMap of the set"),
        ({"name": "settings"}, "is there already; write behavior: merge, or replace"),
    ],
)
def test_refuses_config_that_cannot_be(config: dict[str, Any], fault: str) -> None:
    """What is merged into must be there, and what is made must not."""
    assert refused(generated(**config)) == [f"config[name={config['name']}] {fault}"]


def test_a_patch_of_several_kinds() -> None:
    """Whichever of them the set has."""
    patch = Patch(target=PatchTarget(kind="Deployment|Rollout"), merge={"spec": {"replicas": 1}})
    found = render_overlay("shop/dev", shop(), Overlay(patches=[patch])).objects
    assert [body["kind"] for body in found if body.get("spec", {}).get("replicas")] == ["Deployment", "Rollout"]


def test_refuses_config_without_a_clear_namespace() -> None:
    """A set may have several."""
    two = [*shop(), thing("ConfigMap", "settings", namespace="more", data={})]
    assert refused(generated(name="new"), two) == ["config[name=new] needs a namespace (more, shop)"]
    assert refused(generated(name="settings", behavior="merge"), two) == [
        "config[name=settings] is in several namespaces; give namespace (shop, more)"
    ]
    chosen = generated(name="settings", behavior="merge", namespace="more")
    assert render_overlay("shop/dev", two, chosen).objects[-1]["data"] == {"a": "b"}


def test_refuses_a_label_that_is_selected() -> None:
    """Selectors would no longer find what they select: those that exist cannot change."""
    assert refused(Overlay(labels={"app": "x", "tier": "front"})) == [
        (
            "labels.app is selected by StatefulSet/shop/store and 4 more, which would no longer find its pods; take"
            " another key"
        )
    ]


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        ({"podSelector": {"matchExpressions": [{"key": "tier", "operator": "Exists"}]}}, "tier"),
        ({"spread": [{"labelSelector": {"matchLabels": {"zone": "a"}}, "matchLabelKeys": ["tier"]}]}, "tier"),
        ({"egress": [{"to": [{"namespaceSelector": {"matchLabels": {"tier": "a"}}}]}]}, "tier"),
    ],
)
def test_refuses_a_label_however_it_is_selected(spec: Body, key: str) -> None:
    """By a mapping, by expressions, by keys alone."""
    (fault,) = refused(Overlay(labels={key: "x"}), [thing("NetworkPolicy", api="networking.k8s.io/v1", spec=spec)])
    assert fault.startswith(f"labels.{key} is selected by NetworkPolicy/shop/cart, ")


def test_labels_of_nodes_are_no_selectors_of_pods() -> None:
    """A pod may want a node with the same label."""
    terms = [{"matchExpressions": [{"key": "tier", "operator": "Exists"}]}]
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    template = pod()
    template["spec"] |= {"affinity": affinity, "nodeSelector": {"tier": "front"}}
    rendered = render_overlay("shop/dev", [workload("Deployment", template=template)], Overlay(labels={"tier": "x"}))
    assert rendered.objects[0]["metadata"]["labels"] == {"tier": "x"}


@pytest.mark.parametrize(
    ("overlay", "fault"),
    [
        (
            operation(op="replace", path="/spec/replica", value=1),
            "path '/spec/replica' is not there",
        ),
        (
            operation(op="remove", path="/spec/selektor/x"),
            "path '/spec/selektor' is not there; did you mean 'selector'?",
        ),
        (operation(op="add", path="/spec/a/b", value=1), "path '/spec/a' is not there"),
        (operation(op="add", path="/kind/a", value=1), "path '/kind/a' leads into 'Deployment'"),
        (
            operation(op="replace", path="/spec/template/spec/containers/1", value={}),
            "path '/spec/template/spec/containers/1' is not there: the list has 1 items",
        ),
        (
            operation(op="add", path="/spec/template/spec/containers/2", value={}),
            "path '/spec/template/spec/containers/2' is not there: the list has 1 items",
        ),
        (
            operation(op="test", path="/spec/selector/matchLabels/app", value="x"),
            "path '/spec/selector/matchLabels/app' has 'cart', and the test wants 'x'",
        ),
    ],
)
def test_refuses_a_step_that_cannot_be_taken(overlay: Overlay, fault: str) -> None:
    """Of what is not there, kustomize would say less."""
    assert refused(overlay) == [f"patches[0] Deployment/shop/cart: operations[0] {fault}"]


@pytest.mark.parametrize(
    ("overlay", "fault"),
    [
        (merge("Deployment", {"metadata": "x"}), "has no metadata.name, and cannot be applied without one"),
        (merge("Deployment", {"metadata": {"labels": {"a": 1}}}), "has metadata.labels.a 1, which must be a string"),
        (operation(op="remove", path="/metadata"), "has no metadata.name, and cannot be applied without one"),
        (
            operation(op="replace", path="/metadata", value={"name": "other"}),
            "becomes Deployment/other; what an object is known by cannot be patched",
        ),
    ],
)
def test_refuses_a_patch_that_leaves_another_object(overlay: Overlay, fault: str) -> None:
    """Or none at all."""
    assert refused(overlay) == [f"patches[0] Deployment/shop/cart {fault}"]


def test_odd_bodies_are_for_the_checks() -> None:
    """A patch may leave anything below the metadata: the rules tell what is wrong with it."""
    replaced = [operation(kind, op="replace", path="/spec", value="x") for kind in ("Deployment", "Service", "CronJob")]
    config = Patch(target=PatchTarget(kind="ConfigMap"), operations=[JsonOperation(op="add", path="/data", value="x")])
    overlay = Overlay(
        labels={"tier": "x"},
        images=[ImageChange(name="ghcr.io/acme/cart", new_tag="2")],
        config=[GeneratedConfig(name="settings", behavior="merge", literals={"a": "b"})],
        patches=[*(patch for one in replaced for patch in one.patches), config],
    )
    found = render_overlay("shop/dev", shop(), overlay).objects
    assert [body["kind"] for body in found if body.get("spec") == "x"] == ["Deployment", "Service", "CronJob"]


def test_refuses_a_merge_that_kustomize_would_not_make() -> None:
    """A list of a custom resource is replaced as a whole; an item without its keys is passed over in silence."""
    spec = {"template": {"spec": {"containers": [{"name": "main", "image": "x"}]}}}
    assert refused(merge("Rollout", {"spec": spec})) == [
        (
            "patches[0] Rollout/shop/web.site: merge.spec.template.spec.containers is a list of a kind that kustomize"
            " does not know, and would be replaced as a whole; write operations in place of merge"
        )
    ]
    port = {"port": 80, "nodePort": 30080}
    assert refused(merge("Service", {"spec": {"ports": [port]}})) == [
        "patches[0] Service/shop/cart: merge.spec.ports[0] needs protocol, by which kustomize tells the items apart"
    ]
    twice = [{"name": "a"}, {"name": "a"}]
    assert refused(merge("Deployment", {"spec": {"template": {"spec": {"volumes": twice}}}})) == [
        "patches[0] Deployment/shop/cart: merge.spec.template.spec.volumes[1] is there twice"
    ]


@pytest.mark.parametrize(
    "overlay",
    [
        Overlay(images=[ImageChange(name="ghcr.io/acme/init", new_tag="2")]),
        merge("Job", {"spec": {"template": {"spec": {"nodeName": "a"}}}}),
    ],
)
def test_refuses_to_change_the_pods_of_a_job(overlay: Overlay) -> None:
    """Its template is fixed; rendered from values, a change makes a Job of another name."""
    (fault,) = refused(overlay)
    assert fault.startswith("changes the template of Job/shop/init, which the API server refuses")


def test_refuses_config_that_a_job_has_read() -> None:
    """It does not run again."""
    objects = [
        thing("ConfigMap", "settings", data={}),
        workload("Job", template=pod(config="settings"), api="batch/v1"),
    ]
    assert refused(generated(name="settings", behavior="merge"), objects) == [
        "config[name=settings] is read by Job/shop/cart, which has run with what was there; set it in the values"
    ]
    (fault,) = refused(generated(name="new"), [workload("Job", template=pod(config="new"), api="batch/v1")])
    assert "changes the template of Job/shop/cart" in fault


def test_refuses_everything_at_once() -> None:
    """One line for each fault of each part."""
    overlay = Overlay(
        labels={"app": "x"},
        images=[ImageChange(name="nobody", new_tag="1")],
        config=[GeneratedConfig(name="nothing", behavior="merge", literals={"a": "b"})],
        patches=[Patch(target=PatchTarget(kind="Nothing"), merge={"a": {"b": 1}})],
    )
    assert [fault.partition(" ")[0] for fault in refused(overlay)] == [
        "patches[0].target",
        "config[name=nothing]",
        "labels.app",
        "images[name=nobody]",
    ]


def test_the_files() -> None:
    """All that is ours says so; what would be taken for a manifest is marked, and no other file ends like one."""
    files = render_overlay("shop/dev", shop("new"), Overlay(labels={"tier": "front"})).files
    assert list(files) == ["kustomize/shop/dev/kustomization.yaml"]
    told = render_overlay("shop/dev", [workload("Rollout", template=pod(config="new"))], generated(name="new")).files
    assert sorted(told) == [f"kustomize/shop/dev/{name}" for name in ("kustomization.yaml", CONFIGURATION)]
    assert all(MARK.encode() in content for content in told.values())
    assert SKIPPED_BY_ARGO.encode() in told["kustomize/shop/dev/kustomization.yaml"]


def test_the_same_set_stays_as_it_was() -> None:
    """What the set is written from is not changed by its overlay."""
    objects = shop("settings")[:-1]
    objects = [one for one in objects if one["kind"] != "Job"]
    before = repr(objects)
    overlay = Overlay(labels={"tier": "x"}, images=[ImageChange(name="ghcr.io/acme/cart", new_tag="2")])
    render_overlay("shop/dev", objects, overlay)
    render_overlay("shop/dev", objects, generated(name="settings", behavior="merge"))
    assert repr(objects) == before
