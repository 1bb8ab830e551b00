"""From the path of a finding, as people read it, back to the steps that lead there in the data."""

from __future__ import annotations

import re
from typing import Any

Step = str | int

_INDEX = re.compile(r"\[([0-9]{1,9})\]")
_QUOTED = re.compile(r"""\[(['"]?)(.*?)\1\]""", re.DOTALL)


def steps_of(path: str, body: Any) -> list[Step]:
    """Give the steps of ``path`` in ``body``, as far as the body has them, and the one after.

    A path does not tell the dots in a key from those between keys: the data does. ``metadata.labels.a.b/c`` is the key
    ``a.b/c`` of the labels where they have it.
    """
    steps: list[Step] = []
    left, value = path, body
    while left:
        step, left = _next(left, value)
        steps.append(step)
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
    return steps


def _next(path: str, value: Any) -> tuple[Step, str]:
    """Take the first step off a path."""
    if isinstance(value, list) and (found := _INDEX.match(path)):
        return int(found[1]), path[found.end() :].removeprefix(".")
    if isinstance(value, dict):
        if key := _longest_key(path, value):
            return key, path[len(key) :].removeprefix(".")
        if quoted := _QUOTED.match(path):
            return quoted[2], path[quoted.end() :].removeprefix(".")
    key, _, left = path.partition(".")
    return key, left


def _longest_key(path: str, value: dict[str, Any]) -> str:
    """Give the longest key that the path goes on with; most often that is the text before the first dot."""
    ends = [match.start() for match in re.finditer(r"[.\[]|\Z", path[:512]) if match.start()]
    return next((path[:end] for end in reversed(ends) if path[:end] in value), "")
