"""Kubernetes quantities (``500m``, ``128Mi``): read, compared, and written as the API server writes them.

The rules are those of apimachinery's ``resource.Quantity``: a value is kept to the nano, what is finer is rounded away
from zero, and the canonical form keeps the family of the suffix (binary, decimal or exponent) and takes its largest
suffix that leaves no fraction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

_FORM = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([a-zA-Z]*)([+-]?[0-9]*)")
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY_SUFFIXES = ("", *_BINARY)
_DECIMAL_SUFFIXES = {exponent: suffix for suffix, exponent in _DECIMAL.items()}

_NANOS = 10**9
_MILLI = 10**6
_TOO_LARGE = 2**63

#: Longer texts are no quantity that anybody meant, and would only cost time.
_LONGEST = 128
_LARGEST_EXPONENT = 99

#: What a suffix that Kubernetes does not know was probably meant to be, in lower case.
_MEANT = {
    **{f"{letter.lower()}{tail}": (letter, f"{letter.upper()}i") for letter in "kMGTPE" for tail in ("", "b")},
    **{f"{letter}i{tail}": (f"{letter.upper()}i",) for letter in "kmgtpe" for tail in ("", "b")},
    "e": (),
    **dict.fromkeys(("b", "byte", "bytes", "c", "core", "cores", "cpu", "cpus"), ("",)),
    **dict.fromkeys(("mc", "mcpu", "milli", "millicore", "millicores"), ("m",)),
}


@dataclass(frozen=True, order=True, slots=True)
class Quantity:
    """An amount of CPU, memory, storage or of a metric; compares by value: ``1000m`` equals ``1``."""

    value: Fraction
    """The amount in the resource's unit (cores, bytes), exact to the nano."""
    canonical: str = field(compare=False)
    """The form that the API server stores: ``1000m`` is ``1``, ``1024Mi`` is ``1Gi``, ``0.5`` is ``500m``."""

    @staticmethod
    def parse(text: str | float) -> Quantity:
        """Read a quantity as Kubernetes does; a number stands for itself.

        Raises LumenError for what is not a quantity, and for 8Ei and more, which Kubernetes cannot hold.
        """
        return _parsed(_as_text(text))

    def to_milli(self) -> Quantity:
        """Round up to thousandths, as the API server does with every resource list (requests, limits, quotas)."""
        nanos = int(self.value * _NANOS)
        if nanos % _MILLI == 0:
            return self
        return _quantity(_away_from_zero(nanos, _MILLI) * _MILLI, _Family.of(self.canonical))

    def __str__(self) -> str:
        return self.canonical


class _Family:
    """The three kinds of suffix; a quantity keeps its kind."""

    BINARY = "binary"
    DECIMAL = "decimal"
    EXPONENT = "exponent"

    @classmethod
    def of(cls, canonical: str) -> str:
        if canonical.endswith("i"):
            return cls.BINARY
        return cls.EXPONENT if "e" in canonical else cls.DECIMAL


_EXAMPLES = "write a number, alone or with one of n u m k M G T P E Ki Mi Gi Ti Pi Ei, such as 500m or 128Mi"


def _as_text(given: object) -> str:
    """Write a number as text; refuse what is neither text nor a finite number (and True, which Python calls an int)."""
    if isinstance(given, str):
        return str(given)
    if (
        isinstance(given, bool)
        or not isinstance(given, (int, float))
        or (isinstance(given, float) and not isfinite(given))
    ):
        message = f"{show(given)} is not a quantity; {_EXAMPLES}"
        raise LumenError(message)
    if abs(given) >= _TOO_LARGE:
        raise LumenError(_too_large(f"{Decimal(given):.4g}"))
    return f"{Decimal(repr(given)):f}" if isinstance(given, float) else str(given)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Quantity:
    stripped = text.strip()
    form = _FORM.fullmatch(stripped) if len(stripped) <= _LONGEST else None
    if form is None or not (form[2] or form[3]):
        raise LumenError(_no_quantity(text))
    sign, whole, decimals, suffix, power = form[1], form[2], form[3] or "", form[4], form[5]

    digits = int(whole + decimals)
    if suffix in _BINARY and not power:
        family, numerator, exponent = _Family.BINARY, digits << _BINARY[suffix], 0
    elif suffix in _DECIMAL and not power:
        family, numerator, exponent = _Family.DECIMAL, digits, _DECIMAL[suffix]
    elif suffix in {"e", "E"} and power.strip("+-"):
        family, numerator, exponent = _Family.EXPONENT, digits, int(power)
        if abs(exponent) > _LARGEST_EXPONENT:
            message = f"{show(text)} has an exponent beyond {_LARGEST_EXPONENT}; {_EXAMPLES}"
            raise LumenError(message)
    else:
        raise LumenError(_no_quantity(text))

    shift = exponent + 9 - len(decimals)
    nanos = numerator * 10**shift if shift >= 0 else _away_from_zero(numerator, 10**-shift)
    if nanos >= _TOO_LARGE * _NANOS:
        raise LumenError(_too_large(show(text)))
    return _quantity(-nanos if sign == "-" else nanos, family)


def _quantity(nanos: int, family: str) -> Quantity:
    return Quantity(Fraction(nanos, _NANOS), _canonical(nanos, family))


def _canonical(nanos: int, family: str) -> str:
    if nanos == 0:
        return "0"
    # Small or fractional amounts of bytes have no binary form. One without a binary suffix, such as 1.953125Ki = 2000,
    # is written in the decimal family, because that is how the API server reads its own output: 2k.
    if family == _Family.BINARY and nanos % (_NANOS * 1024) == 0:
        number, times = _without_factors(nanos // _NANOS, 1024, len(_BINARY))
        return f"{number}{_BINARY_SUFFIXES[times]}"
    number, times = _without_factors(nanos, 1000, 9)
    exponent = 3 * times - 9
    if family == _Family.EXPONENT:
        return f"{number}e{exponent}" if exponent else str(number)
    return f"{number}{_DECIMAL_SUFFIXES[exponent]}"


def _without_factors(number: int, factor: int, most: int) -> tuple[int, int]:
    """Divide by ``factor`` as often as nothing remains, at most ``most`` times; tell how often that was."""
    times = 0
    while times < most and number % factor == 0:
        number //= factor
        times += 1
    return number, times


def _away_from_zero(numerator: int, divisor: int) -> int:
    return -(-numerator // divisor) if numerator >= 0 else numerator // divisor


def _too_large(shown: str) -> str:
    return f"{shown} is too large a quantity; it must be below 8Ei"


def _no_quantity(text: str) -> str:
    """Say what is wrong, with the spelling that was probably meant."""
    compact = text.strip().replace(" ", "").replace("_", "").replace(",", ".").replace("µ", "u").replace("μ", "u")
    remedy = _EXAMPLES
    if len(compact) <= _LONGEST and (form := re.fullmatch(r"([+-]?[0-9]*\.?[0-9]+)([a-zA-Z]*)", compact)):
        number, suffix = form[1], form[2]
        known = suffix in _BINARY or suffix in _DECIMAL
        meant = (suffix,) if known else _MEANT.get(suffix.lower(), ())
        if meant:
            remedy = f"write {' or '.join(number + way for way in meant)}"
    return f"{show(text)} is not a quantity; {remedy}"
