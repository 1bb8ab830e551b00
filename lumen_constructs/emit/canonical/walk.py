"""The walk that copies an object into its canonical form, and refuses what is not plain data on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final, TypeAlias

from lumen_constructs.emit.canonical.nodes import Node
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

#: Where a value stands: the place around it, and the key or index in that. Made into text only for an error.
Path: TypeAlias = "tuple[Path, str | int] | None"

#: Numbers beyond are rounded by JavaScript, and by every reader that keeps numbers as floats.
_LARGEST: Final = 2**53
_SHOWN_IN_FULL: Final = 10**24
_SINGLE: Final = Node(keep=True)


class Walk:
    """One walk over one object; ``faults`` collects all that is wrong in it."""

    __slots__ = ("faults",)

    def __init__(self) -> None:
        self.faults: list[str] = []

    def mapping(self, value: Mapping[Any, Any], node: Node, path: Path) -> dict[str, Any]:
        """Copy a map by the rules of ``node``."""
        out: dict[str, Any] = {}
        fields, rest = node.fields, node.rest
        # Runs for every key of every object: text, the most frequent value, is copied here, all else by `_value`.
        for key, item in value.items():
            name = key if type(key) is str and key.isidentifier() else self._key(key, path)
            child = fields.get(name, rest)
            if child.plain and type(item) is str and item.isascii() and "\0" not in item:
                out[name] = item
            elif not child.drop and (item is not None or child.nulls):
                copy = self._value(item, child, (path, name))
                if copy or child.keep or type(copy) not in child.hollow:
                    out[name] = copy
        for name, missing in node.defaults:
            if name not in out:
                out[name] = self._value(missing, fields[name], (path, name))
        return out

    def _list(self, value: list[Any], node: Node, path: Path) -> list[Any]:
        child = node.items
        # An empty item stays, also where an empty field would not: in a NetworkPolicy it allows everything.
        out = [self._value(item, child, (path, index)) for index, item in enumerate(value)]
        if None in out and not child.nulls:
            for index, item in enumerate(value):
                if item is None:
                    self._fault((path, index), "must not be null; leave the item out")
        if node.unique:
            self._refuse_twins(out, path)
        return out if node.arrange is None else node.arrange(out)

    def _value(self, item: object, node: Node, path: Path) -> object:
        """Copy a value of any type."""
        kind = type(item)
        if node.convert is not None:
            copy = self._converted(item, node.convert, path)
        elif kind is dict:
            copy = self.mapping(item, node, path)  # type: ignore[arg-type]  # mypy does not narrow by `kind`
        elif kind is list:
            copy = self._list(item, node, path)  # type: ignore[arg-type]  # as above
        elif kind is int and -_LARGEST <= item <= _LARGEST:  # type: ignore[operator]  # as above
            copy = item
        else:
            copy = self._odd(item, node, path)
        return copy

    def _odd(self, item: object, node: Node, path: Path) -> object:
        """Copy what is rare: text that is not ASCII, fractions, subclasses of plain types; refuse all else."""
        copy: object = None
        if isinstance(item, str):
            copy = self._text(item, path)
        elif isinstance(item, bool) or item is None:
            copy = item
        elif isinstance(item, (int, float)):
            copy = self._number(item, path)
        elif isinstance(item, list):
            copy = self._list(item, node, path)
        elif isinstance(item, Mapping):
            copy = self.mapping(item, node, path)
        else:
            self._fault(path, f"is {_described(item)}, which is no plain data; {_remedy(item)}")
        return copy

    def _converted(self, item: object, convert: Callable[[Any], object], path: Path) -> object:
        known = len(self.faults)
        single = self._odd(item, _SINGLE, path)
        if len(self.faults) > known:
            return None
        if isinstance(single, (dict, list)):
            self._fault(path, f"must be a single value, not {show(item)}")
            return None
        try:
            return convert(single)
        except LumenError as error:
            self._fault(path, *error.faults)
            return None

    def _key(self, key: object, path: Path) -> str:
        if isinstance(key, str):
            return self._text(key, path, subject="has a key that ")
        hint = f'; write "{show(key)}"' if isinstance(key, (bool, int, float)) or key is None else ""
        self._fault(path, f"has the key {show(key)}, which is not text{hint}")
        return str(key)

    def _text(self, text: str, path: Path, *, subject: str = "") -> str:
        plain = str.__str__(text)  # a str subclass, such as an enum's member, as its bare text
        if "\0" in plain:
            self._fault(path, f"{subject}holds a NUL character, which Kubernetes does not store")
        if not plain.isascii() and any("\ud800" <= letter <= "\udfff" for letter in plain):
            self._fault(path, f"{subject}holds half of a surrogate pair, which is no character")
        return plain

    def _number(self, number: float, path: Path) -> float:
        if -_LARGEST <= number <= _LARGEST:
            # JSON has one type of number: 8080.0 would come back as 8080.
            return int(number) if number == int(number) else float(number)
        if isinstance(number, int) or isfinite(number):
            shown = str(int(number)) if abs(number) < _SHOWN_IN_FULL else f"{Decimal(number):.6g}"
            self._fault(path, f"{shown} is beyond ±2^53 and would lose digits; write it as text")
        else:
            self._fault(path, f"{number} is not a finite number")
        return 0

    def _refuse_twins(self, items: list[Any], path: Path) -> None:
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            name = item.get("name") if isinstance(item, dict) else None
            if isinstance(name, str) and seen.setdefault(name, index) != index:
                self._fault((path, index), f"{show(name)} is already set by item {seen[name]}; keep one of the two")

    def _fault(self, path: Path, *messages: str) -> None:
        where = dotted(path)
        self.faults.extend(f"{where} {message}" if where else message for message in messages)


def dotted(path: Path) -> str:
    """Write a path as ``spec.ports[0].name``; keys that are no plain words stand in brackets."""
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    text = ""
    for step in reversed(steps):
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


def _described(value: object) -> str:
    if isinstance(value, tuple):
        return "a tuple"
    kind = type(value)
    module = kind.__module__.partition(".")[0]
    return f"a {kind.__name__}" if module == "builtins" else f"a {module}.{kind.__name__}"


def _remedy(value: object) -> str:
    """Say what to give in place of a value of a type that JSON does not have."""
    if isinstance(value, (tuple, set, frozenset)):
        return "give a list"
    if isinstance(value, (bytes, bytearray)):
        return "give text, base64-encoded where the field asks for it"
    if isinstance(value, Decimal):
        return "give a number or text"
    return "give text, a number, a boolean, a list or a dict"
