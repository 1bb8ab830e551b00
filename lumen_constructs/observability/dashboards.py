"""A component's Grafana dashboard, as a ConfigMap that Grafana's sidecar imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.errors import LumenError
from lumen_constructs.names import shortened
from lumen_constructs.observability.rules import Watch
from lumen_constructs.observability.target import Target
from lumen_constructs.options.dashboard import Dashboard
from lumen_constructs.options.metrics import Metrics
from lumen_constructs.options.slos import Slo


def dashboard(
    target: Target, options: Dashboard, metrics: Metrics | None = None, slos: Sequence[Slo] = ()
) -> dict[str, Any] | None:
    """Give the ConfigMap of a component's dashboard, or None where ``options.enabled`` is false.

    :raises LumenError: if grafana-foundation-sdk is not installed
    """
    if not options.enabled:
        return None
    name = options.name or f"{target.name}-dashboard"
    metadata = target.metadata(name, options.labels)
    folder = {"grafana_folder": options.folder} if options.folder is not None else {}
    if annotations := {**options.annotations, **folder}:
        metadata["annotations"] = annotations
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {_file_name(target, name): dashboard_json(target, options, metrics, slos)},
    }


def dashboard_json(target: Target, options: Dashboard, metrics: Metrics | None = None, slos: Sequence[Slo] = ()) -> str:
    """Give the dashboard itself, as Grafana imports it: not wrapped in anything, sorted and indented.

    :raises LumenError: if grafana-foundation-sdk is not installed
    """
    try:
        from lumen_constructs.observability import grafana  # noqa: PLC0415  # its library is an optional extra
    except ImportError as error:
        message = "dashboard needs grafana-foundation-sdk: install lumen-constructs[dashboards]"
        raise LumenError(message) from error
    return grafana.dashboard_json(Watch(target, metrics), options, slos)


def _file_name(target: Target, name: str) -> str:
    """Give a name that no other dashboard has: a sidecar writes those of all namespaces into one directory."""
    return f"{shortened(f'{target.namespace}.{name}', 200)}.json"
