"""Two folders change names in one step, so that nobody ever sees a tree that is neither the old nor the new one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

#: What the kernel or the file system answers where it cannot exchange.
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def exchange(staged: Path, current: Path) -> bool:
    """Exchange the names of two folders in one step; False where this system cannot, and nothing was done.

    :raises OSError: if the folders cannot be renamed
    """
    rename = _libc_function("renameat2")
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(staged), _AT_FDCWD, os.fsencode(current), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(current))


def flush(directory: Path) -> None:
    """Have everything that was written below ``directory`` stand on disk, so that a power cut finds whole files.

    One call for the whole file system is many times cheaper than one for each file.
    """
    with _opened(directory) as descriptor:
        sync = _libc_function("syncfs")
        if sync is not None and descriptor is not None and sync(descriptor) == 0:
            return
    if hasattr(os, "sync"):
        os.sync()


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[bool]:
    """Hold the lock of ``directory``, where the system has such locks; False where another process holds it.

    The lock is on the folder itself, so that it leaves no file, and it ends with the process that holds it.
    """
    with _opened(directory) as descriptor:
        yield descriptor is None or _try_lock(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415  # Windows has none
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # some network file systems have no locks
    return True


@contextlib.contextmanager
def _opened(directory: Path) -> Iterator[int | None]:
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except PermissionError:  # Windows opens no folders, and a folder may be writable but not readable
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _libc_function(name: str) -> ctypes._NamedFuncPointer | None:
    """Give a function of the Linux C library that Python does not have; None elsewhere, and with an older library."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)
