"""The main job: render what was asked for, and make it the output, or tell what of the output is stale."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lumen_constructs.checks.reports.waivers import waiver_lines
from lumen_constructs.cli.failures import UsageError, warn
from lumen_constructs.cli.progress import Progress
from lumen_constructs.cli.project import Project
from lumen_constructs.cli.runtime import prepare_runtime
from lumen_constructs.cli.tables import table
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.emit.replace import ALL, Replaced, replace, stale
from lumen_constructs.emit.yaml import dump_all
from lumen_constructs.errors import LumenError
from lumen_constructs.rendering import RenderedSet, Target, render, targets
from lumen_constructs.values import Source
from lumen_constructs.values.files import shown
from lumen_constructs.values.sources import dotenv_file


@dataclass(frozen=True)
class Request:
    """What a user asked for."""

    systems: Sequence[str] = ()
    """Names of systems; all where there are none."""
    environment: str | None = None
    """Name of the environment; every one where it is None."""
    overrides: Sequence[Source] = ()
    """Values above those of the files, lowest first."""
    quiet: bool = False
    """Whether to say nothing but warnings and errors."""

    @property
    def scope(self) -> Sequence[str]:
        """The folders of the output that a run with this request answers for, where it names no environment."""
        return [folder for name in self.systems for folder in (name, f"{OVERLAYS}/{name}")] or ALL


def rendered_sets(project: Project, request: Request) -> list[RenderedSet]:
    """Render what was asked for, and print the warnings."""
    prepare_runtime()
    systems = project.systems()
    if request.overrides and len(request.systems) != 1:
        message = "values can be set for one system at a time; name it before --set, --set-string, --set-file and -f"
        raise UsageError(message)
    wanted = targets(systems, request.systems, request.environment)
    with Progress(len(wanted), quiet=request.quiet) as progress:
        sets = render(wanted, request.overrides, progress.next)
    for rendered in sets:
        for warning in rendered.warnings:
            warn(warning)
    return sets


def synth(project: Project, output: Path, request: Request) -> tuple[list[RenderedSet], Replaced]:
    """Make what was asked for the output; what was not asked for stays as it is."""
    refuse_as_output(output, project)
    sets = rendered_sets(project, request)
    for rendered in sets:
        _inject(project, rendered.target, request.overrides)
    replaced = replace(output, _files(project, request, sets), _scope(request, sets))
    for path in replaced.foreign:
        warn(f"{shown(output / path)}: was not written by lumen, and is applied with the rest without being checked")
    return sets, replaced


def _inject(project: Project, target: Target, overrides: Sequence[Source]) -> None:
    """Write the Secrets of a developer's own cluster, where there is a file with their values."""
    if not dotenv_file(target.system.directory, target.environment).exists():
        return
    from lumen_constructs.cli.inject import inject_local  # noqa: PLC0415  # few runs need it

    for missing in inject_local(project, target, overrides):
        warn(missing)


def stream(project: Project, request: Request) -> None:
    """Print what was asked for as one YAML stream, in the order of apply, once all of it is rendered and checked."""
    # What a stack prints while it is built is no manifest.
    with contextlib.redirect_stdout(sys.stderr):
        text = manifests(rendered_sets(project, request))
    # As bytes: the encoding of the terminal is for messages.
    sys.stdout.buffer.write(text.encode())


def manifests(sets: Iterable[RenderedSet]) -> str:
    """Give the manifests of all sets as one YAML stream; what the controllers are told is not among them."""
    return dump_all(placed.body for rendered in sets for placed in rendered.objects)


def check(project: Project, output: Path, request: Request) -> list[str]:
    """Give a line for each file of the output that is not what a run would make it; nothing is written."""
    sets = rendered_sets(project, request)
    found = stale(output, _files(project, request, sets), _scope(request, sets))
    remedies = {"foreign": "  (was not written by lumen, and no run removes it: move it away)"}
    return [f"{entry.fault:<8} {shown(output / entry.path)}{remedies.get(entry.fault, '')}" for entry in found]


def files_of(sets: Iterable[RenderedSet]) -> dict[str, bytes]:
    """Give the files of all sets by path."""
    files: dict[str, bytes] = {}
    for rendered in sets:
        files |= rendered.files()
    return files


def _files(project: Project, request: Request, sets: Sequence[RenderedSet]) -> dict[str, bytes]:
    """Give the files of a run; one that renders everything makes those of the controllers too."""
    if request.systems or request.environment is not None:
        return files_of(sets)
    from lumen_constructs.cli.delivery import delivery_files  # noqa: PLC0415  # as inject above

    return files_of(sets) | delivery_files(project, sets)


def _scope(request: Request, sets: Sequence[RenderedSet]) -> Sequence[str]:
    if request.environment is None:
        return request.scope
    return [folder for rendered in sets for folder in rendered.target.folders]


def refuse_as_output(output: Path, project: Project) -> None:
    """Refuse a folder inside the output, or with more than output in it: an output is replaced as a whole."""
    chosen, usual = output.resolve(), project.output.resolve()
    if usual in chosen.parents:
        message = (
            f"{shown(output)}: is inside the project's output, {shown(project.output)}, which is replaced as a whole"
        )
        raise LumenError(message)
    for place, what in _places_of_more(project.root):
        if place.resolve().is_relative_to(chosen):
            message = f"{shown(output)}: holds {what}, and cannot be the output; name a folder of its own"
            raise LumenError(message)


def _places_of_more(root: Path) -> Iterator[tuple[Path, str]]:
    yield root, "the project"
    yield Path.cwd(), "the current folder"
    # In a container, a user may have no home at all.
    with contextlib.suppress(RuntimeError):
        yield Path.home(), "the home folder"


def summary(sets: Sequence[RenderedSet], replaced: Replaced | None, output: Path) -> str:
    """Give what ends a run: a table of system, environment, objects and warnings, then waivers with their reasons."""
    rows = [(*_name(rendered.target), str(len(rendered.objects)), str(len(rendered.warnings))) for rendered in sets]
    text = table(("system", "environment", "objects", "warnings"), rows, right=(2, 3))
    text += "".join(
        f"waived  {rendered.target.folder}  {line}\n" for rendered in sets for line in waiver_lines(rendered.waived)
    )
    if replaced is None:
        return text
    where = shown(output)
    if not replaced.written and not replaced.removed:
        return f"{text}{where} is up to date\n"
    removed = f", {_count(replaced.removed, 'file')} removed" if replaced.removed else ""
    return f"{text}{_count(replaced.written, 'file')} written to {where}{removed}\n"


def _name(target: Target) -> tuple[str, str]:
    return target.system.name, target.environment


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
