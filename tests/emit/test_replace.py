from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.emit import replace as module
from lumen_constructs.emit.exchange import locked
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.replace import Replaced, replace, stale
from lumen_constructs.errors import LumenError


def ours(text: str = "") -> bytes:
    """Give the content of a file that we wrote."""
    return f"# {MARK}\n{text}".encode()


TREE = {
    "shop/dev/kustomization.yaml": ours("dev"),
    "shop/dev/10-config/a.yaml": ours("a"),
    "shop/dev/50-services/b.yaml": ours("b"),
    "shop/prod/kustomization.yaml": ours("prod"),
    "blog/dev/kustomization.yaml": ours("blog"),
}


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder by path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leftovers(folder: Path) -> list[str]:
    """Give what runs left beside the output."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(".stage-"))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Give an output that holds TREE."""
    replace(tmp_path / "dist", TREE)
    return tmp_path / "dist"


def test_the_first_run_makes_the_folder(tmp_path: Path) -> None:
    """Its parents too; nothing is left beside it."""
    output = tmp_path / "deep/er/dist"
    assert replace(output, TREE) == Replaced(5, 0, ())
    assert contents(output) == TREE
    assert leftovers(output.parent) == []
    assert (output / "shop/dev").stat().st_mode & 0o777 == 0o777 & ~_umask()
    assert output.stat().st_mode & 0o777 == 0o777 & ~_umask()


def test_what_does_not_change_is_left_alone(dist: Path) -> None:
    """A run that changes nothing does not even replace the folder."""
    before = dist.stat().st_ino
    assert replace(dist, TREE) == Replaced(0, 0, ())
    assert dist.stat().st_ino == before


def test_unchanged_files_are_the_same_files(dist: Path) -> None:
    """Times and all, so that whoever watches files sees the changed ones."""
    before = (dist / "shop/dev/10-config/a.yaml").stat()
    assert replace(dist, {**TREE, "shop/dev/50-services/b.yaml": ours("new")}) == Replaced(1, 0, ())
    after = (dist / "shop/dev/10-config/a.yaml").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (before.st_ino, before.st_mtime_ns, 1)
    assert (dist / "shop/dev/50-services/b.yaml").read_bytes() == ours("new")


def test_files_that_are_no_longer_made_are_removed(dist: Path) -> None:
    """With their folders."""
    tree = {path: content for path, content in TREE.items() if not path.startswith("shop/prod")}
    assert replace(dist, tree) == Replaced(0, 1, ())
    assert contents(dist) == tree
    assert not (dist / "shop/prod").exists()


def test_a_partial_run_leaves_all_else_as_it_is(dist: Path) -> None:
    """Also an environment that no longer exists: only a run of everything removes it."""
    tree = {"shop/dev/kustomization.yaml": ours("less")}
    assert replace(dist, tree, ["shop/dev"]) == Replaced(1, 2, ())
    outside = {path: content for path, content in TREE.items() if not path.startswith("shop/dev")}
    assert contents(dist) == {**outside, **tree}


def test_a_folder_of_a_similar_name_is_outside(dist: Path) -> None:
    """``shop`` is not ``shop-2``."""
    replace(dist, {**TREE, "shop-2/dev/kustomization.yaml": ours()})
    replace(dist, {}, ["shop"])
    assert sorted(contents(dist)) == ["blog/dev/kustomization.yaml", "shop-2/dev/kustomization.yaml"]


def test_what_others_wrote_is_kept(dist: Path) -> None:
    """Files, links, empty folders and modes survive every run; what would be applied is told."""
    (dist / "README.md").write_text("mine")
    (dist / "shop/dev/50-services/mine.yaml").write_text("mine")
    (dist / "other").mkdir()
    (dist / "other/mine.yaml").write_text("mine")
    (dist / "empty").mkdir(mode=0o750)
    (dist / "link").symlink_to("nowhere")
    (dist / "README.md").chmod(0o600)
    replaced = replace(dist, {**TREE, "shop/dev/10-config/a.yaml": ours("new")})
    assert replaced == Replaced(1, 0, ("shop/dev/50-services/mine.yaml",))
    assert (dist / "README.md").stat().st_mode & 0o777 == 0o600
    assert (dist / "other/mine.yaml").read_text() == "mine"
    assert (dist / "empty").stat().st_mode & 0o777 == 0o750
    assert (dist / "link").readlink() == Path("nowhere")


