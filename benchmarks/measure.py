"""Time and memory of whole processes, taken so that a busy machine harms both sides alike."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class ProgramError(Exception):
    """A program that was to be measured failed."""


@dataclass(frozen=True)
class Command:
    """A program to measure: what follows ``python`` on its command line."""

    arguments: Sequence[str]
    output: Path | None = None
    """Folder that it writes; removed before each run, so that every run writes everything."""
    environment: Mapping[str, str] | None = None
    """Environment variables beyond those of all programs."""

    def run(self, before: Sequence[str] = ()) -> float:
        """Run it once; give the seconds that it took.

        :raises ProgramError: if it fails
        """
        if self.output is not None:
            shutil.rmtree(self.output, ignore_errors=True)
        start = time.perf_counter()
        done = subprocess.run(  # noqa: S603  # the command lines of this package
            [sys.executable, *before, *self.arguments],
            cwd=ROOT,
            env={**_environment(), **(self.environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - start
        if done.returncode:
            message = f"{' '.join(self.arguments)} failed:\n{done.stderr}"
            raise ProgramError(message)
        return seconds

    @property
    def folder(self) -> Path:
        """The folder that it writes.

        :raises ProgramError: if it writes none
        """
        if self.output is None:
            message = f"{' '.join(self.arguments)} writes no folder"
            raise ProgramError(message)
        return self.output

    def memory(self) -> float:
        """Run it once; give the peak memory of Python and of its largest Node.js process together, in MiB."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "memory.json"
            self.run(before=["-m", "benchmarks.measured", str(file)])
            kibibytes: list[int] = json.loads(file.read_text())
        # macOS counts bytes.
        return sum(kibibytes) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _environment() -> dict[str, str]:
    """Give the environment of every program: that of this process, without what changes Python, cdk8s or lumen."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CDK8S", "LUMEN"))}


@dataclass(frozen=True)
class Timing:
    """How long programs took, the first of them being what the others are held against."""

    seconds: Mapping[str, Sequence[float]]
    """Seconds of each round, by the program's name."""
    against: str
    """Name of the program that the others are held against."""

    def median(self, name: str) -> float:
        """Give the median of a program's seconds."""
        return statistics.median(self.seconds[name])

    def ratio(self, name: str) -> float:
        """Give the median, over all rounds, of a program's time to that of the other in the same round."""
        rounds = zip(self.seconds[name], self.seconds[self.against], strict=True)
        return statistics.median(mine / other for mine, other in rounds)


def compared(commands: Mapping[str, Command], against: str, rounds: int, *, warm: bool = False) -> Timing:
    """Run the programs in turn, ``rounds`` times, every other round in reverse; ``warm`` says that all ran before."""
    if not warm:
        for command in commands.values():
            command.run()
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds):
        for name in list(commands)[:: 1 if number % 2 == 0 else -1]:
            seconds[name].append(commands[name].run())
    return Timing(seconds, against)
