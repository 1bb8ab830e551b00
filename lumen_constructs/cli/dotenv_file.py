"""Dotenv files, read as they are: no variable is expanded in them, and none is put into the environment."""

from __future__ import annotations

import io
from pathlib import Path

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.values.files import read_text, shown


def read_dotenv(path: Path) -> dict[str, bytes]:
    """Read the variables of a dotenv file; errors name lines, and never what stands there.

    :raises LumenError: for a file that cannot be read, and for every line that is no ``KEY=value``
    """
    try:
        from dotenv.parser import parse_stream  # noqa: PLC0415  # an extra, needed for injecting alone
    except ImportError as missing:
        message = "reading a dotenv file needs python-dotenv; install lumen-constructs[inject]"
        raise LumenError(message) from missing
    where = shown(path)
    variables: dict[str, bytes] = {}
    faults: list[str] = []
    for binding in parse_stream(io.StringIO(read_text(path))):
        # What is before the first word of a binding are blank lines and comments.
        text = binding.original.string
        line = binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            faults.append(f"{where}:{line}: must be KEY=value; quote what holds spaces, '#' or quotes")
        elif binding.key is not None and binding.value is not None:
            if binding.key in variables:
                faults.append(f"{where}:{line}: {binding.key} is set twice")
            variables[binding.key] = binding.value.encode()
    raise_all(faults)
    return variables
