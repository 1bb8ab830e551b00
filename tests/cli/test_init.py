from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from lumen_constructs.cli.init import init
from lumen_constructs.errors import LumenError
from lumen_constructs.options.monitored import MonitoredServiceOptions

FILES = [
    "pyproject.toml",
    "my_shop/__init__.py",
    "my_shop/values.yaml",
    "my_shop/values-staging.yaml",
    "requirements.txt",
    ".gitignore",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder, and be in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fates(done: list[tuple[str, Path]], folder: Path) -> dict[str, str]:
    """Give what became of each file, by path."""
    return {file.relative_to(folder).as_posix(): fate for fate, file in done}


def test_writes_a_project_of_one_system(folder: Path) -> None:
    """The system's name is that of the argument, its package's is one that Python can import."""
    assert fates(init(folder, "my-shop"), folder) == dict.fromkeys(FILES, "written")
    settings = tomllib.loads((folder / "pyproject.toml").read_text())
    assert settings == {"tool": {"lumen": {"systems": "my_shop:SYSTEMS"}}}
    code = (folder / "my_shop/__init__.py").read_text()
    assert 'SYSTEMS = [System("my-shop", Stack, Values, Path(__file__).parent)]' in code
    assert max(map(len, code.splitlines())) <= 120
    values = yaml.safe_load((folder / "my_shop/values.yaml").read_text())
    MonitoredServiceOptions.model_validate(values["web"], by_alias=True, by_name=False)
    assert ".secrets/" in (folder / ".gitignore").read_text()


def test_extends_the_settings_of_other_tools_and_keeps_their_files(folder: Path) -> None:
    """A project of Python's, as other tools begin one, becomes ours too."""
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\nline-length = 120')
    (folder / ".gitignore").write_text("*.pyc\n")
    done = fates(init(folder, "my-shop"), folder)
    assert done == dict.fromkeys(FILES, "written") | {"pyproject.toml": "extended", ".gitignore": "kept"}
    settings = tomllib.loads((folder / "pyproject.toml").read_text())
    assert settings["project"] == {"name": "x"}
    assert settings["tool"] == {"ruff": {"line-length": 120}, "lumen": {"systems": "my_shop:SYSTEMS"}}
    assert (folder / ".gitignore").read_text() == "*.pyc\n"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Shop", "'Shop': the name must be lower-case letters, digits and '-', starting with a letter"),
        ("../x", "'../x': the name must be lower-case letters, digits and '-', starting with a letter"),
        ("flux", "system 'flux': this folder of the output is kept for argocd, flux"),
        ("cdk8s", "'cdk8s': Python knows a module or a word of this name, and the system's module would hide it"),
        ("class", "'class': Python knows a module or a word of this name, and the system's module would hide it"),
    ],
)
def test_refuses_a_name_that_cannot_be_used(name: str, fault: str, folder: Path) -> None:
    """Neither Kubernetes nor Python would take it; nothing is written."""
    with pytest.raises(LumenError) as raised:
        init(folder, name)
    assert str(raised.value).startswith(fault)
    assert list(folder.iterdir()) == []


def test_refuses_a_folder_that_is_in_a_project(folder: Path) -> None:
    """There, a system is one more entry of the list."""
    init(folder, "my-shop")
    inside = folder / "my_shop"
    with pytest.raises(LumenError, match=r"is a project already; add a System to my_shop:SYSTEMS"):
        init(inside, "other")
    assert sorted(path.name for path in inside.iterdir()) == ["__init__.py", "values-staging.yaml", "values.yaml"]


def test_refuses_to_write_over_what_is_there(folder: Path) -> None:
    """A folder of the system's name may be anything."""
    (folder / "my_shop").mkdir()
    with pytest.raises(LumenError, match=r"^my_shop: is there already; choose another name$"):
        init(folder, "my-shop")
    assert [path.name for path in folder.iterdir()] == ["my_shop"]


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ("[project\n", r"^pyproject\.toml: expected ']' at the end of a table declaration"),
        ("tool = {x = {}}\n", r"^pyproject\.toml: cannot be extended with \[tool\.lumen\]: Cannot"),
    ],
)
def test_refuses_settings_that_cannot_be_extended(folder: Path, settings: str, fault: str) -> None:
    """They would be no better with ours below them."""
    (folder / "pyproject.toml").write_text(settings)
    with pytest.raises(LumenError, match=fault):
        init(folder, "my-shop")
    assert [path.name for path in folder.iterdir()] == ["pyproject.toml"]
