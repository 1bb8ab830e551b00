"""A page is walked through: in a folder of its own, its files are written and its commands run, one after the other."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from lumen_constructs.cli.commands import run
from lumen_constructs.cli.failures import guarded
from tests.docs.pages import Block, Command, Treatment
from tests.docs.understood import faults
from tests.importing import forget

#: What only a shell understands: then ``lumen`` runs as a process of its own.
_SHELL = re.compile(r"[|&;<>$*]")

#: Programs that may be missing where the tests run.
_OPTIONAL = {"kubectl"}


class Walk:
    """A person who does what a page says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.not_run: list[str] = []
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.environment = _environment(folder)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)  # an edit within a second would be overlooked

    def do(self, blocks: Sequence[Block]) -> None:
        """Do what the blocks of a page say, in their order."""
        for block in blocks:
            match block.treatment:
                case Treatment.FILE:
                    file = self.folder / block.title
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(block.text, encoding="utf-8")
                case Treatment.EDIT:
                    edit(self.folder / block.title, block.text)
                case Treatment.SHOWS:
                    text = (self.folder / block.argument).read_text(encoding="utf-8")
                    assert holds(text, block.text), f"{block.argument} is not as line {block.line} shows it"
                case Treatment.NOT_RUN:
                    for command in block.commands:
                        found = faults(command, self.folder)
                        assert found == [], f"line {block.line}: {command.line}: {found}"
                case Treatment.COMMANDS:
                    for command in block.commands:
                        self._do(command, block.line)

    def _do(self, command: Command, at: int) -> None:
        missing = [words[0] for words in command.parts if words[0] in _OPTIONAL and shutil.which(words[0]) is None]
        if missing:
            self.not_run.append(command.line)
            return
        said = self._said(command.line)
        assert agrees(said.text, command.output), f"line {at}: {command.line}\n{said.text}"
        assert (said.status != 0) is command.fails, f"line {at}: {command.line}: exit status {said.status}"

    def _said(self, line: str) -> _Said:
        program, *arguments = shlex.split(line)
        if program == "cd":
            self.folder /= arguments[0]
            return _Said(0, "")
        if program == "lumen" and not _SHELL.search(line):
            return self.lumen(*arguments)
        return self.shell(line)

    def lumen(self, *arguments: str) -> _Said:
        """Run ``lumen`` in this process, as it would start; its errors come last."""
        self._monkeypatch.chdir(self.folder)
        self._monkeypatch.setattr(sys, "argv", ["lumen", *arguments])
        importlib.invalidate_caches()
        path = list(sys.path)
        self._capsys.readouterr()
        try:
            status = guarded(run)
        finally:
            sys.path[:] = path
            forget(self.folder)
        printed = self._capsys.readouterr()
        return _Said(status, printed.out + printed.err)

    def shell(self, line: str, **environment: str) -> _Said:
        """Run a line in a shell."""
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return _Said(done.returncode, done.stdout)


class _Said(NamedTuple):
    """How a command ended."""

    status: int
    text: str


def _environment(folder: Path) -> dict[str, str]:
    """Give a shell's environment: the tools of this one, and a Git that knows a name and no settings of anybody's."""
    settings = folder.parent / "gitconfig"
    # What would go to a server goes to a folder beside.
    server = f'[url "{folder.parent / "server"}/"]\n\tinsteadOf = https://github.com/\n'
    settings.write_text(f"[user]\n\tname = A Person\n\temail = person@example.com\n{server}", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST_", "LUMEN_"))}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_EDITOR": "true",
        "KUBECONFIG": os.devnull,
        "LC_ALL": "C",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def edit(file: Path, change: str) -> None:
    """Make the change that a ``diff`` block shows: its lines with ``-`` and space are there once, as they stand."""
    there = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = change.splitlines(keepends=True)
    assert {line[0] for line in lines} <= {"-", "+", " "}, f"{file.name}: lines of a change start with -, + or a space"
    old = [line[1:] for line in lines if line[0] != "+"]
    new = [line[1:] for line in lines if line[0] != "-"]
    places = [at for at in range(len(there)) if there[at : at + len(old)] == old]
    assert len(places) == 1, f"{file.name} does not hold once what is changed"
    there[places[0] : places[0] + len(old)] = new
    file.write_text("".join(there), encoding="utf-8")


def holds(text: str, shown: str) -> bool:
    """Tell whether a file has the lines that are shown, at whatever depth; a line ``…`` or ``# …`` stands for any."""
    there = [line.strip() for line in text.splitlines()]
    at = 0
    for wanted in _runs(shown):
        found = next((i for i in range(at, len(there)) if _same(there[i : i + len(wanted)], wanted)), None)
        if found is None:
            return False
        at = found + len(wanted)
    return True


def _same(there: Sequence[str], shown: Sequence[str]) -> bool:
    return len(there) == len(shown) and all(map(agrees, there, shown))


def _runs(shown: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in (*shown.splitlines(), "…"):
        if line.strip() in {"…", "# …"}:
            if lines:
                yield lines
            lines = []
        else:
            lines.append(line.strip())


def agrees(printed: str, shown: str) -> bool:
    """Tell whether a command printed what the page shows: ``…`` stands for any text, and alone for any lines."""
    parts = re.split(r"(^…\n|…)", shown, flags=re.MULTILINE)
    patterns = {"…\n": r"(?:.*\n)*?", "…": ".*"}
    return re.fullmatch("".join(patterns.get(part, re.escape(part)) for part in parts), printed) is not None
