"""Where the examples of the pages run: copies of the example project, and folders of their own."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.docs.walk import Walk
from tests.importing import importable


@pytest.fixture
def example(tmp_path: Path) -> Iterator[Path]:
    """Give a copy of the example project, whose modules can be imported, and which nobody has rendered."""
    folder = copy_of_example(tmp_path / "example")
    with importable(folder):
        yield folder


@pytest.fixture
def walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Walk:
    """Give somebody who does what a page says, in a folder that is empty."""
    folder = tmp_path / "walk"
    folder.mkdir()
    return Walk(folder, monkeypatch, capsys)


def copy_of_example(folder: Path) -> Path:
    """Copy the example project."""
    return shutil.copytree(
        DOCS / "example", folder, ignore=shutil.ignore_patterns("dist", "__pycache__"), dirs_exist_ok=True
    )


@pytest.fixture
def restored_filters() -> Iterator[None]:
    """Undo what a page does to Python's filters of warnings."""
    with warnings.catch_warnings():
        yield
