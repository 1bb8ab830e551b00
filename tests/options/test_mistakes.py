"""What people write wrong, and the one line that each of them reads: the table stands in ``mistakes.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lumen_constructs import options
from lumen_constructs.options.base import Options
from lumen_constructs.options.workload import ProbedDeploymentOptions
from tests.options.reading import BASE, component_faults, faults, python_faults

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


@pytest.mark.parametrize("mistake", MISTAKES["python"], ids=says)
def test_refuses_in_one_line_of_pythons_spelling(mistake: dict[str, Any]) -> None:
    """A mistake in a constructor call is one line that names the type, in snake_case."""
    kind: type[Options] = getattr(options, mistake["type"])
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


@pytest.mark.parametrize("key", ["image", "resources", "probes"])
def test_refuses_what_lacks_a_required_option(key: str) -> None:
    """What has no default is asked for."""
    data = {name: value for name, value in BASE.items() if name != key}
    assert faults(ProbedDeploymentOptions, data) == [f"{key} is required"]
