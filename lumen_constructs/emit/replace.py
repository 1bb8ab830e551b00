"""A tree of files is replaced as a whole: at any moment, and after any failure, the folder is the old tree or the new.

The new tree is staged in a folder beside the old one, and the two change names in one step. Files that need not change
are the same files afterwards, times included. What we did not write is kept.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple

from lumen_constructs.emit.exchange import exchange, flush, locked
from lumen_constructs.emit.existing import Existing, is_script, read_existing
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.errors import LumenError, raise_all

#: Scope of a run that renders everything.
ALL: tuple[str, ...] = ("",)

#: How long to wait for another run that writes the same folder, in seconds.
_PATIENCE = 60.0

#: Files that would be applied if they stood among ours.
_APPLIED = (".yaml", ".yml", ".json")


class Stale(NamedTuple):
    """A file of a tree that is not what it should be."""

    path: str
    """Path relative to the tree."""
    fault: Literal["missing", "changed", "extra", "foreign"]
    """Whether it is missing, differs, should not be there any more, or is not ours and would be applied with ours."""


@dataclass(frozen=True)
class Replaced:
    """What a replacement did."""

    written: int
    """Number of files that were written, new or changed."""
    removed: int
    """Number of our files that were removed."""
    foreign: tuple[str, ...]
    """Files beside ours that would be applied with them although we did not write them; they were kept."""


@dataclass(frozen=True)
class _Plan:
    write: Mapping[str, bytes]
    keep: Sequence[str]  # links and empty folders among them
    removed: Sequence[str]
    foreign: Sequence[str]

    @property
    def changes(self) -> bool:
        return bool(self.write or self.removed)


def replace(output: Path, files: Mapping[str, bytes], scope: Sequence[str] = ALL) -> Replaced:
    """Make ``files`` (by path relative to ``output``) the contents of the folder ``output``.

    ``scope`` names the folders that are rendered, such as ``observer/dev``: files of ours within them that are not in
    ``files`` are removed, and everything outside of them stays byte for byte.

    :raises LumenError: if a file that we did not write stands in the way, or the folder cannot be written
    """
    output = output.resolve()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with _alone(output):
            _recover(output)
            existing = read_existing(output)
            plan = _plan(existing, files, scope)
            if plan.changes or not output.exists():
                _swap(output, existing, plan)
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else str(output)
        message = f"{place}: cannot be written: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
    return Replaced(len(plan.write), len(plan.removed), tuple(plan.foreign))


def stale(output: Path, files: Mapping[str, bytes], scope: Sequence[str] = ALL) -> list[Stale]:
    """List what :func:`replace` would change, and what would be applied with our files although we did not write it."""
    existing = read_existing(output)
    found = [
        Stale(path, "changed" if path in existing.files else "missing")
        for path, content in files.items()
        if not existing.holds(path, content)
    ]
    for path in existing.files:
        if path in files or not _is_within(path, scope):
            continue
        if existing.is_ours(path):
            found.append(Stale(path, "extra"))
        elif _would_be_applied(path, files):
            found.append(Stale(path, "foreign"))
    return sorted(found)


def _plan(existing: Existing, files: Mapping[str, bytes], scope: Sequence[str]) -> _Plan:
    removed: list[str] = []
    # An empty folder gives way to a file: there is nothing in it to lose.
    keep: list[str] = [*existing.links, *(path for path in existing.empty if not _is_or_is_below(path, files))]
    foreign: list[str] = []
    for path in existing.files:
        if path in files:
            continue
        ours = existing.is_ours(path)
        if ours and _is_within(path, scope):
            removed.append(path)
            continue
        keep.append(path)
        if not ours and _would_be_applied(path, files):
            foreign.append(path)
    write = {path: content for path, content in files.items() if not existing.holds(path, content)}
    raise_all(_in_the_way(existing, write, keep))
    keep += [path for path in files if path not in write]
    return _Plan(write, keep, removed, foreign)


def _in_the_way(existing: Existing, write: Collection[str], keep: Collection[str]) -> Iterator[str]:
    """Name what a user put where our files must go, and what cannot be kept."""
    for path in existing.others:
        yield f"{existing.root / path}: is neither a file nor a folder, and cannot be kept; move it away"
    folders = {str(parent) for path in keep if path not in existing.empty for parent in PurePosixPath(path).parents}
    kept = frozenset(keep) - frozenset(existing.empty)
    for path in write:
        if path in existing.files and not existing.is_ours(path):
            yield f"{existing.root / path}: was not written by lumen, and is not overwritten; move it away"
        elif path in folders or path in kept:
            yield f"{existing.root / path}: stands where a file is to be written; move it away"
        else:
            blocking = next((str(parent) for parent in PurePosixPath(path).parents if str(parent) in kept), None)
            if blocking is not None:
                yield f"{existing.root / blocking}: stands where a folder is to be made; move it away"


def _is_within(path: str, scope: Sequence[str]) -> bool:
    return any(not prefix or path.startswith(f"{prefix}/") for prefix in scope)


def _is_or_is_below(path: str, files: Mapping[str, bytes]) -> bool:
    return path in files or any(str(parent) in files for parent in PurePosixPath(path).parents)


def _would_be_applied(path: str, files: Mapping[str, bytes]) -> bool:
    """Tell whether a file stands within a rendered environment, where Argo CD applies whatever is a manifest.

    In the folder of an overlay, only what its kustomization lists is applied.
    """
    if not path.endswith(_APPLIED) or path.startswith(f"{OVERLAYS}/"):
        return False
    return any(f"{parent}/kustomization.yaml" in files for parent in PurePosixPath(path).parents)


def _swap(output: Path, existing: Existing, plan: _Plan) -> None:
    staged = Path(tempfile.mkdtemp(prefix=f"{_prefix(output)}-", dir=output.parent))
    try:
        _fill(staged, existing, plan)
        flush(staged)
        if not output.exists():
            staged.rename(output)
        elif not exchange(staged, output):
            _rename_twice(staged, output)
    finally:
        # After the swap this is the old tree. What cannot be removed now is swept by the next run.
        shutil.rmtree(staged, ignore_errors=True)
        shutil.rmtree(_old(output), ignore_errors=True)


def _fill(staged: Path, existing: Existing, plan: _Plan) -> None:
    made = {"."}
    umask = _umask()

    def make_folder(path: PurePosixPath) -> None:
        if str(path) not in made:
            make_folder(path.parent)
            (staged / path).mkdir(exist_ok=True)
            made.add(str(path))

    for path in plan.keep:
        if path in existing.empty:
            make_folder(PurePosixPath(path))
            continue
        make_folder(PurePosixPath(path).parent)
        _carry_over(existing.root / path, staged / path)
    for path, content in plan.write.items():
        make_folder(PurePosixPath(path).parent)
        with (staged / path).open("xb") as file:
            file.write(content)
        if is_script(content):
            (staged / path).chmod(0o777 & ~umask)
    for folder in made:
        # A temporary folder is the owner's alone; a tree is as readable as the one before it, or as any new folder.
        before = existing.root / folder
        (staged / folder).chmod(before.stat().st_mode & 0o7777 if before.is_dir() else 0o777 & ~umask)


def _carry_over(before: Path, after: Path) -> None:
    """Have the same file in both trees."""
    if before.is_symlink():
        after.symlink_to(before.readlink())
        return
    try:
        os.link(before, after)
    except OSError:  # not every file system has hard links
        shutil.copy2(before, after)


def _umask() -> int:
    mask = os.umask(0o022)  # there is no way to ask without setting it
    os.umask(mask)
    return mask


def _rename_twice(staged: Path, output: Path) -> None:
    """Swap where the system cannot do it in one step; :func:`_recover` mends what is cut off between the two."""
    output.rename(_old(output))
    try:
        staged.rename(output)
    except OSError:
        _old(output).rename(output)
        raise


def _recover(output: Path) -> None:
    """Put back the old tree where a run was cut off between two renames, and sweep what runs left behind."""
    if not output.exists() and _old(output).is_dir():
        _old(output).rename(output)
    # The form is that of tempfile: the folders of another output, ``dist-2``, must not be taken for those of ``dist``.
    left_behind = re.compile(rf"{re.escape(_prefix(output))}-([a-z0-9_]{{8}}|old)")
    for path in output.parent.iterdir():
        if left_behind.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)


def _prefix(output: Path) -> str:
    return f".stage-{output.name}"


def _old(output: Path) -> Path:
    return output.parent / f"{_prefix(output)}-old"


@contextlib.contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Wait until no other run writes beside ``output``, and keep others from doing so."""
    until = time.monotonic() + _PATIENCE
    while True:
        with locked(output.parent) as have:
            if have:
                yield
                return
        if time.monotonic() > until:
            message = f"{output}: another run is writing it since {_PATIENCE:.0f} s; wait for it, or end it"
            raise LumenError(message)
        time.sleep(0.05)
