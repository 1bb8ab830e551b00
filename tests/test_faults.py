from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator

from lumen_constructs.fault_places import in_python
from lumen_constructs.faults import Fault, FaultsError, faults_of, raise_faults, show
from lumen_constructs.options.base import camel
from lumen_constructs.options.monitored import MonitoredServiceOptions
from tests.options.reading import BASE


class Leaf(BaseModel):
    """An option with a bound, a choice and a key of two words."""

    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=camel, validate_by_name=True)

    max_size: int = Field(default=1, ge=1, lt=9)
    mode: Literal["fast", "slow", ""] = "fast"
    enabled: bool = True
    ratio: float = Field(default=1.0, allow_inf_nan=False)


class Words(RootModel[list[str]]):
    """A list that is an option type."""


class Tree(BaseModel):
    """Options in every kind of container."""

    model_config = Leaf.model_config

    first_leaf: Leaf | None = None
    by_name: Mapping[str, Leaf] = {}
    in_order: Sequence[Leaf] = ()
    either: Annotated[Leaf | list[str] | int, "of several types"] = 1
    words: Words | None = None
    texts: dict[str, str] = {}

    @model_validator(mode="after")
    def _check(self) -> Tree:
        if "maxSize" in self.texts:
            raise_faults(
                [
                    Fault(("byName", "maxSize", "maxSize"), "'maxSize' stands beside maxSize"),
                    Fault(("firstLeaf",), "needs inOrder"),
                ]
            )
        return self


def lines(data: object, *, by_alias: bool = True) -> list[str]:
    """Give the lines that the tree is refused with."""
    with pytest.raises(ValidationError) as refused:
        Tree.model_validate(data, by_alias=True, by_name=not by_alias)
    return [str(fault) for fault in faults_of(refused.value, Tree, by_alias=by_alias)]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ({"firstLeaf": {"maxSize": "5"}}, "firstLeaf.maxSize must be a whole number, not '5'; write 5"),
        ({"firstLeaf": {"maxSize": "5s"}}, "firstLeaf.maxSize must be a whole number, not '5s'; write 5"),
        (
            {"firstLeaf": {"maxSize": "0644"}},
            "firstLeaf.maxSize must be a whole number, not '0644'; write 420 (octal) or 644 (decimal)",
        ),
        ({"firstLeaf": {"maxSize": "08s"}}, "firstLeaf.maxSize must be a whole number, not '08s'; write 8"),
        ({"firstLeaf": {"maxSize": "five"}}, "firstLeaf.maxSize must be a whole number, not 'five'"),
        ({"firstLeaf": {"maxSize": 1.5}}, "firstLeaf.maxSize must be a whole number, not 1.5"),
        ({"firstLeaf": {"maxSize": True}}, "firstLeaf.maxSize must be a whole number, not true"),
        ({"firstLeaf": {"maxSize": None}}, "firstLeaf.maxSize must be a whole number, not null"),
        ({"firstLeaf": {"maxSize": 0}}, "firstLeaf.maxSize 0 must be at least 1"),
        ({"firstLeaf": {"maxSize": 9}}, "firstLeaf.maxSize 9 must be below 9"),
        ({"firstLeaf": {"mode": "fsat"}}, "firstLeaf.mode 'fsat' must be one of fast, slow, ''; did you mean 'fast'?"),
        ({"firstLeaf": {"enabled": "yes"}}, "firstLeaf.enabled must be true or false, not 'yes'; write true"),
        ({"firstLeaf": {"enabled": 1}}, "firstLeaf.enabled must be true or false, not 1"),
        ({"firstLeaf": {"ratio": float("nan")}}, "firstLeaf.ratio must be a finite number, not nan"),
        ({"firstLeaf": {"maxsize": 1}}, "firstLeaf.maxsize is not a known key; did you mean 'maxSize'?"),
        ({"firstLeaf": {"zzz": 1}}, "firstLeaf.zzz is not a known key"),
        ({"firstLeaf": [1]}, "firstLeaf must be a mapping, not a list"),
        ({"byName": {"a.b": {"maxSize": 0}}}, "byName['a.b'].maxSize 0 must be at least 1"),
        ({"byName": {"max_size": {"enabled": 0}}}, "byName.max_size.enabled must be true or false, not 0"),
        ({"byName": [1]}, "byName must be a mapping, not a list"),
        ({"inOrder": [{}, {"mode": 1}]}, "inOrder[1].mode 1 must be one of fast, slow, ''"),
        ({"inOrder": {"mode": 1}}, "inOrder must be a list, not a mapping"),
        ({"inOrder": "ab"}, "inOrder must be a list, not 'ab'"),
        ({"words": ["a", 1.5]}, 'words[1] must be a string, not 1.5; write "1.5"'),
        ({"texts": {"a": True}}, 'texts.a must be a string, not true; write "true"'),
        ({"texts": {1: "a"}}, 'texts[1] key must be a string, not 1; write "1"'),
        ({"texts": {"a": "x" * 90, "b": ["x"]}}, "texts.b must be a string, not a list"),
    ],
)
def test_says_where_and_what_is_wrong(data: object, line: str) -> None:
    """Each fault is one line: where, what was wrong with which value, and what to write instead."""
    assert lines(data) == [line]


