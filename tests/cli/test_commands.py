from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from rich.text import Text

from tests.cli.conftest import Lumen, Project

ENVIRONMENTS = ["demo/dev", "demo/prod", "other/prod"]


def folders(project: Project) -> list[str]:
    """Give the environments that the output has."""
    return sorted({"/".join(path.split("/")[:2]) for path in project.tree()})


def test_synth_renders_everything_and_ends_with_a_table(lumen: Lumen, project: Project) -> None:
    """One row an environment: system, environment, objects, warnings."""
    result = lumen("synth")
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "system  environment  objects  warnings",
        "demo    dev                3         0",
        "demo    prod               4         0",
        "other   prod               2         0",
        "15 files written to dist",
    ]
    assert folders(project) == ENVIRONMENTS
    assert "greeting: hello" in project.tree()["demo/prod/10-config/configmap.c2.yaml"]
    assert project.tree()["demo/dev/NOTES.md"].endswith("\n# dev\n")


def test_a_second_run_changes_nothing(lumen: Lumen, project: Project) -> None:
    """And says so."""
    lumen("synth")
    before = project.tree()
    assert lumen("synth").out.endswith("dist is up to date\n")
    assert project.tree() == before


def test_synth_works_from_any_folder_of_the_project(
    lumen: Lumen, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output is the project's, and paths in messages are relative to where the user is."""
    monkeypatch.chdir(project.package / "demo")
    assert lumen("synth", "demo").out.endswith("written to ../../dist\n")
    assert folders(project) == ENVIRONMENTS[:2]


def test_synth_renders_what_is_named_and_leaves_the_rest(lumen: Lumen, project: Project) -> None:
    """An environment that is gone goes when its system is rendered whole."""
    lumen("synth")
    (project.package / "demo/values-dev.yaml").unlink()
    project.values("demo/values-prod.yaml", "greeting: changed\n")
    lumen("synth", "--environment", "prod")
    assert folders(project) == ENVIRONMENTS
    assert "changed" in project.tree()["demo/prod/10-config/configmap.c0.yaml"]
    lumen("synth", "other")
    assert folders(project) == ENVIRONMENTS
    assert lumen("synth", "demo").out.endswith("0 files written to dist, 5 files removed\n")
    assert folders(project) == ["demo/prod", "other/prod"]


def test_synth_sets_values(lumen: Lumen, project: Project, tmp_path: Path) -> None:
    """From the command line, lowest first: files, --set, --set-string, --set-file; nothing else changes."""
    lumen("synth")
    before = project.tree()
    (tmp_path / "text").write_text("from a file")
    lumen("synth", "demo", "-e", "dev", "--set", "greeting=set", "--set-file", "greeting=text")
    after = project.tree()
    changed = [path for path in before if before[path] != after[path]]
    assert changed == ["demo/dev/10-config/configmap.c0.yaml", "demo/dev/10-config/configmap.c1.yaml"]
    assert "greeting: from a file" in after[changed[0]]
    project.write("extra.yaml", "greeting: extra\n")
    lumen("synth", "demo", "-e", "dev", "-f", "extra.yaml", "--set-string", "greeting=12")
    assert 'greeting: "12"' in project.tree()[changed[0]]


def test_synth_writes_where_it_is_told(lumen: Lumen, project: Project) -> None:
    """The project's output stays away."""
    assert lumen("synth", "-o", "deep/other").out.endswith("15 files written to deep/other\n")
    assert not project.dist.exists()
    assert min(project.tree("deep/other")) == "demo/dev/00-namespace/namespace.demo.yaml"


def test_quiet_prints_nothing(lumen: Lumen, project: Project) -> None:
    """But the output is there."""
    assert lumen("synth", "--quiet") == (0, "", "")
    assert project.dist.is_dir()


def test_stdout_is_one_stream_of_what_would_be_written(lumen: Lumen, project: Project) -> None:
    """In the order of apply, and nothing else; what the controllers and people are told is not among it."""
    lumen("synth")
    files = {path: text for path, text in project.tree().items() if path.count("/") == 3}
    written = [yaml.safe_load(text) for path, text in files.items()]
    before = project.tree()
    assert lumen("synth", "--stdout").status == 0
    for arguments in (["demo", "-e", "dev"], []):
        result = lumen("synth", *arguments, "--stdout")
        assert (result.status, result.err) == (0, "")
        documents = list(yaml.safe_load_all(result.out))
        wanted = [body for path, body in zip(files, written, strict=True) if path.startswith("/".join(arguments[::2]))]
        assert documents == wanted
    assert project.tree() == before


def test_stdout_is_nothing_where_anything_fails(lumen: Lumen, project: Project) -> None:
    """The good sets neither."""
    project.values("demo/values-prod.yaml", "fault: check\n")
    result = lumen("synth", "--stdout")
    assert (result.status, result.out) == (1, "")
    assert "role-missing" in result.err


def test_stdout_takes_no_words_of_a_stack(project: Project) -> None:
    """What it prints while it is built goes where people read; manifests are UTF-8 whatever the locale."""
    stack = (project.package / "stack.py").read_text()
    project.write(
        f"{project.package.name}/stack.py",
        f"print('imported')\n{stack}".replace("    self.notes", "    print('built'); self.notes", 1),
    )
    project.values("demo/values-dev.yaml", "greeting: grüß dich\n")
    result = project.run("lumen", "synth", "demo", "-e", "dev", "--stdout", PYTHONIOENCODING="ascii")
    assert result.err.splitlines() == ["imported", "built"]
    assert "grüß dich" in result.out
    assert len(list(yaml.safe_load_all(result.out))) == 3


@pytest.mark.parametrize("other", [["--check"], ["--output", "x"]])
def test_refuses_stdout_with_what_is_about_files(lumen: Lumen, project: Project, other: list[str]) -> None:
    """One of the two was not meant."""
    result = lumen("synth", "--stdout", *other)
    assert result == (2, "", f"lumen: error: --stdout writes no files; leave out {other[0]}\n")
    assert not project.dist.exists()


def test_synth_works_without_a_home(project: Project) -> None:
    """A container's user may have none, in no place where a home is looked up."""
    nobody = (
        "import os, pwd; del pwd; import sys; sys.modules['pwd'] = None; from lumen_constructs.cli import main; main()"
    )
    environ = {name: value for name, value in os.environ.items() if name != "HOME"}
    done = subprocess.run(
        [sys.executable, "-c", nobody, "synth", "-q", "-o", "out"],
        cwd=project.root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(project.tree("out")) == 15


def test_check_writes_nothing_and_lists_what_is_stale(lumen: Lumen, project: Project) -> None:
    """Missing, changed and extra files, and what others put among ours."""
    assert lumen("synth", "--check").status == 1
    assert not project.dist.exists()
    lumen("synth")
    assert lumen("synth", "--check") == (0, "", "")
    (project.dist / "demo/dev/kustomization.yaml").unlink()
    config = project.dist / "demo/prod/10-config/configmap.c0.yaml"
    config.write_text(config.read_text() + "# edited\n")
    (project.dist / "demo/prod/10-config/mine.yaml").write_text("mine")
    before = project.tree()
    result = lumen("synth", "--check")
    assert result.status == 1
    assert result.out.splitlines() == [
        "missing  dist/demo/dev/kustomization.yaml",
        "changed  dist/demo/prod/10-config/configmap.c0.yaml",
        "foreign  dist/demo/prod/10-config/mine.yaml  (was not written by lumen, and no run removes it: move it away)",
    ]
    assert "3 files are stale in dist" in result.err
    assert project.tree() == before


def test_warns_of_files_that_nobody_checked(lumen: Lumen, project: Project) -> None:
    """They are kept, and they would be applied."""
    lumen("synth")
    (project.dist / "demo/prod/10-config/mine.yaml").write_text("mine")
    result = lumen("synth")
    assert result.status == 0
    assert "lumen: warning: dist/demo/prod/10-config/mine.yaml: was not written by lumen" in result.err
    assert (project.dist / "demo/prod/10-config/mine.yaml").read_text() == "mine"


BAD = {
    "an unknown system": (["synth", "dmeo"], ["there is no system 'dmeo' (demo, other); did you mean 'demo'?"]),
    "an unknown environment": (
        ["synth", "demo", "-e", "pord"],
        ["demo: there is no environment 'pord' (dev, prod); did you mean 'prod'?"],
    ),
    "an environment of no system": (
        ["synth", "-e", "pro"],
        ["no system has an environment 'pro' (dev, prod); did you mean 'prod'?"],
    ),
    "values without a system": (
        ["synth", "--set", "replicas=1"],
        ["values can be set for one system at a time; name it before --set, --set-string, --set-file and -f"],
    ),
    "a bad --set": (["synth", "demo", "--set", "replicas"], ["--set replicas: has no value; write replicas=VALUE"]),
    "an unknown value": (
        ["synth", "demo", "--set", "replica=2"],
        ["--set replica=…: replica: is not a known key; did you mean 'replicas'?"],
    ),
    "a wrong type": (
        ["synth", "demo", "--set", "replicas=x"],
        ["--set replicas=…: replicas: must be a whole number, not 'x'"],
    ),
    "a missing values file": (["synth", "demo", "-f", "no.yaml"], ["no.yaml: no such file"]),
    "the project as output": (
        ["synth", "-o", "."],
        [".: holds the project, and cannot be the output; name a folder of its own"],
    ),
    "the root as output": (["synth", "-o", "/"], ["/: holds the project"]),
    "a folder of the output as output": (["synth", "-o", "dist/x"], ["dist/x: is inside the project's output, dist"]),
    "a file as output": (["synth", "-o", "pyproject.toml"], ["pyproject.toml: is not a folder"]),
    "an output below a file": (["synth", "-o", "cdk8s.yaml/x"], ["cannot be written"]),
    "a fault of the stack": (
        ["synth", "demo", "-e", "dev", "--set", "fault=own"],
        ["demo/dev: replicas 3 is a bad number", "demo-dev/x: is worse"],
    ),
    "a fault in each environment": (
        ["synth", "demo", "--set", "fault=nan"],
        ["demo-dev/Odd: data.x", "demo-prod/Odd: data.x"],
    ),
    "an error across jsii": (
        ["synth", "demo", "--set", "fault=jsii"],
        ["demo/dev: There is already a Construct with name 'Config0' in Chart [demo-dev] (apps_"],
    ),
    "a bug of the stack": (["synth", "demo", "--set", "fault=key"], ["demo/dev: KeyError: 'nothing' (apps_"]),
    "notes that are no text": (
        ["synth", "demo", "-e", "dev", "--set", "fault=notes"],
        ["demo-dev: notes must be a string, not int"],
    ),
    "a finding of the checks": (
        ["synth", "demo", "--set", "replicas=0,fault=check"],
        ["demo-dev/Binding", "demo-prod/Binding"],
    ),
}

WRONG_COMMAND_LINES = {
    "an unknown system",
    "an unknown environment",
    "an environment of no system",
    "values without a system",
    "a bad --set",
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_a_line_for_each_fault(lumen: Lumen, project: Project, case: str) -> None:
    """Exit 2 for what is wrong in the command line and 1 for all else, no traceback; the output stays as it was."""
    lumen("synth")
    before = project.tree()
    arguments, expected = BAD[case]
    result = lumen(*arguments)
    assert (result.status, result.out) == (2 if case in WRONG_COMMAND_LINES else 1, "")
    lines = result.err.splitlines()
    assert len(lines) == len(expected)
    for line, words in zip(lines, expected, strict=True):
        assert line.startswith("lumen: error: ")
        assert words in line
    assert project.tree() == before


def test_faults_of_all_values_files_come_at_once(lumen: Lumen, project: Project) -> None:
    """Each with its file and line, before anything is rendered."""
    project.values("demo/values-dev.yaml", "\nreplica: 2\n")
    project.values("other/values.yaml", "replicas: many\nfault: nan\n")
    package = project.package.name
    assert lumen("synth").err.splitlines() == [
        f"lumen: error: {package}/demo/values-dev.yaml:2: replica: is not a known key; did you mean 'replicas'?",
        f"lumen: error: {package}/other/values.yaml:1: replicas: must be a whole number, not 'many'",
    ]


def test_debug_shows_the_traceback(lumen: Lumen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for by option or by environment; the line stays the last one."""
    for arguments in (["--debug"], []):
        monkeypatch.setenv("LUMEN_DEBUG", "" if arguments else "1")
        result = lumen("synth", "demo", "--set", "fault=key", *arguments)
        assert result.status == 1
        assert 'in __init__\n    {}["nothing"]' in result.err
        assert result.err.splitlines()[-1].startswith("lumen: error: demo/dev: KeyError: 'nothing'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["synth", "--nope"], "lumen synth has no option '--nope'; lumen synth --help lists its options"),
        (["synth", "--enviroment", "dev"], "lumen synth has no option '--enviroment'; did you mean '--environment'?"),
        (["--enviroment", "dev"], "lumen has no option '--enviroment'; did you mean '--environment', behind the co"),
        (["-e", "dev", "synth"], "lumen has no option '-e'; write it behind the command, as in 'lumen synth -e'"),
        (["synht"], "lumen has no command 'synht' (synth, check, "),
        (["synht"], "); did you mean 'synth'?"),
        (["explain"], "lumen explain: SYSTEM[.PATH] is missing; lumen explain --help says what it is"),
        (["seal", "demo"], "lumen seal: --environment is needed"),
        (["synth", "-e"], "option '-e' requires an argument"),
        (["list", "demo"], "lumen list: got unexpected extra argument(s) (demo)"),
        (["diff", "--format", "txt"], "lumen diff: --format: 'txt' is not one of 'text', 'markdown', 'json'"),
        (["diff", "--fail-on", "refuse"], "'changed', 'created'; did you mean 'refused'?"),
        (["diff", "--max-length", "499"], "lumen diff: --max-length: must be at least 500"),
        (["diff", "--max-length", "many"], "lumen diff: --max-length: must be a whole number"),
        (["synth", "--check=yes"], "'--check' does not take a value"),
        (["synth", "demo", "--set-string", "x"], "--set-string x: has no value; write x=VALUE"),
        (["synth", "demo", "--set-file", "a[=x"], "is never closed"),
        (["explain", "demo"], "demo: --environment is needed; there are dev, prod"),
    ],
)
def test_a_wrong_command_line_exits_2(lumen: Lumen, arguments: list[str], words: str) -> None:
    """In one line too."""
    result = lumen(*arguments)
    assert result.status == 2
    assert result.err.startswith("lumen: error: ")
    assert words in result.err
    assert result.err.count("\n") == 1


def test_version_and_help_need_no_project(
    lumen: Lumen, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The help of each command says what its options do."""
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))
    assert lumen("--version") == (0, f"lumen-constructs {version('lumen-constructs')}\n", "")
    assert "explain" in lumen("--help").out
    assert "--set-file" in lumen("synth", "--help").out
    assert "list[name=y].z=true" in lumen("synth", "--help").out
    assert "is in no project" in lumen("list").err


def test_the_help_of_every_command_is_shown_as_it_is_written() -> None:
    """No bracket is taken for a style of text, on a terminal neither."""
    from lumen_constructs.cli.commands import app
    from lumen_constructs.cli.usage import literal_help

    lumen: Any = typer.main.get_command(app)
    written = {
        name: [part.help for part in (command, *command.params) if part.help]
        for name, command in lumen.commands.items()
    }
    assert any("[name=y]" in text for text in written["synth"])
    lumen = literal_help(lumen)
    for name, texts in written.items():
        command = lumen.commands[name]
        rendered = [Text.from_markup(part.help).plain for part in (command, *command.params) if part.help]
        assert rendered == texts


@pytest.mark.parametrize("columns", ["80", "200"])
def test_help_fits_into_the_terminal(lumen: Lumen, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """Nothing is cut, nothing is said twice, and a flag has no type."""
    monkeypatch.setenv("COLUMNS", columns)
    from lumen_constructs.cli.commands import app

    for name in ("", *typer.main.get_command(app).commands):  # type: ignore[attr-defined]  # it is a group
        shown = lumen(*filter(None, (name,)), "--help").out
        assert "…" not in shown
        assert "<bool>" not in shown
        assert max(map(len, shown.splitlines())) <= int(columns)
        words = " ".join(re.sub("[│ \n]+", " ", shown).split())
        assert "Show this message and exit." in words
        assert re.search(r"Default: (\S+)\. \[default: \1\]", words) is None


def test_list_names_systems_and_environments(lumen: Lumen, project: Project) -> None:
    """With the folder of their values."""
    package = project.package.name
    head, *rows = [line.split() for line in lumen("list").out.splitlines()]
    assert head == ["system", "environments", "directory"]
    assert rows == [["demo", "dev,", "prod", f"{package}/demo"], ["other", "prod", f"{package}/other"]]


def test_schema_writes_each_system_and_checks(lumen: Lumen, project: Project) -> None:
    """A second run writes nothing, and --check finds what is stale."""
    package = project.package.name
    assert lumen("schema", "--check").status == 1
    assert lumen("schema").out.splitlines() == [
        f"written  {package}/demo/values.schema.json",
        f"written  {package}/other/values.schema.json",
    ]
    assert '"replicas"' in (project.package / "demo/values.schema.json").read_text()
    assert lumen("schema") == (0, "", "")
    assert lumen("schema", "--check") == (0, "", "")
    (project.package / "demo/values.schema.json").write_text("{}")
    assert lumen("schema", "--check", "other").status == 0
    result = lumen("schema", "--check")
    assert (result.status, result.out) == (1, f"stale    {package}/demo/values.schema.json\n")


def test_without_typer_the_command_says_what_to_install(lumen: Lumen, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, since the command line is an extra."""
    monkeypatch.setitem(sys.modules, "typer", None)
    monkeypatch.delitem(sys.modules, "lumen_constructs.cli.commands", raising=False)
    result = lumen("synth")
    assert result == (1, "", "lumen: error: the command line needs typer and rich; install lumen-constructs[cli]\n")
