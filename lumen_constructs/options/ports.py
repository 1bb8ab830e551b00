"""The ports that a container listens on."""

from __future__ import annotations

from typing import Any, Literal

from lumen_constructs.options.base import Options
from lumen_constructs.options.scalars import PortName, PortNumber, Text


class ContainerPort(Options):
    """A port of a container beside the component's own."""

    name: PortName = "http"
    """Name, by which probes, Services, monitors and network policies refer to the port; sets ``ports[].name``."""
    container_port: PortNumber
    """Number that the container listens on; sets ``ports[].containerPort``."""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    """Transport protocol; sets ``ports[].protocol``."""

    def container_body(self) -> dict[str, Any]:
        """Give the entry of the container's ``ports``."""
        return {"name": self.name, "containerPort": self.container_port, "protocol": self.protocol}


class Port(ContainerPort):
    """A port of a container and of its Service."""

    service_port: PortNumber | None = None
    """Number of the Service's port; sets the Service's ``ports[].port``. Default: ``container_port``."""
    node_port: PortNumber | None = None
    """Number on each node, for a Service of type NodePort or LoadBalancer; sets ``ports[].nodePort``.
    Default: the cluster chooses."""
    app_protocol: Text | None = None
    """Application protocol for meshes and gateways, such as ``kubernetes.io/h2c``; sets ``appProtocol``."""
    expose: bool = True
    """Whether the Service has the port."""

    @property
    def service_number(self) -> int:
        """Number of the Service's port."""
        return self.container_port if self.service_port is None else self.service_port

    def service_body(self) -> dict[str, Any]:
        """Give the entry of the Service's ``ports``, aimed at the container's port by name."""
        body: dict[str, Any] = {
            "name": self.name,
            "port": self.service_number,
            "targetPort": self.name,
            "protocol": self.protocol,
        }
        if self.app_protocol is not None:
            body["appProtocol"] = self.app_protocol
        if self.node_port is not None:
            body["nodePort"] = self.node_port
        return body
