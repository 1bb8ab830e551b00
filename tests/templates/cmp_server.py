"""What Argo CD's plugin server does with a plugin's command, with nothing but Python's own library.

Its ways, as of Argo CD 2.13 and 3: each call gets a copy of the repository in a folder of its own below ``/tmp``,
without the files' modes; the command runs there, in a process group of its own, with the variables of the container and
those of the Application that are not empty; when its time is over, the command itself gets SIGKILL, its group SIGTERM,
and five seconds later SIGKILL; the copy is removed whatever happens.

Reads a job from the file that is named, and prints the answers, both as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

_WORK = Path("/tmp/_cmp_server")  # noqa: S108  # where the server keeps the copies

#: How long a command may take, and how long it may take to end, in seconds.
_TIME, _GRACE = 60.0, 5.0


def generate(job: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    """Run the command once, and tell what it did."""
    work = _WORK / str(uuid.uuid4())
    work.mkdir(mode=0o700)
    try:
        _extract(Path(job["repository"]), work)
        for path, text in call["files"].items():
            (work / path).write_text(text, encoding="utf-8")
        environ = {name: value for name, value in call["environ"].items() if value}
        return _run(job["command"], work / call["path"], environ, call["sign"])
    finally:
        shutil.rmtree(work)


def _extract(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as source:
        source.extraction_filter = getattr(tarfile, "data_filter", None)  # the first 3.11 have none
        for member in source:
            member.mode = 0o755 if member.isdir() else 0o644
            source.extract(member, folder)


def _run(command: list[str], folder: Path, environ: dict[str, str], sign: str) -> dict[str, Any]:
    process = subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, process_group=0
    )
    until = time.monotonic() + _TIME
    while True:
        try:
            out, err = process.communicate(timeout=0.05)
            break
        except subprocess.TimeoutExpired:
            if time.monotonic() > until or (sign and (folder / sign).exists()):
                out, err = _ended(process)
                break
    return {"status": process.returncode, "out": out.decode(), "err": err.decode()}


def _ended(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    process.kill()
    os.killpg(process.pid, signal.SIGTERM)
    try:
        return process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()


class Gauge(threading.Thread):
    """Watches how much memory all processes of the container have together, and how full its ``/tmp`` is."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.memory = self.disk = 0
        self.done = threading.Event()

    def run(self) -> None:
        """Look every few milliseconds."""
        before = _memory()
        while not self.done.wait(0.01):
            self.memory = max(self.memory, _memory() - before)
            room = os.statvfs("/tmp")  # noqa: S108  # the container's own
            self.disk = max(self.disk, (room.f_blocks - room.f_bfree) * room.f_frsize)


def _memory() -> int:
    """Add what each process holds in memory and does not share with files: what counts against a container's limit."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(fields.get("RssAnon", "0 kB").split()[0]) * 1024
    return total


def main() -> None:
    """Do all calls of the job, at once or one after the other."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _WORK.mkdir(mode=0o700)
    answers: list[dict[str, Any]] = [{}] * len(job["calls"])

    def answer(number: int) -> None:
        answers[number] = generate(job, job["calls"][number])

    gauge = Gauge()
    gauge.start()
    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(answers))]
    for thread in threads:
        thread.start()
        if not job["at_once"]:
            thread.join()
    for thread in threads:
        thread.join()
    gauge.done.set()
    gauge.join()
    left = [str(path) for path in Path("/tmp").rglob("*") if path != _WORK]  # noqa: S108  # as above
    json.dump({"answers": answers, "left": left, "memory": gauge.memory, "disk": gauge.disk}, sys.stdout)


if __name__ == "__main__":
    main()
