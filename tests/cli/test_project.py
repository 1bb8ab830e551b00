from __future__ import annotations

from pathlib import Path

import pytest

from lumen_constructs.cli.project import find_project
from lumen_constructs.errors import LumenError
from tests.cli.conftest import Lumen, Project


def test_the_nearest_folder_upwards_is_the_project(tmp_path: Path) -> None:
    """By its cdk8s.yaml, or by its settings; a pyproject.toml without them is some other package's."""
    (tmp_path / "cdk8s.yaml").touch()
    inner = tmp_path / "packages/inner/src"
    inner.mkdir(parents=True)
    (inner.parent / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    found = find_project(inner)
    assert (found.root, found.reference, found.output) == (tmp_path, "apps.systems:SYSTEMS", tmp_path / "dist")
    (inner.parent / "pyproject.toml").write_text("[tool.lumen]\noutput = 'out/k8s'\n")
    assert find_project(inner).output == inner.parent / "out/k8s"


def test_refuses_a_folder_in_no_project(tmp_path: Path) -> None:
    """The line says what would make it one."""
    with pytest.raises(LumenError, match=r"is in no project; a project has a cdk8s.yaml"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ("[tool.lumen]\nsystem = 'a:B'", "tool.lumen.system is not a known key; did you mean 'systems'?"),
        ("[tool.lumen]\nsystems = 3", "tool.lumen.systems must be a string, not 3"),
        (
            "[tool.lumen]\nsystems = 'apps'",
            "tool.lumen.systems 'apps' must be module:NAME, such as apps.systems:SYSTEMS",
        ),
        ("[tool.lumen]\nsystems = 'a:b:c'", "must be module:NAME"),
        ("[tool.lumen]\nsystems = 'a-b:C'", "must be module:NAME"),
        ("[tool.lumen]\noutput = ''", "tool.lumen.output must be a string, not ''"),
        ("[tool]\nlumen = 3", "tool.lumen must be a table, not 3"),
        ("[tool.lumen", "pyproject.toml: expected ']'"),
    ],
)
def test_refuses_wrong_settings(tmp_path: Path, settings: str, fault: str) -> None:
    """File, key, value, and what to write instead."""
    (tmp_path / "pyproject.toml").write_text(settings)
    with pytest.raises(LumenError) as caught:
        find_project(tmp_path)
    assert "pyproject.toml: " in str(caught.value)
    assert fault in str(caught.value)


def test_systems_are_imported(project: Project) -> None:
    """From the root of the project, wherever Python was started."""
    assert [system.name for system in find_project(project.root).systems()] == ["demo", "other"]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("SYSTEM = []", r"has no name 'SYSTEMS'; did you mean 'SYSTEM'\?"),
        ("SYSTEMS = 3", "must be a list of lumen_constructs.System objects, not 3"),
        ("SYSTEMS = ['demo', 3]", r"SYSTEMS\[1\]: must be a lumen_constructs.System, not 3"),
        ("SYSTEMS = []", "is empty; list a System there"),
        (
            "import lumen_constructs as l\nSYSTEMS = l.System('a', dict, l.Options, '.')",
            "not a System; put it in a list",
        ),
        (None, "has no module .*pyproject.toml"),
    ],
)
def test_refuses_what_is_no_list_of_systems(project: Project, code: str | None, fault: str) -> None:
    """The settings' reference is named."""
    file = project.package / "systems.py"
    if code is None:
        file.unlink()
    else:
        file.write_text(code)
    with pytest.raises(LumenError, match=fault) as caught:
        find_project(project.root).systems()
    assert f"{project.package.name}.systems" in str(caught.value)


def test_an_import_that_fails_inside_is_the_users_own_error(project: Project) -> None:
    """It is not taken for a missing list of systems."""
    (project.package / "systems.py").write_text("import no_such_package\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        find_project(project.root).systems()


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import nothere", "ModuleNotFoundError: No module named 'nothere' ({file}:1); --debug shows more"),
        ("\n1 / 0", "ZeroDivisionError: division by zero ({file}:2); --debug shows more"),
        (
            "from lumen_constructs import Sistem",
            "ImportError: lumen_constructs has no name 'Sistem'; did you mean 'System'? ({file}:1); --debug shows more",
        ),
        (
            "from lumen_constructs import Resources\nResources(cpu='x')",
            "{file}:2: Resources: cpu 'x' is not a quantity",
        ),
        ("raise SystemExit('enough')", "SystemExit: enough ({file}:1); --debug shows more"),
        ("import sys\nsys.exit(3)", "SystemExit: 3 ({file}:2); --debug shows more"),
    ],
)
def test_a_module_that_does_not_import_is_a_line_with_its_place(
    lumen: Lumen, project: Project, code: str, line: str
) -> None:
    """Whatever it raises, and never a traceback that was not asked for."""
    (project.package / "systems.py").write_text(code)
    result = lumen("list")
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith("lumen: error: " + line.format(file=f"{project.package.name}/systems.py"))
    assert "Traceback" in lumen("list", "--debug").err
