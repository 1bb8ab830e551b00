from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.checks.places import steps_of
from lumen_constructs.checks.plain import joined

BODY = {"metadata": {"labels": {"a.b/c": "x", "a": {"b/c": "y"}, "q[0]": 1}}, "spec": {"tls": [{"hosts": ["x"]}]}}


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("", []),
        ("spec.tls[0].hosts[0]", ["spec", "tls", 0, "hosts", 0]),
        ("metadata.labels.a.b/c", ["metadata", "labels", "a.b/c"]),
        ("metadata.labels[a.b/c]", ["metadata", "labels", "a.b/c"]),
        ("metadata.labels['a.b/c']", ["metadata", "labels", "a.b/c"]),
        ("metadata.labels.q[0]", ["metadata", "labels", "q[0]"]),
        ("metadata.name", ["metadata", "name"]),
        ("metadata.missing.deeper", ["metadata", "missing"]),
        ("spec.tls[7].hosts", ["spec", "tls", 7]),
        ("spec.tls.hosts", ["spec", "tls", "hosts"]),
        ("spec[tls[", ["spec", "[tls["]),
        ("[", ["["]),
    ],
)
def test_follows_a_path_as_the_data_has_it(path: str, steps: list[str | int]) -> None:
    """The data tells which dots belong to a key; what it does not have ends the way."""
    assert steps_of(path, BODY) == steps


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,4})?", fullmatch=True) | st.integers(0, 3), max_size=6))
def test_finds_the_way_back(steps: list[str | int]) -> None:
    """What a rule writes as a path leads to where it came from."""
    body: object = "end"
    for step in reversed(steps):
        body = {step: body} if isinstance(step, str) else [None] * step + [body]
    assert steps_of(joined(*steps), body) == steps
