"""Every rule, held to its own example."""

from __future__ import annotations

import pytest
import yaml

from lumen_constructs.checks import Rule, Settings, all_rules, check, rules_table
from lumen_constructs.checks.rules import read_example
from tests.checks.sets import relevant, subjects

RULES = list(all_rules().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_example_shows_the_rule_and_nothing_else(rule: Rule) -> None:
    """The bad example of a rule fires exactly this rule."""
    example = rule.example
    report = check(subjects(example.bad), Settings(ours=lambda _: example.ours, short_crds=True))
    assert {finding.rule for finding in relevant(report.findings, rule.topic)} == {rule.id}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_example_is_silent(rule: Rule) -> None:
    """The good example of a rule has no error, and nothing of the rule's topic."""
    example = rule.example
    report = check(subjects(example.good), Settings(ours=lambda _: example.ours, short_crds=True))
    assert [str(finding) for finding in relevant(report.findings, rule.topic)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_can_be_read_in_a_table(rule: Rule) -> None:
    """A rule says in one sentence why it exists, and its id is kebab-case."""
    assert rule.why.endswith(".")
    assert rule.why.count(". ") == 0
    assert rule.id == rule.id.lower()
    assert " " not in rule.id
    assert list(yaml.safe_load_all(rule.example.good)) != list(yaml.safe_load_all(rule.example.bad))


def test_table_has_every_rule_once() -> None:
    """The table for the documentation has each rule with both examples."""
    rows = rules_table()
    assert [row.id for row in rows] == [rule.id for rule in RULES]
    assert all(row.good and row.bad and row.why and row.severity in {"error", "warning"} for row in rows)


def test_example_lines_are_changed_added_and_dropped() -> None:
    """A comment says how the bad example differs, line by line."""
    example = read_example("# ours\na: 1  # bad: a: 2\nb: 1  # bad:\n# bad: c: 3\nd: 4\n")
    assert example == ("a: 1\nb: 1\nd: 4\n", "a: 2\nc: 3\nd: 4\n", True)
