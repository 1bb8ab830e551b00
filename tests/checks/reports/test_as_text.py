from __future__ import annotations

import re

from lumen_constructs.checks.reports.as_text import text
from tests.checks.reports.outcomes import CLEAN, MIXED


def test_groups_findings_by_file_and_object() -> None:
    """Each with line and column, then the waivers with their reasons, then a line that counts."""
    assert text(MIXED) == (
        "a b/web.yaml\n"
        "  Service/shop/web\n"
        "    12:3  error    spec.selector: selects no pod; 100% sure; the nearest is 'web', not 'wbe'"
        "  [service-selects-nothing]\n"
        "  Pod/shop/\\x1b[2Jweb\n"
        "    9:1  warning  has the tag 'latest'  [image-tag-mutable]\n"
        "\n"
        "../x,y:z.yaml\n"
        "  Pod/shop/\\x1b[2Jweb\n"
        "    104:7  warning  has the tag 'latest'  [image-tag-mutable]\n"
        "\n"
        "waived\n"
        "  dist/shop/dev/50/pod.yaml:4  Pod/shop/\\x1b[2Jweb  image-tag-mutable: follows main: on purpose\n"
        "\n"
        "1,234 objects in 2 sets: 1 error, 2 warnings, 1 waived, 2 places could not be read,"
        " 1 file without manifests passed over\n"
    )


def test_says_what_was_checked_where_nothing_is_wrong() -> None:
    """A line, so that nobody takes an empty folder for a clean one."""
    assert text(CLEAN) == "2 objects: 0 errors, 0 warnings, 0 waived\n"


def test_colours_say_nothing_that_words_do_not() -> None:
    """Without them it is the same text."""
    coloured = text(MIXED, colour=True)
    assert "\x1b[31merror  \x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9]+m", "", coloured) == text(MIXED)
    assert text(CLEAN, colour=True).startswith("\x1b[32m")
