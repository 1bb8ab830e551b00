"""The Services by which a Rollout tells the old version of a component from the new one.

The component's first Service is never a canary's: it leads to all pods, under whatever kind they run, so that a change
of kind does not touch it. In a blue-green delivery it is the active one, which the controller switches.
"""

from __future__ import annotations

from typing import Any

from lumen_constructs.names import shortened
from lumen_constructs.networking.extra_services import own_label, service_body
from lumen_constructs.networking.service import service_name
from lumen_constructs.options.base import full
from lumen_constructs.options.delivery import Delivery
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.workloads.identity import Identity

_LONGEST = 63


def role_name(identity: Identity, options: MonitoredServiceOptions, role: str) -> str:
    """Give the name of the Service of one role: ``stable``, ``canary`` or ``preview``."""
    return f"{shortened(service_name(identity, options), _LONGEST - len(role) - 1)}-{role}"


def delivery_services(identity: Identity, options: MonitoredServiceOptions) -> dict[str, dict[str, Any]]:
    """Give the Services that the component's own options ask for, by construct id; see :func:`role_services`."""
    if full(options.delivery, Delivery).strategy == "blueGreen":
        return role_services(identity, options, "preview")
    return role_services(identity, options, "stable", "canary") if options.routes_by_ingress else {}


def ingress_backend(identity: Identity, options: MonitoredServiceOptions) -> str:
    """Give the Service that the component's Ingress names: a canary's controller starts from the stable one."""
    return role_name(identity, options, "stable") if options.routes_by_ingress else service_name(identity, options)


def role_services(identity: Identity, options: MonitoredServiceOptions, *roles: str) -> dict[str, dict[str, Any]]:
    """Give the Services of ``roles``, by construct id: the ports of the first one, within the cluster.

    The controller adds the hash of one version to their selectors.
    """
    ports = [port.model_copy(update={"node_port": None}).service_body() for port in options.all_ports if port.expose]
    spec = {"type": "ClusterIP", "ports": ports}
    found: dict[str, dict[str, Any]] = {}
    for role in roles:
        name = role_name(identity, options, role)
        found[f"Service-{role}"] = service_body(identity, name, spec, own_label(options, name))
    return found
