"""Layers upon layers: mappings merge, lists replace or merge by name, null removes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.values import paths
from lumen_constructs.values.assignments import Assignment
from lumen_constructs.values.fitting import fitted
from lumen_constructs.values.marks import Mark
from lumen_constructs.values.shapes import Shape, default_of, descend, expanded, merge_key
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


def lay(node: Node, data: Any, mark: Mark | None, of: Sequence[Shape], layer: Layer) -> list[str]:
    """Lay plain ``data`` over ``node``, whose value has the shapes ``of``; give the faults, each with its place."""
    if data is None:
        node.remove(layer.origin(mark, None, "removed"))
        return []
    if isinstance(data, dict):
        return _lay_mapping(node, data, mark, of, layer)
    if isinstance(data, list):
        return _lay_list(node, data, mark, of, layer)
    node.become("leaf", layer.origin(mark, data))
    node.value = data
    return []


def _lay_mapping(node: Node, data: dict[str, Any], mark: Mark | None, of: Sequence[Shape], layer: Layer) -> list[str]:
    _expand(node, of)
    node.become("map", layer.origin(mark, data))
    faults: list[str] = []
    for key, value in data.items():
        child = node.children.setdefault(key, Node())
        faults += lay(child, value, mark and mark.child(key), descend(of, key), layer)
    return faults


def _lay_list(node: Node, data: list[Any], mark: Mark | None, of: Sequence[Shape], layer: Layer) -> list[str]:
    key = merge_key(of)
    origin = layer.origin(mark, data)
    if key is None:
        node.clear(origin)
    node.become("list", origin)
    shapes = descend(of, 0)
    faults: list[str] = []
    seen: dict[object, None] = {}
    for index, item in enumerate(data):
        at = mark and mark.child(index)
        name = None if key is None else _name(item, key, shapes)
        if name is not None and name in seen:
            faults.append(f"{layer.origin(at, None).where}: two items of this list have the {key} {show(name)}")
        seen[name] = None
        child = _item_named(node, key, name, shapes) or _next_item(node)
        if item is None:  # in a list, null is a value: removing a place would move all others
            child.become("leaf", layer.origin(at, None))
        else:
            faults += lay(child, item, at, shapes, layer)
    return faults


def _expand(node: Node, of: Sequence[Shape]) -> None:
    """Write a short form (``8080``) in full, so that a mapping above it merges with what it stands for."""
    if node.kind != "leaf" or node.value is None:
        return
    in_full = expanded(node.value, of)
    if in_full is not None:
        lowest = node.history[-1]
        node.kind, node.value = "map", None
        mark = None if lowest.line is None else Mark(lowest.line, lowest.column or 1)
        for key, value in in_full.items():
            child = node.children.setdefault(key, Node())
            # The parts of a short form all stand where it stands.
            lay(child, value, mark, descend(of, key), Layer(lowest.layer, lowest.rank))


def _name(item: Any, key: str, of: Sequence[Shape]) -> object:
    """Give the name of a list's item in plain data: what it says, or the option's default."""
    in_full = item if isinstance(item, dict) else None if item is None else expanded(item, of)
    if not isinstance(in_full, dict):
        return None
    name = in_full.get(key, default_of(of, key))
    return name if isinstance(name, (str, int)) else None


def _item_named(node: Node, key: str | None, name: object, of: Sequence[Shape]) -> Node | None:
    if key is None or name is None:
        return None
    return next((child for child in node.items if _name(child.plain(), key, of) == name), None)


def _next_item(node: Node) -> Node:
    return node.children.setdefault(len(node.items), Node())


def assign(root: Node, assignment: Assignment, of: Sequence[Shape], layer: Layer) -> list[str]:
    """Lay one assignment of the command line over ``root``; give the faults, each with its place."""
    node, shapes = root, list(of)
    removed = layer.origin(None, None, "removed")
    for position, step in enumerate(assignment.path):
        here = paths.formatted(assignment.path[:position])
        try:
            if isinstance(step, str):
                child = _key_of(node, step, here, shapes, layer)
            else:
                child = _item_of(node, step, here, layer)
        except LumenError as error:
            return [f"{assignment.where}: {fault}" for fault in error.faults]
        shapes = descend(shapes, step)
        if assignment.value is None and position == len(assignment.path) - 1 and not isinstance(step, str):
            _remove_item(node, child, removed)
            return []
        node = child
    return lay(node, fitted(assignment, shapes), None, shapes, layer)


def _key_of(node: Node, key: str, here: str, of: Sequence[Shape], layer: Layer) -> Node:
    if node.kind == "list":
        raise LumenError(f"{here} is a list; say which item, as {here}[0] or {here}[name=…]")
    _expand(node, of)
    if node.kind != "map":
        node.become("map", layer.origin(None, {}))
    return node.children.setdefault(key, Node())


def _item_of(node: Node, step: int | paths.Named, here: str, layer: Layer) -> Node:
    if node.kind not in {"list", "absent"}:
        raise LumenError(f"{here} is {show(node.plain())}, not a list")
    items = node.items
    if isinstance(step, paths.Named):
        names = [str(child.children[step.key].value) for child in items if step.key in child.children]
        for child in items:
            if step.key in child.children and str(child.children[step.key].plain()) == step.value:
                return child
        known = f" ({', '.join(names)})" if names else ""
        raise LumenError(
            f"{here} has no item with {step.key} {show(step.value)}{known}{did_you_mean(step.value, names)}"
        )
    if step > len(items):
        raise LumenError(f"{here} has {len(items)} items, so [{step}] would leave a gap; the next is [{len(items)}]")
    if node.kind == "absent":
        node.become("list", layer.origin(None, []))
    return _next_item(node) if step == len(items) else items[step]


def _remove_item(node: Node, child: Node, origin: Origin) -> None:
    kept = [item for item in node.items if item is not child]
    node.history.append(origin._replace(action="item removed", value=child.plain()))
    node.children = dict(enumerate(kept))
