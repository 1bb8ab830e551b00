"""Servers that are really run with what was rendered: a free port, a folder for another user, a moment to start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], ready: Callable[[], bool]) -> Iterator[None]:
    """Run a server in the foreground until the test is done with it; ``ready`` tells when it has started."""
    server = subprocess.Popen(
        command, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        deadline = time.monotonic() + 20
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                server.kill()
                raise RuntimeError(server.communicate()[0])
            time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.communicate(timeout=20)


@contextmanager
def folder_for(user: str | None) -> Iterator[Path]:
    """Give a folder that ``user`` may enter and write into, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="lumen-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str], env: Mapping[str, str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command, env={**os.environ, **env}, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
