"""What sends requests to Services: Ingresses, routes, webhooks, Rollouts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, mapping, number, text, walk
from lumen_constructs.checks.references.lookup import service_named, service_names, shown
from lumen_constructs.checks.rules import Fault, rule


class Backend(NamedTuple):
    """One place that sends requests to a Service."""

    item: Item
    path: str
    """The place of the Service's name."""
    namespace: str
    name: str
    port: int | str | None
    """The number or name of the wanted port; None where none is named."""
    port_path: str


def backends(graph: Graph) -> list[Backend]:
    """Give every place in the set that sends requests to a Service by its name."""
    found = [backend for item in graph.of(kinds.INGRESS) for backend in _of_ingress(item)]
    found += [backend for item in graph.of(*kinds.ROUTES) for backend in _of_route(item)]
    found += [
        Backend(item, f"{path}.{field}", item.namespace, text(owner, field), None, "")
        for item in graph.of(kinds.ROLLOUT)
        for parent, fields in _ROLLOUT
        for path, owner in walk(item.body, parent)
        for field in fields
        if text(owner, field)
    ]
    found += [
        backend for type_, parent in _WEBHOOKS for item in graph.of(type_) for backend in _of_webhook(item, parent)
    ]
    return found


_ROLLOUT = (
    ("spec.strategy.canary", ("canaryService", "stableService")),
    ("spec.strategy.canary.pingPong", ("pingService", "pongService")),
    ("spec.strategy.blueGreen", ("activeService", "previewService")),
)
_WEBHOOKS = (
    (kinds.VALIDATING_WEBHOOK, "webhooks[].clientConfig.service"),
    (kinds.MUTATING_WEBHOOK, "webhooks[].clientConfig.service"),
    (kinds.API_SERVICE, "spec.service"),
    (kinds.CRD, "spec.conversion.webhook.clientConfig.service"),
)


def _of_webhook(item: Item, parent: str) -> Iterator[Backend]:
    for path, service in walk(item.body, parent):
        if name := text(service, "name"):
            port = number(service, "port")
            wanted = 443 if port is None else port
            yield Backend(item, f"{path}.name", text(service, "namespace"), name, wanted, f"{path}.port")


def _of_ingress(item: Item) -> Iterator[Backend]:
    for parent in ("spec.defaultBackend", "spec.rules[].http.paths[].backend"):
        for path, backend in walk(item.body, parent):
            service = mapping(backend, "service")
            port = mapping(service, "port")
            name = text(service, "name")
            # The AWS controller takes such a backend's name for that of an annotation.
            if name and text(port, "name") != "use-annotation":
                field = "name" if "name" in port else "number"
                wanted = port.get(field)
                wanted = wanted if isinstance(wanted, (str, int)) else None
                yield Backend(
                    item, f"{path}.service.name", item.namespace, name, wanted, f"{path}.service.port.{field}"
                )


def _of_route(item: Item) -> Iterator[Backend]:
    for parent in (
        "spec.rules[].backendRefs[]",
        "spec.rules[].filters[].requestMirror.backendRef",
        "spec.rules[].backendRefs[].filters[].requestMirror.backendRef",
    ):
        for path, reference in walk(item.body, parent):
            name = text(reference, "name")
            if name and text(reference, "kind") in ("", "Service") and not text(reference, "group"):
                port = at(reference, "port")
                namespace = text(reference, "namespace") or item.namespace
                wanted = port if isinstance(port, int) else None
                yield Backend(item, f"{path}.name", namespace, name, wanted, f"{path}.port")


@rule("backend-missing", Severity.ERROR)
def backend_missing(graph: Graph) -> Iterator[Fault]:
    """Requests to a Service that does not exist are answered with 503, and a webhook without one blocks its kinds."""
    for backend in graph.once(backends):
        if meant := graph.meant_namespace(backend.namespace, kinds.SERVICE, backend.name):
            message = f"no Service '{backend.name}' exists in namespace {backend.namespace}"
            yield Fault(backend.item, backend.path, message, f"did you mean namespace '{meant}'?")
        if service_named(graph, backend.namespace, backend.name) is None:
            hint = graph.meant(backend.name, service_names(graph, backend.namespace))
            message = f"no Service '{backend.name}' exists{within(backend.namespace)}"
            yield Fault(backend.item, backend.path, message, hint or declare(backend.item, "Service", backend.name))


@rule("backend-port-missing", Severity.ERROR)
def backend_port_missing(graph: Graph) -> Iterator[Fault]:
    """Requests to a port that the Service does not have are answered with 503."""
    for backend in graph.once(backends):
        service = service_named(graph, backend.namespace, backend.name)
        if service is None or service.ports is None or backend.port is None:
            continue
        if not any(backend.port in (port.name, port.number) for port in service.ports):
            names = [port.name for port in service.ports if port.name]
            hint = graph.meant(backend.port, names) if isinstance(backend.port, str) else ""
            have = ", ".join(shown(port) for port in service.ports[:10])
            message = f"Service '{backend.name}' has no port {_quoted(backend.port)}"
            yield Fault(backend.item, backend.port_path, message, hint or (f"it has {have}" if have else "it has none"))


def _quoted(port: str | int) -> str:
    return f"'{port}'" if isinstance(port, str) else str(port)


@rule("reference-grant-missing", Severity.ERROR)
def reference_grant_missing(graph: Graph) -> Iterator[Fault]:
    """A route or Gateway that names something in another namespace is refused unless a ReferenceGrant there lets it."""
    for item in graph.of(*kinds.ROUTES):
        for path, reference in walk(item.body, "spec.rules[].backendRefs[]"):
            yield from _ungranted(graph, item, path, reference, "Service")
    for item in graph.of(kinds.GATEWAY):
        for path, reference in walk(item.body, "spec.listeners[].tls.certificateRefs[]"):
            yield from _ungranted(graph, item, path, reference, "Secret")


def _ungranted(graph: Graph, item: Item, path: str, reference: object, kind: str) -> Iterator[Fault]:
    namespace, name = text(reference, "namespace"), text(reference, "name")
    if not namespace or namespace == item.namespace or not graph.holds(namespace):
        return
    route = (item.type.partition(".")[2], item.kind, item.namespace)
    for grant in graph.of_in(kinds.REFERENCE_GRANT, namespace):
        lets = any(
            (text(origin, "group"), text(origin, "kind"), text(origin, "namespace")) == route
            for _, origin in entries(grant.body, "spec", "from")
        )
        covers = any(
            text(target, "kind") == kind and text(target, "name") in ("", name)
            for _, target in entries(grant.body, "spec", "to")
        )
        if lets and covers:
            return
    hint = f"add one to namespace {namespace}, from {item.kind} in {item.namespace} to {kind}"
    yield Fault(item, f"{path}.namespace", f"no ReferenceGrant lets it name {kind} {namespace}/{name}", hint)
