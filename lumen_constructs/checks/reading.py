"""Text as manifests that know their file and line; what cannot be read does not keep the rest from being read.

A text is cut at its document markers first, which YAML allows nowhere inside a document. So a fault costs one document,
and the place of a field is looked up only where something was found: the marks of a large set would fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from lumen_constructs.checks.findings import Subject
from lumen_constructs.checks.json_stream import read_json
from lumen_constructs.checks.places import Step, steps_of
from lumen_constructs.checks.plain import text as text_at
from lumen_constructs.errors import LumenError
from lumen_constructs.values.files import unprintable_fault
from lumen_constructs.values.quick import QuickReader, first_line
from lumen_constructs.values.reading import Document, Limits, read_documents

#: Values in one document, with aliases followed: ten times what the largest real CRD has.
MAX_VALUES = 1_000_000
#: Unreadable documents of one file, and faults of one of them, that are told one by one.
MOST_TOLD = 20

_LIMITS = Limits(max_nodes=MAX_VALUES)
_MARKER = re.compile(r"^(---|\.\.\.)(?=\s|\Z)", re.MULTILINE)
_NOTHING = ("", "---", "...")
_TEMPLATE = "; it holds '{{': a template is checked as what helm template makes of it"


class Chunk(NamedTuple):
    """The text of one document."""

    file: str
    """The file, as messages show it."""
    line: int
    """Line that the text starts on, counted from 1."""
    text: str


class Manifest(NamedTuple):
    """An object, or what stands where an object should be, and its place."""

    subject: Subject
    chunk: Chunk
    line: int
    """Line that it starts on."""
    steps: tuple[Step, ...]
    """Where it stands in its document: nowhere below it, or among the items of a List."""

    def place(self, path: str) -> tuple[int, int]:
        """Give line and column of a finding's ``path`` inside the object, or of the nearest thing around it."""
        document = _document(self.chunk)
        if document is None:
            return self.line, 1
        line, column = document.locate((*self.steps, *steps_of(path, self.subject.body)))
        return line + self.chunk.line - 1, column


