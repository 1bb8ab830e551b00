r"""Paths into values, as people write them: ``a.b[0].c``, ``ports[name=web].port``, ``annotations.example\.com/x``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lumen_constructs.errors import LumenError

#: Longer indexes are typing mistakes; Helm has the same limit.
MAX_INDEX = 65536

_SPECIAL = frozenset('\\.,[]={}"')


#: How much of a key a message shows.
LONGEST_SHOWN = 100


class Named(NamedTuple):
    """The item of a list whose ``key`` is ``value``, written ``[name=web]``."""

    key: str
    value: str


Step = str | int | Named


def parse(text: str) -> tuple[Step, ...]:
    r"""Read a path: keys apart by dots, ``[0]`` or ``[name=web]`` for items of lists.

    A key that has a dot is written in double quotes or with a backslash before the dot. Raises :class:`LumenError`.
    """
    try:
        return scan(text, 0, ends="")[0]
    except LumenError as error:
        raise error.at(_cut(text)) from None


def scan(text: str, start: int, *, ends: str) -> tuple[tuple[Step, ...], int]:
    """Read a path from ``start`` up to the first unescaped character of ``ends``; give its steps and where it ends.

    What it raises does not show the text before ``start``: on a command line, that may be a password.
    """
    steps: list[Step] = []
    at = start
    while True:
        key, at = _key(text, at, ends)
        if not key:
            raise LumenError(f"a key is missing{_place(text, at)}; write keys apart by dots, such as a.b[0].c")
        steps.append(key)
        while at < len(text) and text[at] == "[":
            step, at = _bracket(text, at)
            steps.append(step)
        if at >= len(text) or text[at] in ends:
            return tuple(steps), at
        if text[at] != ".":
            raise LumenError(f"a '.' was expected{_place(text, at)}")
        at += 1


def _key(text: str, at: int, ends: str) -> tuple[str, int]:
    if text.startswith('"', at):
        return _quoted(text, at)
    key = ""
    while at < len(text) and text[at] not in ".[" and text[at] not in ends:
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        key += text[at]
        at += 1
    return key, at


def _quoted(text: str, at: int) -> tuple[str, int]:
    key = ""
    start, at = at, at + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        key += text[at]
        at += 1
    if at >= len(text):
        raise LumenError(f"the quote{_place(text, start)} is never closed")
    return key, at + 1


def _bracket(text: str, at: int) -> tuple[int | Named, int]:
    """Read ``[0]`` or ``[name=web]``; the value may hold dots, and anything after a backslash."""
    inner = ""
    equals: int | None = None
    start, at = at, at + 1
    while at < len(text) and text[at] != "]":
        if text[at] == "=" and equals is None:
            equals = len(inner)
        elif text[at] == "\\" and at + 1 < len(text):
            at += 1
        inner += text[at]
        at += 1
    if at >= len(text):
        raise LumenError(f"the '['{_place(text, start)} is never closed")
    if equals:
        return Named(inner[:equals], inner[equals + 1 :]), at + 1
    if not (inner.isascii() and inner.isdigit()) or len(inner) > 6 or int(inner) > MAX_INDEX:
        raise LumenError(f"[{_cut(inner)}] must be an index from 0 to {MAX_INDEX}, or an item's name, as [name=web]")
    return int(inner), at + 1


def _place(text: str, at: int) -> str:
    return " at the end" if at >= len(text) else f" before {text[at : at + 20]!r}"


def shown(path: Sequence[Step]) -> str:
    """Write a path for a message: as :func:`formatted`, with long keys cut."""
    return formatted([_cut(step) if isinstance(step, str) else step for step in path])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 20]}…"


def counted(items: Sequence[object]) -> str:
    """Say how many items a list has."""
    return f"{len(items)} item{'' if len(items) == 1 else 's'}"


def formatted(path: Sequence[Step]) -> str:
    """Write a path so that :func:`parse` reads it again."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, Named):
            text += f"[{_escaped(step.key, '=]')}={_escaped(step.value, ']')}]"
        else:
            text += ("." if text else "") + _escaped(step, _SPECIAL)
    return text


def _escaped(text: str, special: frozenset[str] | str) -> str:
    return "".join(f"\\{char}" if char in special or char == "\\" else char for char in text)
