"""What can be a manifest at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from lumen_constructs.checks import Subject, check
from lumen_constructs.checks.border import Refused, plain

CONFIG: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"b": "c"}}


def test_plain_data_is_given_back_as_it_is() -> None:
    """What is plain already is not copied."""
    assert plain(CONFIG) is CONFIG


def test_keys_become_what_kubectl_makes_of_them() -> None:
    """Numbers and truth values as keys are text to Kubernetes."""
    read = plain(yaml.safe_load("data: {80: a, on: b, 1.5: c, ~: d}"))
    assert read == {"data": {"80": "a", "true": "b", "1.5": "c", "null": "d"}}


def _cycle() -> dict[str, Any]:
    body: dict[str, Any] = dict(CONFIG)
    body["data"] = body
    return body


def _deep(levels: int) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for _ in range(levels):
        body = {"a": body}
    return body


def _bomb() -> dict[str, Any]:
    value: Any = "x"
    for _ in range(12):
        value = [value] * 10
    return {"data": value}


def _wide_bomb() -> dict[Any, Any]:
    value: Any = "x"
    for _ in range(4):
        value = [value] * 2000
    return {"data": value, 1: "a key that is no text"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (_cycle(), "nested deeper than"),
        (_deep(500), "nested deeper than"),
        (_deep(100_000), "nested deeper than"),
        (_bomb(), "holds more than"),
        (_wide_bomb(), "holds more than"),
        ({"data": float("nan")}, "nan"),
        ({"data": float("inf")}, "inf"),
        ({"data": dt.date(2026, 1, 1)}, "a date, which is not plain data"),
        ({"data": b"\x00"}, "a bytes, which is not plain data"),
        ({"data": ("a",)}, "a tuple, which is not plain data"),
        ({"data": {("a",): 1}}, "has a tuple for a key"),
        ({"data": "\ud800"}, "half a character"),
        ({"\udfff": 1}, "half a character"),
        (["a"], "must be a mapping, not a list"),
        (None, "must be a mapping, not null"),
        ("text", "must be a mapping, not 'text'"),
    ],
)
def test_refuses_what_no_manifest_can_be(body: Any, reason: str) -> None:
    """Cycles, bombs and values that no cluster takes are refused with the reason, in bounded time."""
    with pytest.raises(Refused, match=reason):
        plain(body)


def test_refused_object_is_a_finding_and_the_rest_is_checked() -> None:
    """One unreadable object does not hide the others, and what names it finds it."""
    broken = {**CONFIG, "data": {"b": float("nan")}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [{"name": "p", "image": "a:1", "envFrom": [{"configMapRef": {"name": "a"}}]}]},
    }
    result = check([Subject(broken, "broken"), Subject(pod, "pod"), Subject([1], "list")])  # type: ignore[arg-type]  # on purpose: no mapping
    assert [(finding.rule, finding.where) for finding in result.errors] == [
        ("not-an-object", "broken"),
        ("not-an-object", "list"),
    ]
