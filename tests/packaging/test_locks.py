"""The locks say what ``pyproject.toml`` asks for, by version and hash, and name no address."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "dev.txt"
UNLOCKED_EXTRAS = {"node"}  # brings a Node of its own to users without one; developers have Node, for its tools

project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted() -> list[str]:
    """Give what the package, its extras, its build and its developers need."""
    extras: dict[str, list[str]] = project["project"]["optional-dependencies"]
    return [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        *project["dependency-groups"]["dev"],
        *(line for name, lines in extras.items() if name not in UNLOCKED_EXTRAS for line in lines),
    ]


@pytest.mark.parametrize("line", wanted())
def test_lock_satisfies_what_is_asked_for(line: str) -> None:
    """A dependency that is added or raised without 'make lock' is seen here, and not in a user's fresh clone."""
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE))
    requirement = Requirement(line)
    name = canonicalize_name(requirement.name)
    assert name in locked, "run 'make lock' (a new extra is named in the Makefile's EXTRAS)"
    assert requirement.specifier.contains(Version(locked[name]), prereleases=True), "run 'make lock'"


def test_every_locked_package_has_hashes() -> None:
    """Without one of them, pip refuses the whole lock."""
    entries = re.split(r"^(?=\S)", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) > len(project["project"]["dependencies"])
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("path", [LOCK, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_lock_names_no_address_of_a_registry(path: Path) -> None:
    """A lock works with any mirror."""
    text = path.read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.findall(r"https?://\S*(?:/simple|/packages/|\.tgz|\.whl)|^--(?:extra-)?index-url", text, re.MULTILINE)


def test_node_tools_are_pinned() -> None:
    """'cdk8s import' and jsii generate code that is compared byte for byte: a range would change it over night."""
    tools: dict[str, str] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert [tool for tool, version in tools.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
