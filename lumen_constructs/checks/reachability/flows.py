"""The connections that a set implies pass the NetworkPolicies at both ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, mapping, number, port_number, sequence, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.reachability.policies import End, Passes, Target, end_of, lets_in, lets_out, policies_of
from lumen_constructs.checks.references.addresses import addresses, resolved
from lumen_constructs.checks.references.backends import backends
from lumen_constructs.checks.references.lookup import service_named
from lumen_constructs.checks.references.monitors import endpoints, monitors
from lumen_constructs.checks.references.services import pods_behind
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector

_PROMETHEUS = End(None, {}, purpose="prometheus")
_CONTROLLER = End(None, {}, purpose="ingress")


def targets(service: Item, pod: Pod, wanted: int | str | None) -> Iterator[Target]:
    """Give the ports of a pod that a Service's port leads to; every port of the Service where none is wanted."""
    for _, port in entries(service.body, "spec", "ports"):
        if wanted is not None and wanted not in (text(port, "name"), number(port, "port")):
            continue
        leads_to = port.get("targetPort", port.get("port"))
        protocol = text(port, "protocol") or "TCP"
        reached = port_number(leads_to)
        if reached is not None:
            names = tuple(declared.name for declared in pod.ports_numbered(reached) if declared.name)
            yield Target(reached, names, protocol)
        elif isinstance(leads_to, str) and leads_to:
            for declared in pod.ports_named(leads_to):
                yield Target(declared.number, (leads_to,), protocol)


def _shown(target: Target) -> str:
    return f"port {target.names[0]} ({target.number})" if target.names else f"port {target.number}"


class _Place(NamedTuple):
    """What implies a connection, and where it says so."""

    item: Item
    path: str


def _blocked(graph: Graph, place: _Place, pod: Pod, target: Target, who: str) -> Fault:
    names = ", ".join(str(policy) for policy in policies_of(graph, pod).ingress[:3])
    message = f"no NetworkPolicy lets {who} reach {_shown(target)} of {pod.item}"
    return Fault(*place, message, f"add a rule to {names}")


@rule("scrape-blocked", Severity.ERROR)
def scrape_blocked(graph: Graph) -> Iterator[Fault]:
    """Where NetworkPolicies keep Prometheus out, the target is down for ever."""
    for monitor in graph.once(monitors):
        for path, endpoint in endpoints(monitor):
            wanted = text(endpoint, "port")
            reached = [
                (pod, target)
                for service in monitor.services[:20]
                for pod in pods_behind(graph, service)
                for target in (targets(service, pod, wanted) if wanted else _declared(pod, endpoint.get("targetPort")))
            ] + [
                (pod, target)
                for pod in monitor.pods
                for target in _declared(pod, wanted or endpoint.get("portNumber", endpoint.get("targetPort")))
            ]
            for pod, target in reached:
                passes = lets_in(graph, pod, _PROMETHEUS, target)
                if passes is not Passes.YES:
                    fault = _blocked(graph, _Place(monitor.item, path), pod, target, "Prometheus")
                    yield fault if passes is Passes.NO else fault._replace(severity=Severity.WARNING)


def _declared(pod: Pod, wanted: object) -> Iterator[Target]:
    """Give the ports of a pod that are named or numbered so."""
    for container in pod.running:
        for port in container.ports:
            if wanted and wanted in (port.name, port.number):
                yield Target(port.number, (port.name,) if port.name else (), port.protocol)


@rule("traffic-blocked", Severity.ERROR)
def traffic_blocked(graph: Graph) -> Iterator[Fault]:
    """Where NetworkPolicies keep the ingress or gateway controller out, every request ends in 502 or 504."""
    for backend in graph.once(backends):
        if backend.item.type != kinds.INGRESS and backend.item.type not in kinds.ROUTES:
            continue
        service = service_named(graph, backend.namespace, backend.name)
        if service is None or service.item is None:
            continue
        for pod in pods_behind(graph, service.item):
            for target in targets(service.item, pod, backend.port):
                passes = lets_in(graph, pod, _CONTROLLER, target)
                if passes is not Passes.YES:
                    fault = _blocked(graph, _Place(backend.item, backend.path), pod, target, "its controller")
                    yield fault if passes is Passes.NO else fault._replace(severity=Severity.WARNING)


@rule("connection-blocked", Severity.ERROR)
def connection_blocked(graph: Graph) -> Iterator[Fault]:
    """Where a NetworkPolicy at either end does not let a connection pass, it times out."""
    for address in graph.once(addresses):
        service = resolved(graph, address)
        if service is None or service.item is None or not address.certain:
            continue
        place = _Place(address.item, address.path)
        for pod in pods_behind(graph, service.item):
            for target in targets(service.item, pod, address.port):
                for origin in address.pods:
                    if origin is not pod:
                        yield from _between(graph, place, origin, pod, target)


def _between(graph: Graph, place: _Place, origin: Pod, pod: Pod, target: Target) -> Iterator[Fault]:
    if lets_out(graph, origin, end_of(pod), target) is Passes.NO:
        names = ", ".join(str(policy) for policy in policies_of(graph, origin).egress[:3])
        message = f"no NetworkPolicy lets {origin.item} connect to {_shown(target)} of {pod.item}"
        yield Fault(*place, message, f"add an egress rule to {names}")
    if lets_in(graph, pod, end_of(origin), target) is Passes.NO:
        yield _blocked(graph, place, pod, target, str(origin.item))


@rule("dns-blocked", Severity.ERROR)
def dns_blocked(graph: Graph) -> Iterator[Fault]:
    """A pod that may not ask DNS finds nobody by name."""
    callers = {pod for address in graph.once(addresses) if address.certain for pod in address.pods}
    for pod in graph.pods:
        policies = policies_of(graph, pod).egress
        if not policies or any(_lets_dns(policy) for policy in policies):
            continue
        if mapping(pod.spec, "dnsConfig") or text(pod.spec, "dnsPolicy") == "None":
            continue
        # Who may connect to nobody at all is cut off on purpose, unless it was to call somebody.
        if pod in callers or any(sequence(policy.body, "spec", "egress") for policy in policies):
            names = ", ".join(str(policy) for policy in policies[:3])
            severity = Severity.ERROR if pod in callers or pod.item.ours else Severity.WARNING
            hint = f"let {names} pass port 53, UDP and TCP"
            yield Fault(pod.item, pod.path, "no NetworkPolicy lets its pods ask DNS", hint, severity)
    for policy in graph.of(kinds.NETWORK_POLICY):
        # The pods that operators make are not in the set: what they may do stands in the policy alone.
        selected = graph.pods_selected(policy.namespace, Selector.of(mapping(policy.body, "spec", "podSelector")))
        if policy.ours and sequence(policy.body, "spec", "egress") and not selected and not _lets_dns(policy):
            yield Fault(policy, "spec.egress", "does not let its pods ask DNS", "let it pass port 53, UDP and TCP")


def _lets_dns(policy: Item) -> bool:
    for _, rule_ in entries(policy.body, "spec", "egress"):
        ports = [port for _, port in entries(rule_, "ports")]
        if not ports:
            return True
        for port in ports:
            last = number(port, "endPort")
            first = port.get("port")
            whole = isinstance(first, int) and first <= 53 <= (last or first)
            # Node-local and OpenShift's DNS listen elsewhere, behind a port that is named or has another number.
            if text(port, "protocol") == "UDP" and (first is None or whole or first in ("dns", "dns-udp", 5353, 1053)):
                return True
    return False
