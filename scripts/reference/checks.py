"""The pages of the rules, made of the rules and their examples."""

from __future__ import annotations

import difflib
from itertools import groupby

from lumen_constructs.checks import rules_table
from reference.marked import NOTE, prose, table


def rules_index() -> str:
    """Give a table of all rules, topic by topic."""
    parts = []
    for topic, entries in groupby(rules_table(), key=lambda row: row.topic):
        rows = [(f"[`{row.id}`](reference/rules.md#{row.id})", row.severity, prose(row.why)) for row in entries]
        parts.append(f"### {topic.capitalize()}\n\n{table(('rule', 'severity', 'why'), rows)}")
    return "\n".join(parts)


def rule_pages() -> dict[str, str]:
    """Give the page of all rules with their examples: the good manifests, and what is changed to make them bad."""
    text = (
        f"{NOTE}\n# Rules\n\n"
        "Each rule with an example: manifests that it is silent about, and the change (`-`, `+`) that it finds. The "
        "examples are the rules' tests. How to waive a rule, and what the severities mean: [Checks](../checks.md).\n"
    )
    for topic, entries in groupby(rules_table(), key=lambda row: row.topic):
        text += f"\n## {topic.capitalize()}\n"
        for row in entries:
            text += f"\n### {row.id}\n\n*{row.severity}* — {prose(row.why)}\n\n```diff\n{_diff(row.good, row.bad)}```\n"
    return {"rules": text}


def _diff(good: str, bad: str) -> str:
    lines = difflib.ndiff(good.splitlines(keepends=True), bad.splitlines(keepends=True))
    return "".join(line for line in lines if not line.startswith("?"))
