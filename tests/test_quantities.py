from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.errors import LumenError
from lumen_constructs.quantities import Quantity

FACTORS = {
    **{
        suffix: Fraction(10) ** exponent
        for suffix, exponent in zip("numkMGTP", (-9, -6, -3, 3, 6, 9, 12, 15), strict=True)
    },
    **{f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("KMGTP", 1)},
    "": Fraction(1),
}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("0Ki", "0"),
        ("-0", "0"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("5.", "5"),
        ("+5", "5"),
        ("007", "7"),
        ("1.500", "1500m"),
        ("1000000", "1M"),
        ("1000k", "1M"),
        ("1500", "1500"),
        ("1E", "1E"),
        ("100n", "100n"),
        ("1000n", "1u"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000Mi", "1000Mi"),
        ("1024", "1024"),
        ("2048Ki", "2Mi"),
        ("0.5Ki", "512"),
        ("1Ki", "1Ki"),
        ("1023.5Ki", "1048064"),
        ("1.0005Ki", "1024512m"),
        ("1.953125Ki", "2k"),
        ("-1500m", "-1500m"),
        ("-2048Mi", "-2Gi"),
        ("1e3", "1e3"),
        ("1E3", "1e3"),
        ("1e4", "10e3"),
        ("1e+3", "1e3"),
        ("1e0", "1"),
        ("1e-3", "1e-3"),
        ("0.1e1", "1"),
        ("0.0000000001", "1n"),
        ("-0.0000000001", "-1n"),
        (" 1Gi ", "1Gi"),
    ],
)
def test_writes_the_form_of_the_api_server(text: str, canonical: str) -> None:
    """The family of the suffix stays, the largest suffix without a fraction wins, and nothing is finer than a nano."""
    assert str(Quantity.parse(text)) == canonical


@pytest.mark.parametrize(
    ("number", "canonical"),
    [(1, "1"), (1000, "1k"), (0.5, "500m"), (1e16, "10P"), (1e-7, "100n"), (-3, "-3"), (2.0, "2"), (0, "0")],
)
def test_takes_numbers_for_themselves(number: float, canonical: str) -> None:
    """A number in YAML or Python is a quantity without a suffix."""
    assert Quantity.parse(number).canonical == canonical


@settings(deadline=None, derandomize=True, max_examples=300)
@given(number=st.integers(-8000, 8000), decimals=st.integers(0, 6), suffix=st.sampled_from(sorted(FACTORS)))
def test_keeps_the_value_and_is_stable(number: int, decimals: int, suffix: str) -> None:
    """The canonical form has the exact value of what was written, up to a nano, and reads as itself."""
    digits = f"{abs(number):0{decimals + 1}d}"
    text = f"{'-' if number < 0 else ''}{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}{suffix}"
    quantity = Quantity.parse(text)
    exact = Fraction(number, 10**decimals) * FACTORS[suffix]
    assert 0 <= (quantity.value - exact) * (1 if number >= 0 else -1) < Fraction(1, 10**9)
    again = Quantity.parse(quantity.canonical)
    assert (again.value, again.canonical) == (quantity.value, quantity.canonical)


def test_compares_by_value() -> None:
    """Two spellings of one amount are equal, also as keys."""
    assert Quantity.parse("1000m") == Quantity.parse(1)
    assert len({Quantity.parse("1024Mi"), Quantity.parse("1Gi")}) == 1
    assert Quantity.parse("1Gi") > Quantity.parse("1G")
    assert max(map(Quantity.parse, ("500m", "0.6", "1e-1"))).canonical == "600m"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("100u", "1m"), ("1500u", "2m"), ("-1500u", "-2m"), ("250m", "250m"), ("1e-6", "1e-3"), ("1Gi", "1Gi")],
)
def test_rounds_resources_up_to_thousandths(text: str, canonical: str) -> None:
    """A resource list has nothing finer than a thousandth; it is rounded away from zero."""
    assert Quantity.parse(text).to_milli().canonical == canonical


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("128mb", "write 128M or 128Mi"),
        ("128MB", "write 128M or 128Mi"),
        ("64K", "write 64k or 64Ki"),
        ("1gib", "write 1Gi"),
        ("1mi", "write 1Mi"),
        ("1 Gi", "write 1Gi"),
        ("1,5", "write 1.5"),
        ("1_000", "write 1000"),
        ("3µ", "write 3u"),
        ("2 cores", "write 2"),
        ("250 millicores", "write 250m"),
        ("", "write a number"),
        (".", "write a number"),
        ("1e", "write a number"),
        ("1e3e3", "write a number"),
        ("1e-3Ki", "write a number"),
        ("--1", "write a number"),
        ("٣", "write a number"),
        ("nan", "write a number"),
        ("1e500", "exponent beyond 99"),
        ("9" * 500, "write a number"),
        ("8Ei", "must be below 8Ei"),
        ("1e30", "must be below 8Ei"),
        ("-9.3E", "must be below 8Ei"),
    ],
)
def test_refuses_what_is_no_quantity(text: str, remedy: str) -> None:
    """A wrong spelling is shown together with the one that was probably meant."""
    with pytest.raises(LumenError) as error:
        Quantity.parse(text)
    assert remedy in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("value", [True, None, float("nan"), float("inf"), float("-inf"), [], 2**63, 1e300])
def test_refuses_values_that_are_no_amount(value: Any) -> None:
    """Booleans, NaN, infinities, other types and what overflows 64 bits are errors, not crashes."""
    with pytest.raises(LumenError, match=r"is not a quantity|is too large"):
        Quantity.parse(value)


def test_refuses_numbers_that_python_cannot_print() -> None:
    """An integer of thousands of digits is too large, not a crash."""
    with pytest.raises(LumenError, match="is too large"):
        Quantity.parse(10**5000)
