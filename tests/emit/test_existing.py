from __future__ import annotations

import os
from pathlib import Path

import pytest

from lumen_constructs.emit.existing import MARK, read_existing
from lumen_constructs.errors import LumenError


def test_everything_is_found_and_links_are_not_followed(tmp_path: Path) -> None:
    """Files, links, empty folders and whatever else a folder can hold."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/file").write_text("x")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    found = read_existing(tmp_path)
    assert (list(found.files), found.links, found.empty, found.others) == (["a/file"], ["link"], ["a/b"], ["pipe"])


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """The first run has nothing to look at."""
    assert not read_existing(tmp_path / "dist").files


@pytest.mark.parametrize(
    ("content", "ours"),
    [
        (f"# {MARK}; do not edit\n", True),
        (f"#!/bin/sh\n# {MARK}\n", True),
        ("# mine\n", False),
        ("", False),
        ("x" * 1000 + MARK, False),
    ],
)
def test_a_file_is_ours_if_it_says_so_near_its_beginning(tmp_path: Path, content: str, *, ours: bool) -> None:
    """Somebody's file that quotes the words further below stays theirs."""
    (tmp_path / "file").write_text(content)
    assert read_existing(tmp_path).is_ours("file") is ours


def test_refuses_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    """An output must be a folder."""
    (tmp_path / "dist").write_text("x")
    with pytest.raises(LumenError, match="dist: is not a folder"):
        read_existing(tmp_path / "dist")


@pytest.mark.parametrize(("mode", "held"), [(0o755, True), (0o644, False)])
def test_a_script_that_cannot_be_run_is_not_what_it_should_be(tmp_path: Path, mode: int, *, held: bool) -> None:
    """Its leave to be run belongs to a script; other files need none."""
    (tmp_path / "run.sh").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(mode)
    (tmp_path / "plain").write_bytes(b"x")
    found = read_existing(tmp_path)
    assert found.holds("run.sh", b"#!/bin/sh\n") is held
    assert found.holds("plain", b"x")
