"""What a run over files found, as the formats show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lumen_constructs.checks.findings import Finding, Report, Severity
from lumen_constructs.checks.reading import Manifest, Unreadable


class Located(NamedTuple):
    """A finding with its place in a file."""

    finding: Finding
    file: str
    line: int
    column: int
    set: str = ""
    """The folder of the set, where this library rendered it."""
    reason: str = ""
    """Why it is waived; empty where it is not."""


@dataclass(frozen=True)
class Outcome:
    """What a run found."""

    findings: tuple[Located, ...] = ()
    waived: tuple[Located, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    passed_over: tuple[str, ...] = ()
    """Files that hold no manifests."""
    objects: int = 0
    """How many objects were checked."""
    sets: int = 0
    """How many sets they were checked as."""

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity that stand."""
        return sum(entry.finding.severity is severity for entry in self.findings)


def located(report: Report, manifests: list[Manifest], set_: str = "") -> tuple[list[Located], list[Located]]:
    """Give the findings of a set that stand, and those that are waived, each with its place in a file."""
    waived = [(entry.finding, entry.reason) for entry in report.waived]
    standing = [(finding, "") for finding in report.findings]
    return list(_places(standing, manifests, set_)), list(_places(waived, manifests, set_))


def _places(findings: Iterable[tuple[Finding, str]], manifests: list[Manifest], set_: str) -> Iterator[Located]:
    for finding, reason in findings:
        manifest = manifests[finding.subject]
        line, column = manifest.place(finding.path)
        yield Located(finding, manifest.chunk.file, line, column, set_, reason)