def test_what_others_wrote_is_kept_when_our_files_beside_it_go(dist: Path) -> None:
    """Also where the environment is removed."""
    (dist / "shop/prod/mine.txt").write_text("mine")
    replace(dist, {"blog/dev/kustomization.yaml": ours("blog")})
    assert sorted(contents(dist)) == ["blog/dev/kustomization.yaml", "shop/prod/mine.txt"]


def test_refuses_to_overwrite_what_others_wrote(dist: Path) -> None:
    """Every file in the way is named, and nothing changes."""
    (dist / "shop/dev/NOTES.md").write_text("mine")
    (dist / "shop/dev/40-init").write_text("mine")
    (dist / "shop/dev/60-traffic/x.yaml").mkdir(parents=True)
    (dist / "shop/dev/60-traffic/x.yaml/mine").write_text("mine")
    before = contents(dist)
    new = {f"shop/dev/{path}": ours() for path in ("NOTES.md", "40-init/job.yaml", "60-traffic/x.yaml")}
    with pytest.raises(LumenError) as caught:
        replace(dist, {**TREE, **new})
    assert [fault.removeprefix(f"{dist}/shop/dev/") for fault in caught.value.faults] == [
        "NOTES.md: was not written by lumen, and is not overwritten; move it away",
        "40-init: stands where a folder is to be made; move it away",
        "60-traffic/x.yaml: stands where a file is to be written; move it away",
    ]
    assert contents(dist) == before
    assert leftovers(dist.parent) == []


def test_refuses_what_cannot_be_kept(dist: Path) -> None:
    """A pipe is neither linked nor copied."""
    os.mkfifo(dist / "pipe")
    with pytest.raises(LumenError, match="pipe: is neither a file nor a folder"):
        replace(dist, {})


def test_an_empty_folder_gives_way(dist: Path) -> None:
    """There is nothing in it to lose."""
    (dist / "shop/dev/NOTES.md/deep").mkdir(parents=True)
    replace(dist, {**TREE, "shop/dev/NOTES.md": ours("notes")})
    assert (dist / "shop/dev/NOTES.md").read_bytes() == ours("notes")


def test_an_output_that_is_a_link_stays_one(tmp_path: Path) -> None:
    """What it leads to is replaced."""
    (tmp_path / "real").mkdir()
    (tmp_path / "dist").symlink_to("real")
    replace(tmp_path / "dist", TREE)
    assert (tmp_path / "dist").is_symlink()
    assert contents(tmp_path / "real") == TREE


