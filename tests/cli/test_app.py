from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from lumen_constructs.cli import app
from lumen_constructs.cli.failures import guarded
from tests.cli.conftest import REPOSITORY, Project, Result

CDK8S = REPOSITORY / "node_modules/.bin/cdk8s"
needs_cdk8s = pytest.mark.skipif(not CDK8S.exists(), reason="cdk8s-cli is not installed: npm ci")

Run = Callable[..., Result]


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Do what ``python -m apps`` does, in this process, with ``CDK8S_OUTDIR`` as given."""

    def run(outdir: str | Path | None = None, *arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["apps", *arguments])
        monkeypatch.delenv("CDK8S_OUTDIR", raising=False)
        if outdir is not None:
            monkeypatch.setenv("CDK8S_OUTDIR", str(outdir))
        capsys.readouterr()
        return Result(guarded(app._run), *capsys.readouterr())

    return run


def test_renders_everything_into_the_output(run: Run, project: Project) -> None:
    """What it says goes to stderr, since the cdk8s command keeps stdout to itself."""
    result = run()
    assert (result.status, result.out) == (0, "")
    assert result.err.splitlines()[-1] == "15 files written to dist"
    assert len(project.tree()) == 15


def test_links_the_hidden_output_to_the_real_one(run: Run, project: Project) -> None:
    """What the cdk8s command removes before the next run is the link."""
    for _ in range(2):
        assert run(".cdk8s").status == 0
        assert (project.root / ".cdk8s").readlink() == Path("dist")
    assert len(project.tree()) == 15


def test_writes_a_folder_that_the_user_names(run: Run, project: Project) -> None:
    """``cdk8s synth -o`` has emptied it before."""
    run("other/place")
    assert len(project.tree("other/place")) == 15
    assert not project.dist.exists()


def test_streams_into_a_folder_that_exists(run: Run, project: Project) -> None:
    """``cdk8s synth --stdout`` prints every file at the same time, so there is one, with all documents."""
    (project.root / "temporary").mkdir()
    assert run("temporary") == (0, "", "")
    tree = project.tree("temporary")
    assert list(tree) == ["all.yaml"]
    documents = list(yaml.safe_load_all(tree["all.yaml"]))
    assert [document["kind"] for document in documents] == [
        *("Namespace", "ConfigMap", "ConfigMap"),
        *("Namespace", "ConfigMap", "ConfigMap", "ConfigMap"),
        *("Namespace", "ConfigMap"),
    ]
    assert not project.dist.exists()


def test_where_links_are_not_allowed_the_output_is_written_twice(
    run: Run, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the cdk8s command finds what it looks for."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(1, "not permitted")

    monkeypatch.setattr(Path, "symlink_to", refused)
    assert run(".cdk8s").status == 0
    assert project.tree(".cdk8s") == project.tree()


def test_takes_no_arguments(run: Run) -> None:
    """The command that takes some is named."""
    assert run(None, "--set", "x=1") == (
        2,
        "",
        "lumen: error: this takes no arguments; lumen synth does the same job, and takes some\n",
    )


def test_a_failure_leaves_the_output_as_it_was(run: Run, project: Project) -> None:
    """The fault of one environment stops all: the output is one state of the repository."""
    run()
    before = project.tree()
    project.values("demo/values-dev.yaml", "replicas: 9\n")
    project.values("demo/values-prod.yaml", "fault: own\n")
    result = run(".cdk8s")
    assert result.status == 1
    assert result.err.splitlines()[0] == "lumen: error: demo/prod: replicas 3 is a bad number"
    assert project.tree() == before


@pytest.fixture(scope="module")
def cdk8s_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project that several tests run the real commands in."""
    return Project(tmp_path_factory.mktemp("project"), "apps")


@needs_cdk8s
def test_cdk8s_synth(cdk8s_project: Project) -> None:
    """The real command, twice and failing once: the output is there whole, and the table is seen."""
    project = cdk8s_project
    first = project.run(CDK8S, "synth")
    assert first.status == 0, first.err
    assert "  - .cdk8s/demo/dev/00-namespace/namespace.demo.yaml" in first.out
    assert first.err.splitlines()[-1] == "15 files written to dist"
    before = project.tree()
    assert project.run(CDK8S, "synth").err.splitlines()[-1] == "dist is up to date"
    good = (project.package / "demo/values-dev.yaml").read_text()
    project.values("demo/values-dev.yaml", "replica: 3\n")
    failed = project.run(CDK8S, "synth")
    project.values("demo/values-dev.yaml", good)
    assert failed.status != 0
    assert failed.err.startswith("lumen: error: apps/demo/values-dev.yaml:1: replica: is not a known key")
    assert project.tree() == before


@needs_cdk8s
def test_cdk8s_synth_to_stdout_and_elsewhere(cdk8s_project: Project) -> None:
    """``-p`` prints manifests and nothing else; ``-o`` writes the same tree elsewhere."""
    project = cdk8s_project
    project.run(sys.executable, "-m", "apps")
    before = project.tree()
    printed = project.run(CDK8S, "synth", "-p")
    assert printed.status == 0, printed.err
    assert len(list(yaml.safe_load_all(printed.out))) == 9
    assert project.run(CDK8S, "synth", "-o", "other").status == 0
    assert project.tree("other") == before
    assert project.tree() == before


def test_the_same_bytes_in_any_process(cdk8s_project: Project) -> None:
    """Another hash seed, time zone, locale and folder change nothing; nor does an unusable home."""
    project = cdk8s_project
    project.run(sys.executable, "-m", "apps", PYTHONHASHSEED="1", TZ="Asia/Seoul", LC_ALL="C")
    before = project.tree()
    result = project.run(
        "lumen", "synth", "-o", "again", PYTHONHASHSEED="2", TZ="America/Lima", LC_ALL="C.UTF-8", HOME="/proc/nowhere"
    )
    assert result.status == 0, result.err
    assert project.tree("again") == before
    assert len(before) == 15


def test_an_interrupt_is_quiet(cdk8s_project: Project) -> None:
    """Control-C reaches Node.js as well, and nobody wants to read what each of the two thinks of it."""
    project = cdk8s_project
    marker = project.root / "rendering"
    project.write(
        "apps/slow.py",
        f"""
import time
from pathlib import Path
from lumen_constructs import System
from apps.stack import Demo, Values

class Slow(Demo):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        Path({str(marker)!r}).touch()
        time.sleep(30)

SYSTEMS = [System(name="demo", stack=Slow, values=Values, directory=Path(__file__).parent / "demo")]
""",
    )
    project.write("pyproject.toml", '[tool.lumen]\nsystems = "apps.slow:SYSTEMS"\n')
    with subprocess.Popen(
        [sys.executable, "-m", "apps"], cwd=project.root, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while not marker.exists() and process.poll() is None:
            pass
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
    project.write("pyproject.toml", '[tool.lumen]\nsystems = "apps.systems:SYSTEMS"\n')
    assert (process.returncode, err) == (130, "")


def test_a_reader_that_goes_away_is_no_failure_to_report(cdk8s_project: Project) -> None:
    """As with ``lumen explain demo | head -1``: quiet, and the status of a broken pipe."""
    command = [str(Path(sys.executable).with_name("lumen")), "explain", "demo", "-e", "dev"]
    with subprocess.Popen(
        command, cwd=cdk8s_project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
