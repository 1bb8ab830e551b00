"""The page of the ``lumen`` command, made of what its ``--help`` says."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import typer

from lumen_constructs.cli.commands import app
from reference.marked import NOTE, table


def command_page() -> str:
    """Give the page: each command with its arguments and options."""
    lumen: Any = typer.main.get_command(app)
    text = (
        f"{NOTE}\n# The lumen command\n\n{lumen.help}\n\n"
        "It works on the project that the current folder is in: the nearest folder upwards with a `cdk8s.yaml`, or "
        "with `[tool.lumen]` in its `pyproject.toml`. It needs the extra `cli`. Exit status: 0 for success, 1 where "
        "something is wrong or stale, 2 for a wrong command line, 130 when interrupted, 143 when ended by SIGTERM.\n"
    )
    for name, command in lumen.commands.items():
        text += f"\n## lumen {name}\n\n{command.help}\n\n{table(('argument', 'meaning'), _rows(command))}"
    return text


def _rows(command: Any) -> list[tuple[str, str]]:
    rows = []
    for parameter in command.params:
        is_option = parameter.param_type_name == "option"
        shown = " ".join(parameter.opts) if is_option else _argument(parameter)
        value = f" {parameter.metavar}" if is_option and parameter.metavar else ""
        said = [parameter.help or "", *_limits(parameter)]
        rows.append((f"`{shown}{value}`", " ".join(text for text in said if text)))
    return rows


def _argument(parameter: Any) -> str:
    name = parameter.metavar if parameter.required else f"[{parameter.metavar}]"
    return name if parameter.nargs == 1 else f"{name}..."


def _limits(parameter: Any) -> list[str]:
    """Say what a parameter may be, and what it is where it is not given."""
    choices = _choices(parameter.type_descriptor.annotation)
    default = parameter.default if isinstance(parameter.default, str) else None
    return [
        f"One of {', '.join(choices)}." if choices else "",
        f"Default: {default}." if default and "Default:" not in (parameter.help or "") else "",
        "Required." if parameter.required else "",
    ]


def _choices(annotation: Any) -> list[str]:
    """Give the words of a ``Literal``, alone or beside None."""
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in _choices(part)]