def test_drops_the_names_of_union_branches() -> None:
    """Where a value may have several types, the location holds only what the user wrote."""
    assert lines({"either": {"maxSize": 0}}) == [
        "either.maxSize 0 must be at least 1",
        "either must be a list, not a mapping",
        "either must be a whole number, not a mapping",
    ]


def test_keeps_keys_that_look_like_the_names_of_branches() -> None:
    """A key of the user's is part of the location, whatever it looks like."""
    assert lines({"byName": {"list[str]": {"maxSize": 0}, "function-after": {"maxSize": 0}}}) == [
        "byName['list[str]'].maxSize 0 must be at least 1",
        "byName.function-after.maxSize 0 must be at least 1",
    ]


def test_spells_python_names_for_python() -> None:
    """From a constructor call, locations, suggestions and keys in messages are in snake_case; a map's keys stay."""
    assert lines({"first_leaf": {"maxsize": 1}, "by_name": {"maxSize": {"max_size": 0}}}, by_alias=False) == [
        "first_leaf.maxsize is not a known key; did you mean 'max_size'?",
        "by_name.maxSize.max_size 0 must be at least 1",
    ]
    assert lines({"texts": {"maxSize": ""}}, by_alias=False) == [
        "by_name.maxSize.max_size 'maxSize' stands beside max_size",
        "first_leaf needs in_order",
    ]
    assert lines({"texts": {"maxSize": ""}}) == [
        "byName.maxSize.maxSize 'maxSize' stands beside maxSize",
        "firstLeaf needs inOrder",
    ]


def test_words_that_are_no_keys_stay() -> None:
    """Only what is the key of an option is spelled in another way."""
    message = "minReadySeconds, \"minReadySeconds\", 'minReadySeconds', itsOwnWord and NodePort"
    expected = "min_ready_seconds, \"minReadySeconds\", 'minReadySeconds', itsOwnWord and NodePort"
    assert in_python(message, MonitoredServiceOptions) == expected


def test_reports_every_fault_at_once() -> None:
    """All type faults come together, in the order of the options."""
    assert lines({"either": "x", "firstLeaf": {"maxSize": 0, "mode": "x"}, "typo": 1}) == [
        "firstLeaf.maxSize 0 must be at least 1",
        "firstLeaf.mode 'x' must be one of fast, slow, ''",
        "either must be a mapping, not 'x'",
        "either must be a list, not 'x'",
        "either must be a whole number, not 'x'",
        "typo is not a known key",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ("a'b", '"a\'b"'),
        ("a\nb", r"'a\nb'"),
        ({"a": 1}, "a mapping"),
        ((1,), "a list"),
        (object(), "a object"),
        ("x" * 100, "'" + "x" * 59 + "… (102 characters)"),
    ],
)
def test_shows_a_value_on_one_line(value: object, shown: str) -> None:
    """A value is shown as YAML names it, on one line, and cut where it is long."""
    assert show(value) == shown


def test_raises_faults_together() -> None:
    """A validator hands on several faults, or none."""
    raise_faults([])
    with pytest.raises(FaultsError, match=r"^a is wrong; b is wrong$"):
        raise_faults(Fault((place,), "is wrong") for place in "ab")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("100m:500m")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
KEYS = sorted(field.alias or name for name, field in MonitoredServiceOptions.model_fields.items())


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4), st.booleans())
def test_any_data_is_read_or_refused_in_one_line_each(changes: dict[str, Any], complete: bool) -> None:  # noqa: FBT001  # drawn
    """Whatever a values file holds, the faults are lines, and their places are in the data or are what is missing."""
    data = {**BASE, **changes} if complete else changes
    try:
        MonitoredServiceOptions.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        found = faults_of(error, MonitoredServiceOptions)
    else:
        return
    assert found
    for fault in found:
        assert "\n" not in str(fault)
        assert not any(word in str(fault) for word in ("Value error", "Input should", "pydantic", "function-"))
        missing = fault.message.startswith(("is required", "needs", "must be left out"))
        assert stands_in(data, fault.location) or (missing and stands_in(data, fault.location[:-1])), str(fault)


def stands_in(data: Any, location: Sequence[str | int]) -> bool:
    """Tell whether ``data`` has something at ``location``; a short form has all that its full form would have."""
    for step in location:
        if isinstance(data, dict):
            if step not in data:
                return False
            data = data[step]
        elif isinstance(data, list):
            if not isinstance(step, int) or step >= len(data):
                return False
            data = data[step]
    return True
