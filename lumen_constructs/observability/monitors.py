"""ServiceMonitor and PodMonitor: what Prometheus scrapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.errors import LumenError
from lumen_constructs.observability.target import Target
from lumen_constructs.options.metrics import Metrics


def monitor(target: Target, metrics: Metrics, selection: Mapping[str, str]) -> dict[str, Any] | None:
    """Give the monitor of a component, or None where ``metrics.monitor`` is false.

    ``selection`` are the labels by which the environment's Prometheus selects monitors.

    :raises LumenError: if there is nothing that the monitor could select, or no port
    """
    if metrics.monitor is False:
        return None
    if target.port is None:
        message = f"metrics: {target.name} has no port to scrape; give it one, or set metrics.monitor to false"
        raise LumenError(message)
    if metrics.monitor == "pod":
        return _pod_monitor(target, metrics, selection, target.port)
    return _service_monitor(target, metrics, selection, target.port)


def _service_monitor(target: Target, metrics: Metrics, selection: Mapping[str, str], port: str) -> dict[str, Any]:
    if target.service is None or not target.service_labels:
        message = f"metrics.monitor 'service' needs a Service, and {target.name} has none; set it to 'pod'"
        raise LumenError(message)
    spec: dict[str, Any] = {
        "selector": {"matchLabels": dict(target.service_labels)},
        **_where(target),
        "endpoints": [metrics.endpoint(port)],
    }
    if metrics.target_labels:
        spec["targetLabels"] = list(metrics.target_labels)
    return _body("ServiceMonitor", target, metrics, selection, spec)


def _pod_monitor(target: Target, metrics: Metrics, selection: Mapping[str, str], port: str) -> dict[str, Any]:
    if not target.pod_labels:
        message = f"metrics.monitor 'pod' needs labels that select the pods of {target.name}, and there are none"
        raise LumenError(message)
    spec: dict[str, Any] = {
        "selector": {"matchLabels": dict(target.pod_labels)},
        **_where(target),
        "podMetricsEndpoints": [metrics.endpoint(port)],
    }
    return _body("PodMonitor", target, metrics, selection, spec)


def _where(target: Target) -> dict[str, Any]:
    """Name the namespace where the monitor is in another one: without it, a monitor looks in its own."""
    return {"namespaceSelector": {"matchNames": [target.namespace]}} if target.lives_elsewhere else {}


def _body(
    kind: str, target: Target, metrics: Metrics, selection: Mapping[str, str], spec: dict[str, Any]
) -> dict[str, Any]:
    if metrics.pod_target_labels:
        spec["podTargetLabels"] = list(metrics.pod_target_labels)
    if metrics.sample_limit is not None:
        spec["sampleLimit"] = metrics.sample_limit
    metadata = target.metadata(metrics.name, metrics.labels, selection)
    authority = metrics.tls.ca if metrics.tls is not None else None
    secrets = dict.fromkeys(ref.name for ref in (authority, metrics.bearer_token) if ref is not None)
    if secrets:
        # Prometheus reads them beside the monitor, and nothing here makes them.
        metadata["annotations"] = {"lumen-constructs/external": " ".join(f"Secret/{name}" for name in secrets)}
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": kind, "metadata": metadata, "spec": spec}
