"""Layers upon layers: mappings merge, lists replace or merge by name, null removes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.values import paths
from lumen_constructs.values.assignments import Assignment
from lumen_constructs.values.fitting import fitted
from lumen_constructs.values.marks import Mark
from lumen_constructs.values.shapes import Shape, default_of, descend, expander, lister, merge_key
from lumen_constructs.values.trail import Action, Node, Origin


class Layer(NamedTuple):
    """Who sets values now."""

    name: str
    """The file or argument, as messages show it."""
    rank: int
    """Its place among the layers, from the lowest."""

    def origin(self, mark: Mark | None, value: Any, action: Action = "set") -> Origin:
        """Note what this layer did at ``mark``."""
        line, column, text = (mark.line, mark.column, mark.text) if mark else (None, None, None)
        return Origin(self.name, line, column, action, value, self.rank, text)


class Spot(NamedTuple):
    """What the model expects where a value is laid, and the path there."""

    shapes: Sequence[Shape]
    path: tuple[paths.Step, ...] = ()

    def below(self, step: paths.Step) -> Spot:
        """Give the spot of a key or an item."""
        return Spot(descend(self.shapes, step), (*self.path, step))


def lay(node: Node, data: Any, mark: Mark | None, spot: Spot, layer: Layer) -> list[str]:
    """Lay plain ``data`` over ``node``, which stands at ``spot``; give the faults, each with its place."""
    if data is None:
        node.remove(layer.origin(mark, None, "removed"))
        return []
    if isinstance(data, dict):
        in_full = _listed(data, mark, spot)
        if in_full is not None:
            _remove_named(node, [name for name, value in data.items() if value is None], mark, spot, layer)
            return _lay_list(node, *in_full, spot, layer)
        return _lay_mapping(node, data, mark, spot, layer)
    if isinstance(data, list):
        return _lay_list(node, data, mark, spot, layer)
    node.become("leaf", layer.origin(mark, data))
    node.value = data
    return []


def _lay_mapping(node: Node, data: dict[str, Any], mark: Mark | None, spot: Spot, layer: Layer) -> list[str]:
    _expand(node, spot)
    node.become("map", layer.origin(mark, data))
    faults: list[str] = []
    for key, value in data.items():
        child = node.children.setdefault(key, Node())
        faults += lay(child, value, mark and mark.part(key), spot.below(key), layer)
    return faults


def _lay_list(node: Node, data: list[Any], mark: Mark | None, spot: Spot, layer: Layer) -> list[str]:
    key = merge_key(spot.shapes)
    origin = layer.origin(mark, data)
    if key is None:
        node.clear(origin)
    node.become("list", origin)
    name_of = _namer(key, spot.below(0).shapes)
    named = _named(node, name_of)
    size = len(node.items)
    faults: list[str] = []
    seen: set[object] = set()
    for index, item in enumerate(data):
        at = mark and mark.part(index)
        name = name_of(item)
        if name is not None and name in seen:
            place = f"{layer.origin(at, None).where}: {paths.shown((*spot.path, index))}"
            faults.append(f"{place}: another item of this list has the {key} {show(name)}")
        seen.add(name)
        child = None if name is None else named.get(name)
        if child is None:
            child = node.children.setdefault(size, Node())
            size += 1
        if item is None:  # in a list, null is a value: removing a place would move all others
            child.become("leaf", layer.origin(at, None))
        else:
            faults += lay(child, item, at, spot.below(index), layer)
    return faults


def _namer(key: str | None, of: Sequence[Shape]) -> Callable[[Any], object]:
    """Give a function that tells the name of a list's item: what the item says, or the option's default."""
    if key is None:
        return lambda _: None
    default = default_of(of, key)
    expanded = expander(of)

    def name_of(item: Any) -> object:
        in_full = item if isinstance(item, dict) else None if item is None else expanded(item)
        name = in_full.get(key, default) if isinstance(in_full, dict) else None
        return name if isinstance(name, (str, int)) else None

    return name_of


def _named(node: Node, name_of: Callable[[Any], object]) -> dict[object, Node]:
    return {name: item for item in node.items if (name := name_of(item.plain())) is not None}


def _expand(node: Node, spot: Spot) -> None:
    """Write a short form (``8080``) in full, so that a mapping above it merges with what it stands for."""
    if node.kind not in {"leaf", "list"} or not node.history:
        return
    in_full = expander(spot.shapes)(node.plain())
    if in_full is None:
        return
    lowest = node.history[-1]
    node.kind, node.value, node.children = "map", None, {}
    # The parts of a short form all stand where it stands.
    mark = None if lowest.line is None else Mark(lowest.line, lowest.column or 1)
    for key, value in in_full.items():
        lay(node.children.setdefault(key, Node()), value, mark, spot.below(key), Layer(lowest.layer, lowest.rank))


def _listed(data: dict[str, Any], mark: Mark | None, spot: Spot) -> tuple[list[Any], Mark | None] | None:
    """Write the mapping that is short for a list merged by name as that list; None where it is not one."""
    if merge_key(spot.shapes) is None:
        return None
    listed = lister(spot.shapes)
    if not data and listed(data) is None:
        return None
    items: list[Any] = []
    marks: list[Mark] = []
    for name, value in data.items():
        if value is None:
            continue
        found = listed({name: value})
        if found is None or len(found) != 1:
            return None
        items += found
        if mark:
            marks.append(mark.part(name)._replace(inside=None))
    return items, mark and mark._replace(inside=marks)


def _remove_named(node: Node, names: Sequence[str], mark: Mark | None, spot: Spot, layer: Layer) -> None:
    """Remove the items of a list merged by name that a mapping in its place sets to null."""
    if not names or node.kind != "list":
        return
    named = _named(node, _namer(merge_key(spot.shapes), spot.below(0).shapes))
    for name in names:
        if name in named:
            _remove_item(node, named[name], layer.origin(mark and mark.part(name), None, "item removed"))


def _remove_item(node: Node, child: Node, origin: Origin) -> None:
    kept = [item for item in node.items if item is not child]
    node.history.append(origin._replace(value=child.plain()))
    node.children = dict(enumerate(kept))


def assign(root: Node, assignment: Assignment, spot: Spot, layer: Layer) -> list[str]:
    """Lay one assignment of the command line over ``root``; give the faults, each with its place."""
    node = root
    for position, step in enumerate(assignment.path):
        last = position == len(assignment.path) - 1
        if last and isinstance(step, str) and (in_full := _as_named(step, assignment, spot)):
            return lay(node, in_full, None, spot, layer)
        try:
            child = _key_of(node, step, spot, layer) if isinstance(step, str) else _item_of(node, step, spot, layer)
        except LumenError as error:
            return list(error.at(assignment.where).faults)
        if last and assignment.value is None and not isinstance(step, str):
            _remove_item(node, child, layer.origin(None, None, "item removed"))
            return []
        node, spot = child, spot.below(step)
    return lay(node, fitted(assignment, spot.shapes), None, spot, layer)


def _as_named(name: str, assignment: Assignment, spot: Spot) -> dict[str, Any] | None:
    """Give ``env.LOG_LEVEL=info`` as the mapping that is short for a list; None where the list has no such form."""
    data = {name: None if assignment.value is None else assignment.text}
    return None if _listed(data, None, spot) is None else data


def _key_of(node: Node, key: str, spot: Spot, layer: Layer) -> Node:
    if node.kind == "list":
        here = paths.shown(spot.path)
        raise LumenError(f"{here} is a list; say which item, as {here}[0] or {here}[name=…]")
    _expand(node, spot)
    if node.kind != "map":
        node.become("map", layer.origin(None, {}))
    return node.children.setdefault(key, Node())


def _item_of(node: Node, step: int | paths.Named, spot: Spot, layer: Layer) -> Node:
    here = paths.shown(spot.path)
    if node.kind not in {"list", "absent"}:
        raise LumenError(f"{here} is {show(node.plain())}, not a list")
    items = node.items
    if isinstance(step, paths.Named):
        return _item_named(items, step, here)
    if step > len(items):
        raise LumenError(
            f"{here} has {paths.counted(items)}, so [{step}] would leave a gap; the next is [{len(items)}]"
        )
    if node.kind == "absent":
        node.become("list", layer.origin(None, []))
    return node.children.setdefault(step, Node()) if step == len(items) else items[step]


def _item_named(items: Sequence[Node], step: paths.Named, here: str) -> Node:
    named = {str(child.children[step.key].plain()): child for child in items if step.key in child.children}
    if step.value in named:
        return named[step.value]
    known = f" ({', '.join(named)})" if named else ""
    meant = did_you_mean(step.value, named)
    raise LumenError(f"{here} has no item with {step.key} {show(step.value)}{known}{meant}")
