"""Manifests may hold anything: what is odd is told as a change, and never ends the comparison."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.diff.document import as_json
from lumen_constructs.diff.printing import as_markdown, as_text
from tests.diff.cases import CASES, before, edited
from tests.diff.objects import compared, headlines
from tests.diff.test_refusals import REFUSED, TAKEN, pool

ODD = [None, "x", 5, [], {}, ["x"], [None], {"a": None}, True, [["x"]], [{"name": ["y"]}]]
FIXED = (("apiVersion",), ("kind",), ("metadata",), ("metadata", "name"), ("metadata", "namespace"))


def changed() -> list[dict[str, Any]]:
    """Give the objects of the prepared changes, before and after."""
    old = before()
    found = list(old.values())
    for case in CASES.values():
        found += [body for file, body in edited(case).items() if old.get(file) != body]
    found += [body for one, other, _ in REFUSED.values() for body in (one, other)]
    found += [body for pair in TAKEN.values() for body in pair]
    return [body for body in found if any(paths(body))]


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give every place in an object that may hold something else."""
    if path and path not in FIXED:
        yield path
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from paths(inside, (*path, key))
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from paths(inside, (*path, place))


def put(body: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """Give an object with something else in one place."""
    found = copy.deepcopy(body)
    inside: Any = found
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return found


OBJECTS = changed()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_an_object_holds_it_is_told(data: st.DataObject) -> None:
    """Something odd in any place, before or after, leads to an answer in all three forms."""
    body = data.draw(st.sampled_from(OBJECTS))
    odd = put(body, data.draw(st.sampled_from(list(paths(body)))), data.draw(st.sampled_from(ODD)))
    sides = data.draw(st.permutations([[body], [odd]]))
    comparison = compared(*data.draw(st.sampled_from([sides, [[], [odd]], [[odd], []]])))
    numbers = {str(risk): number for risk, number in comparison.counts().items()}
    assert json.loads(as_json(comparison))["counts"] == numbers
    for text in (as_text(comparison), as_markdown(comparison)):
        assert text.endswith("\n")
        assert "\n\n\n" not in text


@pytest.mark.parametrize("odd", [["a"], {"a": 1}])
def test_what_names_an_item_may_be_odd(odd: object) -> None:
    """A volume whose id is no id is compared all the same."""
    assert headlines(pool(volumes=[{"id": odd, "size": "2Gi"}]), pool(volumes=[{"id": odd, "size": "1Gi"}]))
