"""What the tests of values share: a directory to write values files into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lumen_constructs.values import File

Write = Callable[[str, str], File]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a values file into the current directory, which is a new one."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> File:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return File(path)

    return write
