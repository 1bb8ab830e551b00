"""A copy of the example project, so that its output is nobody's."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the folder of the example project, rendered by nobody yet."""
    folder = tmp_path_factory.mktemp("project") / "example"
    shutil.copytree(DOCS / "example", folder, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    path, modules = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path[:] = path
    for name in {name for name in sys.modules if name.partition(".")[0] == "shop"} - modules:
        del sys.modules[name]


@pytest.fixture
def restored_filters() -> Iterator[None]:
    """Undo what a page does to Python's filters of warnings."""
    with warnings.catch_warnings():
        yield
