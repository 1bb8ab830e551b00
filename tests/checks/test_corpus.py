"""Silence where there is nothing wrong: sets in the shapes that other people's tools give them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.checks import Settings
from tests.checks.sets import report

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.yaml"))


@pytest.mark.parametrize("kubernetes", ["1.27", ""])
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_other_peoples_sets_have_no_error(path: Path, kubernetes: str) -> None:
    """What is right has no error, however it was made, at the oldest and the newest release."""
    result = report(path.read_text(encoding="utf-8"), settings=Settings(kubernetes=kubernetes))
    assert [str(finding) for finding in result.errors] == []
    assert result.objects > 3
