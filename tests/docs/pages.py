"""The pages of the documentation, and what stands in their fenced blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

#: Pages that a person writes: their examples are run. What is generated is made of what other tests test.
PAGES = [ROOT / "README.md", *(page for page in sorted(DOCS.glob("*.md")) if page.name != "benchmarks.md")]

#: Marks a block whose commands need what a test has not: a cluster, a network, a person.
NOT_RUN = "not run"

_FENCE = re.compile(
    r"(?:^<!-- (?P<mark>[^>]*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.*)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    line: int
    """Line of the page on which its text starts."""
    mark: str
    """The comment before it."""
    expected: str | None
    """The text of the ``text`` block that follows at once: what the block ends with."""


def blocks(page: Path) -> list[Block]:
    """Give the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    found = []
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        follows = following is not None and following["language"] == "text"
        at_once = following is not None and not text[fence.end() : following.start()].strip()
        expected = following["text"].strip() if following is not None and follows and at_once else None
        line = text[: fence.start("text")].count("\n") + 1
        found.append(Block(fence["language"], fence["text"], line, fence["mark"] or "", expected))
    return found


class Command(NamedTuple):
    """A line of a ``console`` block, and what it prints."""

    line: str
    output: str
    run: bool


def commands(page: Path) -> Iterator[Command]:
    """Give the commands of a page's ``console`` blocks."""
    for block in blocks(page):
        if block.language == "console":
            for entry in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                line, _, output = entry.partition("\n")
                yield Command(line, output, block.mark != NOT_RUN)


def links(page: Path) -> list[str]:
    """Give the targets of a page's links, those in code left out."""
    text = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return [found["target"] for found in _LINK.finditer(text)]


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = (re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", found["text"]) for found in _HEADING.finditer(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
