"""What happens alike, told once: objects of a set with the same change, and sets with the same objects and changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from lumen_constructs.diff.report import Comparison, ObjectChange, SetChange
from lumen_constructs.diff.risks import Headline
from lumen_constructs.diff.wording import became
from lumen_constructs.printable import on_one_line

#: How many objects of a group are named.
_MOST_NAMED = 8


class Group(NamedTuple):
    """Objects of which the same is to be said."""

    objects: tuple[str, ...]
    """``Kind/namespace/name`` of each."""
    headlines: tuple[Headline, ...]
    fields: tuple[str, ...]
    """What the headlines do not tell: each field with what it was and is, on one line."""

    def names(self) -> Iterator[str]:
        """Give the objects, with the last line counting those that would be too many."""
        more = self.objects[_MOST_NAMED:]
        yield from self.objects[: _MOST_NAMED if len(more) > 1 else None]
        if len(more) > 1:
            kinds = Counter(name.partition("/")[0] for name in more)
            counts = [f"{number} {kind}" for kind, number in sorted(kinds.items())]
            yield f"and {len(more)} more: {', '.join(counts)}"


class Section(NamedTuple):
    """Sets of which the same is to be said."""

    folders: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def title(self) -> str:
        """The sets as messages show them."""
        return on_one_line(", ".join(self.folders))


def sections(comparison: Comparison) -> list[Section]:
    """Put together what is alike; the order is that of the comparison, by the first of each."""
    folders: dict[tuple[Group, ...], list[str]] = defaultdict(list)
    for one in comparison.sets:
        folders[_groups(one)].append(one.folder)
    return [Section(tuple(names), groups) for groups, names in folders.items()]


def _groups(one: SetChange) -> tuple[Group, ...]:
    objects: dict[tuple[tuple[Headline, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for changed in one.objects:
        objects[changed.headlines, tuple(_fields(changed))].append(on_one_line(changed.object))
    return tuple(Group(tuple(names), *what) for what, names in objects.items())


def _fields(changed: ObjectChange) -> Iterator[str]:
    for field in changed.details:
        yield on_one_line(f"{field.shown}: {became(field)}")
