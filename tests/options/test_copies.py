"""Options can be copied, pickled and dumped, whichever they are, and a copy is as frozen and as well checked."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest

from lumen_constructs import LumenError, Peer, ProbedDeploymentOptions
from lumen_constructs.options.base import Items, Map, Options
from lumen_constructs.options.monitored import MonitoredServiceOptions
from tests.options.reading import BASE, read
from tests.options.test_documentation import TYPES
from tests.options.test_every_option import PATHS, SAMPLES, put, sample_path, steps, surrounded


class Nested(Options):
    """Mappings and lists inside one another, deeper than any option has them today."""

    maps: Map[Map[Items[str]]]
    peers: Map[Items[Peer]]


def made(annotation: Any, depth: int = 0) -> Any:  # noqa: PLR0911  # a table: a form of annotation, its value
    """Give a value of the form that a field holds once it is checked; what it says is of no matter."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return made(arguments[0], depth)
    if origin in {Union, UnionType}:
        fitting = [one for one in arguments if one is not NoneType]
        return None if depth > 4 and NoneType in arguments else made(fitting[0], depth)
    if origin is Literal:
        return arguments[0]
    if annotation in {Mapping, dict} or origin in {Mapping, dict}:
        return MappingProxyType({"a.key": made(arguments[1] if arguments else str, depth + 1)})
    if origin in {Sequence, tuple, list}:
        return (made(arguments[0], depth + 1),)
    if isinstance(annotation, type) and issubclass(annotation, Options):
        fields = {name: made(field.annotation, depth + 1) for name, field in annotation.model_fields.items()}
        return annotation.model_construct(**fields)
    return {str: "text", int: 3, float: 0.5, bool: True}.get(annotation, "text")


def mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Give every mapping inside options."""
    if isinstance(value, Options):
        for _, one in value:
            yield from mappings(one)
    elif isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from mappings(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from mappings(one)


def held(options: Options) -> None:
    """Hold every way to copy, keep and print options against what they are."""
    for copied in (copy.copy(options), copy.deepcopy(options), options.model_copy(), options.model_copy(deep=True)):
        assert copied == options
        assert copied.model_fields_set == options.model_fields_set
    again = pickle.loads(pickle.dumps(options))  # noqa: S301  # our own
    assert again == options
    assert again.model_fields_set == options.model_fields_set
    assert {type(one) for one in mappings(again)} <= {MappingProxyType}
    for by_alias in (True, False):
        dumped = options.model_dump(mode="json", by_alias=by_alias)
        assert json.loads(options.model_dump_json(by_alias=by_alias)) == dumped
        assert json.loads(json.dumps(dumped)) == dumped


@pytest.mark.parametrize("kind", [*TYPES, Nested], ids=lambda kind: kind.__qualname__)
def test_every_type_of_option_can_be_copied_and_dumped(kind: type[Options]) -> None:
    """With something in each of its fields, however deep mappings and lists stand in one another."""
    held(made(kind))


def test_every_option_survives_copies() -> None:
    """As it was read, with one option set at a time; the JSON is what a values file may hold."""
    for path in PATHS:
        data = surrounded(path)
        put(data, steps(path), SAMPLES[sample_path(path)])
        options = read(MonitoredServiceOptions, data)
        held(options)
        assert options.model_copy(update={"revision_history_limit": 4}).revision_history_limit == 4


def test_what_is_read_back_is_equal() -> None:
    """A nested mapping, which came out as a mapping that nothing can print."""
    options = Nested(maps={"a": {"b": ["c"]}}, peers={"x": [Peer(pods={"app": "web"})]})
    assert options.model_dump(mode="json")["maps"] == {"a": {"b": ["c"]}}
    assert Nested.model_validate_json(options.model_dump_json(exclude_none=True, exclude_defaults=True)) == options


def test_a_changed_copy_is_as_frozen_as_its_original() -> None:
    """What is given as a list or mapping of the caller's is kept as the constructor would."""
    peer = Peer(pods={"app": "web"}, ports=[80])
    pods = {"app": "other"}
    changed = peer.model_copy(update={"pods": pods, "ports": [81]})
    pods["app"] = "changed"
    assert changed == Peer(pods={"app": "other"}, ports=[81])
    assert isinstance(changed.pods, MappingProxyType)
    assert peer == Peer(pods={"app": "web"}, ports=[80])


def test_refuses_a_changed_copy_that_could_not_be_made() -> None:
    """A wrong type, an unknown name, and two options that contradict each other, in Python's spelling."""
    options = read(ProbedDeploymentOptions, dict(BASE))
    with pytest.raises(LumenError) as refused:
        options.model_copy(update={"replicas": "many", "replica": 3})
    assert refused.value.faults == (
        "ProbedDeploymentOptions: replicas must be a whole number, not 'many'",
        "ProbedDeploymentOptions: replica is not a known key; did you mean 'replicas'?",
    )
    with pytest.raises(LumenError, match="cidr"):
        Peer(pods={"app": "web"}).model_copy(update={"cidr": "10.0.0.0/8"})
