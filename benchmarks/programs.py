"""The programs that are measured, made ready: the comparison programs written, and proven to make the same objects."""

from __future__ import annotations

import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from benchmarks.changes import Changes
from benchmarks.measure import ROOT, Command
from benchmarks.typed_l1 import L1Modules, Program, source
from lumen_constructs.emit.annotations import SYNC_WAVE

#: Everything that the benchmarks write; git ignores it.
WORK = ROOT / "build" / "benchmarks"

#: Name of the comparison program in tables.
TYPED = "typed L1"

_OUT = WORK / "out"
_CRDS = ROOT / "imports" / "crds"


#: Folders of what tells Argo CD and Flux of the systems: no chart makes it.
_CONTROLLERS = ("argocd", "flux")


class DifferentObjectsError(Exception):
    """Two programs that are to be compared do not make the same objects."""


@dataclass(frozen=True)
class Contest:
    """Programs that make the same objects: ours by name, and the one that they are held against."""

    ours: Mapping[str, Command]
    typed: Command

    @property
    def commands(self) -> dict[str, Command]:
        """All programs by name."""
        return {TYPED: self.typed, **self.ours}

    def prove(self) -> int:
        """Run each once and compare what they made; give the number of objects.

        :raises DifferentObjectsError: if a program makes other objects than the typed one
        """
        self.typed.run()
        expected = objects(self.typed.folder)
        for name, command in self.ours.items():
            command.run()
            same(name, objects(command.folder), expected)
        return len(expected)


def same(name: str, made: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Do nothing where two programs make the same objects.

    :raises DifferentObjectsError: where they do not
    """
    keys = sorted(made.keys() | expected.keys())
    differing = [key for key in keys if made.get(key) != expected.get(key)]
    if differing:
        message = f"{name} makes {len(differing)} other objects than its rival: {', '.join(differing[:5])}"
        raise DifferentObjectsError(message)


def systems() -> Contest:
    """Make ready the programs that render this repository's systems."""
    lumen = Path(sys.executable).with_name("lumen")
    folders = {"python -m apps": _OUT / "apps", "lumen synth": _OUT / "lumen"}
    ours = {
        "python -m apps": Command(
            ["-m", "apps"], folders["python -m apps"], {"CDK8S_OUTDIR": str(folders["python -m apps"])}
        ),
        "lumen synth": Command([str(lumen), "synth", "--output", str(folders["lumen synth"])], folders["lumen synth"]),
    }
    ours["lumen synth"].run()
    charts: dict[str, list[dict[str, Any]]] = {}
    for chart, body in _bodies(folders["lumen synth"]):
        charts.setdefault(chart, []).append(body)
    return Contest(ours, _typed(Program("systems", charts), _OUT / "typed-systems"))


def services(number: int) -> Contest:
    """Make ready the programs that make ``number`` services: in a plain app, and as files of the whole pipeline."""
    ours = {
        f"{how} ({words})": _services(how, number)
        for how, words in (("plain", "App.synth()"), ("files", "as lumen synth"))
    }
    one = _services("plain", 1)
    one.run()
    bodies = [body for _, body in _bodies(one.folder)]
    program = Program("services", {"shop-bench": bodies}, service="service-0001", namespace="shop")
    return Contest(ours, _typed(program, _OUT / f"typed-{number}", str(number)))


def check(number: int) -> tuple[Command, int]:
    """Make ready ``lumen check`` of what ``number`` services are; gives also the number of objects."""
    made = _services("plain", number)
    made.run()
    command = "from lumen_constructs.cli import main; main()"
    return Command(["-c", command, "check", str(made.folder)]), len(objects(made.folder))


def changes(number: int) -> Changes:
    """Make ready ``lumen diff`` of what ``number`` services are."""
    made = _services("files", number)
    made.run()
    return Changes(made.folder, WORK / "changes")


def _services(how: str, number: int) -> Command:
    output = _OUT / f"{how}-{number}"
    return Command(["-m", "benchmarks.services", how, str(output), str(number)], output)


def objects(folder: Path) -> dict[str, Any]:
    """Read what a program wrote, by chart, kind, namespace and name; waves are left out, the pipeline adds them.

    :raises DifferentObjectsError: if there are two objects of one name
    """
    found: dict[str, Any] = {}
    for chart, body in _bodies(folder):
        metadata = body["metadata"]
        key = f"{chart}: {body['apiVersion']} {body['kind']} {metadata.get('namespace', '')}/{metadata['name']}"
        if key in found:
            message = f"{folder}: holds a second {key}"
            raise DifferentObjectsError(message)
        annotations = {name: value for name, value in metadata.get("annotations", {}).items() if name != SYNC_WAVE}
        found[key] = {**body, "metadata": {**metadata, "annotations": annotations}}
    return found


def _bodies(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every object below a folder with the chart it is of: ``shop-bench.k8s.yaml`` or ``shop/bench/…``."""
    for file in sorted(folder.rglob("*.yaml")):
        if file.name == "kustomization.yaml":
            continue
        parts = file.relative_to(folder).parts
        if parts[0] in _CONTROLLERS:
            continue
        chart = "-".join(parts[:2]) if len(parts) > 1 else file.name.removesuffix(".k8s.yaml")
        with file.open(encoding="utf-8") as stream:
            for body in yaml.load_all(stream, yaml.CSafeLoader):
                yield chart, body


def _typed(program: Program, output: Path, *arguments: str) -> Command:
    """Write a comparison program as a package, so that Python keeps its bytecode as it keeps ours."""
    package = WORK / f"typed_{program.name}"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    (package / "program.py").write_text(source(program, l1_modules(_groups(program))), encoding="utf-8")
    (package / "__main__.py").write_text(f"from {package.name}.program import main\n\nmain()\n")
    return Command(["-m", package.name, str(output), *arguments], output, {"PYTHONPATH": str(WORK)})


def _groups(program: Program) -> list[str]:
    """Give the API groups of a program that are custom resources."""
    versions = (body["apiVersion"] for bodies in program.charts.values() for body in bodies)
    groups = dict.fromkeys(version.rpartition("/")[0] for version in versions)
    return [group for group in groups if (_CRDS / f"{group}.yaml").is_file()]


def l1_modules(groups: Sequence[str]) -> L1Modules:
    """Give the L1 classes of the built-in kinds, and those that ``cdk8s import`` makes of our CRDs, fields typed."""
    from cdk8s_plus_27 import k8s  # noqa: PLC0415  # starts Node.js

    return L1Modules(k8s, {group: _imported(group) for group in groups})


def _imported(group: str) -> ModuleType:
    crds = _CRDS / f"{group}.yaml"
    # A package for each group: a second import into one deletes groups whose name continues that of its own.
    package = "l1_" + group.replace(".", "_").replace("-", "_")
    digest = hashlib.sha256(crds.read_bytes()).hexdigest()
    stamp = WORK / package / ".made-from"
    if not stamp.is_file() or stamp.read_text() != digest:
        _import(crds, package)
        stamp.write_text(digest)
    if str(WORK) not in sys.path:
        sys.path.insert(0, str(WORK))
    return importlib.import_module(".".join([package, *reversed(group.replace("-", "_").split("."))]))


def _import(crds: Path, package: str) -> None:
    tool = str(ROOT / "node_modules" / ".bin" / "cdk8s")
    subprocess.run(  # noqa: S603  # a tool that package-lock.json pins, with arguments made here
        [tool, "import", f"{package}:={crds}", "--language=python", "--save=false", f"--output={WORK}"],
        check=True,
        capture_output=True,
        env={**os.environ, "CDK8S_CHECK_UPGRADE": "false"},
    )
