from __future__ import annotations

from collections.abc import Callable

import pytest

from lumen_constructs import GeneratedConfig, ImageChange, JsonOperation, LumenError, Overlay, Patch, PatchTarget

TARGET = PatchTarget(kind="Deployment", name="cart")


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (Overlay, "changes nothing; give labels, images, config or patches, or leave it out"),
        (lambda: Overlay(labels={"a b": "c"}), "labels['a b'] key must be letters"),
        (lambda: Overlay(labels={"a": "b c"}), "labels.a 'b c' must be letters"),
        (lambda: ImageChange(name="cart"), "changes nothing; give new_name, new_tag or digest"),
        (lambda: ImageChange(name="cart:1", new_tag="2"), "name 'cart:1' must be without tag and digest"),
        (lambda: ImageChange(name="Cart", new_tag="2"), "name 'Cart' must be the name of an image"),
        (lambda: ImageChange(name="cart", new_tag="a b"), "new_tag 'a b' must be a tag"),
        (lambda: ImageChange(name="cart", digest="sha256:1"), "digest 'sha256:1' must be 'sha256:' and 64"),
        (
            lambda: ImageChange(name="cart", new_tag="1", digest=f"sha256:{'a' * 64}"),
            "new_tag and digest exclude each other",
        ),
        (lambda: GeneratedConfig(name="c", literals={}), "literals must not be empty"),
        (lambda: GeneratedConfig(name="c", literals={"a b": "c"}), "key must be letters"),
        (lambda: GeneratedConfig(name="c", literals={"a": "'x'"}), "literals.a starts or ends with a quotation mark"),
        (lambda: GeneratedConfig(name="c", literals={"a": "<org>"}), "still holds the placeholder"),
        (lambda: PatchTarget(kind="Deployment|"), "kind 'Deployment|' must be a kind, such as"),
        (lambda: Patch(target=TARGET), "needs exactly one of merge and operations"),
        (lambda: Patch(target=TARGET, merge={"spec": {"a": None}}), "merge.spec.a is null; to remove a field"),
        (lambda: Patch(target=TARGET, merge={"spec": [{"$patch": "delete"}]}), "is a directive of strategic merge"),
        (lambda: Patch(target=TARGET, merge={"metadata": {"name": "x"}}), "merge.metadata.name is what the object is"),
        (lambda: Patch(target=TARGET, merge={"a": {"b": {1, 2}}}), "merge.a a set must be plain data"),
        (lambda: Patch(target=TARGET, merge={"a": {"b": float("nan")}}), "merge.a nan must be plain data"),
        (lambda: Patch(target=TARGET, merge={"a": {1: 2}}), "merge.a key 1 must be a string"),
        (lambda: JsonOperation(op="add", path="spec", value=1), "path 'spec' must be a JSON pointer"),
        (lambda: JsonOperation(op="add", path="/a~2", value=1), "path '/a~2' must be a JSON pointer"),
        (lambda: JsonOperation(op="add", path="/spec"), "value is required: add has one"),
        (lambda: JsonOperation(op="remove", path="/spec", value=1), "value must be left out: remove has none"),
        (lambda: JsonOperation(op="add", path="/metadata/name", value="x"), "is what the object is known by"),
    ],
)
def test_refuses_what_makes_no_sense(make: Callable[[], object], fault: str) -> None:
    """Before there is a set to hold it against."""
    with pytest.raises(LumenError) as caught:
        make()
    assert fault in str(caught.value)


def test_refuses_the_same_twice() -> None:
    """One of them would win, and nobody sees which."""
    image = ImageChange(name="cart", new_tag="1")
    config = GeneratedConfig(name="c", literals={"a": "b"})
    with pytest.raises(LumenError) as caught:
        Overlay(images=[image, image], config=[config, config])
    assert caught.value.faults == ("Overlay: images[1] names 'cart' again", "Overlay: config[1] names 'c' again")


def test_names_of_images() -> None:
    """With registry, port and folders; with the punctuation that names may have."""
    for name in ("cart", "acme/cart", "localhost:5000/acme/cart", "ghcr.io/acme/my_cart-2", "a/b__c/d--e"):
        assert ImageChange(name=name, new_tag="1").name == name


def test_texts_of_config() -> None:
    """Whole numbers and truth values are written as text."""
    assert dict(GeneratedConfig(name="c", literals={"a": 1, "b": True}).literals) == {"a": "1", "b": "true"}
