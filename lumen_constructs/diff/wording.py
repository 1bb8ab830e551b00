"""How values and their changes are shown: on one line, short, and never the content of a Secret."""

from __future__ import annotations

import re
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.diff.fields import ABSENT, FieldChange
from lumen_constructs.printable import on_one_line

_LONGEST = 60

#: How much of what two long texts begin with alike is shown.
_COMMON = 12

#: A checksum, whose digits say nothing to a reader.
_HASH = re.compile(r"[0-9a-f]{32,}")

#: An image: its repository, and its tag and digest.
_IMAGE = re.compile(r"(?P<repository>[^@]*?)(?::(?P<tag>[^/:@]+))?(?:@(?P<digest>.+))?")

#: Parents of values that nobody should read in a log, by kind, and what stands in their place.
_HIDDEN = {
    kinds.SECRET: ((("data",), ("stringData",)), "(hidden)"),
    kinds.SEALED_SECRET: ((("spec", "encryptedData"),), "(sealed)"),
}


def became(change: FieldChange) -> str:
    """Say what a value was and is: ``3 → 5``; ``new: 5``; ``was 3``."""
    before, after = change.before, change.after
    if change.path and change.path[-1] == "[order]":
        return "another order"
    if isinstance(before, list) and isinstance(after, list):
        return _list_became(before, after)
    if ABSENT in (before, after):
        return f"was {shown(before)}" if after is ABSENT else f"new: {shown(after)}"
    if isinstance(before, str) and isinstance(after, str):
        return _string_became(before, after)
    return f"{shown(before)} → {shown(after)}"


def hidden(change: FieldChange, type_: str) -> FieldChange:
    """Give a change without what is secret, or only ciphertext."""
    if type_ not in _HIDDEN:
        return change
    places, stand_in = _HIDDEN[type_]
    if not any(change.path[: len(place)] == place for place in places):
        return change
    before, after = (ABSENT if value is ABSENT else stand_in for value in (change.before, change.after))
    return change._replace(before=before, after=after)


def image_became(before: str, after: str) -> str:
    """Say what an image was and is, its repository once where it stays: ``ghcr.io/acme/cart 1.4.1 → 1.5.0``."""
    old, new = _IMAGE.fullmatch(before), _IMAGE.fullmatch(after)
    if old is None or new is None or old["repository"] != new["repository"] or old["tag"] == new["tag"]:
        return f"{shown(before)} → {shown(after)}"
    return f"{shown(old['repository'])} {shown(old['tag'] or 'latest')} → {shown(new['tag'] or 'latest')}"


def brief(path: tuple[str | int, ...]) -> str:
    """Show a path in a sentence: ``containers[cart].image``."""
    return re.sub(r"\[[A-Za-z.]+=", "[", FieldChange(path, None, None).shown)


def _list_became(before: list[Any], after: list[Any]) -> str:
    gone = [f"-{shown(item)}" for item in before if item not in after]
    came = [f"+{shown(item)}" for item in after if item not in before]
    return _cut(", ".join([*gone, *came]), 2 * _LONGEST) or "another order"


def _string_became(before: str, after: str) -> str:
    if before == after:
        return f"another value {before}"
    if _HASH.fullmatch(before) and _HASH.fullmatch(after):
        return "another checksum"
    if "\n" in before or "\n" in after:
        return _text_became(before, after)
    start = max(0, _length_of_common_start(before, after) - _COMMON)
    if start > _COMMON and max(len(before), len(after)) > _LONGEST:
        return f"{_cut(on_one_line(f'…{before[start:]}'))} → {_cut(on_one_line(f'…{after[start:]}'))}"
    return f"{shown(before)} → {shown(after)}"


def _length_of_common_start(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))


def _text_became(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    in_old, in_new = set(old), set(new)
    gone = [line for line in old if line not in in_new]
    came = [line for line in new if line not in in_old]
    if not gone and not came:
        return "another order of lines"
    first = [f"-{shown(line.strip())}" for line in gone[:1]] + [f"+{shown(line.strip())}" for line in came[:1]]
    counts = [f"{len(lines)} {word}" for lines, word in ((gone, "removed"), (came, "added")) if lines]
    noun = "line" if len(gone) + len(came) == 1 else "lines"
    return f"{noun}: {', '.join(counts)}: {', '.join(first)}"


def shown(value: Any) -> str:
    """Show a value on one line, cut where it is long."""
    if value is ABSENT or value is None:
        return "absent" if value is ABSENT else "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        inside = ", ".join(f"{key}: {shown(one)}" for key, one in value.items())
        return _cut(on_one_line(f"{{{inside}}}"))
    if isinstance(value, list):
        return _cut(f"[{', '.join(shown(one) for one in value)}]")
    return _cut(on_one_line(str(value))) if value != "" else '""'


def listed(items: list[str], most: int = 5) -> str:
    """Join items, and count those that would be too many."""
    more = len(items) - most
    return ", ".join(items) if more <= 0 else f"{', '.join(items[:most])} and {more} more"


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
