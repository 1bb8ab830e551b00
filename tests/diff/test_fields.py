from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.diff.fields import ABSENT, FieldChange, changes

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"]),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["name", "x", "y"]), inside, max_size=3)
    ),
    max_leaves=8,
)


def shown(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    """Give the changes with their paths as text."""
    return [(change.shown, change.before, change.after) for change in changes(before, after)]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(before=PLAIN, after=PLAIN)
def test_there_is_a_change_exactly_where_the_data_differ(before: Any, after: Any) -> None:
    """Nothing differs without being found, and nothing is found that does not differ."""
    differ = repr_sorted(before) != repr_sorted(after)
    assert bool(list(changes(before, after))) == differ
    assert not list(changes(before, copy.deepcopy(before)))


def repr_sorted(value: Any) -> str:
    """Spell data so that true and 1 are two values, and the order of keys is none."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{repr_sorted(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(repr_sorted, value)) + "]"
    return repr(value)


def test_items_are_paired_by_name() -> None:
    """A container that is put before another is not another container."""
    before = {"c": [{"name": "a", "image": "1"}]}
    after = {"c": [{"name": "new", "image": "1"}, {"name": "a", "image": "2"}]}
    assert shown(before, after) == [
        ("c[name=a].image", "1", "2"),
        ("c[name=new]", ABSENT, {"name": "new", "image": "1"}),
    ]


def test_another_order_is_a_change() -> None:
    """The order of variables matters, since one may refer to another."""
    items = [{"name": "a"}, {"name": "b"}]
    assert [change.path for change in changes({"env": items}, {"env": items[::-1]})] == [("env", "[order]")]


def test_a_key_with_dots_stands_in_brackets() -> None:
    """An annotation's key is one step."""
    change = FieldChange(("metadata", "annotations", "a.b/c"), 1, 2)
    assert change.shown == "metadata.annotations[a.b/c]"