@pytest.mark.parametrize("missing", ["exchange", "link"])
def test_works_where_the_system_offers_less(dist: Path, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Without an atomic exchange the folders are renamed one after the other; without hard links files are copied."""

    def no_link(*_: object) -> None:
        raise OSError(95, "not supported")

    if missing == "exchange":
        monkeypatch.setattr(module, "exchange", lambda *_: False)
    else:
        monkeypatch.setattr(os, "link", no_link)
    tree = {**TREE, "shop/dev/10-config/a.yaml": ours("new")}
    assert replace(dist, tree) == Replaced(1, 0, ())
    assert contents(dist) == tree
    assert leftovers(dist.parent) == []


def test_mends_a_swap_that_was_cut_off(dist: Path) -> None:
    """Between two renames there is no output: the next run puts the old one back, and goes on from there."""
    (dist / "README.md").write_text("mine")
    dist.rename(dist.parent / ".stage-dist-old")
    (dist.parent / ".stage-dist-abcdefgh").mkdir()
    assert replace(dist, TREE) == Replaced(0, 0, ())
    assert contents(dist) == {**TREE, "README.md": b"mine"}
    assert leftovers(dist.parent) == []


def test_sweeps_only_its_own_leftovers(dist: Path) -> None:
    """Another output, or a folder that only looks alike, is left alone."""
    for name in (".stage-dist-12345678", ".stage-dist-2-12345678", ".stage-dist-2-old", ".stage-mine"):
        (dist.parent / name).mkdir()
    replace(dist, TREE)
    assert leftovers(dist.parent) == [".stage-dist-2-12345678", ".stage-dist-2-old", ".stage-mine"]


def test_a_failure_leaves_everything_as_it_was(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of staging is one line, and no trace."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(dist))

    monkeypatch.setattr(module, "flush", full)
    with pytest.raises(LumenError, match="dist: cannot be written: no space left on device"):
        replace(dist, {"shop/dev/kustomization.yaml": ours("new")})
    assert contents(dist) == TREE
    assert leftovers(dist.parent) == []


def test_waits_for_another_run(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for ever: after a while the user is told."""
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    with locked(dist.parent) as have:
        assert have
        with pytest.raises(LumenError, match="another run is writing it"):
            replace(dist, TREE)
    replace(dist, TREE)


def test_stale_lists_what_a_run_would_change(dist: Path) -> None:
    """And what would be applied although nobody makes it; other people's files are their own business."""
    (dist / "shop/dev/10-config/a.yaml").unlink()
    (dist / "shop/dev/50-services/b.yaml").write_bytes(ours("edited"))
    (dist / "shop/dev/50-services/mine.yaml").write_text("mine")
    (dist / "README.md").write_text("mine")
    tree = {path: content for path, content in TREE.items() if not path.startswith("blog")}
    assert stale(dist, tree) == [
        ("blog/dev/kustomization.yaml", "extra"),
        ("shop/dev/10-config/a.yaml", "missing"),
        ("shop/dev/50-services/b.yaml", "changed"),
        ("shop/dev/50-services/mine.yaml", "foreign"),
    ]
    assert stale(dist, tree, ["shop"])[0].path == "shop/dev/10-config/a.yaml"


PATHS = st.sampled_from([f"{system}/{env}/{name}.yaml" for system in "ab" for env in "cd" for name in "efg"])
TREES = st.dictionaries(PATHS, st.sampled_from([ours("1"), ours("2")]))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(first=TREES, second=TREES, mine=st.sets(PATHS.map(lambda path: f"{path}.txt")))
def test_any_tree_follows_any_other(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, bytes], second: dict[str, bytes], mine: set[str]
) -> None:
    """Afterwards our files are exactly the new tree, nothing is stale, and nobody's file is lost."""
    dist = tmp_path_factory.mktemp("any") / "dist"
    replace(dist, first)
    for path in mine:
        (dist / path).parent.mkdir(parents=True, exist_ok=True)
        (dist / path).write_text("mine")
    replace(dist, second)
    assert contents(dist) == {**second, **dict.fromkeys(mine, b"mine")}
    assert stale(dist, second) == []


_WRITER = """
import sys
from pathlib import Path
from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.replace import replace
trees = [{f"shop/dev/10-config/{i}.yaml": f"# {MARK}\\n{tree}".encode() for i in range(300)} for tree in "ab"]
replace(Path(sys.argv[1]), trees[0])
print("ready", flush=True)
while True:
    for tree in trees:
        replace(Path(sys.argv[1]), tree)
        print("again", flush=True)
"""


def test_a_kill_at_any_time_leaves_a_whole_tree(tmp_path: Path) -> None:
    """Processes that write without pause are killed at several moments: the output is one tree or the other."""
    dist = tmp_path / "dist"
    replaced: set[int] = set()
    for attempt in range(8):
        with subprocess.Popen([sys.executable, "-c", _WRITER, dist], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            for _ in range(1 + attempt % 2):  # however slow the machine is, a tree was replaced
                assert writer.stdout.readline() == b"again\n"
            time.sleep(attempt * 0.0053)  # one replacement takes some 30 ms
            writer.send_signal(signal.SIGKILL)
        found = contents(dist)
        assert len(found) == 300
        assert len(set(found.values())) == 1
        replaced.add(dist.stat().st_ino)
    assert len(replaced) > 1
    replace(dist, TREE)
    assert contents(dist) == TREE
    assert leftovers(tmp_path) == []


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def test_a_script_can_be_run(tmp_path: Path) -> None:
    """What names its interpreter is written with leave to be run, and gets it back where it was lost."""
    script = b"#!/bin/sh\n# " + MARK.encode() + b"\necho ran\n"
    tree = {**TREE, "shop/dev/deploy.sh": script}
    output = tmp_path / "dist"
    replace(output, tree)
    assert subprocess.run([output / "shop/dev/deploy.sh"], capture_output=True, check=True).stdout == b"ran\n"
    assert not (output / "shop/dev/kustomization.yaml").stat().st_mode & 0o111
    (output / "shop/dev/deploy.sh").chmod(0o644)
    assert [entry.fault for entry in stale(output, tree)] == ["changed"]
    assert replace(output, tree).written == 1
    assert (output / "shop/dev/deploy.sh").stat().st_mode & 0o100
