"""JSON as kubectl reads it: one value after the other, with nothing or white space between them."""

from __future__ import annotations

import json
import re
from typing import Any, Never

_SPACE = re.compile(r"[ \t\r\n]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(text: str) -> list[tuple[Any, int]]:
    """Give the values of a text, each with the line that it starts on.

    :raises ValueError: if it is not JSON, or says what no cluster can store: a key twice, a number without end,
        half a surrogate pair
    """
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refused)
    found: list[tuple[Any, int]] = []
    at, line, counted = _end_of_space(text, 0), 1, 0
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = decoder.raw_decode(text, at)
            if _LONE_SURROGATE.search(json.dumps(value, ensure_ascii=False)):
                _refuse("has half a surrogate pair")
        except RecursionError:
            _refuse("is nested too deeply")
        found.append((value, line))
        at = _end_of_space(text, end)
    return found


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _refuse("has a key twice")
    return made


def _refused(word: str) -> Never:
    _refuse(f"has the number {word}, which JSON does not know")


def _refuse(message: str) -> Never:
    raise ValueError(message)
