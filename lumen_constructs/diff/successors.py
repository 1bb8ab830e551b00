"""What takes the place of an object that goes: the same one elsewhere, of another kind, or under another name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.diff.objects import Key, Pair
from lumen_constructs.emit.annotations import SYNC_WAVE

#: Objects of one kind that go, or come, beyond which no likeness is looked for: each is held against each.
_MOST_COMPARED = 100

#: What is made from the content of something else, and so differs where the name does.
_DERIVED = ("checksum/", SYNC_WAVE)


class Move(NamedTuple):
    """An object that goes, and the one that comes in its place."""

    old: Key
    new: Key

    @property
    def to(self) -> str:
        """Where the new one is, as the old one's headline shows it."""
        return _difference(self.new, self.old)

    @property
    def origin(self) -> str:
        """Where the old one is, as the new one's headline shows it."""
        return _difference(self.old, self.new)


def _difference(this: Key, other: Key) -> str:
    if this.folder != other.folder:
        return this.folder
    if this.type != other.type:
        return f"{kinds.kind_of(this.type)} {this.name}"
    return f"namespace {this.namespace}" if this.namespace != other.namespace else this.name


def moves(pairs: Iterable[Pair], renamed_sets: Mapping[str, str]) -> Iterator[Move]:
    """Find what moves; ``renamed_sets`` gives the new folder of each set that another one takes the place of."""
    gone = {pair.key: pair.before for pair in pairs if not pair.after}
    came = {pair.key: pair.after for pair in pairs if not pair.before}
    looks: list[_Likely] = [_same_elsewhere(renamed_sets), _other_kind, _other_namespace]
    for likely in looks:
        for old, new in list(likely(gone, came)):
            if old in gone and new in came:
                del gone[old], came[new]
                yield Move(old, new)
    renamed = list(_other_name(gone, came))
    yield from renamed
    for move in renamed:
        del gone[move.old], came[move.new]
    yield from _renamed_with(renamed, gone, came)


_Bodies = Mapping[Key, dict[str, Any]]
_Likely = Callable[[_Bodies, _Bodies], Iterator[tuple[Key, Key]]]


def _same_elsewhere(renamed_sets: Mapping[str, str]) -> _Likely:
    """Look for the same object in another set of its cluster: of the same environment, or of one that is renamed."""

    def found(gone: _Bodies, came: _Bodies) -> Iterator[tuple[Key, Key]]:
        places: dict[Key, list[Key]] = defaultdict(list)
        for new in came:
            places[new._replace(folder=_environment(new.folder))].append(new)
        for old in gone:
            near = places.get(old._replace(folder=_environment(old.folder)), [])
            renamed = old._replace(folder=renamed_sets.get(old.folder, ""))
            if len(near) == 1:
                yield old, near[0]
            elif renamed in came:
                yield old, renamed

    return found


def _environment(folder: str) -> str:
    """Give the environment of a set, which is one cluster: ``prod`` of ``shop/prod`` and of ``flux/prod.systems``."""
    return folder.partition("/")[2].partition(".")[0]


def _other_kind(gone: _Bodies, came: _Bodies) -> Iterator[tuple[Key, Key]]:
    for old in gone:
        if old.type in kinds.LONG_RUNNING:
            for type_ in kinds.LONG_RUNNING:
                if (new := old._replace(type=type_)) in came:
                    yield old, new


def _other_namespace(gone: _Bodies, came: _Bodies) -> Iterator[tuple[Key, Key]]:
    by_name: dict[Key, list[Key]] = defaultdict(list)
    for new in came:
        by_name[new._replace(namespace="")].append(new)
    for old in gone:
        found = by_name.get(old._replace(namespace=""), [])
        if old.namespace and len(found) == 1:
            yield old, found[0]


def _other_name(gone: _Bodies, came: _Bodies) -> Iterator[Move]:
    """Find what is the same but for its name, which may occur anywhere in it."""
    candidates: dict[Key, list[Key]] = defaultdict(list)
    for new in came:
        candidates[new._replace(name="")].append(new)
    tried: dict[Key, int] = defaultdict(int)
    taken: set[Key] = set()
    for old, body in gone.items():
        place = old._replace(name="")
        tried[place] += 1
        if tried[place] > _MOST_COMPARED or len(candidates[place]) > _MOST_COMPARED:
            continue
        for new in candidates[place]:
            if new not in taken and _plain(body, old.name, new.name) == _plain(came[new], "", ""):
                taken.add(new)
                yield Move(old, new)
                break


def _renamed_with(renamed: Iterable[Move], gone: _Bodies, came: _Bodies) -> Iterator[Move]:
    """Find what has the name of something that is renamed within its own: ``cart-config`` with ``cart``."""
    names = {(move.old.folder, move.old.namespace, move.old.name): move.new.name for move in renamed}
    left = dict(came)
    for old, body in gone.items():
        for (folder, namespace, name), other in names.items():
            new = old._replace(name=old.name.replace(name, other))
            is_near = (old.folder, old.namespace) == (folder, namespace)
            if is_near and new in left and _plain(body, name, other) == _plain(left[new], "", ""):
                del left[new]
                yield Move(old, new)
                break


def _plain(value: Any, old: str, new: str) -> Any:
    """Give data with another name, and without what is derived from content."""
    if isinstance(value, dict):
        return {
            _plain(key, old, new): _plain(inside, old, new)
            for key, inside in value.items()
            if not str(key).startswith(_DERIVED)
        }
    if isinstance(value, list):
        return [_plain(inside, old, new) for inside in value]
    return value.replace(old, new) if old and isinstance(value, str) else value
