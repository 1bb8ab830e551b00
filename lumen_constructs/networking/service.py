"""The Service of a component."""

from __future__ import annotations

from typing import Any

from lumen_constructs.networking.extra_services import own_label, service_body
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.workloads.identity import Identity


def service_name(identity: Identity, options: MonitoredServiceOptions) -> str:
    """Give the name of the component's Service."""
    return options.service.name or identity.name


def service(identity: Identity, options: MonitoredServiceOptions) -> dict[str, Any]:
    """Give the Service: the component's exposed ports, in front of the component's pods."""
    chosen, name = options.service, service_name(identity, options)
    spec = chosen.spec_body() | {"ports": [port.service_body() for port in options.all_ports if port.expose]}
    return service_body(identity, name, spec, {**chosen.labels, **own_label(options, name)}, chosen.annotations)
