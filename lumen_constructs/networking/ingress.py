"""The Ingress of a component, with what its controller reads from annotations."""

from __future__ import annotations

from typing import Any

from lumen_constructs.options.ingress import Ingress, IngressPath
from lumen_constructs.options.ingress_annotations import written_annotations
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.workloads.identity import Identity


def ingress(identity: Identity, options: MonitoredServiceOptions, chosen: Ingress, service: str) -> dict[str, Any]:
    """Give the Ingress to the Service named ``service``."""
    ports = [port for port in options.all_ports if port.expose]
    paths = [_path(path, service, ports[0].name if ports else "http") for path in chosen.paths]
    hosts: tuple[str | None, ...] = chosen.all_hosts or (None,)
    spec: dict[str, Any] = {
        "rules": [({"host": host} if host is not None else {}) | {"http": {"paths": paths}} for host in hosts]
    }
    if chosen.class_name is not None:
        spec["ingressClassName"] = chosen.class_name
    if chosen.tls:
        spec["tls"] = [
            {"hosts": list(tls.hosts)} | ({"secretName": tls.secret_name} if tls.secret_name is not None else {})
            for tls in chosen.tls
        ]
    metadata = identity.metadata(annotations={**chosen.annotations, **written_annotations(chosen)})
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def _path(path: IngressPath, service: str, first_port: str) -> dict[str, Any]:
    port = path.port or first_port
    backend = {"name": path.service or service, "port": {"name" if isinstance(port, str) else "number": port}}
    return {"path": path.path, "pathType": path.path_type, "backend": {"service": backend}}