class Unreadable(NamedTuple):
    """Something that could not be read."""

    file: str
    line: int | None
    """The line at fault; None where it is the file as a whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}" if self.line is None else f"{self.file}:{self.line}: {self.message}"


@dataclass
class Content:
    """What a text holds."""

    manifests: list[Manifest] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


@dataclass
class Run:
    """One run, over any number of texts: how much may still be read, and what remembers the lines that were."""

    left: int = 20_000_000
    """Values, where aliases count for what they stand for and a text without them for an eighth of its characters. A
    folder of small files may hold as much as a large one."""
    quick: QuickReader = field(default_factory=QuickReader)
    """Reads what most manifests are, in a fraction of the time."""

    def spend(self, chunk: Chunk, found: Sequence[tuple[Any, int]]) -> None:
        """Count a document that was read."""
        if "&" in chunk.text and "*" in chunk.text:
            self.left -= sum(_values(data) for data, _ in found)
        self.left -= len(chunk.text) // 8


def read_manifests(text: str, file: str, run: Run | None = None) -> Content:
    """Read YAML or JSON, any number of documents; Lists give their items, empty documents nothing.

    ``file`` is the name that messages show. Nothing is raised: what cannot be read, and what is more than a ``run``
    may read, is told beside what can.
    """
    run = run or Run()
    content = Content()
    failed = 0
    for chunk in _chunks(text, file):
        if run.left <= 0:
            message = "is more than one run reads, from here on; check it in parts"
            content.unreadable.append(Unreadable(file, chunk.line, message))
            break
        found = _read(chunk, run.quick)
        if isinstance(found, LumenError):
            failed += 1
            if failed <= MOST_TOLD:
                content.unreadable += _told(chunk, found)
        else:
            run.spend(chunk, found)
            for data, line in found:
                content.manifests += _manifests(data, line, chunk)
    if failed > MOST_TOLD:
        message = f"{failed - MOST_TOLD} more documents cannot be read"
        content.unreadable.append(Unreadable(file, None, message))
    return content


def unreadable_of(error: LumenError, file: str) -> list[Unreadable]:
    """Take the faults of a reader, ``file:line: message`` or ``file: message``, apart."""
    form = re.compile(re.escape(file) + r":(?:([0-9]+):)? (.*)", re.DOTALL)
    found = []
    for fault in error.faults:
        parts = form.fullmatch(fault)
        line = int(parts[1]) if parts and parts[1] else None
        found.append(Unreadable(file, line, parts[2] if parts else fault))
    return found


def _chunks(text: str, file: str) -> Iterator[Chunk]:
    """Cut a text at its document markers: ``---`` starts a document, ``...`` ends one."""
    text = text.removeprefix("\ufeff")
    start, line = 0, 1
    for marker in _MARKER.finditer(text):
        cut = marker.start()
        if marker[1] == "...":
            end = text.find("\n", cut)
            cut = len(text) if end < 0 else end + 1
        elif _is_directives(text[start:cut]):
            continue
        if cut > start:
            part = text[start:cut]
            if part.strip() not in _NOTHING:
                yield Chunk(file, line, part)
            line += part.count("\n")
            start = cut
    if (rest := text[start:].rstrip()) not in _NOTHING:
        yield Chunk(file, line, rest + "\n")


def _is_directives(part: str) -> bool:
    """Tell whether a text is no document, but the directives (``%YAML 1.2``) of the next one."""
    return "%" in part and all(row.startswith(("%", "#")) or not row.strip() for row in part.splitlines())


def _values(data: Any) -> int:
    """Count the values of a document."""
    count, left = 0, [data]
    while left:
        entry = left.pop()
        count += 1
        if isinstance(entry, dict):
            left.extend(entry.values())
        elif isinstance(entry, list):
            left.extend(entry)
    return count


def _read(chunk: Chunk, quick: QuickReader) -> list[tuple[Any, int]] | LumenError:
    """Give the documents with their lines, or what is wrong."""
    read = quick.read(chunk.text)
    if read is not None and len(read) == 1:
        return [(read[0], chunk.line + first_line(chunk.text) - 1)]
    try:
        found = read_documents(chunk.text, chunk.file, dialect="kubectl", limits=_LIMITS)
    except LumenError as error:
        # JSON that is no YAML: one object after the other, or a surrogate pair.
        if chunk.text.lstrip()[:1] not in ("{", "["):
            return error
        try:
            return [(data, line + chunk.line - 1) for data, line in read_json(chunk.text)]
        except ValueError:
            return error
    return [(document.data, document.line + chunk.line - 1) for document in found if document.data is not None]


def _told(chunk: Chunk, error: LumenError) -> list[Unreadable]:
    """Say what is wrong with a chunk, with the lines of its file in the messages too."""
    if chunk.line > 1:
        try:
            read_documents("\n" * (chunk.line - 1) + chunk.text, chunk.file, dialect="kubectl", limits=_LIMITS)
        except LumenError as moved:
            error = moved
    last = chunk.line + chunk.text.count("\n", 0, -1)
    hint = _TEMPLATE if "{{" in chunk.text and unprintable_fault(chunk.text, "") is None else ""
    found = unreadable_of(error, chunk.file)[:MOST_TOLD]
    return [entry._replace(line=entry.line and min(entry.line, last), message=entry.message + hint) for entry in found]


def _manifests(data: Any, line: int, chunk: Chunk) -> Iterator[Manifest]:
    """Give the object of a document, or the objects of a List and of the Lists in it."""
    left: list[tuple[Any, tuple[Step, ...]]] = [(data, ())]
    while left:
        entry, steps = left.pop()
        items = entry.get("items") if isinstance(entry, dict) and text_at(entry, "kind").endswith("List") else None
        if isinstance(items, list):
            left += [(item, (*steps, "items", index)) for index, item in reversed(list(enumerate(items)))]
            continue
        at = line
        if steps and (document := _document(chunk)) is not None:
            at = document.locate(steps)[0] + chunk.line - 1
        yield Manifest(Subject(entry, f"{chunk.file}:{at}"), chunk, at, steps)


@lru_cache(maxsize=4)
def _document(chunk: Chunk) -> Document | None:
    """Read the document of a chunk again, with its marks; None for JSON that is no YAML."""
    try:
        found: Sequence[Document] = read_documents(chunk.text, chunk.file, dialect="kubectl", limits=_LIMITS)
    except LumenError:
        return None
    return found[0] if len(found) == 1 else None
