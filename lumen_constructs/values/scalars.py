"""What an unquoted YAML scalar means, in the two dialects that matter here.

``"values"`` is YAML 1.2's core schema, less its surprises: only ``true`` and ``false`` (and their capitals) are
booleans; ``yes``, ``on``, ``0o17``, ``1:30`` and dates are strings; a number with a leading zero, which is octal to
one reader and decimal to another, is refused. ``"kubectl"`` is what kubectl, Argo CD and Flux make of a manifest
(Go's YAML 1.1).
"""

from __future__ import annotations

import math
import re
from typing import Literal

Dialect = Literal["values", "kubectl"]
Scalar = str | int | float | bool | None

#: Integers beyond it lose digits in JSON, in JavaScript, and in whatever reads numbers as doubles.
MAX_INTEGER = 2**53
#: The largest of a field of type int64: real CRDs have it as a bound.
_MAX_INT64 = 2**63 - 1

_NULL = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS: dict[str, bool | None] = {**_NULL, **_BOOL}
_KUBECTL_WORDS: dict[str, bool | None] = {
    **_WORDS,
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}

#: With which characters a scalar may start that is no string; all others are known by a look at the first one.
_STARTS = frozenset("+-.0123456789")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_HEX = re.compile(r"[-+]?0x[0-9a-fA-F]+")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_OTHER_BASE = re.compile(r"[-+]?0(b[01]+|o?[0-7]+)")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def resolve(text: str, dialect: Dialect) -> Scalar:
    """Give the value of a plain scalar; raises :class:`ValueError` with what is wrong with it, in our words."""
    words = _WORDS if dialect == "values" else _KUBECTL_WORDS
    if text in words:
        return words[text]
    if text[0] not in _STARTS:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f'must be a finite number, not {text}; write "{text}" if it is meant as text')
    number = _number(text if dialect == "values" else text.replace("_", ""), dialect)
    return text if number is None else number


def _number(text: str, dialect: Dialect) -> int | float | None:
    if dialect == "kubectl" and _OTHER_BASE.fullmatch(text):
        digits = text.lower().lstrip("+-")
        base = 2 if digits.startswith("0b") else 8
        return _integer(text, int(digits.lstrip("0bo") or "0", base) * (-1 if text[0] == "-" else 1), dialect)
    if dialect == "values" and _LEADING_ZERO.fullmatch(text):
        raise ValueError(_leading_zero(text))
    if _HEX.fullmatch(text):
        return _integer(text, int(text, 16), dialect)
    if _DECIMAL.fullmatch(text):
        # Python refuses to parse thousands of digits; twenty are too many here already.
        return _integer(text, int(text) if len(text) <= 20 else _MAX_INT64 + 1, dialect)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError(f"is too large a number: {text[:40]}")
        return number
    return None


def _integer(text: str, value: int, dialect: Dialect) -> int:
    most, words = (MAX_INTEGER, "2^53") if dialect == "values" else (_MAX_INT64, "2^63")
    if abs(value) > most:
        short = text if len(text) <= 40 else f"{text[:30]}…"
        raise ValueError(
            f'{short} is beyond {words}, where numbers lose digits; write "{short}" if it is meant as text'
        )
    return value


def _leading_zero(text: str) -> str:
    octal = ""
    if re.fullmatch(r"0[0-7]+", text) and len(text) <= 20:
        octal = f"{int(text, 8)} (octal), "
    decimal = text.lstrip("+-0") or "0"
    return f'{text} is octal to some readers and decimal to others; write {octal}{decimal} (decimal) or "{text}" (text)'
