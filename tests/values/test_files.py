from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.values import files


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _fault(path: Path | str, max_bytes: int = files.MAX_BYTES) -> str:
    with pytest.raises(LumenError) as caught:
        files.read_text(path, max_bytes=max_bytes)
    (fault,) = caught.value.faults
    return fault


def test_reads_utf8_without_its_mark(tmp_path: Path) -> None:
    """A byte order mark is no part of the text."""
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfg\xc3\xbcte")
    assert files.read_text(tmp_path / "a") == "güte"


def test_refuses_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, a directory, forbidden, in a file's place, with a NUL: each is one line with the short path."""
    (tmp_path / "file").touch()
    assert _fault(tmp_path / "none.yaml") == "none.yaml: no such file"
    assert _fault(tmp_path) == f"{files.shown(tmp_path)}: is a directory, not a file"
    assert _fault("file/below") == "file/below: cannot be read: not a directory"
    assert "cannot be read" in _fault("a\0b")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert _fault("file") == "file: must be readable: permission denied"


def test_refuses_what_is_not_utf8(tmp_path: Path) -> None:
    """The line and the byte are named."""
    (tmp_path / "latin").write_bytes(b"a: 1\nb: g\xfcte\n")
    assert _fault("latin") == "latin:2: must be UTF-8, but has the byte 0xfc; save it as UTF-8"
    (tmp_path / "utf16").write_text("a: 1", encoding="utf-16")
    assert _fault("utf16").startswith("utf16:1: must be UTF-8")


def test_refuses_large_files_without_reading_them_all() -> None:
    """A device that never ends is refused like a large file."""
    assert _fault("/dev/zero", max_bytes=2 * 1024**2) == "/dev/zero: is larger than 2 MiB, the most that is read"


def test_shows_the_shorter_path(tmp_path: Path) -> None:
    """A path below the current directory is relative, one far from it stays as it is."""
    assert files.shown(tmp_path / "apps" / "values.yaml") == "apps/values.yaml"
    assert files.shown("/etc") == "/etc"
