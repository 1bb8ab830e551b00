from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from lumen_constructs.options.base import Items, Map, Options
from lumen_constructs.values import File, MergeByName, Set, load
from lumen_constructs.values.paths import Named, formatted


class Item(Options):
    """An item that merges by its name."""

    name: str
    """The name."""
    data: Map[Any] = Field(default_factory=dict)
    """Anything."""


class Free(Options):
    """Values of any shape, and a list that merges."""

    any: Map[Any] = Field(default_factory=dict)
    """Anything."""
    items: Annotated[Items[Item], MergeByName()] = ()
    """Items, merged by name."""


_KEYS = st.sampled_from(["a", "b", "c", "d.e"])
_LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["x", "y", ""])
_TREES: st.SearchStrategy[Any] = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=12
)
_MAPS = st.dictionaries(_KEYS, _TREES, max_size=3)
_ITEMS = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["p", "q", "r"])}, optional={"data": _MAPS}),
    max_size=3,
    unique_by=lambda item: str(item["name"]),
)
_LAYERS = st.fixed_dictionaries({}, optional={"any": _MAPS | st.none(), "items": _ITEMS | st.none()})


def _merged(low: Any, high: Any) -> Any:
    """Merge the plain way: mappings merge, null removes, all else replaces."""
    if not isinstance(high, dict):
        return [_merged({}, item) for item in high] if isinstance(high, list) else high
    merged = dict(low) if isinstance(low, dict) else {}
    for key, value in high.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def _reference(low: dict[str, Any], high: dict[str, Any]) -> dict[str, Any]:
    """Merge two layers: the plain way, but the items by name."""
    merged: dict[str, Any] = _merged(low, {key: value for key, value in high.items() if key != "items"})
    if "items" in high and high["items"] is None:
        merged.pop("items", None)
    elif "items" in high:
        named = {item["name"]: item for item in merged.get("items", [])}
        for item in high["items"]:
            named[item["name"]] = _merged(named.get(item["name"]), item)
        merged["items"] = list(named.values())
    return merged


def _write(directory: Path, contents: list[dict[str, Any]]) -> list[File]:
    sources = [File(directory / f"{number}.yaml") for number in range(len(contents))]
    for source, content in zip(sources, contents, strict=True):
        Path(source.path).write_text(yaml.safe_dump(content), encoding="utf-8")
    return sources


_FIXTURES = [HealthCheck.function_scoped_fixture]  # each example overwrites the files of the one before


@given(contents=st.lists(_LAYERS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=150, suppress_health_check=_FIXTURES)
def test_merges_as_the_reference_does(tmp_path: Path, contents: list[dict[str, Any]]) -> None:
    """Random layers give what a small independent merge gives."""
    expected: dict[str, Any] = {}
    for content in contents:
        expected = _reference(expected, content)
    assert load(Free, _write(tmp_path, contents)).tree == expected


def _at(tree: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _leaves(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if not isinstance(tree, (dict, list)) or not tree:
        return [path]
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    return [leaf for step, value in steps for leaf in _leaves(value, (*path, step))]


@given(contents=st.lists(_LAYERS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=150, suppress_health_check=_FIXTURES)
def test_remembers_where_each_leaf_comes_from(tmp_path: Path, contents: list[dict[str, Any]]) -> None:
    """Every leaf of the result has a layer that won, which has that value in the named file on the named line."""
    loaded = load(Free, _write(tmp_path, contents))
    for path in _leaves(loaded.tree):
        if not path:
            continue
        won = [origin for origin in loaded.origins[path] if origin.action == "set"][-1]
        value = _at(loaded.tree, path)
        if isinstance(value, (dict, list)):  # a layer may have set what another removed
            continue
        assert won.value == value
        assert won.line is not None
        line = (tmp_path / f"{won.rank}.yaml").read_text().splitlines()[won.line - 1]
        step = path[-1]
        assert str(step) in line if isinstance(step, str) else "- " in line
    ranks = [[origin.rank for origin in history] for history in loaded.origins.values()]
    assert all(order == sorted(order) for order in ranks)


@given(contents=st.lists(_LAYERS, min_size=1, max_size=2), data=st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=_FIXTURES)
def test_sets_any_leaf_and_nothing_else(tmp_path: Path, contents: list[dict[str, Any]], data: st.DataObject) -> None:
    """``--set`` on the path of a leaf changes this leaf alone, and is its last origin."""
    sources = _write(tmp_path, contents)
    before = load(Free, sources)
    free = [("any",), ("items", 0, "data"), ("items", 1, "data"), ("items", 2, "data")]
    leaves = [path for path in _leaves(before.tree) if any(path[: len(top)] == top and path != top for top in free)]
    if not leaves:
        return
    path = data.draw(st.sampled_from(leaves))
    after = load(Free, [*sources, Set(f"{formatted(path)}=new")])
    assert _at(after.tree, path) == "new"
    assert after.origins[path][-1].where == f"--set {formatted(path)}=…"
    if isinstance(path[-1], str):
        removed = load(Free, [*sources, Set(f"{formatted(path)}=null")])
        assert path not in _leaves(removed.tree)
    others = [leaf for leaf in _leaves(before.tree) if leaf != path]
    assert [_at(after.tree, leaf) for leaf in others] == [_at(before.tree, leaf) for leaf in others]


def test_selects_the_same_item_by_index_and_by_name(tmp_path: Path) -> None:
    """An item has two paths."""
    sources = _write(tmp_path, [{"items": [{"name": "p"}, {"name": "q"}]}])
    by_index = load(Free, [*sources, Set("items[1].data.x=1")])
    by_name = load(Free, [*sources, Set(formatted(["items", Named("name", "q"), "data", "x"]) + "=1")])
    assert by_index.tree == by_name.tree == {"items": [{"name": "p"}, {"name": "q", "data": {"x": 1}}]}


@pytest.mark.parametrize("low", [1, "x", [1], {"b": {"c": 1}}])
@pytest.mark.parametrize("high", [2, [2], {"d": 2}])
def test_replaces_a_value_by_one_of_another_kind(tmp_path: Path, low: object, high: object) -> None:
    """Only mappings merge; a value of another kind is replaced, and the parts of what was there are gone."""
    loaded = load(Free, _write(tmp_path, [{"any": {"a": low}}, {"any": {"a": high}}]))
    expected = {**low, **high} if isinstance(low, dict) and isinstance(high, dict) else high
    assert loaded.tree == {"any": {"a": expected}}
