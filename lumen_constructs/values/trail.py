"""The tree of merged values, in which each part remembers every layer that set it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

Action = Literal["set", "removed", "replaced", "item removed"]


class Origin(NamedTuple):
    """What one layer did to one value."""

    layer: str
    """The file, as messages show it, or the argument: ``--set a.b=…``."""
    line: int | None
    """Line in the file; None for an argument."""
    column: int | None
    """Column in the file; None for an argument."""
    action: Action
    """``set``; ``removed`` by null, itself or with what holds it; ``replaced`` with the list or mapping that held it;
    ``item removed`` from this list."""
    value: Any
    """The plain data that the layer gave; None where it removed."""
    rank: int
    """Place of the layer among all, from the lowest; messages are in this order."""
    text: str | None = None
    """How the layer wrote a number, boolean or null."""

    @property
    def where(self) -> str:
        """Give the place as ``file:line``, or the argument."""
        return self.layer if self.line is None else f"{self.layer}:{self.line}"


Kind = Literal["absent", "leaf", "map", "list"]


class Node:
    """A value, a mapping or a list, or what is left of one that a higher layer removed."""

    __slots__ = ("children", "history", "kind", "value")

    def __init__(self) -> None:
        self.kind: Kind = "absent"
        self.value: Any = None
        self.children: dict[str | int, Node] = {}
        self.history: list[Origin] = []

    @property
    def present(self) -> bool:
        """Tell whether the value is there after all layers."""
        return self.kind != "absent"

    @property
    def items(self) -> list[Node]:
        """Give what a list holds."""
        return [child for child in self.children.values() if child.present]

    @property
    def last(self) -> Origin | None:
        """Give the layer that decided: the last that set the value, or that removed it."""
        wanted = {"set"} if self.present else {"removed", "replaced"}
        return next((origin for origin in reversed(self.history) if origin.action in wanted), None)

    def become(self, kind: Kind, origin: Origin) -> None:
        """Turn into a ``kind``, given by ``origin``; a mapping or list that becomes another thing loses its parts."""
        if self.kind != kind or kind == "leaf":
            self.clear(origin)
        self.kind = kind
        self.history.append(origin)

    def clear(self, origin: Origin) -> None:
        """Make all that this node holds absent, and note that ``origin`` did it."""
        gone = origin._replace(action="removed" if origin.action == "removed" else "replaced", value=None, text=None)
        for child in self.items:
            child.clear(gone)
            child.kind, child.value = "absent", None
            child.history.append(gone)

    def remove(self, origin: Origin) -> None:
        """Make this value absent."""
        self.clear(origin)
        self.kind, self.value = "absent", None
        self.history.append(origin)

    def plain(self) -> Any:
        """Give the value as plain data."""
        if self.kind == "map":
            return {key: child.plain() for key, child in self.children.items() if child.present}
        return [child.plain() for child in self.items] if self.kind == "list" else self.value

    def find(self, path: Sequence[str | int]) -> tuple[Node, int]:
        """Give the node at ``path``, or the nearest one around it that any layer named, and how many steps it took."""
        found = self
        for taken, step in enumerate(path):
            child = found.children.get(step)
            if child is None or not child.history:
                return found, taken
            found = child
        return found, len(path)

    def leaves(self, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
        """Give each leaf with its path: values, removed values, empty mappings and lists."""
        if path and not (self.kind in {"map", "list"} and self.items):
            yield path, self
        for step, child in self.children.items():
            yield from child.leaves((*path, step))
