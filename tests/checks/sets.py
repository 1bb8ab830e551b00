"""Sets of manifests, written as YAML, and what a check finds in them."""

from __future__ import annotations

from typing import Any

import yaml

from lumen_constructs.checks import Finding, Report, Settings, Severity, Subject, Topic, all_rules, check


def subjects(*documents: str | dict[str, Any]) -> list[Subject]:
    """Read YAML, or take plain data, as subjects."""
    found: list[Subject] = []
    for document in documents:
        bodies = yaml.safe_load_all(document) if isinstance(document, str) else [document]
        found += [Subject(body, f"set.yaml:{place}") for place, body in enumerate(bodies) if body is not None]
    return found


def report(*documents: str | dict[str, Any], settings: Settings | None = None) -> Report:
    """Check documents as one set."""
    return check(subjects(*documents), settings or Settings())


def found(*documents: str | dict[str, Any], rule: str, settings: Settings | None = None) -> list[Finding]:
    """Give what one rule finds in documents."""
    return [finding for finding in report(*documents, settings=settings).findings if finding.rule == rule]


def relevant(findings: tuple[Finding, ...], topic: Topic) -> list[Finding]:
    """Give the errors, and the warnings of one topic: what an example of that topic must be free of."""
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR or all_rules()[finding.rule].topic is topic
    ]
