"""Servers that are really run with what was rendered: a free port, a folder for another user, a moment to start."""

from __future__ import annotations

import os
import shutil
import signal
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
def running(
    command: Sequence[str], env: Mapping[str, str], ready: Callable[[], bool], user: str | None = None
) -> Iterator[None]:
    """Run a server in the foreground until the test is done with it; ``ready`` tells when it has started.

    It is asked to stop by SIGINT, as the image of PostgreSQL asks; the others take that for SIGTERM.
    """
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT, user=user, cwd="/"
        ) as server,
    ):
        try:
            deadline = time.monotonic() + 40
            while not ready():
                if server.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise RuntimeError(log.read())
                time.sleep(0.05)
            yield
        finally:
            stop(server)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask a server to stop until it does: a Redis that writes its first AOF refuses, and wants to be asked again."""
    for _ in range(20):
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=1)
        except subprocess.TimeoutExpired:
            continue
        return
    server.kill()
    message = "the server did not stop"
    raise RuntimeError(message)


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


def run(command: Sequence[str], env: Mapping[str, str], user: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command, env={**os.environ, **env}, user=user, cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
