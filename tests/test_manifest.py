from __future__ import annotations

import math
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch, Lazy

from lumen_constructs import LumenError
from lumen_constructs.manifest import manifest, manifests, rendered


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace and a label."""
    return Chart(App(), "shop", namespace="shop", labels={"team": "shop"})


def config(**data: Any) -> dict[str, Any]:
    """Give a ConfigMap without a name."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": data}


def test_makes_an_object_of_cdk8s(chart: Chart) -> None:
    """Patches, labels and dependencies of cdk8s work on what comes out."""
    one = manifest(chart, "one", config(a="1"))
    two = manifest(chart, "two", config(b="2"))
    one.add_json_patch(JsonPatch.add("/data/c", "3"))
    two.metadata.add_label("color", "red")
    two.add_dependency(one)
    assert isinstance(one, ApiObject)
    assert [entry.body["data"] for entry in rendered(chart)] == [{"a": "1", "c": "3"}, {"b": "2"}]
    assert rendered(chart)[1].body["metadata"]["labels"] == {"team": "shop", "color": "red"}


def test_takes_name_namespace_and_labels_from_the_chart(chart: Chart) -> None:
    """What the body leaves out comes from the chart, and what it gives stays."""
    manifest(chart, "one", config(a="1"))
    given = {**config(a="1"), "metadata": {"name": "given", "namespace": "other", "labels": {"team": "cart"}}}
    manifest(chart, "two", given)
    first, second = (entry.body["metadata"] for entry in rendered(chart))
    assert first["namespace"] == "shop"
    assert first["name"].startswith("shop-one-")
    assert second == {"name": "given", "namespace": "other", "labels": {"team": "cart"}}


def test_cluster_scoped_kinds_get_no_namespace(chart: Chart) -> None:
    """The chart's namespace does not land on them, in a user's plain app either."""
    manifest(chart, "role", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "rules": []})
    assert "namespace" not in rendered(chart)[0].body["metadata"]


def test_brings_bodies_into_canonical_form(chart: Chart) -> None:
    """What Git holds is what the API server stores."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data"},
        "spec": {"resources": {"requests": {"storage": "1024Mi"}}, "storageClassName": None},
    }
    manifest(chart, "claim", claim)
    assert rendered(chart)[0].body["spec"] == {"resources": {"requests": {"storage": "1Gi"}}}


def test_keeps_nulls_that_mean_something(chart: Chart) -> None:
    """A null in Helm values deletes a key of the chart's own; what stands in unknown kinds is not ours to judge."""
    values: dict[str, object] = {"a/b": None, "~": {"c": None}, "list": [{"d": None, "e": {}}, None], "text": ":null"}
    spec = {"source": {"helm": {"valuesObject": values}}}
    manifests(
        chart,
        {
            "one": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {}, "spec": spec},
            "two": {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {}, "spec": {"a": None}},
            "three": config(a=":null"),
        },
    )
    one, two, three = (entry.body for entry in rendered(chart))
    assert one["spec"] == spec
    assert two["spec"] == {"a": None}
    assert three["data"] == {"a": ":null"}


def test_tells_its_own_objects_from_others(chart: Chart) -> None:
    """What the user made with cdk8s alone is rendered too, and told apart."""
    manifests(chart, {"one": config(a="1")})
    ApiObject(chart, "two", api_version="v1", kind="ConfigMap")
    assert [(entry.path, entry.ours) for entry in rendered(chart)] == [("shop/one", True), ("shop/two", False)]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (math.nan, "nan"),
        (2**60, str(2**60)),
        (("a", "b"), "tuple"),
        ({"a"}, "set"),
        ("\x00", "NUL"),
        ("\ud800", "surrogate"),
        (object(), "object"),
    ],
)
def test_refuses_what_no_manifest_can_hold(chart: Chart, value: object, fault: str) -> None:
    """Odd values are refused in Python, with their place, before they reach the kernel."""
    with pytest.raises(LumenError, match=rf"^shop/one: .*data\.a.*{fault}"):
        manifest(chart, "one", {**config(), "kind": "Thing", "apiVersion": "example.com/v1", "data": {"a": value}})


def test_refuses_lazy_values(chart: Chart) -> None:
    """A Lazy of cdk8s would cross as text; it is refused with its place."""
    with pytest.raises(LumenError, match=r"^shop/one: .*data\.a"):
        manifest(chart, "one", config(a=Lazy))


def test_a_bad_patch_names_its_object(chart: Chart) -> None:
    """A patch that does not fit fails with the path of the object."""
    manifest(chart, "one", config(a="1")).add_json_patch(JsonPatch.remove("/spec/missing"))
    with pytest.raises(Exception, match="shop/one: "):
        rendered(chart)
