"""Arguments that several commands have, and what those mean that are more than one word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from lumen_constructs.cli.failures import UsageError
from lumen_constructs.errors import LumenError
from lumen_constructs.values import File, Set, SetFile, SetString, Source

Environment = Annotated[
    str | None, typer.Option("--environment", "-e", metavar="NAME", help="Only this environment. Default: all.")
]
RequiredEnvironment = Annotated[str, typer.Option("--environment", "-e", metavar="NAME", help="The environment.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Set a value, as Helm does: a.b=1,list[0]=x,list[name=y].z=true."),
]
SetStrings = Annotated[
    list[str] | None, typer.Option("--set-string", metavar="PATH=TEXT", help="As --set, but every value is text.")
]
SetFiles = Annotated[
    list[str] | None, typer.Option("--set-file", metavar="PATH=FILE", help="Set a value to the text of a file.")
]
Files = Annotated[
    list[Path] | None,
    typer.Option("--values", "-f", metavar="FILE", help="A values file above those of the environment; repeatable."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a failure; LUMEN_DEBUG=1 does it too.")]


def paths_by_key(given: Iterable[str]) -> dict[str, Path]:
    """Read ``KEY=PATH`` arguments."""
    paths: dict[str, Path] = {}
    for text in given:
        key, equals, path = text.partition("=")
        if not (key and equals and path):
            message = f"--from-file {text!r} must be KEY=PATH"
            raise UsageError(message)
        if key in paths:
            message = f"--from-file gives {key} twice"
            raise UsageError(message)
        paths[key] = Path(path)
    return paths


def overrides(
    files: list[Path] | None, sets: list[str] | None, strings: list[str] | None, from_files: list[str] | None
) -> list[Source]:
    """Give the layers of the command line, lowest first; as with Helm, the order among kinds is fixed.

    :raises UsageError: for an argument that cannot be read; what it sets is judged with the values
    """
    from lumen_constructs.values.assignments import parse_set, parse_set_string  # noqa: PLC0415  # --help and --version need none of it

    try:
        for text in sets or ():
            parse_set(text)
        for text in (*(strings or ()), *(from_files or ())):
            parse_set_string(text)
    except LumenError as error:
        raise UsageError(*error.faults) from None
    return [
        *(File(file) for file in files or ()),
        *(Set(text) for text in sets or ()),
        *(SetString(text) for text in strings or ()),
        *(SetFile(text) for text in from_files or ()),
    ]
