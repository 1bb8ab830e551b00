"""Cron schedules, as Kubernetes (five fields) and CloudNativePG (six, seconds first) read them."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MACROS = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_EVERY = re.compile(r"@every ([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+")

#: A field's name, its bounds, and the words that stand for its numbers.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...], int], ...] = (
    ("second", 0, 59, (), 0),
    ("minute", 0, 59, (), 0),
    ("hour", 0, 23, (), 0),
    ("day of the month", 1, 31, (), 0),
    ("month", 1, 12, _MONTHS, 1),
    ("day of the week", 0, 7, _DAYS, 0),
)
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def schedule_fault(schedule: str, *, seconds: bool = False) -> str | None:
    """Say what is wrong with a schedule, in words that can follow its value; None where nothing is."""
    if schedule.startswith("@"):
        known = schedule in _MACROS or _EVERY.fullmatch(schedule)
        return None if known else f"must be one of {', '.join(_MACROS)}, or fields"
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        return "must not hold a time zone; write it into spec.timeZone"
    fields = _FIELDS if seconds else _FIELDS[1:]
    parts = schedule.split()
    if len(parts) != len(fields):
        return f"has {len(parts)} fields, {len(fields)} are wanted ({', '.join(field[0] for field in fields)})"
    read: dict[str, set[int]] = {}
    for part, (name, low, high, words, offset) in zip(parts, fields, strict=True):
        values = _values(part, low, high, {word: place + offset for place, word in enumerate(words)})
        if values is None:
            return f"has '{part}' for the {name}, which must be within {low} and {high}"
        read[name] = values
    if parts[-1] in ("*", "?") and not any(
        day <= _LONGEST_MONTH[month - 1] for day in read["day of the month"] for month in read["month"]
    ):
        return "is for a date that never comes"
    return None


def _values(part: str, low: int, high: int, words: dict[str, int]) -> set[int] | None:
    """Give the values that a field stands for; None where it cannot be read."""
    found: set[int] = set()
    for entry in part.lower().split(","):
        span, slash, step = entry.partition("/")
        if slash and (not _is_number(step) or int(step) == 0):
            return None
        if span in ("*", "?"):
            first, last = low, high
        else:
            start, dash, end = span.partition("-")
            one = _value(start, words)
            other = _value(end, words) if dash else one
            if one is None or other is None:
                return None
            first, last = one, high if slash and not dash else other
        if not low <= first <= last <= high:
            return None
        found.update(range(first, last + 1, int(step) if slash else 1))
    return found


def _value(text: str, words: dict[str, int]) -> int | None:
    if text in words:
        return words[text]
    return int(text) if _is_number(text) else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
