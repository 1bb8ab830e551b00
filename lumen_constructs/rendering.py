"""From systems to the files of their output: values, constructs, checks and files, in one process and one app.

Each step is done for everything that was asked for before the next one starts, so that a user sees the faults of all
values files at once, and nothing is written where anything is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lumen_constructs.checks.findings import Report, Waived
from lumen_constructs.checks.reports.waivers import waiver_notes
from lumen_constructs.delivery.kustomize import render_overlay
from lumen_constructs.delivery.scripts import script_files
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.emit.tree import Placed, placed_set, set_files
from lumen_constructs.errors import CheckError, LumenError, UnknownNameError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.kustomize import Overlay
from lumen_constructs.system import System
from lumen_constructs.values import Source

if TYPE_CHECKING:
    from cdk8s import App, Chart

T = TypeVar("T")


class Target(NamedTuple):
    """A system in one environment."""

    system: System[Any]
    environment: str

    @property
    def folder(self) -> str:
        """Folder of its output, relative to that of all systems."""
        return f"{self.system.name}/{self.environment}"

    @property
    def folders(self) -> tuple[str, ...]:
        """All folders of the output that are its own: that of the set, and that of the overlay."""
        return self.folder, f"{OVERLAYS}/{self.folder}"

    @property
    def id(self) -> str:
        """Id of its chart, and the start of every construct path in messages."""
        return f"{self.system.name}-{self.environment}"


@dataclass(frozen=True)
class RenderedSet:
    """Everything of one system in one environment, checked and ready to be written."""

    target: Target
    objects: Sequence[Placed]
    """The manifests, in the order of apply."""
    notes: str
    """What the stack wants a person to know, in Markdown."""
    warnings: Sequence[str]
    """What the checks found that is no error, a line each."""
    waived: Sequence[Waived] = ()
    """What the checks found, and a waiver on the object allows."""
    overlay: Mapping[str, bytes] = field(default_factory=dict)
    """The files of its overlay of kustomize, by path relative to the output of all systems; none without one."""

    def files(self) -> dict[str, bytes]:
        """Give the files of the set by path, relative to the output of all systems."""
        notes = "\n\n".join(part for part in (self.notes.strip(), waiver_notes(self.waived)) if part)
        files = {**set_files(self.target.folder, self.objects, notes), **self.overlay}
        scripts = self.target.system.scripts
        return files | (script_files(self.target.folder, self.objects, scripts) if scripts is not None else {})


def targets(systems: Sequence[System[Any]], names: Sequence[str] = (), environment: str | None = None) -> list[Target]:
    """Choose what to render: the systems named, or all; in ``environment``, or in each of their environments.

    :raises UnknownNameError: for a name that no system or environment has
    :raises LumenError: for two systems of one name
    """
    chosen = named(systems, names)
    environments = dict(_each(chosen, lambda system: (system.name, system.environments)))
    found = [
        Target(system, name)
        for system in chosen
        for name in environments[system.name]
        if environment is None or name == environment
    ]
    if environment is not None:
        raise_all(_environment_faults(environments, environment, named=bool(names)), UnknownNameError)
    ids: dict[str, Target] = {}
    for target in found:
        other = ids.setdefault(target.id, target)
        if other is not target:
            message = f"{other.folder} and {target.folder} both make the chart '{target.id}'; rename one of the systems"
            raise LumenError(message)
    return found


def named(systems: Sequence[System[Any]], names: Sequence[str]) -> list[System[Any]]:
    """Give the systems that are named, in the order of the names; all where there is no name.

    :raises UnknownNameError: for a name that no system has
    :raises LumenError: for two systems of one name
    """
    raise_all(_equal_names(systems))
    known = {system.name: system for system in systems}
    listed = f" ({', '.join(known)})" if known else ""
    unknown = (name for name in names if name not in known)
    raise_all((f"there is no system '{name}'{listed}{did_you_mean(name, known)}" for name in unknown), UnknownNameError)
    return [known[name] for name in dict.fromkeys(names)] if names else list(systems)


def _equal_names(systems: Sequence[System[Any]]) -> Iterator[str]:
    known: dict[str, None] = {}
    for system in systems:
        if system.name in known:
            yield f"two systems are named '{system.name}'; rename one of them"
        known[system.name] = None


def _environment_faults(environments: dict[str, list[str]], wanted: str, *, named: bool) -> Iterator[str]:
    """Say which of the systems that were named, or that no system, has the environment."""
    if named:
        for system, known in environments.items():
            if wanted not in known:
                listed = ", ".join(known)
                yield f"{system}: there is no environment '{wanted}' ({listed}){did_you_mean(wanted, known)}"
    elif all(wanted not in known for known in environments.values()):
        every = sorted({name for known in environments.values() for name in known})
        yield f"no system has an environment '{wanted}' ({', '.join(every)}){did_you_mean(wanted, every)}"


def render(
    wanted: Sequence[Target], overrides: Sequence[Source] = (), progress: Callable[[str], None] = lambda _: None
) -> list[RenderedSet]:
    """Render each target; ``progress`` is called with the folder of each before it is rendered.

    :raises LumenError: for every fault in the values of any target; otherwise for every fault in any construct;
        otherwise for what the checks find
    """
    loaded = _each(wanted, lambda target: target.system.load(target.environment, overrides).values)

    from cdk8s import App  # noqa: PLC0415  # faults in values are told before Node.js starts

    app = App()

    def built(target: Target, values: Any) -> _Built:
        progress(target.folder)
        chart = chart_of(app, target, values)
        return _Built(target, _objects(target, chart), _notes(chart), _overlay_of(target, values))

    sets = _each(list(zip(wanted, loaded, strict=True)), lambda pair: built(*pair))
    return _each(sets, _checked)


class _Built(NamedTuple):
    target: Target
    objects: Sequence[Placed]
    notes: str
    overlay: Overlay | None


def _checked(built: _Built) -> RenderedSet:
    report = check_rendered_set(built.objects)
    warnings = tuple(map(str, report.warnings))
    files: Mapping[str, bytes] = {}
    if built.overlay is not None:
        new, files = _overlay(built.target, built.objects, built.overlay)
        # What the overlay has inherited is told already.
        warnings += tuple(warning for warning in new if warning.partition(": ")[2] not in warnings)
    return RenderedSet(built.target, built.objects, built.notes, warnings, report.waived, files)


def _overlay(target: Target, objects: Sequence[Placed], overlay: Overlay) -> tuple[list[str], Mapping[str, bytes]]:
    """Give the files of an overlay, and what the checks of its result warn of; each finding names its folder first."""
    rendered = render_overlay(target.folder, [placed.body for placed in objects], overlay)
    where = f"{OVERLAYS}/{target.folder}"
    new = [
        Placed(f"{where}: overlay.config", ours=True, body=body, file="") for body in rendered.objects[len(objects) :]
    ]
    result = [
        placed._replace(path=f"{where}: {placed.path}", body=body)
        for placed, body in zip([*objects, *new], rendered.objects, strict=True)
    ]
    return [str(warning) for warning in check_rendered_set(result).warnings], rendered.files


def check_rendered_set(objects: Sequence[Placed]) -> Report:
    """Check everything of one system in one environment as a whole, before anything is written.

    The report has warnings and waivers only.

    :raises CheckError: for what would break, a line for each
    """
    from lumen_constructs.validation import checked  # noqa: PLC0415  # as cdk8s above

    report = checked((placed.path, placed.ours, placed.body) for placed in objects)
    raise_all(map(str, report.errors), CheckError)
    return report


def chart_of(app: App, target: Target, values: Any) -> Chart:
    """Make the chart of a system in an environment; what the stack refuses comes with the place it is about."""
    try:
        return target.system.stack(app, target.id, environment=target.environment, values=values)
    except LumenError as error:
        # Constructs put their path first; what the stack itself refuses has no place yet.
        raise LumenError(
            *(fault if fault.startswith(target.id) else f"{target.folder}: {fault}" for fault in error.faults)
        ) from error
    except Exception as error:
        error.add_note(target.folder)
        raise


def _objects(target: Target, chart: Chart) -> list[Placed]:
    from lumen_constructs.manifest import rendered  # noqa: PLC0415  # as cdk8s above

    return placed_set(target.folder, rendered(chart))


def _notes(chart: Chart) -> str:
    notes = getattr(chart, "notes", "")
    if not isinstance(notes, str):
        message = f"{chart.node.path}: notes must be a string, not {type(notes).__name__}"
        raise LumenError(message)
    return notes


def _overlay_of(target: Target, values: Any) -> Overlay | None:
    if target.system.overlay is None:
        return None
    overlay: object = target.system.overlay(values)
    if overlay is not None and not isinstance(overlay, Overlay):
        message = f"{target.folder}: the system's overlay must give an Overlay or None, not {show(overlay)}"
        raise LumenError(message)
    return overlay


def _each(items: Sequence[Any], do: Callable[[Any], T]) -> list[T]:
    """Do something with each item, and raise the faults of all together."""
    results: list[T] = []
    errors: list[LumenError] = []
    for item in items:
        try:
            results.append(do(item))
        except LumenError as error:
            errors.append(error)
    if errors:
        raise LumenError(*dict.fromkeys(fault for error in errors for fault in error.faults)) from errors[0]
    return results
