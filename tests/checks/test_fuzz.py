"""Ten thousand mutated documents: whatever is in a set, a check gives findings and never a traceback."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.checks import Finding, Settings, Subject, all_rules, check

_HERE = Path(__file__).parent
_PER_SET = 25
_SETS = 400


def _documents() -> list[Any]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((_HERE / "corpus").glob("*.yaml"))]
    texts += [text for rule in all_rules().values() for text in (rule.example.good, rule.example.bad)]
    return [body for text in texts for body in yaml.load_all(text, yaml.CSafeLoader) if body]


DOCUMENTS = _documents()

#: Values that are of another type than almost every field, or of a form that trips naive readers.
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63, -(2**64), 10**400, 1.5, -0.0, 1e308),
    *("", " ", "0", "-1", "x", "X" * 300, "9" * 5000, "-" * 400, "\x00", "\n", "é", "\u2028", "😀", "null", "~"),
    *("{{ .x }}", "$(X)", "a/b/c", "/", ".", "..", "*", "a=b", "1e9", "0x10", "1Gi", "100%", "%", "1h", "* * * * *"),
    *("http://", "http://a:99999999", "a.b.svc", ".svc:1", "redis://x:y@z:1", "a:b:c", "10.0.0.0/99", "::/0", "((((("),
    *([], {}, [[]], [{}], [None], {"": ""}, {"a": None}, {"name": []}, {"name": "x"}, [["x"], {"y": []}]),
    *({"matchLabels": {"a": []}}, {"matchExpressions": [{"key": 1}]}, {"kind": {}, "name": {}}, {"port": {}}),
    *(float("nan"), float("inf"), b"bytes", ("tuple",), {1: 2}, {None: None}, "\ud800"),
]


def _paths(value: Any) -> list[tuple[Any, Any]]:
    """Give every place in a document as its owner and key."""
    found: list[tuple[Any, Any]] = []
    left = [value]
    while left:
        owner = left.pop()
        keys: Any = owner if isinstance(owner, dict) else range(len(owner))
        for key in keys:
            found.append((owner, key))
            if isinstance(owner[key], (dict, list)):
                left.append(owner[key])
    return found


def _mutated(random: Random) -> Any:
    body = copy.deepcopy(random.choice(DOCUMENTS))
    for _ in range(random.randint(1, 4)):
        places = _paths(body)
        if not places:
            break
        owner, key = random.choice(places)
        what = random.random()
        if what < 0.6:
            owner[key] = copy.deepcopy(random.choice(ODD))
        elif what < 0.75:
            del owner[key]
        elif what < 0.9:
            other, place = random.choice(_paths(random.choice(DOCUMENTS)))
            owner[key] = copy.deepcopy(other[place])
        elif isinstance(owner, list):
            owner.append(copy.deepcopy(owner[key]))
        else:
            owner[random.choice(["spec", "name", "metadata", "items", "x", "kind"])] = copy.deepcopy(owner[key])
    return body


@settings(max_examples=_SETS, deadline=None, derandomize=True, database=None)
@given(st.integers(min_value=0, max_value=2**63))
def test_any_documents_have_an_answer(seed: int) -> None:
    """Every check of mutated documents ends, and every finding is one line about one of them."""
    random = Random(seed)  # noqa: S311  # mutations, no secrets
    subjects = [Subject(_mutated(random), f"doc:{place}") for place in range(_PER_SET)]
    ours = random.random() < 0.5
    report = check(subjects, Settings(ours=lambda _: ours, short_crds=ours))
    assert all(_is_sound(finding) for finding in report.findings)


def _is_sound(finding: Finding) -> bool:
    return 0 <= finding.subject < _PER_SET and finding.rule in all_rules() and "\n" not in str(finding)
