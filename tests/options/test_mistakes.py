"""What people write wrong, and the one line that each of them reads: the table stands in ``mistakes.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import lumen_constructs
from lumen_constructs.options.base import Options
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.options.workload import ProbedDeploymentOptions
from tests.options.reading import BASE, component_faults, faults, python_faults, read

MISTAKES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")
)


def says(mistake: object) -> str:
    """Name a test case by the line that it expects."""
    return str(mistake["says"]) if isinstance(mistake, dict) else ""


@pytest.mark.parametrize("mistake", MISTAKES["values"], ids=says)
def test_refuses_in_one_line_of_the_values_files_spelling(mistake: dict[str, Any]) -> None:
    """A mistake in a values file is one line that says where, what, and what to write instead."""
    assert component_faults(**mistake["given"]) == [mistake["says"]]


@pytest.mark.parametrize("mistake", MISTAKES["services"], ids=says)
def test_refuses_in_a_service_what_it_cannot_be(mistake: dict[str, Any]) -> None:
    """A Service, an Ingress and their ports are refused in the same form."""
    assert faults(MonitoredServiceOptions, {**BASE, **mistake["given"]}) == [mistake["says"]]


@pytest.mark.parametrize("mistake", MISTAKES["python"], ids=says)
def test_refuses_in_one_line_of_pythons_spelling(mistake: dict[str, Any]) -> None:
    """A mistake in a constructor call is one line that names the type, in snake_case."""
    kind: type[Options] = getattr(lumen_constructs, mistake["type"])
    assert python_faults(lambda: kind(**mistake["given"])) == [f"{mistake['type']}: {mistake['says']}"]


def test_reports_every_fault_of_a_kind_at_once() -> None:
    """All type faults come together; where there is none, all contradictions do."""
    assert component_faults(port="80", replica=1, image=1) == [
        "image must be a string or a mapping, not 1",
        "port must be a whole number, not '80'; write 80",
        "replica is not a known key; did you mean 'replicas'?",
    ]
    probes = {"port": "web", "readiness": "/r", "startup": "/s"}
    assert component_faults(minReadySeconds=700, labels={"app.kubernetes.io/name": "x"}, probes=probes) == [
        "labels['app.kubernetes.io/name'] must be left out: it is written from the component's name; set name",
        "probes.port 'web' is not a port of this container (http)",
        "progressDeadlineSeconds 600 must be above minReadySeconds, which is 700",
    ]


def test_refuses_more_than_a_config_map_holds() -> None:
    """The API server takes 1 MiB of data in one ConfigMap, counted in bytes."""
    line = "holds 1048578 bytes, and a ConfigMap at most 1048576; divide it"
    assert component_faults(config={"A": "é" * 524289}) == [f"config {line}"]
    files = {"app": {"mountPath": "/etc/app", "data": {"a": "é" * 524289}}}
    assert component_faults(configFiles=files) == [f"configFiles.app.data {line}"]


def test_refuses_a_service_without_ports() -> None:
    """A Service needs a port, unless there is to be none."""
    data = {**BASE, "probes": {}}
    del data["port"]
    assert faults(MonitoredServiceOptions, data) == [
        "port is required: the Service needs a port; or set service.enabled to false"
    ]
    assert read(MonitoredServiceOptions, {**data, "service": {"enabled": False}}).all_ports == ()


@pytest.mark.parametrize("key", ["image", "resources", "probes"])
def test_refuses_what_lacks_a_required_option(key: str) -> None:
    """What has no default is asked for."""
    data = {name: value for name, value in BASE.items() if name != key}
    assert faults(ProbedDeploymentOptions, data) == [f"{key} is required"]
