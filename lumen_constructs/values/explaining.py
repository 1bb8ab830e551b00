"""Where a value comes from, what it may be, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean, key_meant
from lumen_constructs.values import describing, paths
from lumen_constructs.values.shapes import Shape, descend, displayed, known_keys, shapes
from lumen_constructs.values.trail import Node, Origin

State = Literal["set", "default", "unset"]


#: The value of what stands inside something that is null.
_UNSET = object()


class Explanation(NamedTuple):
    """All there is to say about one path."""

    path: str
    """The path, as :func:`lumen_constructs.values.paths.parse` reads it."""
    value: Any
    """The value as plain data, with defaults; None where it is unset."""
    state: State
    """``set`` by a layer, in whole or in part; the option's ``default``; or ``unset``, where what holds it is null."""
    type: str
    """What the value may be, in words."""
    documentation: str
    """What the option says about it."""
    default: Any
    """The option's default as plain data; None where it has none."""
    required: bool
    """Whether the option has no default, so that a layer must set it."""
    layers: tuple[Origin, ...]
    """What each layer did to it, lowest first; for a value inside a short form, what the layers did to that."""
    won: Origin | None
    """The layer that decided; None for a default."""


class Effective(NamedTuple):
    """One leaf of the effective values."""

    path: str
    """The path of the leaf."""
    value: Any
    """A string, number, boolean or null; an empty mapping or list."""
    origin: Origin | None
    """The layer that won; None for a default."""


def explain(values: BaseModel, trail: Node, path: str) -> Explanation:
    """Explain ``path``; raises :class:`LumenError` where the options have no such path, with the one that was meant."""
    tree = dumped(values)
    here: Any = tree
    of = list(shapes(type(values)))
    place: list[str | int] = []
    said = ""
    for step in paths.parse(path):
        before = paths.formatted(place)
        found = _index(here, step, before) if isinstance(step, paths.Named) else step
        below = descend(of, found)
        place.append(found)
        # A key that a layer removed is not in the tree, but there is something to say about it.
        known = below if here is _UNSET else _removed(trail, place) or (below and not isinstance(here, (dict, list)))
        if not _has(here, found) and not known:
            raise LumenError(_no_such(here, found, before, of))
        here = here[found] if _has(here, found) else _UNSET
        of = below
        # What has no text of its own, such as an entry of a mapping, is told of by what it stands in.
        said = describing.documentation(of) or said
    node, won = _decided(trail, place)
    field = next((shape.field for shape in of if shape.field is not None), None)
    return Explanation(
        path=paths.formatted(displayed(place, tree, type(values))),
        value=None if here is _UNSET else here,
        state="set" if won else "unset" if here is _UNSET else "default",
        type=describing.type_in_words(of) if of else "anything",
        documentation=said,
        default=_default(field),
        required=field is not None and field.is_required(),
        layers=tuple(node.history) if node else (),
        won=won,
    )


def effective(values: BaseModel, trail: Node) -> list[Effective]:
    """Give each leaf of the values with defaults, in the order of the options' fields."""
    tree = dumped(values)
    return [
        Effective(paths.formatted(displayed(place, tree, type(values))), value, _decided(trail, place)[1])
        for place, value in _leaves(tree, ())
    ]


def dumped(values: BaseModel) -> dict[str, Any]:
    """Give the values with defaults as plain data, in the keys of the values files."""
    return values.model_dump(mode="json", by_alias=True, warnings=False)


def _leaves(data: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if not isinstance(data, (dict, list)) or (not data and place):
        yield place, data
        return
    for step, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield from _leaves(value, (*place, step))


def _decided(trail: Node, place: Sequence[str | int]) -> tuple[Node | None, Origin | None]:
    """Give the node that holds the history of ``place``, and the layer that won; a short form decides all inside it."""
    node, taken = trail.find(place)
    if taken < len(place) and not _is_short(node, place[taken]):
        return None, None
    return node, node.last if node.present else None


def _is_short(node: Node, step: str | int) -> bool:
    """Tell whether a node that has no ``step``, but whose option has, is a short form: of another kind."""
    return node.kind == "leaf" or node.kind == ("list" if isinstance(step, str) else "map")


def _removed(trail: Node, place: Sequence[str | int]) -> bool:
    node, taken = trail.find(place)
    return taken == len(place) and not node.present


def _has(here: Any, step: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here


def _index(here: Any, step: paths.Named, before: str) -> int:
    """Find the item of a list that ``[name=web]`` means."""
    if not isinstance(here, list):
        raise LumenError(f"{before}: is not a list with items")
    names = [str(item[step.key]) for item in here if isinstance(item, dict) and step.key in item]
    for index, item in enumerate(here):
        if isinstance(item, dict) and str(item.get(step.key)) == step.value:
            return index
    known = f" ({', '.join(names)})" if names else ""
    meant = did_you_mean(step.value, names)
    raise LumenError(f"{before}: has no item with {step.key} {show(step.value)}{known}{meant}")


def _no_such(here: Any, step: str | int, before: str, of: Sequence[Shape]) -> str:
    if isinstance(here, list):
        if isinstance(step, int):
            return f"{before}: has {paths.counted(here)}, so there is no [{step}]"
        return f"{before}: is a list; say which item, as {before}[0] or {before}[name=…]"
    if isinstance(step, int):
        return f"{before}: is not a list, so there is no [{step}]"
    keys = [*here, *(known_keys(of) or ())] if isinstance(here, dict) else known_keys(of) or []
    path = f"{before}.{paths.formatted([step])}" if before else paths.formatted([step])
    return f"{path}: is not a known key{key_meant(step, keys)}"


def _default(field: FieldInfo | None) -> Any:
    """Give a field's default as plain data; None where it has none, or where it depends on other fields."""
    if field is None or field.is_required() or field.default_factory_takes_validated_data:
        return None
    return to_jsonable_python(field.get_default(call_default_factory=True), by_alias=True, fallback=str)
