"""Bodies of the three probes of a container."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.options.ports import ContainerPort
from lumen_constructs.options.probes import Exec, Grpc, HttpGet, Probe, Probes, TcpSocket


def probe_bodies(probes: Probes, ports: Sequence[ContainerPort]) -> dict[str, Any]:
    """Give ``startupProbe``, ``readinessProbe`` and ``livenessProbe`` for a container with ``ports``."""
    return {
        f"{role}Probe": _action(probe, probes, ports) | _timing(probe)
        for role in ("startup", "readiness", "liveness")
        if (probe := probes.role(role)) is not None
    }


def _action(probe: Probe, probes: Probes, ports: Sequence[ContainerPort]) -> dict[str, Any]:
    action = probe.action or HttpGet()
    if isinstance(action, Exec):
        return {"exec": {"command": list(action.command)}}
    port = action.port or probes.port or ports[0].name
    if isinstance(action, TcpSocket):
        return {"tcpSocket": {"port": port}}
    if isinstance(action, Grpc):
        # The kubelet takes no name here.
        number = next((p.container_port for p in ports if p.name == port), port)
        return {"grpc": {"port": number} | ({"service": action.service} if action.service is not None else {})}
    body: dict[str, Any] = {"path": action.path or probes.path or "/", "port": port, "scheme": action.scheme}
    if action.host is not None:
        body["host"] = action.host
    if action.http_headers:
        body["httpHeaders"] = [{"name": header.name, "value": header.value} for header in action.http_headers]
    return {"httpGet": body}


def _timing(probe: Probe) -> dict[str, Any]:
    """Spell every figure out, so that a reader need not know Kubernetes' defaults; a delay of 0 stays away."""
    body: dict[str, Any] = {
        "periodSeconds": probe.period_seconds,
        "timeoutSeconds": probe.timeout_seconds,
        "failureThreshold": probe.failure_threshold,
    }
    if probe.initial_delay_seconds:
        body["initialDelaySeconds"] = probe.initial_delay_seconds
    if probe.success_threshold != 1:
        body["successThreshold"] = probe.success_threshold
    if probe.termination_grace_period_seconds is not None:
        body["terminationGracePeriodSeconds"] = probe.termination_grace_period_seconds
    return body
