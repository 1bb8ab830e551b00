from __future__ import annotations

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.workloads.identity import Context, Identity
from tests.options.reading import identity


def test_every_object_has_the_standard_labels() -> None:
    """The labels are Kubernetes' recommended ones, and the user's own beside them."""
    context = Context(namespace="shop", part_of="shop", cluster=Cluster())
    who = Identity(name="cart", component="backend", context=context, extra={"team": "checkout"})
    assert who.labels == {
        "team": "checkout",
        "app.kubernetes.io/name": "cart",
        "app.kubernetes.io/instance": "shop",
        "app.kubernetes.io/component": "backend",
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/managed-by": "lumen-constructs",
    }
    assert who.selector.items() <= who.labels.items()


def test_a_component_without_a_stack_is_its_own() -> None:
    """Outside a chart, the component's name stands for the stack's."""
    assert identity(part_of=None).labels["app.kubernetes.io/part-of"] == "cart"


def test_metadata_has_annotations_only_where_there_are_some() -> None:
    """An object has name and labels, and annotations where they are given."""
    assert identity().metadata() == {"name": "cart", "labels": identity().labels}
    named = identity().metadata("cart-config", labels={"tier": "x"}, annotations={"a": "b"})
    assert named["name"] == "cart-config"
    assert named["labels"]["tier"] == "x"
    assert named["annotations"] == {"a": "b"}


def test_refuses_names_from_ids_that_kubernetes_would_refuse() -> None:
    """An id of a construct or chart that cannot be a name is refused, each in its own line."""
    with pytest.raises(LumenError) as refused:
        identity("Cart_X", part_of="my shop")
    assert refused.value.faults == (
        "name 'Cart_X' must be lower-case letters, digits and '-', with a letter or digit at both ends",
        "component 'Cart_X' must be lower-case letters, digits and '-', with a letter or digit at both ends",
        (
            "the chart's id 'my shop' must be letters, digits, '-', '_' and '.', with a letter or digit at both ends, "
            "since it becomes a label"
        ),
    )
