"""Findings for a person: by file and object, what is worst first, and a summary at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.reports.outcome import Located, Outcome
from lumen_constructs.checks.reports.summary import summary
from lumen_constructs.printable import escaped

_RESET, _BOLD, _DIM, _RED, _YELLOW, _GREEN = (f"\x1b[{code}m" for code in ("0", "1", "2", "31", "33", "32"))
#: Writes words in a colour, or as they are.
Painter = Callable[[str, str], str]

_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW}


def text(outcome: Outcome, *, colour: bool = False) -> str:
    """Give the findings by file and object, then the waivers with their reasons, then a line that counts.

    Each finding is ``line:column  severity  path: what, and what instead  [rule]``.
    """
    paint = _painted if colour else _unpainted
    lines = [line for block in _blocks(outcome.findings, paint) for line in block]
    if outcome.waived:
        lines += [paint("waived", _BOLD), *(f"  {_waiver(entry, paint)}" for entry in outcome.waived), ""]
    return "".join(f"{line}\n" for line in [*lines, paint(summary(outcome), _overall(outcome))])


def _overall(outcome: Outcome) -> str:
    if outcome.unreadable or outcome.count(Severity.ERROR):
        return _RED
    return _YELLOW if outcome.findings else _GREEN


def _blocks(findings: Sequence[Located], paint: Painter) -> Iterator[list[str]]:
    for file, of_file in groupby(findings, lambda entry: entry.file):
        lines = [paint(escaped(file), _BOLD)]
        for object_, of_object in groupby(of_file, lambda entry: entry.finding.object):
            lines.append(f"  {escaped(object_) or 'an object without a name'}")
            entries = list(of_object)
            width = max(len(_at(entry)) for entry in entries)
            lines += [f"    {_line(entry, width, paint)}" for entry in entries]
        yield [*lines, ""]


def _line(entry: Located, width: int, paint: Painter) -> str:
    finding = entry.finding
    severity = paint(f"{finding.severity.value:<7}", _COLOURS[finding.severity])
    what = f"{finding.path}: {finding.said}" if finding.path else finding.said
    return f"{_at(entry):<{width}}  {severity}  {escaped(what)}  {paint(f'[{finding.rule}]', _DIM)}"


def _at(entry: Located) -> str:
    return f"{entry.line}:{entry.column}"


def _waiver(entry: Located, paint: Painter) -> str:
    finding = entry.finding
    place = paint(f"{escaped(entry.file)}:{entry.line}", _DIM)
    return f"{place}  {escaped(f'{finding.object}  {finding.rule}: {entry.reason}')}"


def _painted(words: str, colour: str) -> str:
    return f"{colour}{words}{_RESET}"


def _unpainted(words: str, _: str) -> str:
    return words
