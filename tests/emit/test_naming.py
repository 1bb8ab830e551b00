from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.emit.naming import file_names
from lumen_constructs.errors import LumenError
from tests.emit.bodies import body, made

SERVICE = body("v1", "Service")


def names(*bodies: dict[str, object]) -> list[str]:
    """Give the file names of a set."""
    return file_names([(made.path, made.body) for made in made(*bodies)])


def test_a_file_is_named_by_kind_and_name() -> None:
    """One namespace is not worth repeating."""
    assert names(SERVICE, body("apps/v1", "Deployment"), body("v1", "Namespace", "shop", None)) == [
        "service.cart.yaml",
        "deployment.cart.yaml",
        "namespace.shop.yaml",
    ]


def test_two_namespaces_are_named() -> None:
    """Objects without a namespace, such as cluster-scoped ones, have none in the name."""
    found = names(SERVICE, body("v1", "Service", namespace="ops"), body("rbac.authorization.k8s.io/v1", "ClusterRole"))
    assert found == ["service.shop.cart.yaml", "service.ops.cart.yaml", "clusterrole.cart.yaml"]


def test_a_kind_of_two_groups_has_the_group() -> None:
    """The core group has no name to add."""
    found = names(SERVICE, body("serving.knative.dev/v1", "Service"), body("apps/v1", "Deployment"))
    assert found == ["service.cart.yaml", "service.serving.knative.dev.cart.yaml", "deployment.cart.yaml"]


def test_names_that_a_file_cannot_have_are_replaced() -> None:
    """RBAC allows colons and capitals; a hash keeps the names apart, on any file system."""
    found = names(*(body("rbac.authorization.k8s.io/v1", "Role", name) for name in ("a:b", "a_b", "A:b", "a-b")))
    assert found == ["role.a_b-9aef0c2c.yaml", "role.a_b.yaml", "role.__b-de99892c.yaml", "role.a-b.yaml"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(exclude_characters="/%\0"), min_size=1, max_size=300), unique=True, max_size=8))
def test_every_name_has_a_file_of_its_own(given_names: list[str]) -> None:
    """Whatever the names are: no longer than a file system allows, within one folder, and different without case."""
    found = names(*(body("rbac.authorization.k8s.io/v1", "Role", name) for name in given_names))
    assert len({name.lower() for name in found}) == len(found)
    assert all(len(name.encode()) <= 255 and "/" not in name and name.endswith(".yaml") for name in found)


def test_refuses_two_objects_of_one_name() -> None:
    """Both construct paths are named: the cluster would keep one of the two."""
    with pytest.raises(LumenError) as caught:
        file_names([("shop/a", SERVICE), ("shop/b", SERVICE)])
    assert str(caught.value) == ("shop/b: Service/shop/cart is made here and by shop/a; give one of them another name")


def test_refuses_one_object_in_two_versions() -> None:
    """Versions of a group are views of one object."""
    with pytest.raises(LumenError, match="is made here and by"):
        names(body("autoscaling/v1", "HorizontalPodAutoscaler"), body("autoscaling/v2", "HorizontalPodAutoscaler"))


@pytest.mark.parametrize(
    ("metadata", "fault"),
    [
        ({}, "has no metadata.name"),
        ({"generateName": "x-"}, "has no metadata.name"),
        ({"name": 3}, "metadata.name 3, which must be a string"),
        ({"name": "x", "namespace": 1}, "metadata.namespace 1, which must be a string"),
        ({"name": "x", "annotations": "y"}, "metadata.annotations 'y', which must be a mapping"),
        ({"name": "x", "labels": {"a": 1}}, "metadata.labels.a 1, which must be a string"),
        (None, "has no metadata.name"),
    ],
)
def test_refuses_metadata_that_cannot_be_applied(metadata: object, fault: str) -> None:
    """A patch may leave anything."""
    with pytest.raises(LumenError, match=fault):
        file_names([("shop/a", {**SERVICE, "metadata": metadata})])
