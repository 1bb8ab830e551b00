"""The wheel, built and installed, used from another cdk8s project that has its own imports of a group of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
CDK8S = ROOT / "node_modules" / ".bin" / "cdk8s"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command and give its output; a failure shows all that it said."""
    result = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as pip does, with the build backend of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def names(wheel: Path) -> list[str]:
    """List the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel where nothing else of this repository is seen; dependencies come from this environment."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    interpreter = folder / "bin" / "python"
    site = Path(run(interpreter, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    # A folder on the path gives its packages; its own .pth files, the editable install among them, are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip = (sys.executable, "-m", "pip", "--python", interpreter, "install", "--quiet", "--no-deps", "--no-index")
    run(*pip, wheel, cwd=folder)
    return interpreter


def synthesised(project: Path) -> Iterator[dict[str, Any]]:
    """Read what a project's app wrote."""
    for file in sorted((project / "dist").glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text(encoding="utf-8"))


def test_wheel_holds_the_package_and_nothing_else(names: list[str]) -> None:
    """A top-level package 'imports' would shadow the user's own; tests, apps and caches are not for users."""
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {"lumen_constructs"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_wheel_holds_every_file_of_the_package(names: list[str]) -> None:
    """What git tracks below the package and below the generated imports is in the wheel, once."""
    tracked = run("git", "ls-files", "--", "lumen_constructs", "imports/lumen", cwd=ROOT).split()
    wanted = {name.replace("imports/lumen/", "lumen_constructs/_imports/") for name in tracked}
    wanted.remove("lumen_constructs/_imports")  # the symbolic link of the editable install
    missing = {name for name in wanted if (ROOT / name).exists()} - set(names)
    assert missing == set()
    assert len(names) == len(set(names))


def test_wheel_declares_types_licence_and_command(wheel: Path, names: list[str]) -> None:
    """Type checkers, lawyers and shells find what they look for."""
    assert "lumen_constructs/py.typed" in names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "lumen = lumen_constructs.cli:main" in archive.read(entry_points).decode()


def test_installed_package_is_not_the_checkout(python: Path, tmp_path: Path) -> None:
    """The tests below would prove nothing about the wheel if they imported this repository."""
    program = "from lumen_constructs import crds; print(crds.__file__, len(crds.custom_kinds()))"
    place, kinds = run(python, "-c", program, cwd=tmp_path).split()
    assert Path(place).is_relative_to(python.parents[1])
    assert int(kinds) > 0


def test_first_example_of_the_readme_runs(python: Path, tmp_path: Path) -> None:
    """What the README promises comes out: each object, by kind and in number."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    assert example is not None
    (tmp_path / "main.py").write_text(example[1])
    run(python, "main.py", cwd=tmp_path)
    assert sorted(body["kind"] for body in synthesised(tmp_path)) == [
        "ConfigMap",
        "Deployment",
        "HorizontalPodAutoscaler",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "PrometheusRule",
        "Service",
        "ServiceAccount",
        "ServiceMonitor",
    ]


def test_first_project_renders(python: Path, tmp_path: Path) -> None:
    """What 'lumen init' writes is rendered by the 'lumen' of the same environment."""
    lumen = python.with_name("lumen")
    run(lumen, "init", "shop", cwd=tmp_path)
    run(lumen, "synth", cwd=tmp_path)
    run(lumen, "check", "dist", cwd=tmp_path)
    assert (tmp_path / "dist/shop/staging/50-services/deployment.web.yaml").is_file()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make another team's project: its own import of monitoring.coreos.com, without a prefix, as the CLI makes it."""
    if not CDK8S.exists():
        pytest.skip("NOT TESTED BESIDE A PROJECT'S OWN IMPORTS: there is no node_modules; run 'make environment'")
    folder = tmp_path_factory.mktemp("project")
    command = (CDK8S, "import", PROJECT / "monitoring.yaml", "--language=python", "--save=false", "--output=imports")
    run(*command, cwd=folder, CDK8S_CHECK_UPGRADE="false")
    (folder / "main.py").write_bytes((PROJECT / "both.py").read_bytes())
    return folder


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_both_keep_all_fields_beside_a_project_s_own_imports(python: Path, project: Path, first: str) -> None:
    """Two assemblies of one group live in one process, whichever is loaded first."""
    run(python, "main.py", first, cwd=project)
    monitors = {
        body["metadata"]["name"]: body["spec"] for body in synthesised(project) if body["kind"] == "ServiceMonitor"
    }
    ours, thin = monitors.pop("cart"), monitors.pop("thin")
    (theirs,) = monitors.values()
    (endpoint,) = ours["endpoints"]
    assert (endpoint["path"], endpoint["interval"]) == ("/internal/metrics", "45s")
    assert ours["unheardOf"] == {"snake_case": [1]}
    assert thin == {"endpoints": [{"port": "http", "ours": "kept"}]}
    assert theirs == {
        "endpoints": [{"port": "http", "theirs": "kept"}],
        "selector": {"matchLabels": {"app": "basket"}},
    }
