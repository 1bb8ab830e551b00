from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from lumen_constructs.options.base import Items, Options
from lumen_constructs.values import json_schema, read_documents, schema_text
from tests.values.models import System


def _faults(text: str, model: type[Options] = System) -> list[str]:
    (document,) = read_documents(text)
    return [
        error.message for error in jsonschema_rs.Draft202012Validator(json_schema(model)).iter_errors(document.data)
    ]


def _property(*path: str) -> dict[str, Any]:
    schema = json_schema(System)
    here: dict[str, Any] = schema
    for name in path:
        here = here["properties"][name]
        while "$ref" in here:
            here = schema["$defs"][here["$ref"].removeprefix("#/$defs/")]
    return here


def test_says_which_dialect_it_is() -> None:
    """Editors and validators are told the draft; the schema itself is valid."""
    schema = json_schema(System)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(schema)


@pytest.mark.parametrize(
    "text",
    [
        "web: {image: x}",
        "web: {image: {tag: '1'}}",
        "web: {replicas: 3}",
        "{}",
        "web: {replicas: null, note: null, scale: null, mode: null, args: null, labels: {a: null}}",
        "web: {scale: {maxReplicas: null}}",
        "workers: {a: null, b: {note: x}}",
        "workers: null",
        "web: {ports: [80, {name: a, number: 1}, {name: b}]}",
        "web: {ports: {http: null}}",
        "web: {env: {A: b, C: null}}",
        "web: {env: [{name: A, value: b}]}",
        "web: {rules: [{path: /a}, {path: /b, weight: null}]}",
    ],
)
def test_accepts_each_layer_that_loads(text: str) -> None:
    """A part of the values, short forms and null are right in one layer."""
    assert _faults(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "wbe: {}",
        "web: {replcas: 1}",
        "web: {replicas: x}",
        "web: {replicas: -1}",
        "web: {mode: lazy}",
        "web: null",
        "web: {image: 5}",
        "web: {rules: [{weight: 1}]}",
        "web: {rules: [{path: null}]}",
        "web: {rules: {a: null}}",
        "web: {ports: [{nmae: x}]}",
        "web: {ports: {http: {number: 1}}}",
        "workers: {a: {foo: 1}}",
    ],
)
def test_refuses_what_no_layer_may_say(text: str) -> None:
    """Unknown keys, wrong types and broken items are marked in the editor."""
    assert _faults(text)


def test_documents_every_key() -> None:
    """The text below the field is the description, the default is the option's, and field names are no titles."""
    replicas = _property("web", "replicas")
    assert replicas["description"] == "How many run.\nSets ``replicas``."
    assert replicas["default"] == 1
    assert replicas["minimum"] == 0
    assert "title" not in replicas


def test_says_how_lists_merge() -> None:
    """A list that merges by name says so in Kubernetes' words, in all its forms."""
    for name in ("ports", "env"):
        (listed,) = [form for form in _property("web", name)["anyOf"] if form.get("type") == "array"]
        assert listed["x-kubernetes-list-type"] == "map"
        assert listed["x-kubernetes-list-map-keys"] == ["name"]
    assert "x-kubernetes-list-type" not in _property("web", "rules")


class Twice(Options):
    """An option that stands as itself and in a list."""

    needed: str
    """Something that every whole one has."""
    below: Items[Twice] = ()
    """More of its kind."""


class Both(Options):
    """Values with an option in two places."""

    one: Twice
    """A part of which a layer may give."""
    many: Items[Twice] = ()
    """Whole ones."""


def test_requires_only_where_a_layer_gives_the_whole() -> None:
    """The same type is whole in a list and may be in parts elsewhere, also where it refers to itself."""
    assert _faults("one: {}", Both) == []
    assert _faults("one: {below: [{needed: x}]}", Both) == []
    assert _faults("one: {below: [{}]}", Both)
    assert _faults("many: [{}]", Both)
    assert _faults("many: [{needed: x, below: [{}]}]", Both)


def test_requires_what_must_be_given_where_there_is_no_other_layer() -> None:
    """A file that is read alone is whole everywhere, and its definitions have their own names."""
    whole = json_schema(Both, whole=True)
    assert whole["required"] == ["one"]
    assert [name for name in whole["$defs"] if name.endswith("-whole")] == []
    validator = jsonschema_rs.Draft202012Validator(whole)
    assert not validator.is_valid({})
    assert not validator.is_valid({"one": {}})
    assert validator.is_valid({"one": {"needed": "x"}})


def test_writes_the_same_text_each_time() -> None:
    """The file is JSON, indented, with a newline at the end, and the same bytes for the same model."""
    text = schema_text(System)
    assert json.loads(text) == json_schema(System)
    assert text == schema_text(System)
    assert text.endswith("}\n")
    assert list(json.loads(text)["properties"]) == ["owner", "web", "workers"]
