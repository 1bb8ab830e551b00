"""Time and memory of whole processes, taken so that a busy machine harms both sides alike."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class ProgramError(Exception):
    """A program that was to be measured failed."""


class Run(NamedTuple):
    """What one run of a program cost."""

    seconds: float
    """From its start to its end."""
    cpu: float
    """Seconds that processors worked for it, in Python and in Node.js."""
    mebibytes: float = 0.0
    """Peak memory of Python and of its largest Node.js process together; measured where the program writes a folder."""


@dataclass(frozen=True)
class Command:
    """A program to measure: what follows ``python`` on its command line."""

    arguments: Sequence[str]
    output: Path | None = None
    """Folder that it writes; removed before each run, so that every run writes everything."""
    environment: Mapping[str, str] | None = None
    """Environment variables beyond those of all programs."""

    def run(self) -> Run:
        """Run it once.

        :raises ProgramError: if it fails
        """
        if self.output is None:
            return self._run()
        shutil.rmtree(self.output, ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "memory.json"
            run = self._run("-m", "benchmarks.measured", str(file))
            kibibytes: list[int] = json.loads(file.read_text())
        # macOS counts bytes.
        return run._replace(mebibytes=sum(kibibytes) / (1024 * 1024 if sys.platform == "darwin" else 1024))

    def _run(self, *before: str) -> Run:
        cpu, start = _cpu_seconds(), time.perf_counter()
        done = subprocess.run(  # noqa: S603  # the command lines of this package
            [sys.executable, *before, *self.arguments],
            cwd=ROOT,
            env={**_environment(), **(self.environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        run = Run(time.perf_counter() - start, _cpu_seconds() - cpu)
        if done.returncode:
            message = f"{' '.join(self.arguments)} failed:\n{done.stderr}"
            raise ProgramError(message)
        return run

    @property
    def folder(self) -> Path:
        """The folder that it writes.

        :raises ProgramError: if it writes none
        """
        if self.output is None:
            message = f"{' '.join(self.arguments)} writes no folder"
            raise ProgramError(message)
        return self.output


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Give the environment of every program: that of this process, without what changes Python, cdk8s or lumen."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CDK8S", "LUMEN"))}


@dataclass(frozen=True)
class Timing:
    """What programs cost, one of them being what the others are held against."""

    runs: Mapping[str, Sequence[Run]]
    """The run of each round, by the program's name."""
    against: str
    """Name of the program that the others are held against."""

    def median(self, name: str) -> Run:
        """Give the median of each figure of a program."""
        return Run(*(statistics.median(figures) for figures in zip(*self.runs[name], strict=True)))

    def ratio(self, name: str) -> Run:
        """Give the median, over all rounds, of each figure to that of the other program in the same round."""
        rounds = zip(self.runs[name], self.runs[self.against], strict=True)
        ratios = [[_quotient(*figures) for figures in zip(*both, strict=True)] for both in rounds]
        return Run(*(statistics.median(figures) for figures in zip(*ratios, strict=True)))


def _quotient(mine: float, other: float) -> float:
    return mine / other if other else 0.0


def compared(commands: Mapping[str, Command], against: str, rounds: int, *, warm: bool = False) -> Timing:
    """Run the programs in turn, ``rounds`` times, every other round in reverse; ``warm`` says that all ran before."""
    if not warm:
        for command in commands.values():
            command.run()
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds):
        for name in list(commands)[:: 1 if number % 2 == 0 else -1]:
            runs[name].append(commands[name].run())
    return Timing(runs, against)
