from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lumen_constructs.cli.diff import Request, diff, printed, status_of, wants_colour
from lumen_constructs.cli.failures import UsageError
from lumen_constructs.cli.project import Project
from lumen_constructs.diff import Comparison, Risk
from tests.diff.cases import CASES, before, edited, files
from tests.diff.test_trees import git


def write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write a tree of files."""
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Make a project whose output is committed, and has changed since."""
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    write(tmp_path / "dist", files(before()))
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    write(tmp_path / "dist", files(edited(CASES["image"])))
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path, "apps.systems:SYSTEMS", tmp_path / "dist")


def worst(comparison: Comparison) -> list[tuple[str, str]]:
    """Give each object that changes, and its risk."""
    return [(one.object, one.risk) for group in comparison.sets for one in group.objects]


def test_without_arguments_the_working_tree_is_compared_with_head(project: Project) -> None:
    """What was not committed yet is what is shown."""
    assert worst(diff(project, Request())) == [("Deployment/shop/cart", "restarted")]


def test_two_revisions_are_compared(project: Project) -> None:
    """Neither side needs to be the working tree."""
    git(project.root, "commit", "--quiet", "--all", "--message", "two")
    assert worst(diff(project, Request("HEAD"))) == []
    assert worst(diff(project, Request("HEAD~1", "HEAD"))) == [("Deployment/shop/cart", "restarted")]
    assert worst(diff(project, Request("main~1", since_parting=True))) == [("Deployment/shop/cart", "restarted")]


def test_a_folder_is_compared_with_a_revision(project: Project) -> None:
    """A folder may stand on either side."""
    write(project.root / "other", files(edited(CASES["selector"])))
    assert worst(diff(project, Request("other", "HEAD"))) == [("Deployment/shop/cart", "refused")]
    assert worst(diff(project, Request("HEAD", "other"))) == [("Deployment/shop/cart", "refused")]


def test_a_system_can_be_chosen(project: Project) -> None:
    """Only the folders of the systems that are named are compared; one that is new, or gone, is one too."""
    write(project.root / "dist", {path.replace("shop/", "other/", 1): text for path, text in files(before()).items()})
    assert worst(diff(project, Request(systems=["other"]))) != []
    git(project.root, "add", "--all")
    git(project.root, "commit", "--quiet", "--message", "both")
    assert worst(diff(project, Request(systems=["other"]))) == []
    assert worst(diff(project, Request("HEAD~1", systems=["shop"]))) != []


def test_refuses_a_system_that_neither_side_has(project: Project) -> None:
    """It would seem that nothing changes."""
    with pytest.raises(UsageError, match=r"neither side has a system 'shpo' \(shop\); did you mean 'shop'\?"):
        diff(project, Request(systems=["shpo"]))


@pytest.mark.parametrize(("base", "fault"), [("nowhere", "neither a folder nor a revision"), ("", "neither")])
def test_refuses_what_is_neither(project: Project, base: str, fault: str) -> None:
    """A name that means nothing is refused."""
    with pytest.raises(UsageError, match=fault):
        diff(project, Request(base))


def test_refuses_a_merge_base_of_a_folder(project: Project) -> None:
    """A folder never parted from anything."""
    with pytest.raises(UsageError, match="which --merge-base needs"):
        diff(project, Request("dist", since_parting=True))


def test_refuses_a_project_without_output(project: Project) -> None:
    """A project that was never rendered says so, and does not show everything as deleted."""
    absent = Project(project.root, project.reference, project.root / "absent")
    with pytest.raises(UsageError, match="run lumen synth first"):
        diff(absent, Request())


def test_the_forms_say_the_same(project: Project) -> None:
    """Each form names the object, and only a terminal gets colours."""
    comparison = diff(project, Request())
    assert "\x1b[" in printed(comparison, "text", colour=True)
    assert "\x1b[" not in printed(comparison, "markdown", colour=True)
    document: dict[str, Any] = json.loads(printed(comparison, "json", colour=False))
    assert document["counts"] == {"restarted": 1}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False)],
)
def test_colours_follow_the_environment(environment: dict[str, str], *, expected: bool) -> None:
    """A pipe gets none unless it is asked for; NO_COLOR always wins."""
    assert wants_colour("auto", io.StringIO(), environment) is expected
    assert wants_colour("always", io.StringIO(), environment)
    assert not wants_colour("never", io.StringIO(), environment)


def test_the_exit_status_tells_of_changes(project: Project) -> None:
    """CI can stop at any change, or at one that is as risky as it says."""
    comparison = diff(project, Request())
    assert status_of(comparison, exit_code=False, fail_on=None) == 0
    assert status_of(comparison, exit_code=True, fail_on=None) == 1
    assert status_of(Comparison(), exit_code=True, fail_on=Risk.CREATED) == 0
    assert status_of(comparison, exit_code=False, fail_on="restarted") == 1
    assert status_of(comparison, exit_code=False, fail_on="deleted") == 0


def test_the_command_compares_two_folders(tmp_path: Path) -> None:
    """The arguments mean what the help says, in any folder, and the exit status is that of the changes."""
    write(tmp_path / "a", files(before()))
    write(tmp_path / "b", files(edited(CASES["selector"])))
    lumen = str(Path(sys.executable).parent / "lumen")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NO_COLOR": "1"}
        return subprocess.run(
            [lumen, "diff", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    done = run("a", "b", "--exit-code")
    assert (done.returncode, done.stderr) == (1, "")
    assert "spec.selector.matchLabels.tier cannot change" in done.stdout
    assert run("a", "b", "--fail-on", "refused").returncode == 1
    assert run("a", "a", "--exit-code").stdout == "nothing changes\n"
    assert json.loads(run("a", "b", "--format", "json").stdout)["counts"] == {"refused": 1}
    assert "is in no project" in run("a", "nowhere").stderr
    (tmp_path / "cdk8s.yaml").write_text("language: python\n")
    refused = run("a", "nowhere")
    assert refused.returncode == 2
    assert refused.stderr == (
        f"lumen: error: {tmp_path}: is in no Git repository, so that no revision of it is known; name two folders\n"
    )
    assert len(run("a", "b", "--format", "markdown", "--max-length", "500").stdout) <= 500
    assert "\x1b[" in run("a", "b", "--color", "always").stdout
    shortened = run("a", "b", "--format", "json", "--max-length", "500")
    assert (shortened.returncode, shortened.stdout) == (2, "")
    assert "json is always whole" in shortened.stderr
    (tmp_path / "b/shop/broken.yaml").write_text("a: [\n")
    broken = run("a", "b", "--exit-code")
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("lumen: error: b/shop/broken.yaml:")
