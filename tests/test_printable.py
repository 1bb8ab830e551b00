"""Nothing that a file or a name holds is obeyed by a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lumen_constructs.printable import escaped, on_one_line

ODD = "a\x1b[31m\r\nb\u202e\u2028\x85ä→"


def test_odd_characters_are_shown_as_escapes_or_left_out() -> None:
    """Letters and arrows stay; colours, line ends and what turns the direction of reading go."""
    assert escaped(ODD) == "a\\x1b[31m\\r\\nb\\u202e\\u2028\\x85ä→"
    assert on_one_line(ODD) == "a [31m b ä→"


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    """Whatever it holds."""
    assert len(escaped(text).splitlines()) <= 1
    assert len(on_one_line(text).splitlines()) <= 1
    assert escaped(text).isprintable()
