"""Text of somebody else's in what a person reads: nothing of it breaks a line, or is obeyed by a terminal."""

from __future__ import annotations

import re

#: Control characters, line ends of Unicode, and what changes the direction of reading.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def on_one_line(text: str) -> str:
    """Give ``text`` with a space in place of each run of such characters."""
    return _CONTROL.sub(" ", text)


def escaped(text: str) -> str:
    """Give ``text`` with such characters as Python writes them in strings: what was found is shown as it is."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
