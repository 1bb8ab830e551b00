"""Progress of long work: on a terminal only, and gone when the work is done."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self, TextIO

#: Fewer sets than this are done before anybody wonders.
_WORTH_IT = 3

_ERASE = "\r\x1b[K"


class Progress:
    """Says on stderr which of ``total`` steps is being done."""

    def __init__(self, total: int, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._total = total
        self._done = 0
        self._stream = stream or sys.stderr
        self._shows = not quiet and total >= _WORTH_IT and _is_terminal(self._stream)

    def __enter__(self) -> Self:
        return self

    def next(self, name: str) -> None:
        """Tell that the step ``name`` begins."""
        self._done += 1
        if self._shows:
            self._stream.write(f"{_ERASE}{self._done}/{self._total} {name}")
            self._stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shows and self._done:
            self._stream.write(_ERASE)
            self._stream.flush()


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"
