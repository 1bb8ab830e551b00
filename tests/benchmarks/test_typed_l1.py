"""The comparison program makes the same objects as ours; thin L1 classes stand for those that take seconds to make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cdk8s_plus_27 import k8s

from benchmarks.measure import ROOT
from benchmarks.programs import DifferentObjectsError, objects, same
from benchmarks.typed_l1 import L1Modules, Program, source
from lumen_constructs._imports.com.coreos import monitoring

_MODULES = L1Modules(k8s, {"monitoring.coreos.com": monitoring})


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, cwd=ROOT)


def _bodies(folder: Path) -> list[dict[str, object]]:
    return list(objects(folder).values())


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give what our program makes of one and of three services."""
    folder = tmp_path_factory.mktemp("ours")
    for number in ("1", "3"):
        _run("-m", "benchmarks.services", "plain", str(folder / number), number)
    return folder


def test_a_loop_of_typed_services_makes_the_objects_of_ours(ours: Path, tmp_path: Path) -> None:
    """What is generated from one service and run for three gives what our program of three gives."""
    program = Program("services", {"shop-bench": _bodies(ours / "1")}, service="service-0001", namespace="shop")
    code = source(program, _MODULES)
    (tmp_path / "program.py").write_text(f"{code}\n\nmain()\n")

    _run(str(tmp_path / "program.py"), str(tmp_path / "typed"), "3")

    assert len(objects(ours / "3")) == 27
    same("typed", objects(tmp_path / "typed"), objects(ours / "3"))
    assert "k8s.KubeDeployment(" in code
    assert "JsonPatch" not in code  # every field has its place in the 1.27 classes
    assert "service-0001" not in code  # the name is a variable
    assert "Service0001" not in code  # as is what alerts make of it


def test_an_object_that_its_class_does_not_know_is_patched(tmp_path: Path) -> None:
    """An object with a field that is newer than its L1 class is made without the class, which would drop the field."""
    ports = [{"port": 80, "targetPort": "http"}]
    bodies = [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": ports, **more}}
        for name, more in (("old", {"type": "ClusterIP"}), ("new", {"trafficDistribution": "PreferClose"}))
    ]
    code = source(Program("shop", {"shop": bodies}), _MODULES)
    (tmp_path / "program.py").write_text(f"{code}\n\nmain()\n")

    _run(str(tmp_path / "program.py"), str(tmp_path / "typed"))

    assert "k8s.ServicePort(port=80, target_port=k8s.IntOrString.from_string('http'))" in code
    assert "JsonPatch.add('/spec', {" in code
    assert [body["spec"] for body in _bodies(tmp_path / "typed")] == [body["spec"] for body in bodies]


def test_refuses_objects_that_differ(ours: Path) -> None:
    """Programs that make different objects are never compared in time."""
    with pytest.raises(DifferentObjectsError, match="service-0002"):
        same("typed", objects(ours / "1"), objects(ours / "3"))


def test_the_waves_of_the_pipeline_are_all_that_it_adds(ours: Path, tmp_path: Path) -> None:
    """The whole pipeline writes the objects of the plain app, one a file."""
    _run("-m", "benchmarks.services", "files", str(tmp_path), "3")

    same("pipeline", objects(tmp_path), objects(ours / "3"))
    assert len(list(tmp_path.rglob("*.service-0002*.yaml"))) >= 7
