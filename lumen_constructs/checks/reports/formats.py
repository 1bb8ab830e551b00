"""The formats by the names that the command line has for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from lumen_constructs.checks.reports.as_github import github
from lumen_constructs.checks.reports.as_json import json_text
from lumen_constructs.checks.reports.as_sarif import sarif
from lumen_constructs.checks.reports.as_text import text
from lumen_constructs.checks.reports.outcome import Outcome

Format = Literal["text", "json", "sarif", "github"]

#: What makes each format.
FORMATS: dict[Format, Callable[[Outcome], str]] = {
    "text": text,
    "json": json_text,
    "sarif": sarif,
    "github": github,
}
