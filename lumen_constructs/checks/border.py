"""The border: whatever is given as a manifest becomes plain data of bounded size, or is refused."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from lumen_constructs.faults import show

#: How deep lists and mappings may stand in each other; the deepest field of a real CRD is below half of it.
_DEEPEST = 200
#: How many values an object may hold, aliases of YAML counted each time; the largest real CRD has a tenth of it.
_MOST_VALUES = 2_000_000

#: The largest number that JSON's readers can take for one.
_LARGEST = 2**1023


class Refused(Exception):  # noqa: N818  # it tells the engine to report, it is not an error of the program
    """Raised for what no manifest can be, with the reason."""


def plain(body: object) -> dict[str, Any]:
    """Give ``body`` as mappings with string keys, lists, strings, numbers, booleans and None.

    What is plain already is given back as it is. Keys that are not strings become what kubectl makes of them.

    :raises Refused: with the reason, in words that can follow the object's name
    """
    if not isinstance(body, Mapping):
        message = f"must be a mapping, not {show(body)}"
        raise Refused(message)
    if isinstance(body, dict) and _is_plain(body):
        return body
    copied = _copied(body, 0)
    return copied if isinstance(copied, dict) else {}


def _is_plain(body: dict[Any, Any]) -> bool:
    """Go through all values level by level; bounded, so that neither a cycle nor a bomb of aliases can hold it up."""
    clean = True
    level: list[Any] = [body]
    below: list[Any] = []
    depth = values = 0
    while level:
        for entry in level:
            kind = type(entry)
            if kind is dict:
                clean = _has_plain_keys(entry) and clean
                below.extend(entry.values())
            elif kind is list:
                below.extend(entry)
            elif kind is str:
                if not entry.isascii():
                    _whole(entry)
            elif kind is not bool and entry is not None:
                clean = _is_number(entry) and clean
            if values + len(below) > _MOST_VALUES:
                message = f"holds more than {_MOST_VALUES} values (aliases of YAML count each time)"
                raise Refused(message)
        depth += 1
        if depth > _DEEPEST:
            message = f"is nested deeper than {_DEEPEST} levels, or contains itself"
            raise Refused(message)
        values += len(below)
        level, below = below, []
    return clean


def _has_plain_keys(mapping: dict[Any, Any]) -> bool:
    if set(map(type, mapping)) - {str}:
        return False
    keys = "".join(mapping)
    if not keys.isascii():
        _whole(keys)
    return True


def _is_number(value: object) -> bool:
    if type(value) is int:
        if not -_LARGEST <= value <= _LARGEST:
            message = "holds a number that is too large for any field"
            raise Refused(message)
        return True
    if isinstance(value, float) and not isfinite(value):
        message = f"holds the number {value}, which neither JSON nor a cluster knows"
        raise Refused(message)
    return type(value) is float


def _whole(text: str) -> None:
    """Refuse half of a pair of surrogates, which no encoding has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        message = "holds half a character (a lone surrogate), which cannot be written"
        raise Refused(message) from None


def _copied(value: object, depth: int) -> Any:
    if depth > _DEEPEST:
        message = f"is nested deeper than {_DEEPEST} levels, or contains itself"
        raise Refused(message)
    if isinstance(value, Mapping):
        return {_key(key): _copied(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list):
        return [_copied(entry, depth + 1) for entry in value]
    if value is None or isinstance(value, (str, int)) or (isinstance(value, float) and isfinite(value)):
        return value
    message = f"holds a {type(value).__name__}, which is not plain data"
    raise Refused(message)


def _key(key: object) -> str:
    """Write a key as kubectl reads it: ``80:`` is '80', ``on:`` is 'true'."""
    if isinstance(key, str):
        return str(key)
    if isinstance(key, bool):
        return str(key).lower()
    if key is None or isinstance(key, (int, float)):
        return "null" if key is None else str(key)
    message = f"has a {type(key).__name__} for a key, which is not plain data"
    raise Refused(message)
