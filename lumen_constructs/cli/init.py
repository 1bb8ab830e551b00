"""The first files of a project: ``lumen init`` writes a system that renders as it is, to be changed from there."""

from __future__ import annotations

import keyword
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Never

from lumen_constructs.cli.project import project_around
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.names import service_name_fault
from lumen_constructs.options.base import Options
from lumen_constructs.system import System
from lumen_constructs.values.files import read_text, shown

_PYPROJECT = """\
[tool.lumen]
systems = "{package}:SYSTEMS"
"""

_PACKAGE = '''\
"""{name}: one web service."""

from pathlib import Path

from constructs import Construct

from lumen_constructs import Cluster, MonitoredService, MonitoredServiceOptions, Options, System, UmbrellaStack


class Values(Options):
    """What can be set."""

    web: MonitoredServiceOptions
    """The web service."""
    cluster: Cluster = Cluster()
    """Facts about the cluster."""


class Stack(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: Values) -> None:
        super().__init__(scope, id, name="{name}", environment=environment, cluster=values.cluster)
        MonitoredService.from_options(self, "web", values.web)


SYSTEMS = [System("{name}", Stack, Values, Path(__file__).parent)]
'''

_SHARED = """\
# What all environments share; a file values-<environment>.yaml says what differs.
web:
  image: ghcr.io/stefanprodan/podinfo:6.9.0
  port: 9898
  resources: {cpu: 100m:500m, memory: 64Mi:128Mi}
  probes:
    startup: {httpGet: {path: /healthz}}
    readiness: {httpGet: {path: /readyz}}
    liveness: {httpGet: {path: /healthz}}
  config:
    PODINFO_UI_MESSAGE: Hello
cluster:
  monitoring: {enabled: false} # true where the cluster has the Prometheus operator
"""

_STAGING = """\
web:
  replicas: 2
"""

_REQUIREMENTS = """\
lumen-constructs[cli,node]=={version}
"""

_IGNORED = """\
.venv/
__pycache__/
.stage-*
.secrets/
secrets-*.env
"""


def init(folder: Path, name: str) -> list[tuple[str, Path]]:
    """Write a project with one system into ``folder``; give each file with what became of it.

    It is ``written``, or ``extended`` in the case of a ``pyproject.toml`` that is there already; other files that are
    not ours alone, such as ``.gitignore``, are ``kept`` where they are there already.

    :raises LumenError: if the folder is in a project, the name cannot be used, or a file is in the way
    """
    package = name.replace("-", "_")
    raise_all(_name_faults(name, package))
    raise_all(_folder_faults(folder, package))
    settings = folder / "pyproject.toml"
    extended = _extended(settings, _PYPROJECT.format(package=package))
    done = [("extended" if settings.exists() else "written", settings)]
    _write(settings, extended)
    for path, text in (
        (f"{package}/__init__.py", _PACKAGE.format(name=name)),
        (f"{package}/values.yaml", _SHARED),
        (f"{package}/values-staging.yaml", _STAGING),
        ("requirements.txt", _REQUIREMENTS.format(version=version("lumen-constructs"))),
        (".gitignore", _IGNORED),
    ):
        file = folder / path
        done.append(("kept" if file.exists() else "written", file))
        if not file.exists():
            _write(file, text)
    return done


def _name_faults(name: str, package: str) -> Iterator[str]:
    if fault := service_name_fault(name):
        yield f"{name!r}: the name {fault}"
        return
    try:
        System(name, _no_stack, Options, Path())
    except LumenError as error:
        yield from error.faults
    if keyword.iskeyword(package) or find_spec(package) is not None:
        yield f"{name!r}: Python knows a module or a word of this name, and the system's module would hide it"


def _no_stack(*_: object, **__: object) -> Never:
    """Stand where a stack would, for a name that is only looked at."""
    raise NotImplementedError


def _folder_faults(folder: Path, package: str) -> Iterator[str]:
    project = project_around(folder)
    if project is not None:
        yield f"{project.root}: is a project already; add a System to {project.reference}"
    elif (folder / package).exists():
        yield f"{shown(folder / package)}: is there already; choose another name"


def _extended(file: Path, table: str) -> str:
    """Give the settings of other tools with ours below them."""
    before = f"{read_text(file).rstrip()}\n\n" if file.is_file() else ""
    try:
        tomllib.loads(before + table)
    except tomllib.TOMLDecodeError as error:
        message = f"{shown(file)}: cannot be extended with [tool.lumen]: {error}"
        raise LumenError(message) from None
    return before + table


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"{shown(file)}: cannot be written: {(error.strerror or str(error)).lower()}"
        raise LumenError(message) from None
