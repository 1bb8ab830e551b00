from __future__ import annotations

from dataclasses import replace

from lumen_constructs.checks import Waived
from lumen_constructs.checks.reports.waivers import waiver_lines, waiver_notes
from tests.checks.reports.outcomes import NEARLY

TWICE = [
    Waived(NEARLY, "the <pods> come & go"),
    Waived(replace(NEARLY, path="spec.ports"), "the <pods> come & go"),
    Waived(replace(NEARLY, object="Service/shop/`x`\x1b"), "ok"),
]


def test_each_waiver_is_one_line() -> None:
    """However many findings it allows."""
    assert waiver_lines(TWICE) == [
        "Service/shop/web  service-selects-nothing: the <pods> come & go",
        "Service/shop/`x`\\x1b  service-selects-nothing: ok",
    ]


def test_notes_have_a_section_where_there_are_waivers() -> None:
    """As Markdown that shows what was written."""
    assert waiver_notes(TWICE) == (
        "## Waived checks\n\n"
        "- `Service/shop/web` `service-selects-nothing`: the &lt;pods> come &amp; go\n"
        "- `Service/shop/'x'\\x1b` `service-selects-nothing`: ok\n"
    )
    assert waiver_notes([]) == ""
