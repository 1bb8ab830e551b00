"""A comparison as text for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lumen_constructs.diff.fitting import fitted
from lumen_constructs.diff.grouping import Group, Section, sections
from lumen_constructs.diff.report import Comparison
from lumen_constructs.diff.risks import Headline, Risk
from lumen_constructs.printable import on_one_line

#: Colours of the terminal by risk: red, bold where it is worst; yellow; magenta; cyan; green.
_COLOURS = {
    Risk.REFUSED: "1;31",
    Risk.DELETED: "31",
    Risk.RESTARTED: "33",
    Risk.WIDENED: "35",
    Risk.EXPOSED: "35",
    Risk.SCALED: "36",
    Risk.CHANGED: "0",
    Risk.CREATED: "32",
}
_WIDTH = max(map(len, Risk))

#: What Markdown would take for markup.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")
#: What a platform would take for the name of a person, who would then be told of it.
_MENTION = re.compile(r"(?<!\w)@(?=\w)")

#: How many fields of an object are listed in Markdown.
_MOST_FIELDS = 20

NOTHING = "nothing changes"


def as_text(comparison: Comparison, *, colour: bool = False, max_length: int | None = None) -> str:
    """Give lines for a terminal: each object with what happens to it, and the fields that differ below it.

    With ``max_length``, what does not fit in so many characters is left out: fields first, then objects, from the end.
    """
    if not comparison.sets:
        return f"{NOTHING}\n"
    found = sections(comparison)

    def written(groups: int, detailed: int) -> str:
        lines: list[str] = []
        for section, title, first in _first(found, groups):
            lines.append(_coloured(title, "1", colour=colour))
            for number, group in enumerate(section, first):
                lines += _group_lines(group, colour=colour, fields=number < detailed)
            lines.append("")
        if note := _left_out(found, groups, detailed):
            lines += [note, ""]
        lines.append(_total(comparison, lambda risk, text: _coloured(text, _COLOURS[risk], colour=colour)))
        return "\n".join(lines) + "\n"

    return fitted(written, _number_of_groups(found), max_length)


def _group_lines(group: Group, *, colour: bool, fields: bool) -> Iterator[str]:
    for name in group.names():
        yield f"  {name}"
    for headline in group.headlines:
        label = _coloured(headline.risk.ljust(_WIDTH), _COLOURS[headline.risk], colour=colour)
        yield f"    {label}  {on_one_line(headline.text)}"
    for field in group.fields if fields else ():
        yield _coloured(f"      {field}", "2", colour=colour)


def as_markdown(comparison: Comparison, *, max_length: int | None = None) -> str:
    """Give Markdown for a pull request: a table of what happens, with the fields folded away.

    With ``max_length``, what does not fit in so many characters is left out: fields first, then objects, from the end.
    """
    if not comparison.sets:
        return f"**lumen diff**: {NOTHING}\n"
    found = sections(comparison)

    def written(groups: int, detailed: int) -> str:
        lines = [f"**lumen diff**: {_total(comparison, lambda _, text: text)}", ""]
        for section, title, first in _first(found, groups):
            lines += [f"### {_escaped(title)}", "", "| object | risk | what happens |", "| --- | --- | --- |"]
            lines += [row for group in section for row in _rows(group)]
            lines += ["", *_folded(section[: max(0, detailed - first)])]
        if note := _left_out(found, groups, detailed):
            lines += [f"*{note}*"]
        return "\n".join(lines).rstrip("\n") + "\n"

    return fitted(written, _number_of_groups(found), max_length)


def _rows(group: Group) -> Iterator[str]:
    objects = "<br>".join(_code(name).replace("|", "\\|") if "/" in name else _escaped(name) for name in group.names())
    for headline in group.headlines:
        yield f"| {objects} | {_marked(headline)} | {_escaped(headline.text)} |"
        objects = ""


def _marked(headline: Headline) -> str:
    return f"**{headline.risk}**" if headline.risk in (Risk.REFUSED, Risk.DELETED) else str(headline.risk)


def _folded(groups: tuple[Group, ...]) -> Iterator[str]:
    with_fields = [group for group in groups if group.fields]
    if not with_fields:
        return
    yield "<details><summary>Fields</summary>\n"
    for group in with_fields:
        more = f" and {len(group.objects) - 1} more" if len(group.objects) > 1 else ""
        yield f"- {_code(group.objects[0])}{more}"
        for field in group.fields[:_MOST_FIELDS]:
            yield f"  - {_code(field)}"
        if (left := len(group.fields) - _MOST_FIELDS) > 0:
            yield f"  - and {left} more"
    yield "\n</details>\n"


def _first(found: list[Section], groups: int) -> Iterator[tuple[tuple[Group, ...], str, int]]:
    """Give the first so many groups by section, each with its title and the number of groups before it."""
    first = 0
    for section in found:
        if first >= groups:
            return
        yield section.groups[: groups - first], section.title, first
        first += len(section.groups)


def _number_of_groups(found: list[Section]) -> int:
    return sum(len(section.groups) for section in found)


def _left_out(found: list[Section], groups: int, detailed: int) -> str:
    """Say what a limit of the length has cost."""
    sizes = [(group, len(group.objects) * len(section.folders)) for section in found for group in section.groups]
    objects = sum(size for _, size in islice(sizes, groups, None))
    fields = sum(size for group, size in islice(sizes, detailed, groups) if group.fields)
    parts = [f"{_count(objects)} that would be last"] if objects else []
    if fields:
        parts.append(f"the fields of {_count(fields)}")
    return f"Left out, since the length is limited: {' and '.join(parts)}." if parts else ""


def _total(comparison: Comparison, decorate: Callable[[Risk, str], str]) -> str:
    """Give the last word: how many objects, by the worst that happens to them."""
    counts = [decorate(risk, f"{number} {risk}") for risk, number in comparison.counts().items()]
    return f"{_count(sum(comparison.counts().values()))}: {', '.join(counts)}"


def _count(number: int) -> str:
    return "1 object" if number == 1 else f"{number} objects"


def _escaped(text: str) -> str:
    return _MENTION.sub("@\u200b", _MARKUP.sub(r"\\\1", on_one_line(text)))


def _code(text: str) -> str:
    """Give a code span, in which nothing means anything but its own backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _coloured(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
