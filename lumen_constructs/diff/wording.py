"""How values and their changes are shown: on one line, short, and never the content of a Secret."""

from __future__ import annotations

import re
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.diff.fields import ABSENT, FieldChange

_LONGEST = 60

#: Whatever would break a line, or move a terminal's cursor.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

#: Parents of values that nobody should read in a log.
_HIDDEN = (("data",), ("stringData",))


def became(change: FieldChange) -> str:
    """Say what a value was and is: ``3 → 5``; ``new: 5``; ``was 3``."""
    if change.path and change.path[-1] == "[order]":
        return "another order"
    if isinstance(change.before, list) and isinstance(change.after, list):
        return _list_became(change.before, change.after)
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str) and ("\n" in before or "\n" in after):
        return _text_became(before, after)
    if ABSENT in (before, after):
        return f"was {shown(before)}" if after is ABSENT else f"new: {shown(after)}"
    if before == after == "(hidden)":
        return "another value, which is hidden"
    return f"{shown(before)} → {shown(after)}"


def hidden(change: FieldChange, type_: str) -> FieldChange:
    """Give a change of a Secret without what is secret, whichever field holds it."""
    if type_ != kinds.SECRET or change.path[:1] not in _HIDDEN:
        return change
    before, after = (ABSENT if value is ABSENT else "(hidden)" for value in (change.before, change.after))
    return change._replace(before=before, after=after)


def _list_became(before: list[Any], after: list[Any]) -> str:
    gone = [f"-{shown(item)}" for item in before if item not in after]
    came = [f"+{shown(item)}" for item in after if item not in before]
    return _cut(", ".join([*gone, *came]), 2 * _LONGEST) or "another order"


def _text_became(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    gone = [line for line in old if line not in new]
    came = [line for line in new if line not in old]
    first = [f"-{shown(line.strip())}" for line in gone[:1]] + [f"+{shown(line.strip())}" for line in came[:1]]
    return f"{len(gone)} lines go, {len(came)} come: {', '.join(first)}" if first else "another order of lines"


def shown(value: Any) -> str:
    """Show a value on one line, cut where it is long."""
    if value is ABSENT or value is None:
        return "absent" if value is ABSENT else "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {shown(one)}" for key, one in value.items())
        return _cut(f"{{{inside}}}")
    if isinstance(value, list):
        return _cut(f"[{', '.join(shown(one) for one in value)}]")
    return _cut(on_one_line(str(value))) if value != "" else '""'


def listed(items: list[str], most: int = 5) -> str:
    """Join items, and count those that would be too many."""
    more = len(items) - most
    return ", ".join(items) if more <= 0 else f"{', '.join(items[:most])} and {more} more"


def on_one_line(text: str) -> str:
    """Give ``text`` without what would break its line, or move a terminal's cursor."""
    return _CONTROL.sub(" ", text)


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
