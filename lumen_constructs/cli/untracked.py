"""Files that Git must never see: refused where it would, and written for their owner's eyes only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lumen_constructs.errors import LumenError
from lumen_constructs.values.files import shown

#: What is written here, and what an interrupted run leaves.
_OURS = re.compile(r"\.?secret\..*\.yaml(\.part)?")


def refuse_seen_by_git(path: Path) -> None:
    """Refuse a file or folder that is tracked by Git, or would be with the next ``git add``.

    :raises LumenError: with what to do about it
    """
    real = path.resolve()
    folder = next(parent for parent in real.parents if parent.is_dir())
    if not any((parent / ".git").exists() for parent in (folder, *folder.parents)):
        return
    if shutil.which("git") is None:
        message = f"{shown(path)}: is in a Git repository, and without git nobody can tell whether it is ignored"
        raise LumenError(message)
    if _git(folder, "ls-files", "--", str(real)).stdout:
        message = f"{shown(path)}: is tracked by Git, so that whoever reads the repository knows what it holds"
        raise LumenError(f"{message}; remove it there, and change the secrets")
    if _git(folder, "check-ignore", "--quiet", "--", str(real)).returncode != 0:
        message = f"{shown(path)}: is not ignored by Git, and would be committed with the rest; add it to .gitignore"
        raise LumenError(message)


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # Variables of a Git hook would make git look at another repository.
    environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=environ)  # noqa: S603  # fixed words and paths


def write_private(folder: Path, files: Mapping[str, str]) -> None:
    """Make ``files`` all that is in a folder, which only its owner can look into.

    :raises LumenError: if that cannot be done, or the folder holds what no earlier call wrote
    """
    try:
        before = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        foreign = [name for name in before if not _OURS.fullmatch(name)]
        if foreign:
            message = f"{shown(folder)}: holds {foreign[0]}, which is not a secret of ours; name a folder of its own"
            raise LumenError(message)
        _make_private(folder)
        for name in before:
            if name not in files:
                (folder / name).unlink()
        for name, text in files.items():
            _write(folder / name, text)
    except OSError as error:
        message = f"{shown(error.filename or folder)}: cannot be written: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None


def _make_private(folder: Path) -> None:
    if not folder.is_dir():
        for parent in reversed([folder, *folder.parents]):
            if not parent.exists():
                parent.mkdir(mode=0o700)
    folder.chmod(0o700)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    # The mode is there from the start, and no link that somebody left is followed.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    part.replace(path)
