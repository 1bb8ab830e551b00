"""Waivers with their reasons, for whoever reads the summary of a run or the notes of a set."""

from __future__ import annotations

from collections.abc import Iterable

from lumen_constructs.checks.findings import Waived
from lumen_constructs.printable import escaped


def waiver_lines(waived: Iterable[Waived]) -> list[str]:
    """Give a line ``Kind/namespace/name  rule: reason`` for each waiver, however much it allows."""
    lines = (f"{entry.finding.object}  {entry.finding.rule}: {entry.reason}" for entry in waived)
    return [escaped(line) for line in dict.fromkeys(lines)]


def waiver_notes(waived: Iterable[Waived]) -> str:
    """Give the waivers as a section of Markdown; nothing where there are none."""
    entries = (f"- {_code(entry.finding.object)} `{entry.finding.rule}`: {_prose(entry.reason)}\n" for entry in waived)
    listed = "".join(dict.fromkeys(entries))
    return f"## Waived checks\n\n{listed}" if listed else ""


def _code(text: str) -> str:
    return "`" + escaped(text).replace("`", "'") + "`"


def _prose(text: str) -> str:
    return escaped(text).replace("&", "&amp;").replace("<", "&lt;")
