"""Findings as SARIF 2.1.0, the format that code scanning services read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.reading import Unreadable
from lumen_constructs.checks.reports.outcome import Located, Outcome
from lumen_constructs.checks.rules import Rule, all_rules

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(outcome: Outcome) -> str:
    """Give the outcome as a SARIF log of one run, with all rules; waived findings are suppressed in source."""
    rules = list(all_rules().values())
    places = {rule.id: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "lumen-constructs",
                "version": version("lumen-constructs"),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not outcome.unreadable,
                "toolExecutionNotifications": [_notification(entry) for entry in outcome.unreadable],
            }
        ],
        "results": list(_results(outcome, places)),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    example = rule.example
    good, bad = (_fenced(text) for text in (example.good, example.bad))
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.id.replace("-", " ")},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nWrong:\n\n{example.bad}\nRight:\n\n{example.good}",
            "markdown": f"{rule.why}\n\nWrong:\n\n{bad}\n\nRight:\n\n{good}\n",
        },
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": ["kubernetes", rule.topic.value]},
    }


def _fenced(text: str) -> str:
    return f"```yaml\n{text}```"


def _level(severity: Severity) -> str:
    return {Severity.ERROR: "error", Severity.WARNING: "warning"}[severity]


def _results(outcome: Outcome, places: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for entry in (*outcome.findings, *outcome.waived):
        result = _result(entry, places[entry.finding.rule])
        identity = _identity(entry)
        seen[identity] = seen.get(identity, 0) + 1
        result["partialFingerprints"] = {"lumenFinding/v1": f"{identity}:{seen[identity]}"}
        yield result


def _result(entry: Located, rule: int) -> dict[str, Any]:
    finding = entry.finding
    place = " ".join(part for part in (finding.object, finding.path) if part)
    location = _location(entry.file, entry.line, entry.column)
    if place:
        location["logicalLocations"] = [{"fullyQualifiedName": place, "kind": "object"}]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _level(finding.severity),
        "message": {"text": f"{place}: {finding.said}" if place else finding.said},
        "locations": [location],
    }
    if entry.reason:
        result["suppressions"] = [{"kind": "inSource", "justification": entry.reason}]
    return result


def _identity(entry: Located) -> str:
    """Name a finding so that it is the same one after lines were added above it."""
    finding = entry.finding
    parts = f"{finding.rule}\0{entry.file}\0{finding.object}\0{finding.path}"
    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _location(file: str, line: int | None, column: int | None = None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if line is not None:
        physical["region"] = {"startLine": line} | ({} if column is None else {"startColumn": column})
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    """Give a relative reference for what is below the current folder, and a file URI for what is elsewhere."""
    path = PurePath(file)
    if path.is_absolute() or path.parts[:1] == ("..",):
        return Path(file).absolute().resolve().as_uri()
    return quote(path.as_posix(), errors="surrogateescape")


def _notification(entry: Unreadable) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": entry.message},
        "locations": [_location(entry.file, entry.line)],
    }
