"""From YAML events to plain data and marks, without recursion and within limits."""

from __future__ import annotations

from typing import Any

import yaml

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.values.marks import Inside, Mark
from lumen_constructs.values.paths import shown
from lumen_constructs.values.scalars import Dialect, Scalar, resolve

#: How many faults of one file are told.
MAX_FAULTS = 200

_TAGS = "tag:yaml.org,2002:"
_KINDS: dict[str, tuple[type, ...]] = {
    _TAGS + "null": (type(None),),
    _TAGS + "bool": (bool,),
    _TAGS + "int": (int,),
    _TAGS + "float": (int, float),
}


class _Open:
    """A mapping or list that has started and not ended."""

    __slots__ = ("anchor", "data", "height", "inside", "key", "mark", "merged", "nodes")

    def __init__(self, data: Any, inside: Any, mark: Mark, anchor: str | None, nodes: int) -> None:
        self.data = data
        self.inside = inside
        self.mark = mark
        self.anchor = anchor
        self.nodes = nodes  # how many nodes the document had before this one
        self.height = 1
        self.key: tuple[str, Mark, bool] | None = None  # the key that waits for its value; True for a merge key
        self.merged: list[tuple[Any, Mark]] | None = None  # what `<<` named


class _Anchored:
    """What an anchor stands for, with its size: aliases of aliases grow exponentially."""

    __slots__ = ("data", "height", "mark", "nodes")

    def __init__(self, data: Any, mark: Mark, nodes: int, height: int) -> None:
        self.data = data
        self.mark = mark
        self.nodes = nodes
        self.height = height


