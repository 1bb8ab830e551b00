from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs import Port, Probe, Probes
from lumen_constructs.workloads.probes import probe_bodies
from tests.options.reading import component, component_faults, container

TIMING = {"periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3}
PORTS = [Port(container_port=8080), Port(name="grpc", container_port=50051)]


def test_roles_share_a_path_and_a_port() -> None:
    """A path and a port that are said once serve each role that has none of its own."""
    probes = Probes(path="/metrics", port=9108, readiness=Probe(), liveness=Probe.http("/alive", port="http"))
    assert probe_bodies(probes, PORTS) == {
        "readinessProbe": {"httpGet": {"path": "/metrics", "port": 9108, "scheme": "HTTP"}, **TIMING},
        "livenessProbe": {"httpGet": {"path": "/alive", "port": "http", "scheme": "HTTP"}, **TIMING},
    }


@pytest.mark.parametrize(
    ("probe", "action"),
    [
        (Probe(), {"httpGet": {"path": "/", "port": "http", "scheme": "HTTP"}}),
        (Probe.tcp(), {"tcpSocket": {"port": "http"}}),
        (Probe.tcp(port=5432), {"tcpSocket": {"port": 5432}}),
        (Probe.run("pg_isready", "-U", "app"), {"exec": {"command": ["pg_isready", "-U", "app"]}}),
        (Probe.by_grpc(port="grpc", service="cart"), {"grpc": {"port": 50051, "service": "cart"}}),
        (Probe.by_grpc(), {"grpc": {"port": 8080}}),
    ],
)
def test_each_action_has_its_native_form(probe: Probe, action: dict[str, Any]) -> None:
    """HTTP, TCP, exec and gRPC are Kubernetes' own; gRPC takes the number of a named port."""
    assert probe_bodies(Probes(startup=probe), PORTS)["startupProbe"] == {**action, **TIMING}


def test_timing_is_spelled_out() -> None:
    """Figures stand in the output; a delay of 0 and a single success do not."""
    readiness = Probe(initial_delay_seconds=5, period_seconds=7, timeout_seconds=2, success_threshold=2)
    body = probe_bodies(Probes(readiness=readiness), PORTS)["readinessProbe"]
    assert body["initialDelaySeconds"] == 5
    assert body["successThreshold"] == 2
    assert body["periodSeconds"] == 7


def test_short_constructors_make_readiness_and_liveness() -> None:
    """Each short form makes the roles that it names."""
    assert set(probe_bodies(Probes.http(path="/health"), PORTS)) == {"readinessProbe", "livenessProbe"}
    assert set(probe_bodies(Probes.http(startup="/s", liveness="/l"), PORTS)) == {"startupProbe", "livenessProbe"}
    assert probe_bodies(Probes.tcp(port=1), PORTS)["livenessProbe"]["tcpSocket"] == {"port": 1}
    assert probe_bodies(Probes.by_grpc(port=1), PORTS)["readinessProbe"]["grpc"] == {"port": 1}
    assert probe_bodies(Probes(), PORTS) == {}


def test_a_slow_start_is_allowed_with_a_startup_probe() -> None:
    """A startup probe suspends liveness, so that liveness may be as quick as it likes."""
    slow = {"readiness": {"initialDelaySeconds": 60}, "liveness": {"failureThreshold": 1}}
    assert "livenessProbe" in container(component(probes={"startup": "/health", **slow}))
    assert component_faults(probes=slow) == [
        (
            "probes.liveness can restart the container after 0 s, before readiness can first succeed after 60 s; add a "
            "startup probe, or raise liveness.initialDelaySeconds or liveness.failureThreshold"
        )
    ]


@pytest.mark.parametrize(
    ("probes", "line"),
    [
        (
            {"readiness": {"httpGet": {}, "tcpSocket": {}}},
            "probes.readiness has httpGet and tcpSocket; a probe has one action",
        ),
        (
            {"requires": ["DB_HOST"]},
            ("probes.requires[0] 'DB_HOST' is in no config, env or secret of this component, so that its probes could "
            "not answer rightly; did you mean 'DB_HOSTS'?"),
        ),
        ({"readiness": {"exec": {"command": []}}}, "probes.readiness.exec.command must not be empty"),
        ({"readiness": {"periodSeconds": 0}}, "probes.readiness.periodSeconds 0 must be at least 1"),
    ],
)  # fmt: skip
def test_refuses_probes_that_could_not_answer(probes: dict[str, Any], line: str) -> None:
    """A probe that asks nothing, or depends on what is not there, is refused."""
    assert component_faults(probes=probes, config={"DB_HOSTS": "db"}) == [line]


def test_what_probes_require_may_come_from_anywhere() -> None:
    """Config, variables and secrets all count, and what comes from elsewhere may hold it."""
    probes = {"requires": ["A", "B", "C"]}
    component(probes=probes, config={"A": "1"}, env={"B": "2"}, secrets=[{"name": "s", "keys": ["C"]}])
    component(probes=probes, envFrom=[{"configMapRef": {"name": "elsewhere"}}])


def test_refuses_a_probe_without_any_port() -> None:
    """A container without ports needs the probe to name one."""
    assert component_faults(port=None, probes={"readiness": "/ready"}) == [
        "probes.readiness needs a port: the container declares none"
    ]
    component(port=None, probes={"readiness": {"httpGet": {"port": 8080}}, "liveness": {"exec": {"command": ["x"]}}})
