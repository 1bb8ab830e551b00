from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import pytest

from lumen_constructs.datastores.plan import Plan
from tests.datastores.samples import body_of, env_of, server_of, zookeeper
from tests.datastores.servers import free_port, run

SERVING = "Zookeeper version: 3.9.3\nLatency min/avg/max: 0/0.0/0\nMode: standalone\nNode count: 5\n"
STARTING = "This ZooKeeper instance is not currently serving requests\n"
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed, so that no probe was run")


def settings(plan: Plan) -> dict[str, str]:
    """Give the rendered ``zoo.cfg`` as a mapping."""
    return dict(line.split("=", 1) for line in body_of(plan, "ConfigMap")["data"]["zoo.cfg"].splitlines())


def test_reads_its_own_configuration() -> None:
    """The entrypoint and the server's script look where zoo.cfg is mounted, with a log configuration beside it."""
    plan = zookeeper(config={"maxClientCnxns": 100})
    env = env_of(server_of(plan))
    assert env["ZOO_CONF_DIR"] == env["ZOOCFGDIR"] == "/etc/zookeeper"
    assert {"name": "conf", "mountPath": "/etc/zookeeper", "readOnly": True} in server_of(plan)["volumeMounts"]
    assert settings(plan)["dataDir"] == "/data"
    assert settings(plan)["maxClientCnxns"] == "100"
    assert settings(plan)["autopurge.purgeInterval"] != "0"
    root = ET.fromstring(body_of(plan, "ConfigMap")["data"]["logback.xml"])  # noqa: S314  # our own text
    assert root.find("root/appender-ref") is not None


def test_the_heap_is_half_of_the_limit() -> None:
    """The Java machine gets half of the memory limit; without a limit, the image's own default."""
    assert env_of(server_of(zookeeper()))["ZK_SERVER_HEAP"] == "512"
    assert "ZK_SERVER_HEAP" not in env_of(server_of(zookeeper(resources={"memory": "1Gi:"})))


def test_tells_prometheus_of_itself() -> None:
    """With metrics, the server has a port of its own for them, and no sidecar."""
    plan = zookeeper(metrics={})
    assert settings(plan)["metricsProvider.httpPort"] == "7000"
    assert {"name": "metrics", "containerPort": 7000, "protocol": "TCP"} in server_of(plan)["ports"]
    assert len(plan.bodies["Resource"]["spec"]["template"]["spec"]["containers"]) == 1
    assert [port["port"] for port in body_of(plan, "Service", "zookeeper-metrics")["spec"]["ports"]] == [7000]
    assert [port["port"] for port in body_of(plan, "Service", "zookeeper")["spec"]["ports"]] == [2181]
    assert "metricsProvider.httpPort" not in settings(zookeeper())


@contextmanager
def answering(text: str) -> Iterator[tuple[int, list[bytes]]]:
    """Answer one client as ZooKeeper does: read four letters, answer, and close."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(4))
                connection.sendall(text.encode())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join(timeout=5)


def probe(port: int) -> int:
    """Run the rendered readiness probe against another port."""
    *shell, asked = server_of(zookeeper())["readinessProbe"]["exec"]["command"]
    return run([*shell, asked.replace("/2181", f"/{port}")], {}).returncode


@needs_bash
def test_the_probe_passes_while_the_server_serves() -> None:
    """The probe asks for the server's mode by a word that the server's list allows."""
    with answering(SERVING) as (port, asked):
        assert probe(port) == 0
    assert asked == [b"srvr"]
    assert "srvr" in settings(zookeeper())["4lw.commands.whitelist"].split(", ")


@needs_bash
def test_the_probe_fails_when_it_should() -> None:
    """A server that does not serve yet, and one that is not there, are not ready."""
    with answering(STARTING) as (port, _):
        assert probe(port) != 0
    assert probe(free_port()) != 0
