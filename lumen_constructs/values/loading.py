"""Layers of values, merged, typed once, with every fault of every file at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import Fault, faults_of
from lumen_constructs.names import key_meant
from lumen_constructs.values import explaining, paths, sources
from lumen_constructs.values.assignments import Assignment
from lumen_constructs.values.building import MAX_FAULTS
from lumen_constructs.values.layering import Layer, Spot, assign, lay
from lumen_constructs.values.reading import Document
from lumen_constructs.values.shapes import at_path, displayed, known_keys, shapes
from lumen_constructs.values.trail import Node, Origin

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """Values that were merged and checked, and where each of them comes from."""

    values: M
    """The typed values."""
    tree: Mapping[str, Any]
    """The merged plain data, without defaults, in the keys of the values files."""
    trail: Node = field(repr=False, compare=False)
    """The merged data with the history of each part."""

    @property
    def origins(self) -> dict[tuple[str | int, ...], tuple[Origin, ...]]:
        """Give, for each leaf that any layer named, the layers that set or removed it, lowest first."""
        return {path: tuple(node.history) for path, node in self.trail.leaves() if node.history}

    def explain(self, path: str) -> explaining.Explanation:
        """Say what ``path`` (``a.b[0]``, ``ports[name=web].port``) is, what it may be, and which layers set it.

        Raises :class:`LumenError` for a path that the values cannot have, with the one that was meant.
        """
        return explaining.explain(self.values, self.trail, path)

    def effective(self) -> list[explaining.Effective]:
        """Give the whole tree with defaults, a line for each leaf: path, value, and the layer that won."""
        return explaining.effective(self.values, self.trail)


class _Located(NamedTuple):
    """A fault and its place among the layers, for the order of messages."""

    layer: int
    line: int
    text: str


def load(model: type[M], layers: Sequence[sources.Source]) -> Loaded[M]:
    """Read ``layers``, lowest first, merge them, and read the result as ``model``.

    Mappings merge; a list replaces the list below, or merges by name where the option says so (``MergeByName``);
    null removes what is below. Raises :class:`LumenError` with a line for each fault, ``file:line: path: …``.
    """
    read = _read(layers)
    root = Node()
    located: list[_Located] = []
    for layer, content in read:
        located += _laid(root, content, layer, model)
        located += _unknown_in(content, layer, model)
    tree = root.plain() or {}
    try:
        values = model.model_validate(tree, by_alias=True, by_name=False)
    except ValidationError as error:
        located += [_locate(fault, root, tree, model) for fault in faults_of(error, model)]
    else:
        if not located:
            return Loaded(values, tree, root)
    raise LumenError(*_lines(located))


def _lines(located: Iterable[_Located]) -> list[str]:
    """Give the faults in the order of layers and lines, each once, and no more than anybody would read."""
    lines = list(dict.fromkeys(fault.text for fault in sorted(located, key=lambda found: (found.layer, found.line))))
    more = len(lines) - MAX_FAULTS
    return lines if more <= 0 else [*lines[:MAX_FAULTS], f"and {more} more faults"]


def _read(layers: Iterable[sources.Source]) -> list[tuple[Layer, Document | Assignment]]:
    """Read all sources, so that the faults of all come at once."""
    read: list[tuple[Layer, Document | Assignment]] = []
    faults: list[str] = []
    for source in layers:
        try:
            content = sources.read(source)
        except LumenError as error:
            faults += error.faults
            continue
        if isinstance(content, Document):
            read.append((Layer(content.source, len(read)), content))
        else:
            read += [(Layer(item.where, len(read) + place), item) for place, item in enumerate(content)]
    raise_all(faults)
    return read


def _laid(root: Node, content: Document | Assignment, layer: Layer, model: type[BaseModel]) -> list[_Located]:
    spot = Spot(list(shapes(model)))
    if isinstance(content, Document):
        faults = lay(root, content.data, content.mark, spot, layer)
    else:
        faults = assign(root, content, spot, layer)
    return [_Located(layer.rank, 0, fault) for fault in faults]


def _unknown_in(content: Document | Assignment, layer: Layer, model: type[BaseModel]) -> list[_Located]:
    """Find keys of one layer that no option has, also where null or a higher layer hides them in the merged tree."""
    if isinstance(content, Assignment):
        if content.value is None and (fault := _unknown_key(content.path, model)):
            return [_Located(layer.rank, 0, f"{layer.name}: {paths.shown(content.path)}: {fault}")]
        return []
    try:
        model.model_validate(content.data, by_alias=True, by_name=False)
    except ValidationError as error:
        unknown = [detail["loc"] for detail in error.errors(include_url=False) if detail["type"] == "extra_forbidden"]
    else:
        return []
    found: list[_Located] = []
    for location in unknown:
        fault = _unknown_key(location, model)
        if fault:
            line, _ = content.locate(location)
            path = paths.shown(displayed(location, content.data, model))
            found.append(_Located(layer.rank, line, f"{layer.name}:{line}: {path}: {fault}"))
    return found


def _unknown_key(location: Sequence[paths.Step], model: type[BaseModel]) -> str | None:
    """Say that the last step is no key of any option there; None where it may be one."""
    key = location[-1]
    keys = known_keys(at_path(model, location[:-1]))
    if not keys or not isinstance(key, str) or key in keys:
        return None
    return f"is not a known key{key_meant(key, keys)}"


def _locate(fault: Fault, root: Node, tree: Any, model: type[BaseModel]) -> _Located:
    """Put a fault of the merged tree where the layer stands that set the value, or what is nearest around it."""
    node, taken = root.find(fault.location)
    origin = node.last
    path = paths.shown(displayed(fault.location, tree, model))
    message = "; ".join(fault.message.splitlines())
    if origin is not None and taken == len(fault.location):
        message = _with_text(message, origin)
    if origin is None:  # no layer at all
        where, rank, line = "values", 0, 0
    elif node is root:  # the file as a whole; a line would point at its first key
        where, rank, line = origin.layer, origin.rank, 0
    else:
        where, rank, line = origin.where, origin.rank, origin.line or 0
    return _Located(rank, line, ": ".join(part for part in (where, path, message) if part))


def _with_text(message: str, origin: Origin) -> str:
    """Correct the advice to quote a number: as it was written (``1.10``), or for the command line."""
    advice = '; write "'
    before, found, _ = message.rpartition(advice)
    if not found or not message.endswith('"'):
        return message
    if origin.line is None:
        return f"{before}; use --set-string"
    return message if origin.text is None else f'{before}{advice}{origin.text}"'
