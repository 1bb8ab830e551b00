"""Routes and the Gateways that they attach to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, joined, mapping, sequence, strings, text
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector
from lumen_constructs.checks.sources import may_be_made

#: Which kinds of route a listener takes where it does not say so, by its protocol.
_KINDS = {
    "HTTP": ("HTTPRoute", "GRPCRoute"),
    "HTTPS": ("HTTPRoute", "GRPCRoute"),
    "TLS": ("TLSRoute", "TCPRoute"),
    "TCP": ("TCPRoute",),
    "UDP": ("UDPRoute",),
}


def _parents(graph: Graph) -> Iterator[tuple[Item, str, dict[str, Any], str]]:
    """Give each Gateway that a route names: the route, the place, the reference, the Gateway's namespace."""
    for item in graph.of(*kinds.ROUTES):
        for place, reference in entries(item.body, "spec", "parentRefs"):
            if text(reference, "kind") in ("", "Gateway") and text(reference, "name"):
                namespace = text(reference, "namespace") or item.namespace
                yield item, joined("spec.parentRefs", place), reference, namespace


@rule("gateway-missing", Severity.ERROR)
def gateway_missing(graph: Graph) -> Iterator[Fault]:
    """A route that names a Gateway which does not exist takes no requests."""
    for item, path, reference, namespace in _parents(graph):
        name = text(reference, "name")
        if meant := graph.meant_namespace(namespace, kinds.GATEWAY, name):
            message = f"no Gateway '{name}' exists in namespace {namespace}"
            yield Fault(item, f"{path}.namespace", message, f"did you mean '{meant}'?")
        known = (
            graph.find(kinds.GATEWAY, namespace, name)
            or not graph.holds(namespace)
            or graph.is_external("Gateway", namespace, name)
            or may_be_made(graph, "Gateway", namespace, name)
        )
        if not known:
            hint = graph.meant(name, graph.names(kinds.GATEWAY, namespace)) or declare(item, "Gateway", name)
            yield Fault(item, f"{path}.name", f"no Gateway '{name}' exists{within(namespace)}", hint)


@rule("listener-missing", Severity.ERROR)
def listener_missing(graph: Graph) -> Iterator[Fault]:
    """A route that names a listener which its Gateway does not have takes no requests."""
    for item, path, reference, namespace in _parents(graph):
        gateway = graph.find(kinds.GATEWAY, namespace, text(reference, "name"))
        if gateway is None:
            continue
        listeners = [listener for _, listener in entries(gateway.body, "spec", "listeners")]
        section, port = text(reference, "sectionName"), reference.get("port")
        names = [text(listener, "name") for listener in listeners]
        if section and section not in names:
            hint = graph.meant(section, names) or f"it has {', '.join(names)}"
            yield Fault(item, f"{path}.sectionName", f"{gateway} has no listener '{section}'", hint)
        elif port is not None and not any(listener.get("port") == port for listener in listeners):
            have = ", ".join(str(listener.get("port")) for listener in listeners)
            yield Fault(item, f"{path}.port", f"{gateway} has no listener on port {port}", f"it has {have}")


@rule("route-refused", Severity.ERROR)
def route_refused(graph: Graph) -> Iterator[Fault]:
    """A Gateway takes no route of another kind, from another namespace or for other hosts than its listeners allow."""
    for item, path, reference, namespace in _parents(graph):
        gateway = graph.find(kinds.GATEWAY, namespace, text(reference, "name"))
        if gateway is None:
            continue
        listeners = [
            listener
            for _, listener in entries(gateway.body, "spec", "listeners")
            if reference.get("sectionName", listener.get("name")) == listener.get("name")
            and reference.get("port", listener.get("port")) == listener.get("port")
        ]
        reasons = [_refusal(graph, gateway, listener, item) for listener in listeners]
        if reasons and all(reasons):
            yield Fault(item, path, f"{gateway} does not take this route", reasons[0])


def _refusal(graph: Graph, gateway: Item, listener: dict[str, Any], route: Item) -> str:
    """Say why a listener refuses a route; nothing where it takes it."""
    name = text(listener, "name")
    allowed = tuple(text(kind, "kind") for _, kind in entries(listener, "allowedRoutes", "kinds"))
    allowed = allowed or _KINDS.get(text(listener, "protocol"), (route.kind,))
    if route.kind not in allowed:
        return f"its listener '{name}' takes only {' and '.join(allowed)}"
    if not _takes_namespace(graph, gateway, listener, route):
        return f"its listener '{name}' takes no routes from namespace {route.namespace}"
    host = text(listener, "hostname")
    hosts = strings(route.body, "spec", "hostnames")
    if host and hosts and not any(_meet(host, wanted) for wanted in hosts):
        return f"its listener '{name}' is for {host}, the route for {', '.join(hosts[:5])}"
    return ""


