"""Measure the library: ``python -m benchmarks [--quick] [--write]``; see ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks import programs, report
from benchmarks.measure import ROOT, Command, ProgramError, Timing, compared
from benchmarks.report import Table
from lumen_constructs.cli.runtime import prepare_runtime

_PAGE = ROOT / "docs" / "benchmarks.md"
_CDK8S = "import cdk8s"
_OURS = "from lumen_constructs import MonitoredService"


class Plan(NamedTuple):
    """How much to measure."""

    services: dict[int, int]
    """Rounds by number of services."""
    systems: int
    """Rounds of this repository's systems."""
    imports: int
    """Rounds of imports."""
    checked: dict[int, int]
    """Rounds of ``lumen check`` by number of services."""
    compared: dict[int, int]
    """Rounds of ``lumen diff`` by number of services."""
    profiled: int
    """Number of services whose stages are told apart."""


_FULL = Plan(
    services={10: 3, 100: 3, 1000: 2},
    systems=5,
    imports=11,
    checked={111: 3, 1111: 2},
    compared={1111: 3},
    profiled=300,
)
_QUICK = Plan(services={10: 1, 100: 1}, systems=1, imports=3, checked={111: 1}, compared={1111: 1}, profiled=100)


def main() -> int:
    """Measure, print, and with ``--write`` put the figures into the documentation."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure time and memory.")
    parser.add_argument("--quick", action="store_true", help="fewer services and rounds: a first impression")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    arguments = parser.parse_args()
    prepare_runtime()
    machine = report.machine()
    sys.stdout.write(f"{machine}\n")
    tables: list[Table] = []
    try:
        for table in measured(_QUICK if arguments.quick else _FULL):
            sys.stdout.write(table.text())
            sys.stdout.flush()
            tables.append(table)
    except (ProgramError, programs.DifferentObjectsError) as error:
        sys.stderr.write(f"benchmarks: error: {error}\n")
        return 1
    if arguments.write:
        report.write(_PAGE, "\n".join([f"{machine}\n", *(table.markdown() for table in tables)]))
    return 0


def measured(plan: Plan) -> Iterator[Table]:
    """Measure one thing after the other."""
    yield imports(plan)
    yield systems(plan)
    timings: dict[int, Timing] = {}
    for number, rounds in plan.services.items():
        table, timings[number] = services(number, rounds)
        yield table
    yield report.growth(timings)
    yield checks(plan)
    yield from diffs(plan)
    yield report.counts(_figures("benchmarks.round_trips"))
    stages = {
        how: _figures("benchmarks.stages", how, str(programs.WORK / "out" / f"stages-{how}"), str(plan.profiled))
        for how in ("plain", "files")
    }
    yield report.stages(plan.profiled, stages)


def imports(plan: Plan) -> Table:
    """Measure fresh processes that import and end."""
    commands = {name: Command(["-c", name]) for name in (_CDK8S, _OURS, "import cdk8s_plus_27")}
    timing = compared(commands, _CDK8S, plan.imports)
    return report.contest("Import", timing, {_OURS: 1.5})


def systems(plan: Plan) -> Table:
    """Measure the rendering of this repository's systems in all their environments."""
    contest = programs.systems()
    title = f"This repository's systems ({contest.prove()} objects)"
    timing = compared(contest.commands, programs.TYPED, plan.systems, warm=True)
    return report.contest(title, timing, dict.fromkeys(contest.ours, 1.0))


def services(number: int, rounds: int) -> tuple[Table, Timing]:
    """Measure the README's example, ``number`` times in one run."""
    contest = programs.services(number)
    title = f"{number} services ({contest.prove()} objects)"
    timing = compared(contest.commands, programs.TYPED, rounds, warm=True)
    aims = dict.fromkeys(contest.ours, 0.75) if number >= 100 else {}
    return report.contest(title, timing, aims), timing


def checks(plan: Plan) -> Table:
    """Measure ``lumen check`` on what many services are."""
    runs = {}
    for number, rounds in plan.checked.items():
        command, objects = programs.check(number)
        runs[objects] = compared({"check": command}, "check", rounds).median("check")
    return report.checks(runs)


def diffs(plan: Plan) -> Iterator[Table]:
    """Measure ``lumen diff`` of what many services are, where few objects differ and where all do."""
    for number, rounds in plan.compared.items():
        changes = programs.changes(number)
        commands = changes.commands()
        yield report.diffs(changes.objects, compared(commands, next(iter(commands)), rounds))


def _figures(module: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603  # modules of this package
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"{module} failed:\n{done.stderr}"
        raise ProgramError(message)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    sys.exit(main())
