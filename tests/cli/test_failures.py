from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lumen_constructs.cli.failures import UsageError, ended, guarded, one_line, plain, warn
from lumen_constructs.errors import LumenError, OptionError


def raising(error: BaseException) -> Callable[[], int]:
    """Give a job that fails."""

    def job() -> int:
        raise error

    return job


@pytest.fixture(autouse=True)
def _no_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["lumen"])
    monkeypatch.delenv("LUMEN_DEBUG", raising=False)


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (LumenError("one", "two"), 1, "lumen: error: one\nlumen: error: two\n"),
        (OptionError("Port", "no\nline\tends"), 1, "lumen: error: Port: no line ends\n"),
        (UsageError("no such option"), 2, "lumen: error: no such option\n"),
        (ValueError("first\nsecond"), 1, "lumen: error: ValueError: first; --debug shows more\n"),
        (ValueError(), 1, "lumen: error: ValueError; --debug shows more\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
    ],
)
def test_a_failure_is_lines_and_a_status(
    error: BaseException, status: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a fault, whatever is in it; an interrupt and a closed pipe are quiet."""
    assert guarded(raising(error)) == status
    out, err = capsys.readouterr()
    # Where the error came from is this file here, and of no interest.
    assert (out, re.sub(r" \(tests/\S+\)", "", err)) == ("", text)


def test_a_job_that_succeeds_gives_its_own_status() -> None:
    """Which ends the process."""
    with pytest.raises(SystemExit) as caught:
        ended(lambda: 3)
    assert caught.value.code == 3


_ENDED_BY_A_SIGNAL = """
import atexit, os, signal, sys, tempfile, time
from lumen_constructs.cli.failures import ended

def job():
    folder = tempfile.TemporaryDirectory(dir=sys.argv[1])
    atexit.register(lambda: print("noise") or 1 / 0)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
    except Exception:
        print("went on")
    return 0

ended(job)
"""


def test_sigterm_is_a_line_and_a_status_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """As Argo CD ends a plugin that takes too long; what jsii's clean-up would say of its dead process is not heard."""
    done = subprocess.run(
        [sys.executable, "-c", _ENDED_BY_A_SIGNAL, tmp_path], capture_output=True, text=True, check=False, timeout=20
    )
    assert (done.returncode, done.stdout) == (143, "")
    assert done.stderr == "lumen: error: stopped by SIGTERM before the work was done\n"
    assert list(tmp_path.iterdir()) == []


def test_nobody_looks_for_garbage_at_the_end() -> None:
    """What the run made is the system's to take back, which costs nothing."""
    script = (
        "import atexit, gc; from lumen_constructs.cli.failures import ended\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000)); ended(lambda: 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_line_names_the_user_s_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that of the library which raised the error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stack.py").write_text("import json\n\ndef make():\n    json.loads('{')\n")
    space: dict[str, Callable[[], None]] = {}
    exec(compile((tmp_path / "stack.py").read_text(), tmp_path / "stack.py", "exec"), space)  # noqa: S102  # the user's
    with pytest.raises(ValueError, match="Expecting property name") as caught:
        space["make"]()
    assert one_line(caught.value).startswith("JSONDecodeError: Expecting property name")
    assert "(stack.py:4)" in one_line(caught.value)


def test_a_syntax_error_is_in_the_file_that_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own message has no more than the file's name, and the frames are those of who imports it."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "apps" / "systems.py"
    with pytest.raises(SyntaxError) as caught:
        compile("SYSTEMS = [\n", file, "exec")
    assert one_line(caught.value) == "SyntaxError: '[' was never closed (apps/systems.py:1); --debug shows more"


def test_an_error_across_jsii_is_cut_to_its_first_line() -> None:
    """With the note of what was being rendered."""
    error = RuntimeError("\nError: There is already a Construct\n    at Node.addChild (/tmp/x.js:466:19)\n")
    error.add_note("shop/dev")
    assert one_line(error) == "shop/dev: There is already a Construct; --debug shows more"


@pytest.mark.parametrize("way", ["--debug", "LUMEN_DEBUG"])
def test_debug_prints_the_traceback(
    way: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For our own errors too, since a bug may be in where they are raised."""
    if way == "--debug":
        monkeypatch.setattr(sys, "argv", ["lumen", "synth", "--debug"])
    else:
        monkeypatch.setenv("LUMEN_DEBUG", "1")
    guarded(raising(LumenError("x")))
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert err.endswith("lumen: error: x\n")


def test_nothing_moves_a_terminals_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """Values of the user's come to the terminal in messages."""
    assert plain("a\x1b[2Jb\r\nc\u2028d\x9be") == "a [2Jb c d e"
    warn("x\x1b]0;title\x07")
    assert capsys.readouterr().err == "lumen: warning: x ]0;title\n"


def test_an_interrupted_run_waits_for_no_thread(tmp_path: Path) -> None:
    """What is temporary goes, and a thread that still reads from Node.js does not hold up the end."""
    swept = tmp_path / "swept"
    program = f"""
import atexit, threading, time
from pathlib import Path
from lumen_constructs.cli.failures import ended

def interrupted():
    raise KeyboardInterrupt

atexit.register(Path({str(swept)!r}).touch)
threading.Thread(target=time.sleep, args=(60,)).start()
ended(interrupted)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert swept.exists()
