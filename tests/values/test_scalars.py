from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.values.scalars import MAX_INTEGER, Dialect, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("0x1F", 31),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
    ],
)
def test_resolves_the_core_schema(text: str, value: object) -> None:
    """Null, booleans and numbers are what YAML 1.2 says, in value and in type."""
    found = resolve(text, "values")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "No",
        "on",
        "off",
        "y",
        "0o17",
        "0b11",
        "1:30",
        "2024-01-02",
        "1_000",
        "1.2.3",
        "-",
        ".",
        "+",
        "100m",
        "e3",
    ],
)
def test_leaves_surprises_as_text(text: str) -> None:
    """What only some readers take for a boolean, a number or a date is a string."""
    assert resolve(text, "values") == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("y", True),
        ("0644", 420),
        ("-0644", -420),
        ("0o17", 15),
        ("0b101", 5),
        ("1_000", 1000),
        ("08", 8),
        ("2024-01-02", "2024-01-02"),
        ("1:30", "1:30"),
        ("0", 0),
        ("00", 0),
        ("9223372036854775807", 2**63 - 1),
        ("-0x7fffffffffffffff", -(2**63) + 1),
    ],
)
def test_reads_manifests_as_kubectl_does(text: str, value: object) -> None:
    """The kubectl dialect has YAML 1.1's booleans, octal and binary numbers, and no dates."""
    found = resolve(text, "kubectl")
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0644", 'write 420 (octal), 644 (decimal) or "0644" (text)'),
        ("08", 'write 8 (decimal) or "08" (text)'),
        (".nan", 'must be a finite number, not .nan; write ".nan" if it is meant as text'),
        ("-.INF", "must be a finite number, not -.INF"),
        ("1e999", "is too large a number"),
        (str(MAX_INTEGER + 1), "is beyond 2^53"),
        ("-" + "9" * 5000, "is beyond 2^53"),
    ],
)
def test_refuses_numbers_that_readers_disagree_on(text: str, said: str) -> None:
    """A number that some reader would change is refused with the way to write it."""
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        resolve(text, "values")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["9223372036854775808", "0x8000000000000000", "9" * 5000])
def test_refuses_numbers_of_manifests_that_no_field_holds(text: str) -> None:
    """Those of a cluster have 64 bits."""
    with pytest.raises(ValueError, match=r"is beyond 2\^63, where numbers lose digits"):
        resolve(text, "kubectl")


@pytest.mark.parametrize("dialect", ["values", "kubectl"])
@given(number=st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None, max_examples=100)
def test_reads_back_what_python_writes(dialect: Dialect, number: float) -> None:
    """A number written by Python is read as the same number."""
    assert resolve(repr(number), dialect) == number
