"""A small project to run the command line in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lumen_constructs import cli
from lumen_constructs.cli.failures import guarded

#: The repository, whose tools the tests run.
REPOSITORY = Path(__file__).parents[2]

_STACK = '''
from cdk8s import Chart
from lumen_constructs import LumenError, Options
from lumen_constructs.manifest import manifest


class Values(Options):
    replicas: int = 1
    """How many objects."""
    greeting: str | None = None
    """What the ConfigMap says."""
    fault: str = ""
    """What goes wrong."""


class Demo(Chart):
    def __init__(self, scope, id, *, environment, values):
        super().__init__(scope, id, namespace="demo")
        manifest(self, "Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {
            "name": "demo", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
        for number in range(values.replicas):
            data = {"greeting": values.greeting or environment}
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"c{number}"}, "data": data}
            manifest(self, f"Config{number}", body)
        self.notes = f"# {environment}"
        if values.fault == "key":
            {}["nothing"]
        if values.fault == "jsii":
            manifest(self, "Config0", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}})
        if values.fault == "own":
            raise LumenError("replicas 3 is a bad number", f"{id}/x: is worse")
        if values.fault == "nan":
            manifest(self, "Odd", {"apiVersion": "v1", "kind": "ConfigMap", "data": {"x": float("nan")}})
        if values.fault == "check":
            manifest(self, "Binding", {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                "metadata": {"name": "x"}, "subjects": [],
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "missing"}})
        if values.fault == "notes":
            self.notes = 3
'''

_SYSTEMS = """
from pathlib import Path
from lumen_constructs import System
from {package}.stack import Demo, Values

SYSTEMS = [
    System(name="demo", stack=Demo, values=Values, directory=Path(__file__).parent / "demo"),
    System(name="other", stack=Demo, values=Values, directory=Path(__file__).parent / "other"),
]
"""


class Result(NamedTuple):
    """What a run gave."""

    status: int
    out: str
    err: str


class Project:
    """A project in a folder: two systems, one of them with two environments."""

    def __init__(self, root: Path, package: str) -> None:
        self.root = root
        self.package = root / package
        self.dist = root / "dist"
        self.write("pyproject.toml", f'[tool.lumen]\nsystems = "{package}.systems:SYSTEMS"\n')
        self.write("cdk8s.yaml", f"language: python\napp: {sys.executable} -m {package}\noutput: .cdk8s\n")
        self.write(f"{package}/__init__.py", "")
        self.write(f"{package}/stack.py", _STACK)
        self.write(f"{package}/systems.py", _SYSTEMS.format(package=package))
        self.write(f"{package}/__main__.py", (REPOSITORY / "apps/__main__.py").read_text())
        self.values("demo/values.yaml", "replicas: 2\n")
        self.values("demo/values-dev.yaml", "")
        self.values("demo/values-prod.yaml", "replicas: 3\ngreeting: hello\n")
        self.values("other/values.yaml", "")
        self.values("other/values-prod.yaml", "")

    def write(self, path: str, text: str) -> Path:
        """Write a file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def values(self, path: str, text: str) -> Path:
        """Write a values file."""
        return self.write(f"{self.package.name}/{path}", text)

    def tree(self, folder: str = "dist") -> dict[str, str]:
        """Give the output's files by path."""
        root = self.root / folder
        return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}

    def run(self, *command: str | Path, **environ: str) -> Result:
        """Run a program in the project, with the repository's tools on the path."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "CDK8S_CHECK_UPGRADE": "false", "PYTHONDONTWRITEBYTECODE": "1", **environ}
        done = subprocess.run(command, cwd=self.root, env=env, capture_output=True, text=True, check=False, timeout=60)
        return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """Give a project of its own to each test, and be in its folder."""
    # Modules stay imported, so that each project in this process has a package of its own.
    package = "apps_" + re.sub(r"\W", "_", tmp_path.name)
    before = list(sys.path)
    made = Project(tmp_path, package)
    monkeypatch.chdir(tmp_path)
    yield made
    sys.path[:] = before
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


Lumen = Callable[..., Result]


@pytest.fixture
def lumen(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lumen:
    """Run the ``lumen`` command in this process, in the project's folder."""

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["lumen", *arguments])
        capsys.readouterr()
        status = guarded(cli._run)
        return Result(status, *capsys.readouterr())

    return run
