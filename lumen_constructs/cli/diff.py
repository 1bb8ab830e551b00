"""What ``lumen diff`` compares: which two trees its arguments mean, and the form of the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TextIO

from lumen_constructs.cli.failures import UsageError
from lumen_constructs.cli.project import Project, find_project, project_around, project_at
from lumen_constructs.diff import Comparison, Risk, Tree, compare, folder_tree, revision_tree
from lumen_constructs.diff.document import as_json
from lumen_constructs.diff.printing import as_markdown, as_text
from lumen_constructs.diff.trees import commit_of, merge_base
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean
from lumen_constructs.values.files import shown

Format = Literal["text", "markdown", "json"]
When = Literal["auto", "always", "never"]


@dataclass(frozen=True)
class Request:
    """What a user asked for."""

    base: str = "HEAD"
    """What is compared with: a folder, or a revision of the repository."""
    other: str | None = None
    """What is compared: a folder or a revision; the output as it is in the working tree where it is None."""
    since_parting: bool = False
    """Whether the base is the commit where the revision and HEAD parted, as a pull request sees it."""
    systems: Sequence[str] = ()
    """Folders of systems, to which the comparison is limited; all where there are none."""


def project_for(start: Path, request: Request) -> Project:
    """Find the project that ``start`` is in; two folders can be compared where there is none.

    :raises LumenError: if there is none, or its settings are wrong
    """
    if request.other is not None and _is_folder(request.base) and _is_folder(request.other):
        return project_around(start) or project_at(start, {})
    return find_project(start)


def _is_folder(name: str) -> bool:
    return bool(name) and Path(name).is_dir()


def diff(project: Project, request: Request) -> Comparison:
    """Compare two trees of output.

    :raises UsageError: if an argument is neither a folder nor a revision, or a file cannot be read: the exit status
        then is another one than that of a change
    """
    try:
        return _compared(project, request)
    except LumenError as error:
        raise UsageError(*error.faults) from error


def _compared(project: Project, request: Request) -> Comparison:
    base = request.base
    if request.since_parting:
        if commit_of(project.root, base) is None:
            message = f"{base}: is no revision of this repository, which --merge-base needs"
            raise LumenError(message)
        base = merge_base(project.root, base)
    before, after = _trees(project, base, request.other)
    raise_all(_unknown(request.systems, before, after))
    return compare(_limited(before, request.systems), _limited(after, request.systems))


def _trees(project: Project, base: str, other: str | None) -> tuple[Tree, Tree]:
    """Read both sides: revisions first, since the repository decides how the files of folders are numbered."""
    revisions = {
        name: revision_tree(project.root, name, project.output)
        for name in (base, other)
        if name is not None and not _is_folder(name)
    }
    algorithm = next((tree.algorithm for tree in revisions.values()), "sha1")

    def read(name: str | None) -> Tree:
        if name in revisions:
            return revisions[name]
        folder = project.output if name is None else Path(name)
        if not folder.is_dir():
            message = f"{shown(folder)}: there is no output to compare; run lumen synth first"
            raise LumenError(message)
        return folder_tree(folder, shown(folder), algorithm)

    return read(base), read(other)


def _unknown(systems: Sequence[str], *trees: Tree) -> Iterator[str]:
    """Find systems that no side has: nothing of them changes, and nothing of what was meant is looked at."""
    known = dict.fromkeys(path.partition("/")[0] for tree in trees for path in tree.ids if "/" in path)
    for name in systems:
        if name not in known:
            listed = f" ({', '.join(known)})" if known else ""
            yield f"neither side has a system '{name}'{listed}{did_you_mean(name, known)}"


def _limited(tree: Tree, systems: Sequence[str]) -> Tree:
    if not systems:
        return tree
    folders = tuple(f"{folder}/" for name in systems for folder in (name, f"{OVERLAYS}/{name}"))
    return replace(tree, ids={path: blob for path, blob in tree.ids.items() if path.startswith(folders)})


def printed(comparison: Comparison, form: Format, *, colour: bool, max_length: int | None = None) -> str:
    """Give the answer in the form that was asked for, within ``max_length`` characters.

    :raises UsageError: if JSON is to be shortened, which would make it another document
    """
    if form == "json":
        if max_length is not None:
            message = "--max-length shortens text and markdown; json is always whole"
            raise UsageError(message)
        return as_json(comparison)
    if form == "markdown":
        return as_markdown(comparison, max_length=max_length)
    return as_text(comparison, colour=colour, max_length=max_length)


def wants_colour(when: When, stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether to write colours: to a terminal, unless ``NO_COLOR`` says no or ``FORCE_COLOR`` says always.

    What ``when`` says outright is stronger than the environment.
    """
    if when != "auto":
        return when == "always"
    if environment.get("NO_COLOR"):
        return False
    return bool(environment.get("FORCE_COLOR")) or (stream.isatty() and environment.get("TERM") != "dumb")


def status_of(comparison: Comparison, *, exit_code: bool, fail_on: str | None) -> int:
    """Give the exit status: 1 for any change with ``exit_code``, and for one as risky as ``fail_on`` or worse."""
    if exit_code and comparison.sets:
        return 1
    return int(fail_on is not None and comparison.reaches(Risk(fail_on)))
