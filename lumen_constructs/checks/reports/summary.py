"""The line that ends a report."""

from __future__ import annotations

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.reports.outcome import Outcome


def summary(outcome: Outcome) -> str:
    """Count objects and findings: ``12 objects in 2 sets: 1 error, 0 warnings, 3 waived``."""
    sets = f" in {counted(outcome.sets, 'set')}" if outcome.sets > 1 else ""
    parts = [
        counted(outcome.count(Severity.ERROR), "error"),
        counted(outcome.count(Severity.WARNING), "warning"),
        f"{len(outcome.waived):,} waived",
    ]
    if outcome.unreadable:
        parts.append(f"{counted(len(outcome.unreadable), 'place')} could not be read")
    if outcome.passed_over:
        parts.append(f"{counted(len(outcome.passed_over), 'file')} without manifests passed over")
    return f"{counted(outcome.objects, 'object')}{sets}: {', '.join(parts)}"


def counted(number: int, noun: str) -> str:
    """Give ``1 error``, ``2 errors``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
