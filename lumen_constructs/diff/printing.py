"""A comparison as text for a terminal, as Markdown for a pull request, and as JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from lumen_constructs.diff.fields import ABSENT, FieldChange
from lumen_constructs.diff.report import Comparison, ObjectChange, SetChange
from lumen_constructs.diff.risks import Headline, Risk
from lumen_constructs.diff.wording import became, on_one_line

#: Colours of the terminal by risk: red, bold where it is worst; yellow; cyan; green.
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
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~@])")

#: How many fields of an object are listed in a comment, where a platform limits its length.
_MOST_FIELDS = 20

NOTHING = "nothing changes"


def as_text(comparison: Comparison, *, colour: bool = False, fields: bool = True) -> str:
    """Give lines for a terminal; ``fields`` lists each field that differs below its object."""
    if not comparison.sets:
        return f"{NOTHING}\n"
    lines: list[str] = []
    for group in comparison.sets:
        lines.append(_coloured(on_one_line(group.folder), "1", colour=colour))
        for changed in group.objects:
            lines += _object_lines(changed, colour=colour, fields=fields)
        lines.append("")
    lines.append(_total(comparison, lambda risk, text: _coloured(text, _COLOURS[risk], colour=colour)))
    return "\n".join(lines) + "\n"


def _object_lines(changed: ObjectChange, *, colour: bool, fields: bool) -> Iterator[str]:
    yield f"  {on_one_line(changed.object)}"
    for headline in changed.headlines:
        label = _coloured(headline.risk.ljust(_WIDTH), _COLOURS[headline.risk], colour=colour)
        yield f"    {label}  {on_one_line(headline.text)}"
    for field in changed.fields if fields else ():
        yield _coloured(on_one_line(f"      {field.shown}: {became(field)}"), "2", colour=colour)


def as_markdown(comparison: Comparison) -> str:
    """Give Markdown for a pull request: the risks first, the fields folded away."""
    if not comparison.sets:
        return f"**lumen diff**: {NOTHING}\n"
    lines = [f"**lumen diff**: {_total(comparison, lambda _, text: text)}", ""]
    for group in comparison.sets:
        lines += [f"### {_escaped(group.folder)}", "", "| object | risk | what happens |", "|---|---|---|"]
        lines += [_row(changed, headline) for changed in group.objects for headline in changed.headlines]
        lines += ["", *_folded(group)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(changed: ObjectChange, headline: Headline) -> str:
    mark = f"**{headline.risk}**" if headline.risk in (Risk.REFUSED, Risk.DELETED) else str(headline.risk)
    return f"| {_escaped(changed.object)} | {mark} | {_escaped(headline.text)} |"


def _folded(group: SetChange) -> Iterator[str]:
    with_fields = [changed for changed in group.objects if changed.fields]
    if not with_fields:
        return
    yield "<details><summary>Fields</summary>\n"
    for changed in with_fields:
        yield f"- {_escaped(changed.object)}"
        for field in changed.fields[:_MOST_FIELDS]:
            yield f"  - {_escaped(field.shown)}: {_escaped(became(field))}"
        if (more := len(changed.fields) - _MOST_FIELDS) > 0:
            yield f"  - and {more} more"
    yield "\n</details>\n"


def as_json(comparison: Comparison) -> str:
    """Give one JSON document; a value that is not there is left out of its field."""
    return json.dumps(plain(comparison), ensure_ascii=False, indent=2) + "\n"


def plain(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison as plain data."""
    return {
        "counts": {str(risk): number for risk, number in comparison.counts().items()},
        "sets": [
            {"set": group.folder, "risk": str(group.risk), "objects": [_plain_object(one) for one in group.objects]}
            for group in comparison.sets
        ],
    }


def _plain_object(changed: ObjectChange) -> dict[str, Any]:
    return {
        "object": changed.object,
        "risk": str(changed.risk),
        "headlines": [{"risk": str(headline.risk), "text": headline.text} for headline in changed.headlines],
        "fields": [_plain_field(field) for field in changed.fields],
    }


def _plain_field(field: FieldChange) -> dict[str, Any]:
    values = {"before": field.before, "after": field.after}
    return {"path": field.shown, **{key: value for key, value in values.items() if value is not ABSENT}}


def _total(comparison: Comparison, decorate: Callable[[Risk, str], str]) -> str:
    """Give the last word: how many objects, by the worst that happens to them."""
    counts = [decorate(risk, f"{number} {risk}") for risk, number in comparison.counts().items()]
    return f"{_count(sum(comparison.counts().values()))}: {', '.join(counts)}"


def _count(number: int) -> str:
    return "1 object" if number == 1 else f"{number} objects"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", on_one_line(text))


def _coloured(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
