"""The project that a command works on: where it is, which systems it has, and where their output goes."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lumen_constructs.cli.failures import place_of
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.values.files import read_text, shown

if TYPE_CHECKING:
    from lumen_constructs.system import System

#: What ``[tool.lumen]`` may say, with what holds where it says nothing.
_DEFAULTS = {"systems": "apps.systems:SYSTEMS", "output": "dist"}


_MISSING = object()


@dataclass(frozen=True)
class Project:
    """A project folder and its settings, ``[tool.lumen]`` in ``pyproject.toml``."""

    root: Path
    """The folder; the nearest one upwards that has ``cdk8s.yaml`` or ``[tool.lumen]``."""
    reference: str
    """``module:NAME`` of the list of systems, importable from the root. Default: ``apps.systems:SYSTEMS``."""
    output: Path
    """Folder of the output. Default: ``dist`` in the root."""

    def systems(self) -> list[System[Any]]:
        """Import the systems.

        :raises LumenError: if there are none where the settings say
        """
        from lumen_constructs.system import System  # noqa: PLC0415  # with pydantic, which few commands need

        module_name, _, name = self.reference.partition(":")
        module = self._imported(module_name)
        found = getattr(module, name, _MISSING)
        if found is _MISSING:
            message = f"{self.reference}: {module_name} has no name '{name}'{did_you_mean(name, vars(module))}"
            raise LumenError(message)
        if not isinstance(found, (list, tuple)):
            given = "a System; put it in a list" if isinstance(found, System) else show(found)
            message = f"{self.reference}: must be a list of lumen_constructs.System objects, not {given}"
            raise LumenError(message)
        raise_all(
            f"{self.reference}[{number}]: must be a lumen_constructs.System, not {show(item)}"
            for number, item in enumerate(found)
            if not isinstance(item, System)
        )
        if not found:
            message = f"{self.reference}: is empty; list a System there"
            raise LumenError(message)
        return list(found)

    def _imported(self, name: str) -> ModuleType:
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            # Only the module itself, or what holds it: one that it imports in vain is another error.
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
            message = (
                f"{shown(self.root.resolve())}: has no module {error.name}; the list of systems is looked for in "
                f"{self.reference}, or where tool.lumen.systems in pyproject.toml says"
            )
            raise LumenError(message) from error
        except LumenError as error:
            if (place := place_of(error)) is None:
                raise
            # Not error.at(): that would put the place for the type that found the fault.
            raise LumenError(*(f"{place}: {fault}" for fault in error.faults)) from error


def find_project(start: Path) -> Project:
    """Find the project that ``start`` is in.

    :raises LumenError: if there is none, or its settings are wrong
    """
    if (project := project_around(start)) is not None:
        return project
    message = f"{start}: is in no project; a project has a cdk8s.yaml, or [tool.lumen] in its pyproject.toml"
    raise LumenError(message)


def project_around(start: Path) -> Project | None:
    """Give the project that ``start`` is in, or None.

    :raises LumenError: if its settings are wrong
    """
    for folder in (start, *start.parents):
        settings = _settings(folder / "pyproject.toml")
        if settings is not None or (folder / "cdk8s.yaml").is_file():
            return project_at(folder, settings or {})
    return None


def project_at(folder: Path, settings: Mapping[str, str]) -> Project:
    """Give the project in ``folder``, with the defaults of what ``settings`` does not say."""
    chosen = {**_DEFAULTS, **settings}
    return Project(folder, chosen["systems"], folder / chosen["output"])


def _settings(file: Path) -> dict[str, str] | None:
    """Read ``[tool.lumen]``; None where the file or the table is not there."""
    if not file.is_file():
        return None
    try:
        content = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        message = f"{shown(file)}: {str(error)[0].lower()}{str(error)[1:]}"
        raise LumenError(message) from None
    tool = content.get("tool")
    table = tool.get("lumen") if isinstance(tool, dict) else None
    if table is None:
        return None
    where = f"{shown(file)}: tool.lumen"
    if not isinstance(table, dict):
        message = f"{where} must be a table, not {show(table)}"
        raise LumenError(message)
    raise_all(fault for key, value in table.items() if (fault := _setting_fault(f"{where}.{key}", key, value)))
    return dict(table)


def _setting_fault(where: str, key: str, value: object) -> str | None:
    if key not in _DEFAULTS:
        return f"{where} is not a known key{did_you_mean(key, _DEFAULTS)}"
    if not isinstance(value, str) or not value:
        return f"{where} must be a string, not {show(value)}"
    if key == "systems" and not all(part.isidentifier() for part in value.replace(":", ".").split(".")):
        return f"{where} {show(value)} must be module:NAME, such as {_DEFAULTS['systems']}"
    if key == "systems" and value.count(":") != 1:
        return f"{where} {show(value)} must be module:NAME, such as {_DEFAULTS['systems']}"
    return None
