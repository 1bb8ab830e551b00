from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
import yaml

from lumen_constructs.cli.commands import app
from tests.cli.conftest import REPOSITORY, Project, Result

TEMPLATES = REPOSITORY / "templates"
MARKER = "<!-- lumen diff -->"

#: What the services say to the scripts.
PULL_REQUEST = {"GITHUB_REPOSITORY": "acme/shop", "NUMBER": "3", "GH_TOKEN": "x"}
MERGE_REQUEST = {
    "CI_API_V4_URL": "https://gitlab.example.com/api/v4",
    "CI_PROJECT_ID": "5",
    "CI_MERGE_REQUEST_IID": "3",
    "LUMEN_TOKEN": "x",
}


class Call(NamedTuple):
    """What a server was asked for."""

    program: str
    method: str
    address: str
    body: str | None


class Runner:
    """Runs the scripts of a workflow in the checkout of a project."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self.checkout = checkout
        self.folder = folder
        folder.mkdir()
        server = Path(__file__).with_name("review_server.py").read_text()
        for program in ("gh", "curl"):
            (folder / program).write_text(f"#!{sys.executable}\n{server}")
            (folder / program).chmod(0o755)
        self.answers()

    def git(self, *arguments: str) -> str:
        """Run git; give what it prints."""
        identity = [word for key in ("name", "email") for word in ("-c", f"user.{key}=tester@example.com")]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.checkout, capture_output=True, text=True, check=True).stdout.strip()

    def commit(self, message: str) -> None:
        """Commit all of the working tree."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def answers(self, **known: object) -> None:
        """Set what the servers answer, by the last part of the address."""
        (self.folder / "answers.json").write_text(json.dumps({"comments": [], "notes": [], "user": {"id": 7}, **known}))

    def calls(self) -> list[Call]:
        """Give what the servers were asked for, and forget it."""
        noted = self.folder / "calls.jsonl"
        lines = noted.read_text().splitlines() if noted.exists() else []
        noted.unlink(missing_ok=True)
        return [Call(*json.loads(line)) for line in lines]

    def run(self, script: str, **environ: str) -> Result:
        """Run a script as both services do: any failure ends it, also one within a pipe."""
        path = os.pathsep.join([str(self.folder), str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.checkout,
            env={**os.environ, "SERVER": str(self.folder), "PATH": path, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repository: a branch with a change and its output is merged into a main that has gone on."""
    if missing := [program for program in ("bash", "git", "jq") if shutil.which(program) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    project = Project(tmp_path_factory.mktemp("merged"), "apps")
    runner = Runner(project.root, tmp_path_factory.mktemp("server") / "none")
    runner.git("init", "--quiet", "--initial-branch", "main")
    project.write(".gitignore", "__pycache__/\n")
    assert project.run("lumen", "synth", "--quiet").status == 0
    runner.commit("start")
    runner.git("checkout", "--quiet", "-b", "change")
    project.values("demo/values-prod.yaml", "replicas: 1\n")
    assert project.run("lumen", "synth", "--quiet").status == 0
    runner.commit("change")
    runner.git("checkout", "--quiet", "main")
    project.write("README", "main went on")
    runner.commit("other")
    runner.git("merge", "--quiet", "--no-ff", "--no-edit", "change")
    return project.root


def cloned(repository: Path, folder: Path, *options: str) -> Runner:
    """Check out a repository as a service does."""
    subprocess.run(["git", "clone", "--quiet", *options, repository.as_uri(), folder / "checkout"], check=True)
    return Runner(folder / "checkout", folder / "server")


@pytest.fixture
def on_github(merged: Path, tmp_path: Path) -> Runner:
    """Give a runner with the merged branch, and no more of the history than the workflow asks for."""
    (checkout,) = [
        step["with"]
        for step in read("github/lumen.yaml")["jobs"]["output"]["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
    ]
    return cloned(merged, tmp_path, "--depth", str(checkout["fetch-depth"]))


@pytest.fixture
def on_gitlab(merged: Path, tmp_path: Path) -> Runner:
    """Give a runner with the merged branch, and all of the history."""
    assert read("gitlab/lumen.yaml")["lumen"]["variables"]["GIT_DEPTH"] == "0"
    return cloned(merged, tmp_path)


def read(path: str) -> Any:
    """Read a template."""
    return yaml.safe_load((TEMPLATES / path).read_text(encoding="utf-8"))


def github() -> dict[str, str]:
    """Give the scripts of the workflow by their names."""
    jobs = read("github/lumen.yaml")["jobs"].values()
    return {step["name"]: step["run"] for job in jobs for step in job["steps"] if "run" in step}


def hooks() -> list[dict[str, Any]]:
    """Give the hooks for pre-commit, also those that are comments."""
    text = (TEMPLATES / "pre-commit/lumen.yaml").read_text(encoding="utf-8")
    (repository,) = yaml.safe_load(re.sub(r"^( +)# (- id|  \w+:)", r"\1\2", text, flags=re.MULTILINE))["repos"]
    found: list[dict[str, Any]] = repository["hooks"]
    return found


def scripts() -> Iterator[tuple[str, str]]:
    """Give every script of the templates, with a name."""
    yield from github().items()
    job = read("gitlab/lumen.yaml")["lumen"]
    for number, script in enumerate([*job["before_script"], *job["script"]]):
        yield f"gitlab {number}", script
    for number, hook in enumerate(hooks()):
        yield f"pre-commit {number}", hook["entry"]
    plugin = yaml.safe_load(read("argocd-plugin/configmap.yaml")["data"]["plugin.yaml"])
    yield "argocd-plugin", plugin["spec"]["generate"]["args"][0]


@pytest.mark.parametrize(("name", "script"), list(scripts()))
def test_a_script_is_sound(name: str, script: str) -> None:
    """Shellcheck knows what goes wrong with spaces, with empty variables and in other shells."""
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(
        ["shellcheck", "--shell", "sh", "--exclude", "SC2154", "-"],
        input=f"{script}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "", name


def test_the_commands_exist_with_their_options() -> None:
    """A command or an option that is renamed is renamed in the templates too."""
    group: Any = typer.main.get_command(app)
    whole = [script.replace("\\\n", " ") for _, script in scripts()]
    calls = [call for script in whole for call in re.findall(r"^\s*lumen [^>\n]*", script, re.MULTILINE)]
    assert len(calls) >= 6
    for call in calls:
        _, name, *arguments = shlex.split(call)
        known = ["--", *(option for parameter in group.commands[name].params for option in parameter.opts)]
        options = [word.partition("=")[0] for word in arguments if word.startswith("-")]
        assert [option for option in options if option not in known] == []


def test_github_takes_no_more_rights_than_it_needs() -> None:
    """What runs the code of a pull request may write nothing, and every action is the one that was read."""
    workflow = read("github/lumen.yaml")
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "output": {"contents": "read"},
        "comment": {"pull-requests": "write"},
    }
    steps = {name: job["steps"] for name, job in workflow["jobs"].items()}
    assert steps["output"][0]["with"]["persist-credentials"] is False
    assert "lumen" not in steps["comment"][-1]["run"].replace("lumen diff -->", "").replace("**lumen diff**", "")
    actions = [step["uses"] for job in steps.values() for step in job if "uses" in step]
    assert [action for action in actions if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action)] == []
    # An expression within a script would be run with whatever a branch is named.
    assert [name for name, script in github().items() if "${{" in script] == []


def test_stale_output_is_told_with_what_mends_it(on_github: Runner) -> None:
    """The first script of both, and the hook before a commit, fails, and names each file and the command."""
    (on_github.checkout / "apps/demo/values-prod.yaml").write_text("replicas: 1\ngreeting: forgotten\n")
    check = github()["The output is that of the code"]
    assert read("gitlab/lumen.yaml")["lumen"]["script"][0] == check
    assert hooks()[0]["entry"] == check
    done = on_github.run(check)
    assert done.status == 1
    assert done.out == "changed  dist/demo/prod/10-config/configmap.c0.yaml\n"
    assert "1 file is stale in dist; run the command without --check, and commit" in done.err


def test_github_says_what_a_pull_request_does_once(on_github: Runner) -> None:
    """In the summary and in a comment, which is its own and is edited later; main's changes are not the branch's."""
    summary = on_github.folder / "summary"
    (step,) = [step for step in read("github/lumen.yaml")["jobs"]["output"]["steps"] if "BASE" in step.get("env", {})]
    assert on_github.run(step["run"], GITHUB_STEP_SUMMARY=str(summary), **step["env"]) == (0, "", "")
    diff = summary.read_text()
    assert "ConfigMap/demo/c2" in diff
    assert "README" not in diff
    comments = "repos/acme/shop/issues/3/comments"
    assert on_github.run(github()["Comment"], **PULL_REQUEST) == (0, "", "")
    assert on_github.calls() == [
        ("gh", "GET", f"{comments}?per_page=100", None),
        ("gh", "POST", comments, f"{MARKER}\n{diff}"),
    ]
    person, bot = {"type": "User"}, {"type": "Bot"}
    there = [(1, bot, "coverage"), (2, bot, f"{MARKER}\nold"), (3, person, f"{MARKER}\nmine"), (4, person, "thanks")]
    on_github.answers(comments=[{"id": id_, "user": user, "body": body} for id_, user, body in there])
    assert on_github.run(github()["Comment"], **PULL_REQUEST) == (0, "", "")
    assert on_github.calls()[1:] == [("gh", "PATCH", "repos/acme/shop/issues/comments/2", f"{MARKER}\n{diff}")]
    (on_github.folder / "refuses").touch()
    assert on_github.run(github()["Comment"], **PULL_REQUEST).status != 0
    assert [call.method for call in on_github.calls()] == ["GET"]


def test_github_is_quiet_where_nothing_changes(on_github: Runner) -> None:
    """But a comment that says otherwise is put right."""
    assert on_github.run(github()["What the change will do"], BASE="HEAD", GITHUB_STEP_SUMMARY="summary").status == 0
    assert on_github.run(github()["Comment"], **PULL_REQUEST) == (0, "", "")
    assert [call.method for call in on_github.calls()] == ["GET"]
    on_github.answers(comments=[{"id": 3, "user": {"type": "Bot"}, "body": f"{MARKER}\nold"}])
    assert on_github.run(github()["Comment"], **PULL_REQUEST) == (0, "", "")
    assert "nothing changes" in (on_github.calls()[-1].body or "")


def test_gitlab_says_what_a_merge_request_does_once(on_gitlab: Runner) -> None:
    """In the log, the artifact and a note of its own, with either kind of pipeline; main's changes are left out."""
    script = read("gitlab/lumen.yaml")["lumen"]["script"][1]
    assert on_gitlab.run(script) == (0, "", "")  # a pipeline of the default branch
    base = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": on_gitlab.git("merge-base", "HEAD^1", "HEAD^2")}
    target = {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": on_gitlab.git("rev-parse", "HEAD^1")}
    done = on_gitlab.run(script, **MERGE_REQUEST, **base, **target)
    assert (done.status, done.err) == (0, "")
    assert "ConfigMap/demo/c2" in done.out
    diff = (on_gitlab.checkout / "diff.md").read_text()
    assert "ConfigMap/demo/c2" in diff
    notes = "https://gitlab.example.com/api/v4/projects/5/merge_requests/3/notes"
    listed = ("curl", "GET", f"{notes}?sort=asc&order_by=created_at&per_page=100", None)
    user = ("curl", "GET", "https://gitlab.example.com/api/v4/user", None)
    assert on_gitlab.calls() == [user, listed, ("curl", "POST", notes, f"{MARKER}\n{diff}")]
    there = [(1, 7, "coverage"), (2, 9, f"{MARKER}\nanother's"), (3, 7, f"{MARKER}\nold"), (4, 7, f"{MARKER}\nlater")]
    on_gitlab.answers(notes=[{"id": id_, "author": {"id": author}, "body": body} for id_, author, body in there])
    on_gitlab.git("checkout", "--quiet", "HEAD^2")
    assert on_gitlab.run(script, **MERGE_REQUEST, **base).status == 0
    assert on_gitlab.calls() == [user, listed, ("curl", "PUT", f"{notes}/3", f"{MARKER}\n{diff}")]
    (on_gitlab.folder / "refuses").touch()
    assert on_gitlab.run(script, **MERGE_REQUEST, **base).status != 0
    assert on_gitlab.calls() == [user]


def test_gitlab_needs_no_token(on_gitlab: Runner) -> None:
    """A merge request from a fork has none: there is the log, and no note."""
    script = read("gitlab/lumen.yaml")["lumen"]["script"][1]
    done = on_gitlab.run(script, **{**MERGE_REQUEST, "LUMEN_TOKEN": ""}, CI_MERGE_REQUEST_DIFF_BASE_SHA="HEAD^1")
    assert (done.status, done.err, on_gitlab.calls()) == (0, "", [])
    assert "ConfigMap/demo/c2" in done.out


def test_hooks_run_what_the_project_has() -> None:
    """Once, for the whole, and with the lumen of the environment: pre-commit knows them by these fields."""
    assert [hook["id"] for hook in hooks()] == ["lumen-synth", "lumen-schema"]
    for hook in hooks():
        assert (hook["language"], hook["pass_filenames"]) == ("system", False)
        assert set(hook) <= {"id", "name", "entry", "language", "pass_filenames", "require_serial"}
