"""The table of the canonical form as the walk needs it: one tree of nodes for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lumen_constructs.emit.canonical.rules import (
    DROP,
    HOLLOW,
    KEEP,
    OPAQUE,
    UNIQUE,
    Arrange,
    Convert,
    Default,
    Fields,
    Like,
    Rule,
)


class Node:
    """What is known about one place in an object."""

    __slots__ = (
        "arrange",
        "convert",
        "defaults",
        "drop",
        "fields",
        "hollow",
        "items",
        "keep",
        "nulls",
        "plain",
        "rest",
        "unique",
    )

    def __init__(self, *, keep: bool, nulls: bool = False) -> None:
        #: The nodes of keys that have rules, of all other keys, and of the items where the place holds a list.
        self.fields: dict[str, Node] = {}
        self.rest: Node = self
        self.items: Node = self
        #: Whether an empty map or list stays, and whether a null does.
        self.keep = keep
        self.nulls = nulls
        #: The types whose empty values go, where empty values do not stay.
        self.hollow: tuple[type, ...] = (dict, list)
        self.drop = False
        self.unique = False
        self.convert: Callable[[Any], object] | None = None
        self.arrange: Callable[[list[Any]], list[Any]] | None = None
        #: Whether text stays as it is.
        self.plain = True
        #: What is spelled out in a map that lacks it.
        self.defaults: tuple[tuple[str, Any], ...] = ()

    def copy(self) -> Node:
        """Give a node of the same rules, which can be changed without changing this one."""
        node = Node(keep=self.keep, nulls=self.nulls)
        node.become(self)
        return node

    def become(self, other: Node) -> None:
        """Take the rules of ``other``."""
        for slot in Node.__slots__:
            setattr(self, slot, getattr(other, slot))
        self.fields = dict(other.fields)


def anywhere(fields: Fields, *, keep: bool) -> Node:
    """Make the node of all places that no path names, with what holds for a key of some name at any depth."""
    node = Node(keep=keep)
    _fill(node, fields, {})
    for child in node.fields.values():
        if child.rest is node:
            child.fields = node.fields | child.fields
    return node


def compiled(fields: Fields, anything: Node, shapes: Mapping[str, Node]) -> Node:
    """Make the tree of one kind or shape; places that no path names follow ``anything``."""
    root = anything.copy()
    _fill(root, fields, shapes)
    return root


def _fill(root: Node, fields: Fields, shapes: Mapping[str, Node]) -> None:
    for path, rules in fields.items():
        *above, step = _steps(path)
        parent = root
        for name in above:
            parent = _below(parent, name)
        node = _below(parent, step)
        for rule in rules if isinstance(rules, tuple) else (rules,):
            _apply(rule, node, shapes)
            if isinstance(rule, Default):
                parent.defaults = (*parent.defaults, (step, rule.value))


def _steps(path: str) -> Iterator[str]:
    for part in path.split("."):
        name = part.rstrip("[]")
        yield name
        yield from ("[]" for _ in range((len(part) - len(name)) // 2))


def _below(node: Node, step: str) -> Node:
    """Give the place one step below as a node of its own: a copy, since trees share what they have in common."""
    if step == "[]":
        node.items = node.items.copy()
        return node.items
    if step == "*":
        node.rest, node.fields = node.rest.copy(), {}
        return node.rest
    node.fields[step] = node.fields.get(step, node.rest).copy()
    return node.fields[step]


def _apply(rule: Rule, node: Node, shapes: Mapping[str, Node]) -> None:
    node.plain = node.plain and not isinstance(rule, Convert) and rule not in (DROP, HOLLOW)
    match rule:
        case Convert():
            node.convert = rule.to
        case Like():
            keep = node.keep
            node.become(shapes[rule.shape])
            node.keep = keep or node.keep
        case Arrange():
            node.arrange = rule.to
        case Default():
            pass  # a matter of the map around it
        case _ if rule is OPAQUE:
            node.become(AS_WRITTEN)
        case _ if rule is KEEP:
            node.keep = True
        case _ if rule is HOLLOW:
            node.keep, node.hollow = False, (dict, list, str)
        case _ if rule is DROP:
            node.drop = True
        case _ if rule is UNIQUE:
            node.unique = True
        case _:
            message = f"no such rule: {rule.words}"
            raise ValueError(message)


#: Data that is none of our business: the inside of unknown kinds.
AS_WRITTEN = Node(keep=True, nulls=True)
