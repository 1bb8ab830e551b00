"""Where the parts of a YAML document stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

Inside: TypeAlias = "dict[str, Mark] | list[Mark] | None"


class Mark(NamedTuple):
    """Line and column of a value, counted from 1; for a mapping's value those of its key, which people look for."""

    line: int
    column: int
    inside: Inside = None
    """The marks of a mapping's values or a list's items."""
    text: str | None = None
    """How a number, boolean or null was written, which its value does not tell: ``1.10`` is 1.1."""

    def find(self, path: Sequence[str | int]) -> Mark:
        """Give the mark of ``path`` below this one, or the nearest one around it."""
        found = self
        for step in path:
            child = found.child(step)
            if child is None:
                return found
            found = child
        return found

    def part(self, step: str | int) -> Mark:
        """Give the mark of a key or index; the parts of a value in short form stand where it stands."""
        return self.child(step) or self._replace(inside=None, text=None)

    def child(self, step: str | int) -> Mark | None:
        """Give the mark of a mapping's key or a list's index, where there is one."""
        found: Mark | None = None
        if isinstance(self.inside, dict):
            found = self.inside.get(step) if isinstance(step, str) else None
        elif isinstance(self.inside, list) and isinstance(step, int) and 0 <= step < len(self.inside):
            found = self.inside[step]
        return found
