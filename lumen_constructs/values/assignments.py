r"""Single values from a command line: ``--set``, ``--set-string`` and ``--set-file``, in Helm's grammar.

``a.b=c`` sets a key, ``a[0].b=c`` an item's key by its index, ``a[name=x].b=c`` by its name; commas separate several
assignments; ``{x,y}`` is a list; ``null`` removes; a backslash takes away what a character means. Types are Helm's:
``true`` and ``false`` are booleans, whole numbers without a leading zero are numbers, all else is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.values import files, paths
from lumen_constructs.values.reading import MAX_DEPTH
from lumen_constructs.values.scalars import MAX_INTEGER, Scalar

_INTEGER = re.compile(r"[-+]?[0-9]+")

Given = Scalar | list[Scalar]


class Assignment(NamedTuple):
    """One ``path=value`` of a command line."""

    path: tuple[paths.Step, ...]
    value: Given
    """The value, as Helm would infer it; None removes."""
    text: str | list[str]
    """The value as it was written; where the field is text, it is the value."""
    where: str
    """The assignment as messages show it, without the value: ``--set a.b=…``."""
    fixed: bool
    """Whether the value is text whatever the field wants: with ``--set-string`` and ``--set-file``."""


def parse_set(text: str) -> list[Assignment]:
    """Read the argument of ``--set``."""
    return _assignments(text, "--set", inferred, fixed=False)


def parse_set_string(text: str) -> list[Assignment]:
    """Read the argument of ``--set-string``: all values are text, ``null`` too."""
    return _assignments(text, "--set-string", lambda value: value, fixed=True)


def parse_set_file(text: str) -> list[Assignment]:
    """Read the argument of ``--set-file``: each value is the path of a UTF-8 file, whose text is the value."""
    return _assignments(text, "--set-file", _content, fixed=True)


def inferred(text: str) -> Scalar:
    """Give the value that Helm takes ``text`` for; raises :class:`LumenError` for integers that JSON cannot carry."""
    lowered = text.lower()
    if lowered in {"true", "false"}:
        return lowered == "true"
    if lowered == "null":
        return None
    if not _INTEGER.fullmatch(text) or (text[0] == "0" and text != "0"):
        return text
    value = int(text) if len(text) <= 20 else MAX_INTEGER + 1
    if abs(value) > MAX_INTEGER:
        raise LumenError(f"{show(text)[1:-1]} is beyond 2^53, where numbers lose digits; use --set-string for text")
    return value


def _content(path: str) -> str:
    if not path:
        raise LumenError("a file's path is missing")
    text = files.read_text(path)
    if fault := files.unprintable_fault(text, files.shown(path)):
        raise LumenError(fault)
    return text


def _assignments(text: str, flag: str, read: Callable[[str], Scalar], *, fixed: bool) -> list[Assignment]:
    found: list[Assignment] = []
    at = 0
    while at < len(text):
        try:
            path, at = paths.scan(text, at, ends="=,")
        except LumenError as error:
            raise error.at(flag) from None
        if len(path) > MAX_DEPTH:
            raise LumenError(f"{flag}: a path of {len(path)} steps is nested deeper than {MAX_DEPTH} levels")
        where = f"{flag} {paths.shown(path)}"
        if at >= len(text) or text[at] != "=":
            escape = "; a comma inside a value is written \\," if found else ""
            raise LumenError(f"{where}: has no value; write {paths.shown(path)}=VALUE{escape}")
        where += "=…"
        try:
            written, at = _value(text, at + 1)
            value: Given = [read(item) for item in written] if isinstance(written, list) else read(written)
        except LumenError as error:
            raise error.at(where) from None
        if isinstance(value, list) and None in value:
            raise LumenError(f"{where}: a list cannot hold null")
        found.append(Assignment(path, value, written, where, fixed))
    if not found:
        raise LumenError(f"{flag}: is empty; write path=value")
    return found


def _value(text: str, at: int) -> tuple[str | list[str], int]:
    """Read a value, or a list in braces, up to the comma that ends it; the place after the comma comes with it."""
    if not text.startswith("{", at):
        value, at = _until(text, at, ",")
        return value, at + 1
    items: list[str] = []
    at += 1
    while True:
        item, at = _until(text, at, ",}")
        if at >= len(text):
            raise LumenError("the '{' is never closed; write a list as {a,b}")
        if items or item or text[at] == ",":
            items.append(item)
        at += 1
        if text[at - 1] == "}":
            break
    if at < len(text) and text[at] != ",":
        raise LumenError(f"the list is followed by {show(text[at:])}; write a comma before the next assignment")
    return items, at + 1


def _until(text: str, at: int, ends: str) -> tuple[str, int]:
    value = ""
    while at < len(text) and text[at] not in ends:
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        value += text[at]
        at += 1
    return value, at
