from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema_rs import validator_for

from lumen_constructs.checks import all_rules
from lumen_constructs.checks.reading import Unreadable
from lumen_constructs.checks.reports.as_sarif import sarif
from lumen_constructs.checks.reports.outcome import Located, Outcome
from tests.checks.reports.outcomes import CLEAN, MIXED, NEARLY
from tests.checks.reports.sarif_form import SARIF


def run(outcome: Outcome) -> dict[str, Any]:
    """Give the one run of an outcome's log, which is SARIF."""
    log = json.loads(sarif(outcome))
    assert [error.message for error in validator_for(SARIF, validate_formats=True).iter_errors(log)] == []
    (found,) = log["runs"]
    return dict(found)


def test_the_form_refuses_what_is_no_sarif() -> None:
    """Otherwise it would prove nothing."""
    validator = validator_for(SARIF, validate_formats=True)
    for old, new in (
        ('"startLine": 12', '"startLine": 0'),
        ('"level": "error"', '"level": "bad"'),
        ('"uri": "a%20b/web.yaml"', '"uri": "a b/web.yaml"'),
        ('"version": "2.1.0"', '"version": "2.2"'),
        ('"ruleId"', '"rule_id"'),
    ):
        log = sarif(MIXED)
        assert old in log
        assert validator.is_valid(json.loads(log))
        assert not validator.is_valid(json.loads(log.replace(old, new)))


def test_has_every_rule_with_help_and_level() -> None:
    """Results point at their rules by id and by place."""
    found = run(MIXED)
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(all_rules())
    assert all(rule["help"]["text"] and "```yaml" in rule["help"]["markdown"] for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])
    (tag,) = (rule for rule in rules if rule["id"] == "image-tag-mutable")
    assert tag["defaultConfiguration"]["level"] == all_rules()["image-tag-mutable"].severity.value
    assert tag["properties"]["tags"] == ["kubernetes", "security"]


def test_gives_each_finding_its_place() -> None:
    """A relative reference below the current folder, and the file's own address elsewhere."""
    first, _, outside, _ = run(MIXED)["results"]
    assert first["level"] == "error"
    assert first["message"]["text"] == (
        "Service/shop/web spec.selector: selects no pod; 100% sure; the nearest is 'web', not 'wbe'"
    )
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b/web.yaml"},
                "region": {"startLine": 12, "startColumn": 3},
            },
            "logicalLocations": [{"fullyQualifiedName": "Service/shop/web spec.selector", "kind": "object"}],
        }
    ]
    uri = outside["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (Path.cwd().resolve().parent / "x,y:z.yaml").as_uri()


def test_names_that_are_no_addresses_become_some() -> None:
    """A colon would be a scheme, and the input has no file."""
    names = ["c:d.yaml", "<stdin>", "100%.yaml", "ä.yaml", "#.yaml"]
    results = run(Outcome(tuple(Located(NEARLY, name, 1, 1) for name in names)))["results"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results]
    assert uris == ["c%3Ad.yaml", "%3Cstdin%3E", "100%25.yaml", "%C3%A4.yaml", "%23.yaml"]


def test_waived_findings_are_suppressed_with_their_reason() -> None:
    """They are results all the same, so that a reviewer sees them."""
    *standing, waived = run(MIXED)["results"]
    assert waived["suppressions"] == [{"kind": "inSource", "justification": "follows main: on purpose"}]
    assert not any("suppressions" in result for result in standing)


def test_what_could_not_be_read_is_a_failure_of_the_run() -> None:
    """With its place, and not a result: no rule found it."""
    (invocation,) = run(MIXED)["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [note["message"]["text"] for note in notes] == ["a key was expected here", "no such file"]
    assert notes[0]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "bad.yaml"},
        "region": {"startLine": 7},
    }
    assert "region" not in notes[1]["locations"][0]["physicalLocation"]


def test_a_finding_is_the_same_one_on_another_line() -> None:
    """And two that are alike in all else are told apart."""
    at = [Located(NEARLY, "web.yaml", line, 1) for line in (1, 2)]
    first, second = (result["partialFingerprints"] for result in run(Outcome(tuple(at)))["results"])
    (moved,) = (result["partialFingerprints"] for result in run(Outcome((at[1],)))["results"])
    assert first == moved
    assert first != second


def test_a_clean_run_has_no_results() -> None:
    """It has the rules, and succeeded."""
    found = run(CLEAN)
    assert found["results"] == []
    assert found["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert (
        run(Outcome(unreadable=(Unreadable("<stdin>", None, "x"),)))["invocations"][0]["executionSuccessful"] is False
    )
