from __future__ import annotations

import io

import pytest

from lumen_constructs.cli.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def shown(stream: io.StringIO, total: int = 3, *, quiet: bool = False) -> str:
    """Give what a run of ``total`` steps writes."""
    with Progress(total, quiet=quiet, stream=stream) as progress:
        for number in range(total):
            progress.next(f"shop/{number}")
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_sees_each_step_and_nothing_afterwards() -> None:
    """Each line takes the place of the one before it, and the last one is erased."""
    assert shown(Terminal()) == "".join(f"\r\x1b[K{step}" for step in ("1/3 shop/0", "2/3 shop/1", "3/3 shop/2", ""))


def test_everybody_else_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a quiet run, a short one, a terminal that cannot erase, and CI."""
    assert shown(io.StringIO()) == ""
    assert shown(Terminal(), quiet=True) == ""
    assert shown(Terminal(), 2) == ""
    monkeypatch.setenv("TERM", "dumb")
    assert shown(Terminal()) == ""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("CI", "true")
    assert shown(Terminal()) == ""
