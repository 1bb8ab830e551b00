"""Text files, read once and refused in one line where they cannot be what they should be."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lumen_constructs.errors import LumenError

#: How large a values file may be, in bytes. A real one has a few kilobytes.
MAX_BYTES = 5 * 1024 * 1024

#: What YAML 1.2 does not allow in a stream; JSON, TOML and the Kubernetes API refuse most of it too.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def shown(path: str | os.PathLike[str]) -> str:
    """Give ``path`` as messages show it: relative to the current directory where that is shorter."""
    given = os.fspath(path)
    try:
        relative = os.path.relpath(given)
    except (OSError, ValueError):  # the current directory is gone, or is on another drive
        return given
    return relative if len(relative) < len(given) else given


def read_text(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES, name: str | None = None) -> str:
    """Read a UTF-8 file, without its byte order mark.

    Raises :class:`LumenError`, with ``name`` (default: the path) as the place, for a file that is missing, unreadable,
    larger than ``max_bytes`` or not UTF-8.
    """
    where = name or shown(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError:
        raise LumenError(f"{where}: no such file") from None
    except IsADirectoryError:
        raise LumenError(f"{where}: is a directory, not a file") from None
    except PermissionError:
        raise LumenError(f"{where}: must be readable: permission denied") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise LumenError(f"{where}: cannot be read: {reason.lower()}") from None
    if len(data) > max_bytes:
        raise LumenError(f"{where}: is larger than {_size(max_bytes)}, the most that is read")
    return decoded(data, where)


def decoded(data: bytes, where: str) -> str:
    """Decode UTF-8, without a byte order mark; ``where`` is named in the error."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise LumenError(f"{where}:{line}: must be UTF-8, but has the byte 0x{byte:02x}; save it as UTF-8") from None


def unprintable_fault(text: str, where: str) -> str | None:
    """Tell where ``text`` has a character that YAML does not allow, such as NUL or an escape sequence's ESC."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    code = ord(found.group())
    return f'{where}:{line}: has the control character U+{code:04X}; remove it, or write "\\u{code:04x}" in quotes'


def _size(count: int) -> str:
    return f"{count // 1024**2} MiB" if count >= 1024**2 else f"{count} bytes"
