"""Findings for programs, as JSON whose form stays.

::

    version        1; another number where a key changes its meaning or goes. Keys may be added.
    tool           name and version of this library
    summary        objects, sets, errors, warnings, waived, unreadable, passedOver: numbers
    findings       in the order of sets, files and objects; each has
        rule         stable id, such as "service-selects-nothing"
        severity     "error" or "warning"
        set          folder of the set, where this library rendered it; otherwise empty
        file         relative to the current folder where that is shorter; "<stdin>"
        line, column of the field at fault, or of the nearest thing around it; the first are 1
        object       "Kind/namespace/name", or "Kind/name"
        path         place inside the object, such as "spec.template.spec.containers[0].image"; may be empty
        message      what is wrong
        hint         what to write instead; may be empty
    waived         the same, and reason
    unreadable     what could not be read: file, line (a number, or null for the whole file), message
    passedOver     names of the files that hold no manifests
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.reports.outcome import Located, Outcome

#: The number of the form.
VERSION = 1


def json_text(outcome: Outcome) -> str:
    """Give the outcome as JSON in the form that this module describes."""
    document = {
        "version": VERSION,
        "tool": {"name": "lumen-constructs", "version": version("lumen-constructs")},
        "summary": {
            "objects": outcome.objects,
            "sets": outcome.sets,
            "errors": outcome.count(Severity.ERROR),
            "warnings": outcome.count(Severity.WARNING),
            "waived": len(outcome.waived),
            "unreadable": len(outcome.unreadable),
            "passedOver": len(outcome.passed_over),
        },
        "findings": [_finding(entry) for entry in outcome.findings],
        "waived": [{**_finding(entry), "reason": entry.reason} for entry in outcome.waived],
        "unreadable": [entry._asdict() for entry in outcome.unreadable],
        "passedOver": list(outcome.passed_over),
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(entry: Located) -> dict[str, Any]:
    finding = entry.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "set": entry.set,
        "file": entry.file,
        "line": entry.line,
        "column": entry.column,
        "object": finding.object,
        "path": finding.path,
        "message": finding.message,
        "hint": finding.hint,
    }
