"""A project's own L1 classes beside ours, in one process; the argument says whose are loaded first."""

from __future__ import annotations

import sys

from cdk8s import ApiObject, App, Chart, JsonPatch


def add_ours(app: App) -> None:
    """Add a service with its monitor, and one by our thin class, each with fields that no short CRD knows."""
    from lumen_constructs import Metrics, MonitoredService, Probes, Resources
    from lumen_constructs._imports.com.coreos.monitoring import ServiceMonitor

    chart = Chart(app, "ours", namespace="shop")
    ServiceMonitor(chart, "thin", metadata={"name": "thin"}, spec={"endpoints": [{"port": "http", "ours": "kept"}]})
    cart = MonitoredService(
        chart,
        "cart",
        image="ghcr.io/acme/cart:1.4.2",
        port=8080,
        resources=Resources(cpu="100m:500m", memory="128Mi:256Mi"),
        probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        metrics=Metrics(path="/internal/metrics", interval="45s"),
    )
    for child in cart.node.find_all():
        if isinstance(child, ApiObject) and child.kind == "ServiceMonitor":
            child.add_json_patch(JsonPatch.add("/spec/unheardOf", {"snake_case": [1]}))


def add_theirs(app: App) -> None:
    """Add a monitor by the typed class that the project imported for itself."""
    from imports.com.coreos.monitoring import (
        ServiceMonitor,
        ServiceMonitorSpec,
        ServiceMonitorSpecEndpoints,
        ServiceMonitorSpecSelector,
    )

    ServiceMonitor(
        Chart(app, "theirs", namespace="shop"),
        "monitor",
        spec=ServiceMonitorSpec(
            endpoints=[ServiceMonitorSpecEndpoints(port="http", theirs="kept")],
            selector=ServiceMonitorSpecSelector(match_labels={"app": "basket"}),
        ),
    )


app = App()
for add in (add_ours, add_theirs) if sys.argv[1] == "ours" else (add_theirs, add_ours):
    add(app)
app.synth()
