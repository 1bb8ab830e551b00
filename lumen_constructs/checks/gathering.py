"""The manifests below some paths, and which of them are one set; what is no manifest is told apart."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lumen_constructs.checks.kustomizations import NAMES, files_of
from lumen_constructs.checks.reading import Content, Manifest, Run, Unreadable, read_manifests, unreadable_of
from lumen_constructs.emit.existing import MARK
from lumen_constructs.errors import LumenError
from lumen_constructs.values.files import decoded, read_text, shown

#: How large a file may be, in bytes.
MAX_BYTES = 64 * 1024 * 1024
#: The path that means the standard input, and how messages name it.
STDIN, STDIN_NAME = "-", "<stdin>"

_EXTENSIONS = frozenset((".yaml", ".yml", ".json"))
_PASSED_FOLDERS = frozenset(("node_modules",))
_MARK_WITHIN = 256
_OTHER_TAGS = re.compile(r"(?:^|[\s\[,])!{1,2}[A-Za-z]")


@dataclass
class FileSet:
    """Manifests that are applied together."""

    folder: str = ""
    """The folder that this library rendered the set into; empty for everything else."""
    manifests: list[Manifest] = field(default_factory=list)


@dataclass
class Gathered:
    """What stands below some paths."""

    sets: list[FileSet] = field(default_factory=list)
    """The sets that have manifests, those of this library's output first."""
    unreadable: list[Unreadable] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    """Files in folders that hold no manifests: values, charts, kustomizations and their patches."""
    ours: set[str] = field(default_factory=set)
    """Files that this library wrote."""


class _File(NamedTuple):
    path: Path
    name: str
    named: bool
    """Whether the user named it, so that it is meant to hold manifests."""


def gather(paths: Sequence[str], stdin: Callable[[int], bytes]) -> Gathered:
    """Read all manifests below ``paths``: files, folders with all that is in them, and ``-`` for the standard input.

    A folder with a ``kustomization.yaml`` that this library wrote is a set of its own; all else together is one.
    Hidden files and folders and ``node_modules`` are passed over. ``stdin`` gives at most so many bytes.
    """
    gathered = Gathered()
    files = list(_unique(_found(paths, gathered.unreadable)))
    kustomizations = dict(_kustomizations(files))
    no_manifests = {path for known in kustomizations.values() for path in known.patches}
    sets = {path.parent: FileSet(shown(path.parent)) for path, known in sorted(kustomizations.items()) if known.ours}
    rest, run = FileSet(), Run()
    for file in files:
        if file.path in kustomizations or (file.path in no_manifests and not file.named):
            if file.path.parent not in sets:
                gathered.passed_over.append(file.name)
        elif (text := _text(file, gathered.unreadable, stdin)) is not None:
            root = next((parent for parent in file.path.parents if parent in sets), None)
            _add(gathered, file, text, sets[root] if root else rest, run)
    gathered.sets = [found for found in (*sets.values(), rest) if found.manifests]
    return gathered


class _Kustomization(NamedTuple):
    ours: bool
    """Whether this library wrote it."""
    patches: list[Path]
    """Files that are no manifests."""


def _kustomizations(files: Iterable[_File]) -> Iterator[tuple[Path, _Kustomization]]:
    for file in files:
        # One that cannot be read is told about where all files are read.
        if file.path.name in NAMES and (text := _text(file, [])) is not None:
            ours = _is_ours(text)
            patches = [] if ours else files_of(file.path, text)
            if patches is not None:
                yield file.path, _Kustomization(ours, patches)


def _is_ours(text: str) -> bool:
    return MARK in text[:_MARK_WITHIN]


def _found(paths: Iterable[str], unreadable: list[Unreadable]) -> Iterator[_File]:
    for given in paths:
        path = Path(given)
        if given != STDIN and path.is_dir():
            yield from _below(path, unreadable)
        else:
            name = STDIN_NAME if given == STDIN else shown(path)
            yield _File(path, name, named=True)


def _unique(files: Iterable[_File]) -> Iterator[_File]:
    """Give each file once, by its absolute path; one that was named is meant, wherever else it was found."""
    found: dict[Path, _File] = {}
    for file in files:
        path = file.path if file.name == STDIN_NAME else Path(os.path.abspath(file.path))  # noqa: PTH100  # keeps links
        known = found.setdefault(path, file._replace(path=path))
        if file.named and not known.named:
            found[path] = known._replace(named=True)
    yield from found.values()


def _below(folder: Path, unreadable: list[Unreadable]) -> Iterator[_File]:
    """Give the files of a folder by name, then those of the folders in it; links to folders are not followed."""

    def refused(error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        unreadable.append(Unreadable(shown(error.filename or folder), None, f"cannot be read: {reason}"))

    for parent, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_FOLDERS)
        for name in sorted(names):
            path = Path(parent, name)
            special = path.exists() and not path.is_file()  # a pipe would be waited for
            if path.suffix.lower() in _EXTENSIONS and not name.startswith(".") and not special:
                yield _File(path, shown(path), named=False)


def _text(file: _File, unreadable: list[Unreadable], stdin: Callable[[int], bytes] | None = None) -> str | None:
    try:
        if stdin is None or file.name != STDIN_NAME:
            return read_text(file.path, max_bytes=MAX_BYTES, name=file.name)
        data = stdin(MAX_BYTES + 1)
        if len(data) <= MAX_BYTES:
            return decoded(data, file.name)
        message = f"is larger than {MAX_BYTES // 1024**2} MiB, the most that is read"
        unreadable.append(Unreadable(file.name, None, message))
    except LumenError as error:
        unreadable += unreadable_of(error, file.name)
    return None


def _add(gathered: Gathered, file: _File, text: str, to: FileSet, run: Run) -> None:
    content = read_manifests(text, file.name, run)
    if not file.named and _is_no_manifest(file, text, content):
        gathered.passed_over.append(file.name)
        return
    gathered.unreadable += content.unreadable
    to.manifests += content.manifests
    if _is_ours(text):
        gathered.ours.add(file.name)


def _is_no_manifest(file: _File, text: str, content: Content) -> bool:
    """Tell whether a file in a folder is something else, such as values, a chart, or another program's settings."""
    if content.unreadable:
        # JSON with comments, or YAML with tags of another program; what else cannot be read may be a manifest.
        said = any(word in text for word in ("apiVersion", "kind"))
        return not said and (file.path.suffix.lower() == ".json" or _OTHER_TAGS.search(text) is not None)
    bodies = [manifest.subject.body for manifest in content.manifests]
    if file.path.name == "Chart.yaml":
        return not any("kind" in body for body in bodies if isinstance(body, dict))
    return not any(isinstance(body, dict) and ("apiVersion" in body or "kind" in body) for body in bodies)
