"""What a user sees of the command line itself: its help, as it was written, and one line for what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lumen_constructs.names import did_you_mean

_NO_COMMAND = re.compile(r"No such command '(.*?)'")
_NO_CHOICE = re.compile(r"'(.*?)' is not one of (.*)")

#: How typer says what a value should be, and how everything else here does.
_WANTED = {
    "Input should be greater than or equal to ": "must be at least ",
    "Input should be a valid integer, unable to parse string as an integer": "must be a whole number",
}

# Commands, parameters and what they raise are of typer's own click, which has no public name: hence Any.


def literal_help(command: Any) -> Any:
    """Give a command whose help shows brackets as they stand: rich would take ``[name=y]`` for a style of text."""
    from rich.markup import escape  # noqa: PLC0415  # only help is shown by rich
    from typer import Context  # noqa: PLC0415  # who only reads this module's messages has no typer

    context = Context(command, **command.context_settings)
    for part in (command, *getattr(command, "commands", {}).values()):
        for documented in (part, *part.params):
            documented.help = escape(documented.help) if documented.help else documented.help
        # --help itself is made when it is first asked for, and named as the context says.
        for parameter in (*part.params, part.get_help_option(Context(part, parent=context))):
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""  # a flag takes no value, so that there is no type to show
    return command


def usage_fault(error: Any) -> str:
    """Say what is wrong with a command line, and what was meant or where to look."""
    context = getattr(error, "ctx", None)
    if context is None:
        return f"{_lower(error.format_message())}; lumen --help lists commands and options"
    where, command = context.command_path, context.command
    parameter = getattr(error, "param", None)
    if parameter is not None and (fault := _value_fault(error, parameter)):
        return f"{where}: {fault}"
    if hasattr(error, "possibilities"):
        return f"{where} has no option '{error.option_name}'{_meant(error.option_name, where, command)}"
    if named := _NO_COMMAND.match(error.message):
        commands = command.commands
        return f"{where} has no command '{named[1]}' ({', '.join(commands)}){did_you_mean(named[1], commands)}"
    return f"{where}: {_lower(error.format_message())}; {where} --help lists its arguments and options"


def _value_fault(error: Any, parameter: Any) -> str | None:
    """Say that an argument or option is missing, or is none of its choices."""
    name = max(parameter.opts, key=len) if parameter.param_type_name == "option" else parameter.metavar
    if hasattr(error, "param_type"):
        what = "is needed" if parameter.param_type_name == "option" else "is missing"
        return f"{name} {what}; {error.ctx.command_path} --help says what it is"
    message = error.message.removeprefix("Value error, ")
    for theirs, ours in _WANTED.items():
        message = message.replace(theirs, ours)
    chosen = _NO_CHOICE.match(message)
    meant = did_you_mean(chosen[1], re.findall("'(.*?)'", chosen[2])) if chosen else ""
    return f"{name}: {_lower(message)}{meant}"


def _meant(wrong: str, where: str, command: Any) -> str:
    """Give the option that was meant; one of a command must stand behind that command."""
    known = list(_options(command))
    if near := did_you_mean(wrong, known):
        return near
    for name, one in getattr(command, "commands", {}).items():
        below = list(_options(one))
        if wrong in below:
            return f"; write it behind the command, as in '{where} {name} {wrong}'"
        if near := did_you_mean(wrong, [option for option in below if option.startswith("--")]):
            return f"{near.removesuffix('?')}, behind the command?"
    return f"; {where} --help lists its options"


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield from parameter.opts
    yield "--help"


def _lower(message: str) -> str:
    text = message.rstrip(".")
    return f"{text[:1].lower()}{text[1:]}"
