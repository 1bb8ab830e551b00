from __future__ import annotations

from lumen_constructs.cli.tables import table


def test_columns_are_aligned() -> None:
    """Text left, numbers right, and no blanks at the end of a line."""
    text = table(("name", "objects", ""), [("shop", "7", "x"), ("warehouse", "123", "")], right=(1,))
    assert text == "name       objects\nshop             7  x\nwarehouse      123\n"


def test_a_table_without_rows_has_its_head() -> None:
    """Nothing is not an error."""
    assert table(("a", "b"), []) == "a  b\n"
