"""Where values come from: files and the command line, and the files of an environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import did_you_mean, label_fault
from lumen_constructs.values import assignments, files
from lumen_constructs.values.assignments import Assignment
from lumen_constructs.values.marks import Mark
from lumen_constructs.values.reading import Document, Limits, read_documents

#: Values are small; a file that is not was taken by mistake, or is hostile.
_LIMITS = Limits(max_nodes=100_000)


@dataclass(frozen=True)
class File:
    """A values file, which must exist: one YAML document, a mapping or empty."""

    path: str | os.PathLike[str]
    """Path of the file; from the current directory, where it is relative."""


@dataclass(frozen=True)
class Set:
    """An argument of ``--set``: ``a.b[0].c=v,list[name=web].port=1``; types are inferred, ``null`` removes."""

    text: str
    """The argument, as the shell gave it."""


@dataclass(frozen=True)
class SetString:
    """An argument of ``--set-string``: as ``--set``, but every value is text."""

    text: str
    """The argument, as the shell gave it."""


@dataclass(frozen=True)
class SetFile:
    """An argument of ``--set-file``: ``a.b=path``; the text of the file is the value."""

    text: str
    """The argument, as the shell gave it."""


Source = File | Set | SetString | SetFile


def read(source: Source) -> Document | list[Assignment]:
    """Read a source: a file's document, or the assignments of an argument. Raises :class:`LumenError`."""
    match source:
        case File():
            return _document(Path(source.path))
        case Set():
            return assignments.parse_set(source.text)
        case SetString():
            return assignments.parse_set_string(source.text)
        case SetFile():
            return assignments.parse_set_file(source.text)


def _document(path: Path) -> Document:
    documents = read_documents(path, limits=_LIMITS)
    where = files.shown(path)
    if not documents:
        return Document({}, Mark(1, 1), where)
    if len(documents) > 1:
        line = documents[1].line
        raise LumenError(f"{where}:{line}: a second document starts here; a values file holds one: remove the '---'")
    document = documents[0]
    if document.data is None:
        return document._replace(data={})
    if not isinstance(document.data, dict):
        kind = "a list" if isinstance(document.data, list) else "a single value"
        raise LumenError(f"{where}:{document.line}: values must be a mapping of keys to values, not {kind}")
    return document


def layers(directory: str | os.PathLike[str], environment: str) -> list[File]:
    """Give the files of an environment, lowest first: ``values.yaml``, then ``values-<environment>.yaml``.

    Raises :class:`LumenError` for an environment that the directory has no file for, with the ones that it has.
    """
    known = environments(directory)
    folder = Path(directory)
    if environment not in known:
        expected = files.shown(folder / f"values-{environment}.yaml")
        if not known:
            raise LumenError(
                f"{files.shown(folder)}: has no environments, so there is no {environment!r}; add {expected}"
            )
        raise LumenError(
            f"{files.shown(folder)}: has no environment {environment!r} ({', '.join(known)})"
            f"{did_you_mean(environment, known) or f'; add {expected}'}"
        )
    return [File(folder / "values.yaml"), File(folder / f"values-{environment}.yaml")]


def environments(directory: str | os.PathLike[str]) -> list[str]:
    """Give the environments of a system, sorted: one for each ``values-<environment>.yaml`` in its directory.

    Raises :class:`LumenError` for a directory that is not there, and for files that look like an environment's and
    would be passed over: ``values-qa.yml``, or a name that no label can carry.
    """
    folder = Path(directory)
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        reason = "no such directory" if isinstance(error, FileNotFoundError) else (error.strerror or "").lower()
        raise LumenError(f"{files.shown(folder)}: {reason}") from None
    found: list[str] = []
    faults: list[str] = []
    for name in names:
        if not name.startswith("values-") or not name.endswith((".yaml", ".yml")):
            continue
        environment = name.removeprefix("values-").rsplit(".", 1)[0]
        if name.endswith(".yml"):
            faults.append(f"{files.shown(folder / name)}: a values file ends in .yaml; rename it")
        elif fault := label_fault(environment):
            faults.append(f"{files.shown(folder / name)}: the environment's name {environment!r} {fault}")
        else:
            found.append(environment)
    raise_all(faults)
    return found
