"""A quick reader for YAML as this library, kubectl and most people write it: a key or an item a line, in block style.

The reader of values knows all of YAML, where each thing stands, and what to say of what is wrong. This one knows a line
by its text, since most lines of manifests come again and again, and takes a fraction of the time. What it is not sure
of, it leaves to the other: it reads a text only where both give the same.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from lumen_constructs.values.scalars import resolve

#: Longer texts, deeper ones and longer keys are for the other reader, which tells of limits.
_MOST_CHARACTERS: Final = 1_000_000
_MOST_DEPTH: Final = 60
_LONGEST_KEY: Final = 1000
#: Lines that are remembered, and the longest of them.
_MOST_LINES: Final = 100_000
_LONGEST_LINE: Final = 200

#: A text that needs no quotes: no character of it means something to YAML where it stands.
_BARE: Final = r"(?:[A-Za-z0-9/_(]|--?[A-Za-z0-9]|\.[A-Za-z0-9/]|\$[A-Za-z({])(?:[!-9;-~]|:(?! |\Z)| (?!#|\Z))*"
_QUOTED: Final = r'"[ !#-\[\]-~]*"'
_VALUE: Final = rf"{_BARE}|{_QUOTED}|'(?:[ -&(-~]|'')*'|\|-?|\{{\}}|\[\]"
_LINE: Final = re.compile(rf"( *)(- )?(?:([A-Za-z_][A-Za-z0-9_./-]*|{_QUOTED}):(?: ({_VALUE}))?|({_VALUE}))")
#: What may stand before the first document.
_HEAD: Final = re.compile(r"(?:#[\t -~]*\n)*(?:---\n)?")
#: Where the next field of a document begins.
_TOP: Final = re.compile(r'\n(?=[A-Za-z_"])')
#: What makes a block another one to another reader: controls, and lines of white space alone.
_ODD_IN_BLOCK: Final = re.compile(r"[^\t\n -~]|^[ \t]+$", re.MULTILINE)


class _Form:
    """What stands where no scalar does."""


_NESTED: Final = _Form()
_BLOCK: Final = _Form()
_STRIPPED_BLOCK: Final = _Form()
_EMPTY_MAP: Final = _Form()
_EMPTY_LIST: Final = _Form()
_FORMS: Final = {None: _NESTED, "|": _BLOCK, "|-": _STRIPPED_BLOCK, "{}": _EMPTY_MAP, "[]": _EMPTY_LIST}


class _Line(NamedTuple):
    """What a line says."""

    indent: int
    is_item: bool
    key: str | None
    """None for an item that is no mapping."""
    value: Any
    """A scalar, or a form."""


class _UnsureError(Exception):
    """The text is not of the form that is read here."""


def first_line(text: str) -> int:
    """Give the line, counted from 1, on which the first document begins in a text that was read."""
    head = _HEAD.match(text)
    return text.count("\n", 0, head.end()) + 1 if head else 1


class QuickReader:
    """Reads one text after the other, and remembers their lines."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._parts: dict[str, dict[str, Any]] = {}

    def read(self, text: str) -> list[dict[str, Any]] | None:
        """Give the documents of a text; None where the other reader has to read it."""
        if len(text) > _MOST_CHARACTERS or not text.isascii() or not text.endswith("\n"):
            return None
        head = _HEAD.match(text)
        body = text[head.end() if head else 0 : -1]
        try:
            return [self._document(part) for part in body.split("\n---\n")]
        except _UnsureError:
            return None

    def _document(self, text: str) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for part in _TOP.split(text):
            fields = self._parts.get(part)
            if fields is None:
                fields = self._parts[part] = self._part(part)
            if not document.keys().isdisjoint(fields):
                raise _UnsureError
            document |= fields
        return document

    def _part(self, text: str) -> dict[str, Any]:  # noqa: C901, PLR0912  # a call for each line would take longer
        rows = text.split("\n")
        known = self._lines
        root: dict[str, Any] = {}
        into: Any = root  # what is being filled,
        at = 0  # and the column of its keys or dashes
        fills_list = False
        outer: list[tuple[Any, int, bool]] = []
        waiting: str | None = None  # a key whose value begins on the next line
        number = 0
        while number < len(rows):
            row = rows[number]
            number += 1
            indent, is_item, key, value = known.get(row) or self._line(row)
            if waiting is not None:
                if indent != at + 2 and not (is_item and indent == at):
                    raise _UnsureError
                opened: Any = [] if is_item else {}
                into[waiting] = opened
                outer.append((into, at, fills_list))
                into, at, fills_list, waiting = opened, indent, is_item, None
            while outer and (at > indent or (at == indent and fills_list and not is_item)):
                into, at, fills_list = outer.pop()
            if at != indent or fills_list is not is_item or len(outer) > _MOST_DEPTH:
                raise _UnsureError
            if is_item and key is not None:
                mapping: dict[str, Any] = {}
                into.append(mapping)
                outer.append((into, at, fills_list))
                into, at, fills_list = mapping, at + 2, False
            if value.__class__ is _Form:
                if value is _NESTED:
                    waiting = key
                else:
                    value, number = _formed(value, rows, number, at + 2)
            if key is None:
                into.append(value)
            elif key in into:
                raise _UnsureError
            else:
                into[key] = value
        if waiting is not None or not root:
            raise _UnsureError
        return root

    def _line(self, row: str) -> _Line:
        found = _LINE.fullmatch(row)
        if found is None:
            raise _UnsureError
        indent, dash, key, value, item = found.groups()
        if key is not None:
            key = key[1:-1] if key[0] == '"' else _scalar(key)
            if not isinstance(key, str) or len(key) > _LONGEST_KEY:
                raise _UnsureError
        elif not dash:
            raise _UnsureError
        text = item if key is None else value
        line = _Line(len(indent), bool(dash), key, _FORMS[text] if text in _FORMS else _scalar(text))
        if len(row) <= _LONGEST_LINE and len(self._lines) < _MOST_LINES:
            self._lines[row] = line
        return line


def _scalar(text: str) -> Any:
    """Give what a scalar of one line means."""
    if text[0] == '"':
        return text[1:-1]
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return resolve(text, "kubectl")
    except ValueError:
        raise _UnsureError from None


def _formed(form: _Form, rows: list[str], start: int, margin: int) -> tuple[Any, int]:
    """Give an empty collection, or a literal block with the row after it."""
    if form is _EMPTY_MAP:
        return {}, start
    if form is _EMPTY_LIST:
        return [], start
    indent, end = " " * margin, start
    while end < len(rows) and (rows[end].startswith(indent) or not rows[end]):
        end += 1
    block = "\n".join(row[margin:] for row in rows[start:end])
    if end == start or block[:1] in ("", " ", "\t", "\n") or not rows[end - 1] or _ODD_IN_BLOCK.search(block):
        raise _UnsureError
    return block if form is _STRIPPED_BLOCK else f"{block}\n", end
