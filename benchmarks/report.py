"""What was measured, as tables for a terminal and for the documentation."""

from __future__ import annotations

import itertools
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Run, Timing
from lumen_constructs.cli.tables import table

_BEGIN = "<!-- begin: written by python -m benchmarks --write -->"
_END = "<!-- end -->"


@dataclass(frozen=True)
class Table:
    """One table; every column but the first holds figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def text(self) -> str:
        """Give the table for a terminal."""
        note = f"{self.note}\n" if self.note else ""
        return f"\n{self.title}\n{table(self.head, self.rows, right=range(1, len(self.head)))}{note}"

    def markdown(self) -> str:
        """Give the table for the documentation."""
        lines = [self.head, ["---", *["---:"] * (len(self.head) - 1)], *self.rows]
        rows = "".join(f"| {' | '.join(line)} |\n" for line in lines)
        note = f"\n{self.note}\n" if self.note else ""
        return f"### {self.title}\n\n{rows}{note}"


def contest(title: str, timing: Timing, aims: Mapping[str, float]) -> Table:
    """Show programs beside the one that they are held against; ``aims`` are the largest ratios that are wanted."""
    head = ["program", "seconds", "ratio", "CPU seconds", "ratio", "MiB", "aim"]
    rows = []
    for name in timing.runs:
        median, ratio = timing.median(name), timing.ratio(name)
        figures = [f"{figure:.2f}" for figure in (median.seconds, ratio.seconds, median.cpu, ratio.cpu)]
        memory = f"{median.mebibytes:.0f}" if median.mebibytes else ""
        rows.append([name, *figures, memory, _verdict(ratio.seconds, aims.get(name))])
    return Table(title, head, rows)


def _verdict(ratio: float, aim: float | None) -> str:
    if aim is None:
        return ""
    return f"at most {aim:.2f}: {'met' if ratio <= aim else 'missed'}"


def growth(timings: Mapping[int, Timing]) -> Table:
    """Show what each further service costs between one number of services and the next."""
    numbers = sorted(timings)
    steps = list(itertools.pairwise(numbers))
    rows = [
        [
            name,
            *(
                f"{(timings[more].median(name).cpu - timings[fewer].median(name).cpu) / (more - fewer) * 1000:.1f}"
                for fewer, more in steps
            ),
        ]
        for name in timings[numbers[0]].runs
    ]
    head = ["CPU ms for each further service", *(f"{fewer} to {more}" for fewer, more in steps)]
    return Table("Growth", head, rows, "Even figures in a row mean linear growth.")


def checks(runs: Mapping[int, Run]) -> Table:
    """Show what ``lumen check`` costs, by number of objects."""
    rows = [
        [f"{number:,}", f"{run.seconds:.2f}", f"{run.cpu:.2f}", f"{run.cpu / number * 1000:.2f}"]
        for number, run in runs.items()
    ]
    note = "All rules on, start-up included. The aim is at most 2 s for 1,000 objects, and linear growth."
    return Table("lumen check", ["objects", "seconds", "CPU seconds", "CPU ms an object"], rows, note)


def diffs(objects: int, timing: Timing) -> Table:
    """Show what ``lumen diff`` costs, by what differs."""
    rows = []
    for name in timing.runs:
        run = timing.median(name)
        rows.append([name, f"{run.seconds:.2f}", f"{run.cpu:.2f}"])
    note = "Whole processes. The aim is at most 3 s for 10,000 objects, whatever differs."
    return Table(f"lumen diff ({objects:,} objects on each side)", ["what", "seconds", "CPU seconds"], rows, note)


def counts(found: Mapping[str, float]) -> Table:
    """Show round trips."""
    return Table(
        "Round trips between Python and Node.js",
        ["what", "round trips"],
        [[name, f"{n:.0f}"] for name, n in found.items()],
    )


def stages(number: int, found: Mapping[str, Mapping[str, float]]) -> Table:
    """Show where the time of our programs goes, by program."""
    names = list(dict.fromkeys(name for seconds in found.values() for name in seconds))
    rows = [
        [name, *(f"{seconds[name]:.2f}" if name in seconds else "" for seconds in found.values())] for name in names
    ]
    total = ["all", *(f"{sum(seconds.values()):.2f}" for seconds in found.values())]
    title = f"Where the time of {number} services goes, in seconds"
    return Table(title, ["stage", *found], [*rows, total], "One run each, with clocks in it; without Node.js' own end.")


def machine() -> str:
    """Describe the machine, without what tells one from another of its kind."""
    node = subprocess.run(  # noqa: S603  # the Node.js that jsii runs
        [os.environ.get("JSII_NODE", "node"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in ("cdk8s", "cdk8s-plus-27", "jsii", "pydantic"))
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Node.js {node.removeprefix('v')}, {packages}; load average at the start {load:.1f}."
    )


def write(file: Path, text: str) -> None:
    """Put ``text`` between the markers of a page.

    :raises ValueError: if the page has no markers
    """
    page = file.read_text(encoding="utf-8")
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        message = f"{file}: has no markers {_BEGIN} and {_END}"
        raise ValueError(message)
    file.write_text(f"{before}{_BEGIN}\n\n{text}\n{_END}{after}", encoding="utf-8")
