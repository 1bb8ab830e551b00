"""The project that a command works on: where it is, which systems it has, and where their output goes."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.system import System
from lumen_constructs.values.files import read_text, shown

#: What ``[tool.lumen]`` may say, with what holds where it says nothing.
_DEFAULTS = {"systems": "apps.systems:SYSTEMS", "output": "dist"}


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
        module_name, _, name = self.reference.partition(":")
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        try:
            module = import_module(module_name)
        except ModuleNotFoundError as error:
            # Only the module itself, or what holds it: one that it imports in vain is another error.
            if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
                raise
            message = f"{shown(self.root)}: has no module {module_name} with the list of systems ({self.reference})"
            raise LumenError(message) from error
        found = getattr(module, name, None)
        if not isinstance(found, (list, tuple)) or not all(isinstance(item, System) for item in found):
            message = f"{self.reference}: is not a list of lumen_constructs.System objects"
            raise LumenError(message)
        return list(found)


def find_project(start: Path) -> Project:
    """Find the project that ``start`` is in.

    :raises LumenError: if there is none, or its settings are wrong
    """
    for folder in (start, *start.parents):
        settings = _settings(folder / "pyproject.toml")
        if settings is not None or (folder / "cdk8s.yaml").is_file():
            chosen = {**_DEFAULTS, **(settings or {})}
            return Project(folder, chosen["systems"], folder / chosen["output"])
    message = f"{start}: is in no project; a project has a cdk8s.yaml, or [tool.lumen] in its pyproject.toml"
    raise LumenError(message)


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
