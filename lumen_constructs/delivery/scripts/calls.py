"""The lines of a script that follow from a rendered set, and how a shell writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

#: What PowerShell calls the functions, by their names in bash.
_POWERSHELL = {
    "apply": "Invoke-Apply",
    "await": "Wait-Field",
    "begin": "Start-Stage",
    "build": "Build-Image",
    "claims": "Remove-Claims",
    "data": "Remove-Data",
    "ingress": "Invoke-Ingress",
    "namespace": "Remove-Namespace",
    "need": "Assert-Needed",
    "remove": "Remove-Files",
    "rollout": "Wait-Rollout",
}
#: Words that bash takes as they stand, and nothing else.
_PLAIN = re.compile(r"[A-Za-z0-9_./:@%+-][A-Za-z0-9_./:@%+=,-]*")


class Call(NamedTuple):
    """A call of one of the functions that a script begins with."""

    function: str
    """Name of the function, as in bash."""
    arguments: tuple[str, ...] = ()
    """Single arguments."""
    items: tuple[str, ...] = ()
    """The list that ends the call, one item a line."""


def bash(calls: Sequence[Call]) -> str:
    """Write calls for bash."""
    return "\n".join(_stage_apart(call, _bash(call)) for call in calls).lstrip("\n")


def powershell(calls: Sequence[Call]) -> str:
    """Write calls for PowerShell."""
    return "\n".join(_stage_apart(call, _powershell(call)) for call in calls).lstrip("\n")


def _stage_apart(call: Call, line: str) -> str:
    return f"\n{line}" if call.function == "begin" else line


def _bash(call: Call) -> str:
    words = [call.function, *(_bash_word(argument) for argument in call.arguments)]
    return " \\\n  ".join([" ".join(words), *(_bash_word(item) for item in call.items)])


def _bash_word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def _powershell(call: Call) -> str:
    words = [_POWERSHELL[call.function], *(_powershell_word(argument) for argument in call.arguments)]
    if not call.items:
        return " ".join(words)
    items = ",\n".join(f"    {_powershell_word(item)}" for item in call.items)
    return f"{' '.join(words)} @(\n{items}\n)"


def _powershell_word(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