def _takes_namespace(graph: Graph, gateway: Item, listener: dict[str, Any], route: Item) -> bool:
    namespaces = mapping(listener, "allowedRoutes", "namespaces")
    origin = text(namespaces, "from") or "Same"
    if origin == "Same":
        return gateway.namespace == route.namespace
    if origin == "Selector":
        namespace = graph.find(kinds.NAMESPACE, "", route.namespace)
        if namespace is None:
            return True
        labels = {"kubernetes.io/metadata.name": namespace.name, **namespace.labels}
        return Selector.of(at(namespaces, "selector")).matches(labels)
    return origin == "All"


def _meet(listener: str, route: str) -> bool:
    """Tell whether two host names have a host in common; ``*.example.com`` stands for every host below it."""
    if listener.startswith("*.") and route.startswith("*."):
        return listener.endswith(route[1:]) or route.endswith(listener[1:])
    if listener.startswith("*."):
        return route.endswith(listener[1:]) and route != listener[2:]
    if route.startswith("*."):
        return listener.endswith(route[1:]) and listener != route[2:]
    return listener == route


@rule("ingress-path-twice", Severity.ERROR)
def ingress_path_twice(graph: Graph) -> Iterator[Fault]:
    """Of two backends for one host and path only one ever gets requests."""
    taken: dict[tuple[object, ...], tuple[Item, str]] = {}
    for item in graph.of(kinds.INGRESS):
        class_ = text(item.body, "spec", "ingressClassName") or item.annotations.get("kubernetes.io/ingress.class", "")
        if any("canary" in key for key in item.annotations):
            continue
        for place, rule_ in entries(item.body, "spec", "rules"):
            for position, path in entries(rule_, "http", "paths"):
                where = joined("spec.rules", place, "http.paths", position)
                key = (class_, text(rule_, "host"), text(path, "path") or "/", text(path, "pathType"))
                before = taken.setdefault(key, (item, where))
                if before != (item, where):
                    also = f"{before[1]}" if before[0] is item else str(before[0])
                    message = f"'{text(rule_, 'host') or '*'}{key[2]}' has a backend already, in {also}"
                    hint = "where only the method tells them apart, use an HTTPRoute"
                    severity = None if before[0] is item else Severity.WARNING
                    yield Fault(item, f"{where}.path", message, hint, severity)


@rule("certificate-not-for-host", Severity.ERROR)
def certificate_not_for_host(graph: Graph) -> Iterator[Fault]:
    """A host that is served with the certificate of another one is refused by every browser."""
    certificates = {
        (item.namespace, text(item.body, "spec", "secretName")): item for item in graph.of(kinds.CERTIFICATE)
    }
    for item, path, host, namespace, secret in _served(graph):
        certificate = certificates.get((namespace, secret))
        names = strings(certificate.body, "spec", "dnsNames") if certificate else []
        if certificate and names and not any(_covers(name, host) for name in names):
            hint = graph.meant(host, names) or f"it is for {', '.join(names[:5])}"
            yield Fault(item, path, f"{certificate} is not for '{host}'", hint)


def _served(graph: Graph) -> Iterator[tuple[Item, str, str, str, str]]:
    """Give each host that is served by TLS: the object, the place, the host, and the Secret with its namespace."""
    for item in graph.of(kinds.INGRESS):
        for place, tls in entries(item.body, "spec", "tls"):
            for position, host in enumerate(strings(tls, "hosts")):
                path = joined("spec.tls", place, "hosts", position)
                yield item, path, host, item.namespace, text(tls, "secretName")
    for item in graph.of(kinds.GATEWAY):
        for place, listener in entries(item.body, "spec", "listeners"):
            references = list(entries(listener, "tls", "certificateRefs"))
            if text(listener, "hostname") and len(references) == 1:
                reference = references[0][1]
                path = joined("spec.listeners", place, "hostname")
                namespace = text(reference, "namespace") or item.namespace
                yield item, path, text(listener, "hostname"), namespace, text(reference, "name")


def _covers(name: str, host: str) -> bool:
    """Tell whether a certificate's name is for a host: ``*`` stands for one part of it."""
    if name.startswith("*.") and not host.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host


@rule("ingress-host-without-certificate", Severity.WARNING)
def ingress_host_without_certificate(graph: Graph) -> Iterator[Fault]:
    """A TLS entry for a host that no rule has protects nothing, and the host that it was meant for is served bare."""
    for item in graph.of(kinds.INGRESS):
        hosts = [text(rule_, "host") for _, rule_ in entries(item.body, "spec", "rules") if text(rule_, "host")]
        if not hosts or not sequence(item.body, "spec", "tls"):
            continue
        for place, tls in entries(item.body, "spec", "tls"):
            for position, host in enumerate(strings(tls, "hosts")):
                if not any(_meet(host, wanted) for wanted in hosts):
                    path = joined("spec.tls", place, "hosts", position)
                    yield Fault(item, path, f"no rule is for the host '{host}'", graph.meant(host, hosts))
