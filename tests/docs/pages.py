"""The pages of the documentation, and what stands in their fenced blocks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

#: Pages that a person writes: their examples are run. What is generated is made of what other tests test.
PAGES = [ROOT / "README.md", *(page for page in sorted(DOCS.glob("*.md")) if page.name != "benchmarks.md")]

#: Marks a block whose commands need what a test has not, and says what: a cluster, a network, a person.
_NOT_RUN = "not run: "

#: Marks a block that shows lines of a file, which is there when the page comes to the block.
_SHOWS = "shows: "

#: Marks a block that is a layer above the values of an environment of the example.
_VALUES = "values: "

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[^>]*?) -->\n)?"
    r"^```(?P<language>\w*)(?: title=\"(?P<title>[^\"\n]+)\")?\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.*)$", re.MULTILINE)


class Treatment(StrEnum):
    """What the tests do with a block."""

    COMMANDS = "its commands are run, and print what it shows"
    PYTHON = "it is run"
    FILE = "it becomes the file of its title"
    EDIT = "it changes the file of its title"
    VALUES = "it is read as values"
    SHOWS = "the file that it is a part of holds its lines"
    EXPECTED = "it is compared with what the block before ends with"
    PICTURE = "nothing: it holds no command"
    NOT_RUN = "its commands are looked at, and not run"


_WITH_EXPECTED = (Treatment.PYTHON, Treatment.VALUES)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    title: str
    """The file that it is, or the file that it changes."""
    text: str
    line: int
    """Line of the page on which its text starts."""
    mark: str
    """The comment before it."""
    expected: str | None
    """The text of the ``text`` block that follows at once: what the block ends with."""
    follows: bool
    """Whether it is such a ``text`` block itself."""

    @property
    def treatment(self) -> Treatment | None:
        """What the tests do with it; None where nobody has said."""
        if self.mark.startswith(_NOT_RUN):
            return Treatment.NOT_RUN
        if self.mark.startswith(_VALUES):
            return Treatment.VALUES
        if self.mark.startswith(_SHOWS):
            return Treatment.SHOWS
        if self.title:
            return Treatment.EDIT if self.language == "diff" else Treatment.FILE
        if self.language == "text":
            return Treatment.EXPECTED if self.follows else None
        return {"console": Treatment.COMMANDS, "python": Treatment.PYTHON, "": Treatment.PICTURE}.get(self.language)

    @property
    def argument(self) -> str:
        """What its mark says after the colon: a reason, a file, an environment."""
        return self.mark.partition(": ")[2]

    @property
    def commands(self) -> Iterator[Command]:
        """Its commands, where it is a ``console`` block."""
        if self.language == "console":
            for entry in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
                line, _, output = re.sub(r" \\\n\s*", " ", entry).partition("\n")
                yield Command(line, output)


class Command(NamedTuple):
    """A line of a ``console`` block, and what it prints."""

    line: str
    """The line; one that a backslash breaks is put together."""
    output: str

    @property
    def fails(self) -> bool:
        """Whether its exit status is another than 0: the page shows the error."""
        return re.search(r"\berror: ", self.output) is not None

    @property
    def parts(self) -> list[list[str]]:
        """The words of each program that the line calls; where it writes to is left out, and a comment."""
        parts = re.split(r" \| | && ", re.sub(r"\s+# .*", "", self.line))
        return [shlex.split(part.partition(" > ")[0]) for part in parts]


def blocks(page: Path) -> list[Block]:
    """Give the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    fences = list(_FENCE.finditer(text))
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        follows = following is not None and following["language"] == "text"
        at_once = following is not None and not text[fence.end() : following.start()].strip()
        expected = following["text"].strip() if following is not None and follows and at_once else None
        line = text[: fence.start("text")].count("\n") + 1
        before = found[-1] if found else None
        after = before is not None and before.expected is not None and before.treatment in _WITH_EXPECTED
        fields = (fence["language"], fence["title"] or "", fence["text"], line, fence["mark"] or "", expected, after)
        found.append(Block(*fields))
    return found


def unnamed_files(page: Path) -> list[str]:
    """Give the files of blocks that the section before them does not name: a title is not shown everywhere."""
    text = page.read_text(encoding="utf-8")
    found, prose, end = [], "", 0
    for fence in _FENCE.finditer(text):
        prose = (prose + text[end : fence.start()]).rpartition("\n#")[2]  # from the last heading on
        end = fence.end()
        title = fence["title"]
        if title and f"`{title}`" not in prose and f"<code>{title}</code>" not in prose:
            found.append(f"{page.name}: {title}")
    return found


def fence_lines(page: Path) -> int:
    """Count the lines that open or close a block, wherever they stand."""
    return len(re.findall(r"^\s*(?:```|~~~)", page.read_text(encoding="utf-8"), re.MULTILINE))


def mentioned(page: Path) -> list[str]:
    """Give the ``lumen`` commands that stand in the prose."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.findall(r"`(lumen [a-z][^`\n]*)`", text)


def links(page: Path) -> list[str]:
    """Give the targets of a page's links, those in code left out."""
    text = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return [found["target"] for found in _LINK.finditer(text)]


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = (re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", found["text"]) for found in _HEADING.finditer(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
