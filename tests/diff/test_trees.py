from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lumen_constructs.diff import compare, folder_tree, revision_tree
from lumen_constructs.diff.trees import commit_of, merge_base
from lumen_constructs.errors import LumenError

MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: '%s'}\n"


def git(root: Path, *arguments: str) -> str:
    """Run Git with nobody's settings."""
    person = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **person, **settings})
    return done.stdout.strip()


@pytest.fixture(params=["sha1", "sha256"])
def repository(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Make a repository with a committed output."""
    root = tmp_path / "root"
    file = root / "dist/shop/dev/10-config/configmap.a.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(MAP % "old")
    (root / "dist/shop/dev/NOTES.md").write_text("# Notes")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", "--object-format", request.param, str(root))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "one")
    return root


def test_a_revision_has_the_same_ids_as_its_folder(repository: Path) -> None:
    """A file that did not change has one id on both sides, whatever way the repository numbers its objects."""
    before = revision_tree(repository, "HEAD", repository / "dist")
    after = folder_tree(repository / "dist", "dist", before.algorithm)
    assert before.ids == after.ids
    assert list(before.ids) == ["shop/dev/10-config/configmap.a.yaml"]
    assert before.read(before.ids) == after.read(after.ids)


def test_the_working_tree_is_compared_with_a_revision(repository: Path) -> None:
    """An edit of the working tree is found."""
    (repository / "dist/shop/dev/10-config/configmap.a.yaml").write_text(MAP % "new")
    before = revision_tree(repository, "HEAD", repository / "dist")
    comparison = compare(before, folder_tree(repository / "dist", "dist", before.algorithm))
    fields = [field.shown for group in comparison.sets for one in group.objects for field in one.fields]
    assert fields == ["data.key"]


def test_a_folder_that_a_revision_lacks_is_empty(repository: Path) -> None:
    """Before its first output a repository has none."""
    assert revision_tree(repository, "HEAD", repository / "other").ids == {}


def test_the_commit_where_branches_parted_is_found(repository: Path) -> None:
    """A pull request is compared with where it started, not with where its target is now."""
    start = git(repository, "rev-parse", "HEAD")
    git(repository, "branch", "work")
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(repository, "checkout", "--quiet", "work")
    assert merge_base(repository, "main") == start
    assert commit_of(repository, "main") != start


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:dist"])
def test_refuses_what_is_no_revision(repository: Path, revision: str) -> None:
    """A name that Git does not know, or that is no commit, is refused; an option is taken for a name."""
    with pytest.raises(LumenError, match="is neither a folder nor a revision"):
        revision_tree(repository, revision, repository / "dist")


def test_refuses_revisions_outside_of_a_repository(tmp_path: Path) -> None:
    """Where there is no repository, the name of the revision is not what is wrong."""
    with pytest.raises(LumenError, match="is in no Git repository, so that no revision of it is known; name two fold"):
        revision_tree(tmp_path, "HEAD", tmp_path / "dist")
    with pytest.raises(LumenError, match="is in no Git repository"):
        commit_of(tmp_path, "HEAD")


def test_refuses_revisions_where_git_is_not_installed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Git, the name of the revision is not what is wrong either."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LumenError, match="git is not installed"):
        revision_tree(repository, "HEAD", repository / "dist")


def test_refuses_revisions_of_a_repository_without_commits(tmp_path: Path) -> None:
    """What was never committed has nothing that it could be compared with."""
    git(tmp_path, "init", "--quiet")
    with pytest.raises(LumenError, match="has no commit yet to compare with; commit the output first"):
        revision_tree(tmp_path, "HEAD", tmp_path / "dist")


def test_refuses_a_folder_outside_of_the_repository(repository: Path, tmp_path: Path) -> None:
    """No revision knows a folder elsewhere."""
    with pytest.raises(LumenError, match="is outside of the repository"):
        revision_tree(repository, "HEAD", tmp_path)


def test_links_and_hidden_names_are_passed_over(tmp_path: Path) -> None:
    """A tree is what stands in its folder, without what Git or an editor hides there."""
    (tmp_path / ".git").mkdir()
    for name in (".git/x.yaml", ".x.yaml", "x.yaml"):
        (tmp_path / name).write_text("a: 1")
    (tmp_path / "link.yaml").symlink_to("x.yaml")
    (tmp_path / "loop").symlink_to(".")
    assert list(folder_tree(tmp_path, "tree").ids) == ["x.yaml"]


def test_many_files_of_a_revision_take_as_many_processes_as_one(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files differ, Git is asked for all of them at once, and for nothing that does not differ."""
    for number in range(300):
        (repository / f"dist/shop/dev/10-config/configmap.c{number}.yaml").write_text(MAP % number)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "two")
    calls: list[tuple[str, int]] = []
    run = subprocess.run

    def counted(command: list[str], **options: Any) -> Any:
        calls.append((command[3], options["input"].count(b"\n")))
        return run(command, **options)

    monkeypatch.setattr("subprocess.run", counted)
    tree = revision_tree(repository, "HEAD", repository / "dist")
    assert len(tree.ids) == 301
    listing = len(calls)
    assert listing < 5
    assert len(tree.read(list(tree.ids)[:200])) == 200
    assert calls[listing:] == [("cat-file", 200)]
