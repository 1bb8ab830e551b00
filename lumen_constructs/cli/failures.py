"""What a user sees when something fails: one line a fault, no traceback unless it is asked for, an exit status."""

from __future__ import annotations

import atexit
import gc
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from lumen_constructs.errors import LumenError, UnknownNameError
from lumen_constructs.names import did_you_mean
from lumen_constructs.printable import on_one_line

#: Exit statuses: what was asked for is wrong; the command line is wrong; then those of a shell for what a signal ended:
#: the user or the reader of a pipe went away, or there was no more time.
FAILED, USAGE, INTERRUPTED, PIPE, TERMINATED = 1, 2, 130, 141, 143


#: What Python says where a module has not the name that is imported from it.
_NO_NAME = re.compile(r"cannot import name '(.*?)' from '(.*?)'")

_LIBRARY = Path(__file__).resolve().parents[1]


class UsageError(Exception):
    """The command line itself is wrong; each argument is a line."""


class _Terminated(BaseException):
    """SIGTERM came: nothing between here and the end may take it for an error that it can handle."""


#: Objects that are made before Python looks for garbage among them; its own figure is 700.
_GARBAGE = 200_000


def ended(job: Callable[[], int]) -> NoReturn:
    """Run ``job`` and end the process with the status that it gives, or with that of its failure."""
    # What a run makes lives to its end, so that looking for garbage again and again only costs time.
    gc.set_threshold(_GARBAGE)
    # However the locale is, names and values in messages are shown and never fail.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminate)
    status = guarded(job)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if status in {INTERRUPTED, PIPE, TERMINATED}:
        # What is temporary is removed at exit. But jsii's own clean-up may write to a process that the same signal has
        # ended, and say so at length; and nobody reads any more what stands in the buffers. Nor must the end wait for
        # jsii's thread, which reads from Node.js as long as anything below that is still there.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        atexit._run_exitfuncs()  # noqa: SLF001  # Python has no public way to these that does not wait for threads
        os._exit(status)
    # Python looks for garbage once more when it ends, among all that the system takes back anyway: an eighth of a run.
    gc.freeze()
    sys.exit(status)


def _terminate(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)  # who asks twice does not want to wait
    raise _Terminated


def guarded(job: Callable[[], int]) -> int:  # noqa: PLR0911  # a table: what was raised, what is said, the status
    """Run ``job``; a failure becomes lines on stderr and an exit status."""
    try:
        status = job()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE
    except _Terminated:
        _say(["stopped by SIGTERM before the work was done"])
        return TERMINATED
    except (UsageError, UnknownNameError) as error:
        _say(error.args)
        return USAGE
    except LumenError as error:
        _debug(error)
        _say(error.faults)
        return FAILED
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a stack raises, the user gets a line
        _debug(error)
        _say([one_line(error)])
        return FAILED
    return status


def is_debug() -> bool:
    """Tell whether the user wants tracebacks."""
    return "--debug" in sys.argv[1:] or os.environ.get("LUMEN_DEBUG", "") not in {"", "0"}


def warn(text: str) -> None:
    """Print a warning."""
    print(f"lumen: warning: {plain(text)}", file=sys.stderr)  # noqa: T201  # a command line's output


def fail(faults: Iterable[str]) -> None:
    """Print errors, a line each, for a command that goes on after them."""
    _say(tuple(faults))


def plain(text: str) -> str:
    """Give ``text`` on one line, and without characters that a terminal would obey."""
    return on_one_line(text).strip()


def one_line(error: BaseException) -> str:
    """Say in a line what an exception of the user's code, or of a library below it, is about, and where it came from.

    Errors that cross jsii carry a JavaScript stack; their first line with words is kept.
    """
    # A syntax error names its file as well as it can; the file stands behind all others as their place.
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    text = next((line.strip() for line in said.splitlines() if line.strip()), "")
    text = text.removeprefix("Error: ")
    # jsii raises its errors as RuntimeError, and a caller's own as what they are.
    if type(error) is not RuntimeError or not text:
        text = f"{type(error).__name__}: {_missing_name(error) or text}".removesuffix(": ")
    places = [*getattr(error, "__notes__", ()), text]
    where = next(_frames(error), None)
    return ": ".join(places) + (f" ({where})" if where else "") + _debug_hint()


def _frames(error: BaseException) -> Iterator[str]:
    """Give the places that led to the error: first those in the user's own files, the innermost before the outer."""
    here = Path.cwd()
    if isinstance(error, SyntaxError) and error.filename:
        file = Path(error.filename)
        yield f"{file.relative_to(here) if file.is_relative_to(here) else file}:{error.lineno}"
    frames = [(Path(frame.filename), frame.lineno) for frame in reversed(traceback.extract_tb(error.__traceback__))]
    for file, line in frames:
        if file.is_relative_to(here) and not file.is_relative_to(_LIBRARY) and "site-packages" not in file.parts:
            yield f"{file.relative_to(here)}:{line}"
    for file, line in frames:
        if file.is_relative_to(_LIBRARY):
            yield f"{file.relative_to(_LIBRARY.parent)}:{line}"


def place_of(error: BaseException) -> str | None:
    """Give ``file:line`` of what led to the error, in the user's own files where it can be."""
    return next(_frames(error), None)


def _missing_name(error: BaseException) -> str | None:
    """Say that a module has no such name, without the module's path, and with the name that was meant."""
    found = _NO_NAME.match(str(error)) if isinstance(error, ImportError) else None
    if found is None:
        return None
    name, module = found.groups()
    return f"{module} has no name '{name}'{did_you_mean(name, dir(sys.modules.get(module)))}"


def _debug_hint() -> str:
    return "" if is_debug() else "; --debug shows more"


def _debug(error: BaseException) -> None:
    if is_debug():
        traceback.print_exception(error)


def _say(faults: list[str] | tuple[str, ...]) -> None:
    try:
        for fault in faults:
            print(f"lumen: error: {plain(fault)}", file=sys.stderr)  # noqa: T201  # a command line's output
    except BrokenPipeError:
        os._exit(PIPE)
