"""What goes into a check and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lumen_constructs.printable import escaped


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """It will break, or is insecure: nothing is written."""
    WARNING = "warning"
    """It is likely unwanted."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One manifest to be checked."""

    body: Mapping[str, Any]
    """The object as plain data, as a YAML or JSON reader gives it."""
    where: str
    """Where it comes from, for the reader of a finding: a construct path, or ``file:line``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; ``str()`` gives it as one line."""

    rule: str
    """The stable id of the rule, such as ``service-selects-nothing``."""
    severity: Severity
    where: str
    """The ``where`` of the subject."""
    object: str
    """``Kind/namespace/name``, or ``Kind/name`` where there is no namespace."""
    path: str
    """The place inside the object, such as ``spec.template.spec.containers[0].image``; empty for the whole."""
    message: str
    hint: str = ""
    """What to write instead, or the near miss."""
    subject: int = 0
    """The place of the object among the subjects that were checked."""

    def __str__(self) -> str:
        place = " ".join(part for part in (self.object, self.path) if part)
        return escaped(f"{self.where}: {place}: {self.said} [{self.rule}]")

    @property
    def said(self) -> str:
        """The message with its hint."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that a waiver on its object allows."""

    finding: Finding
    reason: str

    def __str__(self) -> str:
        return f"{self.finding} (waived: {self.reason})"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of the subjects."""

    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    objects: int = 0
    """How many objects were checked."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a synth."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are only shown."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)
