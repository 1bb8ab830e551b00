"""YAML as plain data that remembers its lines, read so that no document can hurt: the one reader of this library.

The reader builds data from libyaml's events itself. That way it never recurses, never makes anything but mappings with
string keys, lists, strings, numbers, booleans and null, and knows the line of each. Anchors, aliases and merge keys
(``<<``) are resolved; what an alias stands for is copied, and counted towards the limit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.values import files
from lumen_constructs.values.building import Builder
from lumen_constructs.values.marks import Mark
from lumen_constructs.values.scalars import Dialect

# libyaml is ten times faster; a PyYAML that was built without it reads the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: The parser's words for mistakes that people make, and what to do about them.
_HINTS = {
    "found character that cannot start any token": "a value cannot start with this character; write it in quotes",
    "mapping values are not allowed in this context": "a ':' cannot stand here; indent the line, or quote the value",
    "mapping values are not allowed here": "a ':' cannot stand here; indent the line, or quote the value",
    "found unexpected end of stream": "a quote is opened and never closed",
    "could not find expected ':'": "a key without ':'",
    "did not find expected key": "a key was expected here; check the indentation",
    "found a tab character where an indentation space is expected": "a tab cannot indent; write spaces",
}

#: The lines that Git leaves between two versions of a text which it could not merge.
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) .*$", re.MULTILINE)


#: Mappings and lists within each other that are read, with aliases followed.
MAX_DEPTH = 100


class Limits(NamedTuple):
    """How much a document may hold before it is refused."""

    max_bytes: int = files.MAX_BYTES
    """Size of the file, in bytes."""
    max_depth: int = MAX_DEPTH
    """Mappings and lists within each other, with aliases followed."""
    max_nodes: int = 1_000_000
    """Values in all documents of the file, with aliases followed."""


class Document(NamedTuple):
    """One YAML document: its plain data, and where each part of it stands."""

    data: Any
    """Mappings with string keys, lists, strings, numbers, booleans and null; null for an empty document."""
    mark: Mark
    """Where the document starts; its ``inside`` are the marks of its parts."""
    source: str
    """The file's name, as messages show it."""

    @property
    def line(self) -> int:
        """Line that the document starts on; the first is 1."""
        return self.mark.line

    def locate(self, path: Sequence[str | int]) -> tuple[int, int]:
        """Give line and column of ``path``, or of the nearest thing around it that the document has."""
        found = self.mark.find(path)
        return found.line, found.column


def read_documents(
    source: str | os.PathLike[str],
    name: str | None = None,
    *,
    dialect: Dialect = "values",
    limits: Limits = Limits(),  # noqa: B008  # immutable
) -> list[Document]:
    """Read all documents of a YAML file, or of a text where ``source`` is a ``str``.

    ``name`` is the file as messages show it (default: the path, relative where that is shorter; ``<text>`` for a text).
    ``dialect`` is ``"values"`` for what people write for us, ``"kubectl"`` for manifests as a cluster will read them.

    Raises :class:`LumenError` with a line ``name:line: …`` for each fault: what cannot be read or is not UTF-8, control
    characters, syntax errors, duplicate keys, keys that are not text, tags, numbers that JSON cannot carry, and
    whatever exceeds ``limits``.
    """
    if isinstance(source, str):
        where, text = name or "<text>", source.removeprefix("\ufeff")
    else:
        where = name or files.shown(source)
        text = files.read_text(source, max_bytes=limits.max_bytes, name=where)
    if fault := files.unprintable_fault(text, where):
        raise LumenError(fault)
    builder = Builder(where, dialect, max_depth=limits.max_depth, max_nodes=limits.max_nodes)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise LumenError(*builder.faults, _syntax_fault(error, text, where)) from None
    raise_all(builder.faults)
    return [Document(data, mark, where) for data, mark in builder.documents]


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, where: str) -> str:
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        return f"{where}:{line}: a merge left its conflict here ({conflict[0][:7]}); resolve it"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = error.problem or "is not YAML"
    words = _HINTS.get(problem, problem)
    lines = text.splitlines()
    if mark and mark.line < len(lines) and lines[mark.line][mark.column : mark.column + 1] == "\t":
        words = _HINTS["found a tab character where an indentation space is expected"]
    opened = error.context_mark.line + 1 if error.context_mark else line
    since = f" (in what starts on line {opened})" if opened != line else ""
    return f"{where}:{line}: {words}{since}"
