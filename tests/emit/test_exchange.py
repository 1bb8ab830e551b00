from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lumen_constructs.emit import exchange as module
from lumen_constructs.emit.exchange import exchange, flush, locked


def test_two_folders_change_names(tmp_path: Path) -> None:
    """In one step, where the system can."""
    (tmp_path / "a/only-a").mkdir(parents=True)
    (tmp_path / "b/only-b").mkdir(parents=True)
    if not exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this system cannot exchange two names")
    assert (tmp_path / "a/only-b").is_dir()
    assert (tmp_path / "b/only-a").is_dir()


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """It is not taken for a system that cannot exchange."""
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="b") as caught:
        exchange(tmp_path / "a", tmp_path / "b")
    assert caught.value.errno == errno.ENOENT


def test_says_so_where_the_system_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done, and the caller takes another way; flushing falls back too."""
    monkeypatch.setattr(module, "_libc_function", lambda _: None)
    (tmp_path / "a").mkdir()
    assert not exchange(tmp_path / "a", tmp_path / "b")
    flush(tmp_path)


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    """The lock is on the folder, and leaves no file in it."""
    with locked(tmp_path) as first:
        assert first
        with locked(tmp_path) as second:
            assert not second
    with locked(tmp_path) as third:
        assert third
    assert list(tmp_path.iterdir()) == []
