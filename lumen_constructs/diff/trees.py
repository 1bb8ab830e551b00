"""Trees of manifest files, from a folder or from a revision in Git, that can be compared without being read.

Each file is known by the id that Git gives its content, so that files that are alike on both sides, thousands of them
in a usual change, are never parsed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lumen_constructs.errors import LumenError

#: Files that hold manifests.
_SUFFIXES = (".yaml", ".yml", ".json")

#: How Git lists a regular file.
_REGULAR = (b"100644", b"100755")

#: The two ways in which a repository may name its objects, by the length of a name.
_ALGORITHMS = {40: "sha1", 64: "sha256"}


@dataclass(frozen=True)
class Tree:
    """Files of manifests, by path."""

    name: str
    """What messages call the tree: a folder, or ``revision:folder``."""
    ids: Mapping[str, str]
    """What is in each file, by path relative to the tree, as the id of a Git blob."""
    read: Callable[[Iterable[str]], dict[str, bytes]]
    """Gives the content of files by path."""
    algorithm: str = "sha1"
    """How the ids were made; both sides of a comparison must have the same."""


def folder_tree(folder: Path, name: str, algorithm: str = "sha1") -> Tree:
    """Give the manifests below ``folder``; links are not followed, and names that start with a dot are passed over.

    :raises LumenError: if it cannot be read
    """
    contents: dict[str, bytes] = {}
    try:
        for path, file in _files(os.fspath(folder), ""):
            with open(file, "rb") as stream:  # noqa: PTH123  # a Path for each of thousands of files takes its time
                contents[path] = stream.read()
    except OSError as error:
        message = f"{error.filename or folder}: cannot be read: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
    ids = {path: _blob_id(content, algorithm) for path, content in contents.items()}
    return Tree(name, ids, lambda paths: {path: contents[path] for path in paths}, algorithm)


def _files(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Give the files of manifests below a folder: the path within the tree, and the file."""
    with os.scandir(folder) as entries:
        inside = sorted(entries, key=lambda entry: entry.name)
    for entry in inside:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{prefix}{entry.name}/")
        elif entry.name.endswith(_SUFFIXES) and entry.is_file(follow_symlinks=False):
            yield f"{prefix}{entry.name}", entry.path


def _blob_id(content: bytes, algorithm: str) -> str:
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def commit_of(root: Path, revision: str) -> str | None:
    """Give the id of the commit that ``revision`` names in the repository around ``root``; None where there is none.

    :raises LumenError: if there is no repository
    """
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except LumenError:
        _repository(root)  # where this fails too, it is not the revision that is wrong
        return None
    return found.decode().strip()


def _repository(root: Path) -> Path:
    """Give the folder of the repository around ``root``.

    :raises LumenError: if there is none
    """
    try:
        return Path(_git(root, "rev-parse", "--show-toplevel").decode().rstrip("\n")).resolve()
    except LumenError as error:
        if "not a git repository" not in str(error):
            raise
        message = f"{root}: is in no Git repository, so that no revision of it is known; name two folders"
        raise LumenError(message) from None


def merge_base(root: Path, revision: str) -> str:
    """Give the commit where ``revision`` and ``HEAD`` parted.

    :raises LumenError: if they have nothing in common
    """
    try:
        return _git(root, "merge-base", "--end-of-options", revision, "HEAD").decode().strip()
    except LumenError:
        message = f"{revision}: has no commit in common with HEAD; fetch its history, or leave out --merge-base"
        raise LumenError(message) from None


def revision_tree(root: Path, revision: str, folder: Path) -> Tree:
    """Give the manifests that ``folder``, within the repository around ``root``, had at ``revision``.

    A revision without the folder gives an empty tree.

    :raises LumenError: if there is no such revision, or ``folder`` is outside of the repository
    """
    commit, top = commit_of(root, revision), _repository(root)
    if commit is None:
        message = f"{revision!r} is neither a folder nor a revision of this repository"
        if commit_of(root, "HEAD") is None:
            message = f"{top}: has no commit yet to compare with; commit the output first, or name two folders"
        raise LumenError(message)
    if not folder.resolve().is_relative_to(top):
        message = f"{folder}: is outside of the repository {top}, so that no revision of it is known; name two folders"
        raise LumenError(message)
    inside = folder.resolve().relative_to(top).as_posix()
    prefix = "" if inside == "." else f"{inside}/"
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit, *([prefix] if prefix else []))
    ids: dict[str, str] = {}
    for entry in filter(None, listed.split(b"\0")):
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.split(b" ")
        relative = os.fsdecode(path).removeprefix(prefix)
        hidden = any(part.startswith(".") for part in relative.split("/"))
        if mode in _REGULAR and relative.endswith(_SUFFIXES) and not hidden:
            ids[relative] = blob.decode()
    read = lambda paths: _blobs(root, {path: ids[path] for path in paths})  # noqa: E731  # bound to this revision
    return Tree(f"{revision}:{inside}", ids, read, _ALGORITHMS[len(commit)])


def _blobs(root: Path, ids: Mapping[str, str]) -> dict[str, bytes]:
    """Read many blobs with one call of Git."""
    output = _git(root, "cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in ids.values()).encode())
    found: dict[str, bytes] = {}
    place = 0
    for path in ids:
        end = output.index(b"\n", place)
        about = output[place:end].split(b" ")
        if len(about) != 3:  # a name, a type and a size; otherwise: missing
            message = f"{path}: is not in this clone, which lacks a part of the history; fetch it"
            raise LumenError(message)
        size = int(about[2])
        found[path] = output[end + 1 : end + 1 + size]
        place = end + 1 + size + 1
    return found


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """Run Git, which never changes anything here.

    :raises LumenError: if it fails or is not installed
    """
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # our own arguments; revisions come after --end-of-options
            command, input=stdin, capture_output=True, check=False, env=environment
        )
    except FileNotFoundError:
        message = "git is not installed, or not on the PATH; it is needed to compare with a revision"
        raise LumenError(message) from None
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        message = f"git {arguments[0]} failed: {lines[0].removeprefix('fatal: ') if lines else done.returncode}"
        raise LumenError(message)
    return done.stdout
