"""Values of secrets as a person gives them: at a prompt, through a pipe or in files; never as arguments."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lumen_constructs.cli.failures import warn
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean
from lumen_constructs.values.files import shown

#: Bytes that one Secret can hold.
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Given:
    """Where a person says that values are."""

    files: Mapping[str, Path] = field(default_factory=dict)
    """Files, by key."""
    stdin: bool = False
    """Whether the value of the one other key comes through the standard input."""

    def values(self, name: str, keys: Sequence[str]) -> dict[str, bytes]:
        """Read the values of some keys of a Secret; whatever is in no file and no pipe is asked for.

        :raises LumenError: for files and keys that do not fit, and where there is nobody to ask
        """
        raise_all(self._faults(name, keys))
        return {key: self._value(name, key) for key in keys}

    def _faults(self, name: str, keys: Sequence[str]) -> list[str]:
        faults = [
            f"{name}: {key} is not among the keys to seal ({', '.join(keys)}){did_you_mean(key, keys)}"
            for key in self.files
            if key not in keys
        ]
        others = [key for key in keys if key not in self.files]
        if self.stdin and len(others) != 1:
            listed = ", ".join(others) or "none"
            faults.append(f"{name}: --stdin is the value of one key, and there are {len(others)} ({listed}); name one")
        elif others and not self.stdin and not sys.stdin.isatty():
            listed = ", ".join(others)
            faults.append(f"{name}: there is no terminal to ask for {listed}; use --stdin or --from-file KEY=PATH")
        return faults

    def _value(self, name: str, key: str) -> bytes:
        if key in self.files:
            return of_file(self.files[key])
        if not self.stdin:
            return _asked(name, key)
        value = sys.stdin.buffer.read(LARGEST + 1)
        if value.endswith(b"\n"):
            warn(f"{name}: {key} ends with a line end, which is a part of it now; printf '%s' writes none")
        return value


def of_file(path: Path) -> bytes:
    """Read a value from a file, byte for byte; of one that no Secret can hold, just too much.

    :raises LumenError: if it cannot be read
    """
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        message = f"{shown(path)}: cannot be read: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None


def _asked(name: str, key: str) -> bytes:
    value = getpass.getpass(f"{name} {key}: ")
    if not value:
        message = f"{name}: {key} is empty; if that is meant, give it by --stdin < /dev/null"
        raise LumenError(message)
    if getpass.getpass(f"{name} {key}, once more: ") != value:
        message = f"{name}: {key} was not the same twice"
        raise LumenError(message)
    return value.encode("utf-8", "surrogateescape")
