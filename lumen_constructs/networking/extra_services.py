"""Further Services in front of a component, and what tells all of its Services apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.options.base import full
from lumen_constructs.options.delivery import Delivery
from lumen_constructs.options.extra_services import ExtraService, ServicePort
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.options.ports import Port
from lumen_constructs.options.reserved import SERVICE
from lumen_constructs.workloads.identity import Identity

#: The label with a component's role, which its pods have.
COMPONENT = "app.kubernetes.io/component"


def own_label(options: MonitoredServiceOptions, name: str) -> dict[str, str]:
    """Give the label by which a Service is told from the component's other ones; none where it is the only one."""
    return {SERVICE: name} if options.has_several_services else {}


def extra_services(identity: Identity, options: MonitoredServiceOptions) -> dict[str, dict[str, Any]]:
    """Give the further Services, by construct id."""
    return {
        f"Service-{extra.name}": _extra_service(identity, options, extra)
        for extra in options.extra_services
        if extra.enabled
    }


def _extra_service(identity: Identity, options: MonitoredServiceOptions, extra: ExtraService) -> dict[str, Any]:
    ports = [_port(own, chosen) for own, chosen in extra.ports_of(options.all_ports)]
    labels = {**extra.labels, **own_label(options, extra.name)}
    selector = dict(identity.selector)
    if full(options.delivery, Delivery).strategy == "blueGreen":
        # Pods that do not serve yet have another role, so that no request reaches them through a further Service.
        selector[COMPONENT] = identity.component
    spec = extra.spec_body() | {"ports": ports, "selector": selector}
    return service_body(identity, extra.name, spec, labels, extra.annotations)


def _port(own: Port, chosen: ServicePort) -> dict[str, Any]:
    # A number on the nodes is one Service's alone: the component's own stays with its first Service.
    number = {} if chosen.port is None else {"port": chosen.port}
    node_port = {} if chosen.node_port is None else {"nodePort": chosen.node_port}
    return own.model_copy(update={"node_port": None}).service_body() | number | node_port


def service_body(
    identity: Identity,
    name: str,
    spec: Mapping[str, Any],
    labels: Mapping[str, str],
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give a Service in front of the component's pods."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": identity.metadata(name, labels=labels, annotations=annotations),
        "spec": {"selector": identity.selector, **spec},
    }