class Builder:
    """Takes the events of a stream; has the documents and the faults when the stream has ended."""

    def __init__(self, where: str, dialect: Dialect, *, max_depth: int, max_nodes: int) -> None:
        self.documents: list[tuple[Any, Mark]] = []
        self.faults: list[str] = []
        self._where = where
        self._dialect = dialect
        self._max_depth = max_depth
        self._max_nodes = max_nodes
        self._nodes = 0
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}

    def take(self, event: yaml.Event) -> None:
        """Take the next event; raises :class:`LumenError` where going on makes no sense."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent():
                self._start(event, {}, {})
            case yaml.SequenceStartEvent():
                self._start(event, [], [])
            case yaml.CollectionEndEvent():
                self._end()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._anchors = {}

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = _mark(event)
        top = self._open[-1] if self._open else None
        if top is not None and top.key is None and _keyed(top):
            self._key(event, mark, top)
            return
        value = self._value(event, mark)
        if value.__class__ is not str:
            mark = mark._replace(text=event.value)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(value, mark, 1, 0)
        self._count(1, 0, mark)
        self._add(value, mark)

    def _value(self, event: yaml.ScalarEvent, mark: Mark) -> Scalar:
        text: str = event.value
        if "\0" in text:
            self._fault(mark, "a text has the character NUL, which Kubernetes refuses; remove it")
        tag = event.tag
        if tag is None:
            return self._resolved(text, mark) if event.implicit[0] else text
        if tag in {"!", _TAGS + "str"}:
            return text
        if tag not in _KINDS:
            self._fault(mark, f"the tag {_short(tag)} is not supported; write the plain value")
            return text
        value = self._resolved(text, mark)
        if type(value) not in _KINDS[tag]:
            self._fault(mark, f"{show(text)} is not what its tag {_short(tag)} says")
        return float(value) if tag.endswith("float") and isinstance(value, int) else value

    def _resolved(self, text: str, mark: Mark) -> Scalar:
        try:
            return resolve(text, self._dialect)
        except ValueError as error:
            self._fault(mark, str(error))
            return 0  # any value will do: the document is refused

    def _key(self, event: yaml.ScalarEvent, mark: Mark, top: _Open) -> None:
        text: str = event.value
        plain = event.tag is None and event.implicit[0]
        if plain and text == "<<":
            if top.merged is not None:
                self._fault(mark, "the merge key << is given twice; write one, with a list of aliases")
            top.merged = top.merged or []
            top.key = (text, mark, True)
            return
        value = self._value(event, mark)
        if self._dialect == "kubectl" and isinstance(value, (bool, int, float)):
            text = value = show(value)  # as kubectl does, which makes JSON of it: ports are keys of some ConfigMaps
        if not isinstance(value, str):
            self._fault(mark, f'a key must be text, not {show(value)}; write "{text}"')
        elif text in top.data:
            self._fault(mark, f"the key {show(text)} is given twice, first on line {top.inside[text].line}")
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(text, mark, 1, 0)
        top.key = (text, mark, False)

    def _start(self, event: yaml.CollectionStartEvent, data: Any, inside: Inside) -> None:
        mark = _mark(event)
        wanted = _TAGS + ("map" if isinstance(data, dict) else "seq")
        if event.tag not in {None, "!", wanted}:
            self._fault(mark, f"the tag {_short(event.tag)} is not supported; write plain mappings and lists")
        top = self._open[-1] if self._open else None
        if top is not None and top.key is None and _keyed(top):
            self._fault(mark, f"a key must be text, not {show(data)}; a value that starts with {{{{ or {{ needs quotes")
            raise LumenError(*self.faults)
        self._open.append(_Open(data, inside, mark, event.anchor, self._nodes))
        self._count(1, 0, mark)

    def _end(self) -> None:
        closed = self._open.pop()
        mark = closed.mark._replace(inside=closed.inside)
        if closed.merged:
            _merge(closed)
        if closed.anchor:
            self._anchors[closed.anchor] = _Anchored(closed.data, mark, self._nodes - closed.nodes, closed.height)
        if self._open:
            self._open[-1].height = max(self._open[-1].height, closed.height + 1)
        self._add(closed.data, mark)

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark = _mark(event)
        anchor = event.anchor or ""
        found = self._anchors.get(anchor)
        if found is None:
            inside = any(part.anchor == anchor for part in self._open)
            why = "stands inside its own anchor" if inside else "has no anchor before it"
            self._fault(mark, f"the alias *{shown([anchor])} {why}")
            raise LumenError(*self.faults)
        top = self._open[-1] if self._open else None
        if top is not None and top.key is None and _keyed(top):
            self._fault(mark, "a key must be text, not an alias")
            raise LumenError(*self.faults)
        self._count(found.nodes, found.height, mark)
        if top is not None:
            top.height = max(top.height, found.height + 1)
        # The alias is where people look for the value; what is inside it stands at the anchor.
        self._add(_copy(found.data), found.mark._replace(line=mark.line, column=mark.column))

    def _add(self, value: Any, mark: Mark) -> None:
        if not self._open:
            self.documents.append((value, mark))
            return
        top = self._open[-1]
        if isinstance(top.data, list):
            top.data.append(value)
            top.inside.append(mark)
            return
        if top.key is None:  # the parser pairs keys and values, so a key is always there
            return
        key, at, merges = top.key
        top.key = None
        if merges:
            self._add_merge(value, mark, at, top)
        else:
            top.data[key] = value
            top.inside[key] = mark._replace(line=at.line, column=at.column)

    def _add_merge(self, value: Any, mark: Mark, at: Mark, top: _Open) -> None:
        items = [(value, mark)] if not isinstance(value, list) else list(zip(value, _inside(mark), strict=True))
        if not all(isinstance(item, dict) for item, _ in items):
            self._fault(at, "the merge key << needs a mapping or a list of mappings")
            return
        top.merged = (top.merged or []) + items

    def _count(self, nodes: int, height: int, mark: Mark) -> None:
        self._nodes += nodes
        if self._nodes > self._max_nodes:
            raise LumenError(
                *self.faults, f"{self._where}:{mark.line}: has more than {self._max_nodes} values, aliases followed"
            )
        if len(self._open) + height > self._max_depth:
            raise LumenError(*self.faults, f"{self._where}:{mark.line}: is nested deeper than {self._max_depth} levels")

    def _fault(self, mark: Mark, message: str) -> None:
        path = [part.key[0] if part.key else len(part.data) for part in self._open if part.key or not _keyed(part)]
        place = f" {shown(path)}:" if path else ""
        self.faults.append(f"{self._where}:{mark.line}:{place} {message}")
        if len(self.faults) >= MAX_FAULTS:
            raise LumenError(*self.faults, f"{self._where}: there may be more faults after these {MAX_FAULTS}")


def _keyed(part: _Open) -> bool:
    return isinstance(part.data, dict)


def _merge(into: _Open) -> None:
    """Add what ``<<`` named: the mapping's own keys win, then the mapping that is named first."""
    for data, mark in into.merged or ():
        marks = mark.inside if isinstance(mark.inside, dict) else {}
        for key, value in data.items():
            if key not in into.data:
                into.data[key] = value
                into.inside[key] = marks[key]


def _copy(data: Any) -> Any:
    """Copy plain data, so that two aliases are never one list; the depth is limited already."""
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    return [_copy(item) for item in data] if isinstance(data, list) else data


def _inside(mark: Mark) -> list[Mark]:
    return mark.inside if isinstance(mark.inside, list) else []


def _mark(event: yaml.Event) -> Mark:
    at: Any = event.start_mark  # optional in the stubs only: events of a parser have it
    return Mark(at.line + 1, at.column + 1)


def _short(tag: str) -> str:
    return show(f"!!{tag.removeprefix(_TAGS)}" if tag.startswith(_TAGS) else tag)[1:-1]
