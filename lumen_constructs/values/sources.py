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

#: Where ciphertext goes that stands in a file of its own, ``sealed-<environment>.yaml``.
_CIPHERTEXT = ("secrets", "sealed", "ciphertext")

#: The files that an environment has one of each of.
_FILES = {"values": "a values file", "sealed": "a file of ciphertext"}

#: Values are small; a file that is not was taken by mistake, or is hostile.
_LIMITS = Limits(max_nodes=100_000)


@dataclass(frozen=True)
class File:
    """A values file, which must exist: one YAML document, a mapping or empty."""

    path: str | os.PathLike[str]
    """Path of the file; from the current directory, where it is relative."""
    below: tuple[str, ...] = ()
    """Keys below which the file's content goes. Default: it holds values from the top."""


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
            return _below(source.below, _document(Path(source.path)))
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


def _below(keys: tuple[str, ...], document: Document) -> Document:
    """Put a document below keys; each stands where the document starts."""
    for key in reversed(keys):
        mark = Mark(document.line, document.mark.column, {key: document.mark})
        document = Document({key: document.data}, mark, document.source)
    return document


def layers(directory: str | os.PathLike[str], environment: str) -> list[File]:
    """Give the files of an environment, lowest first: ``values.yaml``, then ``values-<environment>.yaml``.

    Where there is a ``sealed-<environment>.yaml``, it is the highest: what it holds is ``secrets.sealed.ciphertext``.

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
    sealed = sealed_file(folder, environment)
    return [
        File(folder / "values.yaml"),
        File(folder / f"values-{environment}.yaml"),
        *([sealed] if Path(sealed.path).exists() else ()),
    ]


def sealed_file(directory: str | os.PathLike[str], environment: str) -> File:
    """Give the layer that holds the ciphertext of an environment, whether it is there or not."""
    return File(Path(directory) / f"sealed-{environment}.yaml", below=_CIPHERTEXT)


def dotenv_file(directory: str | os.PathLike[str], environment: str) -> Path:
    """Give the dotenv file with the plain secrets of an environment, whether it is there or not: no layer of values."""
    return Path(directory) / f"secrets-{environment}.env"


def environments(directory: str | os.PathLike[str]) -> list[str]:
    """Give the environments of a system, sorted: one for each ``values-<environment>.yaml`` in its directory.

    Raises :class:`LumenError` for a directory that is not there, and for files that look like an environment's and
    would be passed over: ``values-qa.yml``, a name that no label can carry, ciphertext for no environment.
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
        kind, dash, rest = name.partition("-")
        if kind not in _FILES or not dash or not name.endswith((".yaml", ".yml")):
            continue
        environment = rest.rsplit(".", 1)[0]
        if name.endswith(".yml"):
            faults.append(f"{files.shown(folder / name)}: {_FILES[kind]} ends in .yaml; rename it")
        elif fault := label_fault(environment):
            faults.append(f"{files.shown(folder / name)}: the environment's name {environment!r} {fault}")
        elif kind == "values":
            found.append(environment)
        elif f"values-{environment}.yaml" not in names:
            faults.append(f"{files.shown(folder / name)}: there is no environment {environment!r}, which it is for")
    raise_all(faults)
    return found
