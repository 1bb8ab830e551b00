"""The fields in which two objects differ; items of a list are paired by what names them, not by their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

#: What names an item of a list, in the order of preference. An item without one of them has its place.
_NAMES: Final = (
    *("name", "mountPath", "containerPort", "secretKey", "key", "alert", "record", "host", "path", "topologyKey"),
    *("ip", "port", "id", "metadata.name"),
)


class Absent:
    """The type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "absent"


#: Stands for a value that one side does not have.
ABSENT: Final = Absent()


class FieldChange(NamedTuple):
    """A field that has another value than before."""

    path: tuple[str | int, ...]
    """Keys, and for items of lists their place or ``[name=cart]``."""
    before: Any
    """The value before; :data:`ABSENT` for a field that is new."""
    after: Any
    """The value after; :data:`ABSENT` for a field that is gone."""

    @property
    def shown(self) -> str:
        """The path as messages show it: ``spec.template.spec.containers[name=cart].image``."""
        text = ""
        for step in self.path:
            if isinstance(step, int):
                text += f"[{step}]"
            elif step.startswith("["):
                text += step
            elif "." in step or "/" in step:
                text += f"[{step}]"
            else:
                text += f".{step}" if text else step
        return text


def changes(before: Any, after: Any, path: tuple[str | int, ...] = ()) -> Iterator[FieldChange]:
    """Give each field in which ``after`` differs from ``before``, in the order of keys."""
    if before is after or (type(before) is type(after) and before == after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys(), key=str):
            old, new = before.get(key, ABSENT), after.get(key, ABSENT)
            if old is not new:
                yield from changes(old, new, (*path, str(key)))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_changes(before, after, path)
    elif _is_named(before) and after is ABSENT:
        yield from _list_changes(before, [], path)
    elif _is_named(after) and before is ABSENT:
        yield from _list_changes([], after, path)
    else:
        yield FieldChange(path, before, after)


def _is_named(value: Any) -> bool:
    """Tell whether a value is a list of named items, each of which is told of where the whole list comes or goes."""
    return isinstance(value, list) and _naming(value, value) is not None


def _list_changes(before: list[Any], after: list[Any], path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    name = _naming(before, after)
    if name is not None:
        old, new = _by_name(before, name), _by_name(after, name)
        for key in dict.fromkeys([*old, *new]):
            yield from changes(old.get(key, ABSENT), new.get(key, ABSENT), (*path, f"[{name}={key}]"))
        if [key for key in old if key in new] != [key for key in new if key in old]:
            yield FieldChange((*path, "[order]"), list(old), list(new))
    elif _plain(before) and _plain(after):
        yield FieldChange(path, before, after)
    else:
        yield from _placed_changes(before, after, path)


def _placed_changes(before: list[Any], after: list[Any], path: tuple[str | int, ...]) -> Iterator[FieldChange]:
    """Compare items that nothing names: what both sides have is set aside, and the rest is paired in order."""
    rest_before, rest_after = list(enumerate(before)), list(enumerate(after))
    for item in list(rest_before):
        same = next((other for other in rest_after if other[1] == item[1]), None)
        if same is not None:
            rest_before.remove(item)
            rest_after.remove(same)
    if not rest_before and not rest_after:
        yield FieldChange((*path, "[order]"), before, after)
    for number in range(max(len(rest_before), len(rest_after))):
        place, old = rest_before[number] if number < len(rest_before) else (rest_after[number][0], ABSENT)
        new = rest_after[number][1] if number < len(rest_after) else ABSENT
        yield from changes(old, new, (*path, place))


def _naming(before: Sequence[Any], after: Sequence[Any]) -> str | None:
    """Find the key that names every item of both lists, each once."""
    if not before and not after:
        return None
    for name in _NAMES:
        if _names_all(before, name) and _names_all(after, name):
            return name
    return None


def _names_all(items: Sequence[Any], name: str) -> bool:
    found = [_name_of(item, name) for item in items]
    return all(isinstance(one, (str, int)) for one in found) and len(set(found)) == len(found)


def _name_of(item: Any, name: str) -> Any:
    """Give what names an item: ``metadata.name`` for a template of a claim."""
    for key in name.split("."):
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _by_name(items: Sequence[Any], name: str) -> dict[Any, Any]:
    return {_name_of(item, name): item for item in items}


def _plain(items: Sequence[Any]) -> bool:
    return not any(isinstance(item, (dict, list)) for item in items)
