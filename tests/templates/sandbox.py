"""The plugin's container without a container engine: this interpreter and the built wheel, confined, and its server."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

REPOSITORY = Path(__file__).parents[2]

#: Where the image has what is installed.
_PREFIX = "/opt/lumen"

_UNSHARE = ("unshare", *(f"--{what}" for what in ("mount", "net", "pid", "ipc", "uts", "fork", "kill-child")))
_SANDBOX = (*_UNSHARE, "--propagation", "private", "sh", str(Path(__file__).with_name("sandbox.sh")))


class Call(NamedTuple):
    """What the server is asked for."""

    environ: Mapping[str, str]
    """Variables of the Application, and those of the container that differ."""
    files: Mapping[str, str] = {}
    """Files of the repository that differ, with their text."""
    sign: str = ""
    """A file of the copy: when it is there, the time of the command is over."""
    path: str = "."
    """The folder of the repository that the Application names."""


class Answer(NamedTuple):
    """What a call of the command gave."""

    status: int
    out: str
    err: str


class Session(NamedTuple):
    """What some calls gave, and what they did to the container."""

    answers: list[Answer]
    left: list[str]
    """What still stands in ``/tmp``."""
    memory: int
    """The most memory that they took together, in bytes."""
    disk: int
    """The most that stood in ``/tmp``, in bytes."""


class Image(NamedTuple):
    """What the container's file system has beside the programs of this machine."""

    prefix: Path
    """What is installed, seen as ``/opt/lumen``."""
    places: Mapping[str, str]
    """Further places of this machine, and where they are seen."""
    path: str
    """Where programs are searched."""


class Sandbox(NamedTuple):
    """A sidecar that runs one command."""

    image: Image
    room: Path
    """A folder for jobs."""
    command: Sequence[str]
    environ: Mapping[str, str]
    """Variables of the container."""
    size: str
    """Size of ``/tmp``, as Kubernetes writes it."""

    def generate(self, repository: Path, *calls: Call, at_once: bool = False) -> Session:
        """Have the server answer calls about a repository, given as an archive."""
        job = self.room / "job.json"
        asked = [
            call._replace(environ={"PATH": self.image.path, **self.environ, **call.environ})._asdict() for call in calls
        ]
        job.write_text(
            json.dumps({"command": self.command, "repository": "/mnt/tar", "calls": asked, "at_once": at_once})
        )
        root = self.room / "root"
        root.mkdir(exist_ok=True)
        places = [
            f"{self.image.prefix}:{_PREFIX}",
            f"{job}:/mnt/job",
            f"{repository}:/mnt/tar",
            f"{Path(__file__).with_name('cmp_server.py')}:/mnt/server",
            *(f"{place}:{seen}" for place, seen in self.image.places.items()),
        ]
        size = self.size.removesuffix("i")
        command = [*_SANDBOX, str(root), size, *places, "--", f"{_PREFIX}/bin/python3", "-I", "/mnt/server", "/mnt/job"]
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=300, env=_plain_environ())
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        given: dict[str, Any] = json.loads(done.stdout)
        return Session([Answer(**answer) for answer in given.pop("answers")], **given)


def needs_sandbox() -> None:
    """Skip a test where this machine makes no sandbox; say why."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a sandbox as another user needs Linux and root; CI has both")
    if missing := [program for program in ("unshare", "setpriv", "chroot", "node") if shutil.which(program) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    refusal = _refusal()
    if refusal:
        pytest.skip(f"this machine makes no sandbox: {refusal}")


@cache
def _refusal() -> str:
    probe = "mount -t tmpfs tmpfs /mnt && mount -t proc proc /proc"
    done = subprocess.run(
        [*_UNSHARE, "--propagation", "private", "sh", "-c", probe], capture_output=True, text=True, check=False
    )
    return done.stderr.strip() if done.returncode else ""


def _plain_environ() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C"}


@cache
def _node() -> str:
    # What stands on the PATH may be the script of a version manager.
    done = subprocess.run(["node", "-p", "process.execPath"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _interpreter() -> dict[str, str]:
    home = os.path.realpath(sys.base_prefix)
    return {} if home == "/usr" else {home: home}


def make_image(folder: Path) -> Image:
    """Give the image that the recipe made, where ``make plugin`` says so; otherwise one that costs less to make."""
    made = os.environ.get("LUMEN_PLUGIN_IMAGE")
    # Nothing else is searched there, so that Node.js is the one that Python's packages bring along.
    return Image(Path(made).resolve(), _interpreter(), f"{_PREFIX}/bin") if made else _cheap_image(folder)


def _cheap_image(folder: Path) -> Image:
    """Install the built wheel; the interpreter, the wheel's dependencies and Node.js are those of this environment."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheel")]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = (folder / "wheel").iterdir()
    packages = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    dependencies = {place: f"/opt/dependencies/{number}" for number, place in enumerate(packages)}
    image = folder / "image"
    site = image / f"lib/python3.{sys.version_info.minor}/site-packages"
    site.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # noqa: S202  # we have just made it
    compileall.compile_dir(site, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    # A folder that a .pth file names is searched, but its own .pth files are not read: the editable install stays out.
    (site / "dependencies.pth").write_text("".join(f"{place}\n" for place in dependencies.values()))
    home = os.path.realpath(sys.base_prefix)
    (image / "pyvenv.cfg").write_text(f"home = {home}/bin\ninclude-system-site-packages = false\n")
    (image / "bin").mkdir()
    (image / "bin/python3").symlink_to(f"{home}/bin/python3.{sys.version_info.minor}")
    (image / "bin/node").touch()
    lumen = image / "bin/lumen"
    lumen.write_text(f"#!{_PREFIX}/bin/python3\nfrom lumen_constructs.cli import main\n\nmain()\n")
    lumen.chmod(0o755)
    places = {_node(): f"{_PREFIX}/bin/node", **_interpreter(), **dependencies}
    return Image(image, places, f"{_PREFIX}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")


def pack(archive: Path, folder: Path, paths: Iterable[str]) -> Path:
    """Pack files of a repository as Argo CD's repo server does before it sends them."""
    with tarfile.open(archive, "w") as target:
        for path in sorted(paths):
            target.add(folder / path, path)
    return archive


def tracked(folder: Path) -> list[str]:
    """Give what a commit of everything in the working tree of a repository would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in listed.stdout.split("\0") if path and os.path.lexists(folder / path)]
