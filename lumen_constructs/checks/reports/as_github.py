"""Findings as GitHub's workflow commands, which show them beside the lines of a pull request."""

from __future__ import annotations

from lumen_constructs.checks.gathering import STDIN_NAME
from lumen_constructs.checks.reports.outcome import Located, Outcome
from lumen_constructs.checks.reports.summary import summary
from lumen_constructs.printable import escaped

_UNREADABLE = "could not be read"


def github(outcome: Outcome) -> str:
    """Give a line ``::error file=…,line=…,col=…,title=rule::message`` for each finding, and one that counts.

    Waived findings are notices. GitHub shows ten of each level at most for a step, and all in the step's log.
    """
    lines = [_finding(entry, entry.finding.severity.value) for entry in outcome.findings]
    lines += [_finding(entry, "notice") for entry in outcome.waived]
    for entry in outcome.unreadable:
        line = "" if entry.line is None else str(entry.line)
        lines.append(_command("error", {"file": entry.file, "line": line, "title": _UNREADABLE}, entry.message))
    return "".join(f"{line}\n" for line in [*lines, summary(outcome)])


def _finding(entry: Located, level: str) -> str:
    finding = entry.finding
    place = " ".join(part for part in (finding.object, finding.path) if part)
    waived = f" (waived: {entry.reason})" if entry.reason else ""
    properties = {"file": entry.file, "line": str(entry.line), "col": str(entry.column), "title": finding.rule}
    return _command(level, properties, f"{place}: {finding.said}{waived}")


def _command(level: str, properties: dict[str, str], message: str) -> str:
    if properties["file"] == STDIN_NAME:  # no file of the repository: a line of it would be somewhere else
        properties = {"title": properties["title"]}
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {said}::{_data(message)}"


def _data(value: str) -> str:
    """Escape what the runner would take for the end of the command; '%' first, since it starts the escapes."""
    encoded = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped(encoded)


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
