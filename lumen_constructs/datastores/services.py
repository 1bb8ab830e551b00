"""The Services of an embedded data store: for its clients, for Prometheus, and one that gives its pods their names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.emit.stages import STAGE
from lumen_constructs.names import shortened
from lumen_constructs.options.ports import ContainerPort, Port
from lumen_constructs.options.service import Service
from lumen_constructs.workloads.identity import Identity

#: A store's Services are applied with it: what comes next may already need them.
_WITH_DATA = {STAGE: "30-data"}


def governing_name(identity: Identity) -> str:
    """Give the name of the headless Service, which the StatefulSet keeps for ever: it follows from the name alone."""
    return f"{shortened(identity.name, 54)}-headless"


def metrics_name(identity: Identity) -> str:
    """Give the name of the Service that Prometheus scrapes, which becomes the label ``job``."""
    return f"{shortened(identity.name, 55)}-metrics"


def client_service(identity: Identity, options: Service, ports: Sequence[Port]) -> dict[str, Any]:
    """Give the Service for clients."""
    spec = options.spec_body() | {"ports": [port.service_body() for port in ports]}
    return _service(identity, options.name or identity.name, options, spec)


def metrics_service(identity: Identity, port: ContainerPort) -> dict[str, Any]:
    """Give the Service of the exporter: one of its own, since clients have no business there."""
    exposed = Port(name=port.name, container_port=port.container_port)
    spec = {"type": "ClusterIP", "ports": [exposed.service_body()]}
    return _service(identity, metrics_name(identity), Service(), spec)


def governing_service(identity: Identity, ports: Sequence[Port]) -> dict[str, Any]:
    """Give the headless Service: it knows pods before they are ready, since they may have to find each other first."""
    spec = {
        "type": "ClusterIP",
        "clusterIP": "None",
        "publishNotReadyAddresses": True,
        "ports": [port.model_copy(update={"node_port": None}).service_body() for port in ports],
    }
    return _service(identity, governing_name(identity), Service(), spec)


def _service(identity: Identity, name: str, options: Service, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": identity.metadata(name, labels=options.labels, annotations={**options.annotations, **_WITH_DATA}),
        "spec": spec | {"selector": identity.selector},
    }
