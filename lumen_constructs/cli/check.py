"""``lumen check``: anybody's manifests, checked as a whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lumen_constructs.checks import Settings, Severity, Subject, check
from lumen_constructs.checks.gathering import FileSet, gather
from lumen_constructs.checks.reading import Unreadable
from lumen_constructs.checks.reports.as_text import text
from lumen_constructs.checks.reports.formats import FORMATS, Format
from lumen_constructs.checks.reports.outcome import Located, Outcome, located
from lumen_constructs.checks.schema.releases import version_of
from lumen_constructs.cli.check_inputs import externals, severities, whole_crds
from lumen_constructs.cli.failures import FAILED, fail, warn
from lumen_constructs.errors import LumenError

#: Exit status where something could not be read, or the command line is wrong; the rest was checked all the same.
UNREADABLE = 2


@dataclass(frozen=True)
class Request:
    """What a user asked for."""

    paths: Sequence[str]
    """Files, folders, and ``-`` for the standard input."""
    kubernetes: str = ""
    """The release whose schemas hold; the newest that is known where it is empty."""
    crds: Sequence[str] = ()
    """Files and folders with whole CustomResourceDefinitions."""
    external: Sequence[str] = ()
    """Files that list what exists outside the set."""
    format: Format = "text"
    severities: Sequence[str] = ()
    """``RULE=error``, ``RULE=warning`` or ``RULE=off``."""
    fail_on: Literal["error", "warning"] = "error"
    """The least severity that makes the run fail."""
    namespace: str = ""
    """The namespace of objects that name none."""


def run(request: Request) -> int:
    """Check, print, and give the exit status: 0 clean, 1 findings, 2 something could not be read."""
    try:
        settings = _settings(request)
        outcome = checked(request.paths, settings)
    except LumenError as error:
        # What was asked for is wrong, so that nothing was checked: another status than that of findings.
        fail(error.faults)
        return UNREADABLE
    sys.stdout.write(_shown(outcome, request.format))
    for entry in outcome.unreadable:
        fail([str(entry)])
    if not outcome.objects and not outcome.unreadable:
        warn(f"there are no manifests in {', '.join(request.paths)}")
    if outcome.unreadable:
        return UNREADABLE
    return FAILED if _fails(outcome, request.fail_on) else 0


def checked(paths: Sequence[str], settings: Settings) -> Outcome:
    """Check all manifests below some paths; what could not be read is told beside what was found.

    :raises LumenError: if the settings name what does not exist
    """
    gathered = gather(paths, _stdin)
    findings: list[Located] = []
    waived: list[Located] = []
    objects = 0
    for found in gathered.sets or [FileSet()]:
        subjects = [manifest.subject for manifest in found.manifests]
        report = check(subjects, replace(settings, ours=_ours(found, gathered.ours)))
        objects += report.objects
        standing, allowed = located(report, found.manifests, found.folder)
        findings += standing
        waived += allowed
    unreadable: tuple[Unreadable, ...] = tuple(gathered.unreadable)
    return Outcome(tuple(findings), tuple(waived), unreadable, tuple(gathered.passed_over), objects, len(gathered.sets))


def _ours(found: FileSet, files: Collection[str]) -> Callable[[Subject], bool]:
    """Tell objects in files that this library wrote from others."""
    places = {manifest.subject.where for manifest in found.manifests if manifest.chunk.file in files}
    return lambda subject: subject.where in places


def _settings(request: Request) -> Settings:
    version_of(request.kubernetes)
    return Settings(
        kubernetes=request.kubernetes,
        crds=whole_crds(request.crds),
        external=externals(request.external),
        severities=severities(request.severities),
        namespace=request.namespace,
    )


def _stdin(most: int) -> bytes:
    return sys.stdin.buffer.read(most)


def _shown(outcome: Outcome, format_: Format) -> str:
    return text(outcome, colour=_is_coloured()) if format_ == "text" else FORMATS[format_](outcome)


def _is_coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _fails(outcome: Outcome, fail_on: str) -> bool:
    return bool(outcome.findings) if fail_on == "warning" else outcome.count(Severity.ERROR) > 0
