from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from lumen_constructs.emit.canonical.nodes import AS_WRITTEN
from lumen_constructs.emit.canonical.walk import Walk, dotted


class Colour(enum.StrEnum):
    """A text that is not plain."""

    RED = "red"


class Lazy:
    """Stands for cdk8s' Lazy, which is no data before it is resolved."""


Lazy.__module__ = "cdk8s"


def walked(value: object) -> tuple[Any, list[str]]:
    """Give the copy of a value inside an unknown kind, and its faults."""
    walk = Walk()
    copy = walk.mapping({"a": value}, AS_WRITTEN, None)
    return copy.get("a"), walk.faults


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("text", "text"),
        ("한글 🚀", "한글 🚀"),
        (Colour.RED, "red"),
        (8080.0, 8080),
        (-0.0, 0),
        (0.5, 0.5),
        (2**53, 2**53),
        (enum.IntEnum("Size", {"BIG": 3}).BIG, 3),  # type: ignore[attr-defined]  # made here
        (True, True),
        (None, None),
        (MappingProxyType({"x": [1]}), {"x": [1]}),
    ],
)
def test_gives_plain_types(value: object, plain: object) -> None:
    """Subclasses of plain types become the plain type, and whole numbers are whole."""
    copy, faults = walked(value)
    assert (copy, type(copy), faults) == (plain, type(plain), [])


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (float("nan"), "a nan is not a finite number"),
        (float("-inf"), "a -inf is not a finite number"),
        (2**53 + 1, "a 9007199254740993 is beyond ±2^53 and would lose digits; write it as text"),
        (-(2**60), "a -1152921504606846976 is beyond ±2^53 and would lose digits; write it as text"),
        (10**400, "a 1.00000e+400 is beyond ±2^53 and would lose digits; write it as text"),
        (1e300, "a 1.00000e+300 is beyond ±2^53 and would lose digits; write it as text"),
        ((1, 2), "a is a tuple, which is no plain data; give a list"),
        ({1, 2}, "a is a set, which is no plain data; give a list"),
        (b"x", "a is a bytes, which is no plain data; give text, base64-encoded where the field asks for it"),
        (Decimal(1), "a is a decimal.Decimal, which is no plain data; give a number or text"),
        (
            dt.date(2024, 1, 1),
            "a is a datetime.date, which is no plain data; give text, a number, a boolean, a list or a dict",
        ),
        (Lazy(), "a is a cdk8s.Lazy, which is no plain data; give text, a number, a boolean, a list or a dict"),
        ("a\0b", "a holds a NUL character, which Kubernetes does not store"),
        ("\ud800", "a holds half of a surrogate pair, which is no character"),
        ([[{"x": float("inf")}]], "a[0][0].x inf is not a finite number"),
        ({1: "x"}, 'a has the key 1, which is not text; write "1"'),
        ({None: "x"}, 'a has the key null, which is not text; write "null"'),
        ({(1, 2): "x"}, "a has the key a list, which is not text"),
        ({"k\0": "x"}, "a has a key that holds a NUL character, which Kubernetes does not store"),
        ({"x.y/z": {"k": float("nan")}}, "a['x.y/z'].k nan is not a finite number"),
    ],
)
def test_refuses_what_is_no_plain_data(value: object, fault: str) -> None:
    """What JSON, JavaScript or Kubernetes would bend or refuse is an error with its place."""
    assert walked(value)[1] == [fault]


def test_writes_paths_as_a_person_would() -> None:
    """Keys are joined by points, indices and odd keys stand in brackets."""
    assert dotted(None) == ""
    assert dotted((((None, "spec"), "ports"), 0)) == "spec.ports[0]"
    assert dotted(((None, "data"), "app.conf")) == "data['app.conf']"
