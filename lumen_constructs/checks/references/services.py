"""Services: what they select, and the ports behind their ports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lumen_constructs.checks.creators import may_create
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import DEPLOYMENT, ENDPOINTS, ROLLOUT, SERVICE, STATEFUL_SET, SYSTEM_NAMESPACES
from lumen_constructs.checks.plain import at, entries, joined, mapping, port_number, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector
from lumen_constructs.checks.sources import operator_pods_selected
from lumen_constructs.checks.workloads import strictly


def pods_behind(graph: Graph, service: Item) -> list[Pod]:
    """Give the pods that a Service selects; none where it has no selector, since its endpoints are made by hand."""
    selector = selector_of(service)
    return graph.pods_selected(service.namespace, selector) if selector.labels else []


def selector_of(service: Item) -> Selector:
    """Give a Service's selector."""
    return Selector.of_map(at(service.body, "spec", "selector"))


def nearest_pod(graph: Graph, namespace: str, selector: Selector) -> str:
    """Say which pods a selector misses by the least, and what is different there."""
    pod = graph.nearest_pod(namespace, selector)
    return f"the nearest is {pod.item}: {'; '.join(selector.difference(pod.labels)[:3])}" if pod else ""


def nowhere(graph: Graph, namespace: str, selector: Selector) -> Severity | None:
    """Grade a selector that selects no pod of the set: an error where pods of its namespace are in the set.

    None where the pods are known to be somewhere else, or may be made while the set runs.
    """
    if namespace in SYSTEM_NAMESPACES or operator_pods_selected(graph, namespace, selector):
        return None
    if graph.a_pod_of(namespace) is None:
        return Severity.WARNING
    if may_create(graph, "Pod", namespace):
        # A slip of one label is a slip all the same.
        pod = graph.nearest_pod(namespace, selector)
        missed = selector.difference(pod.labels) if pod else []
        return Severity.ERROR if len(missed) == 1 and selector.demands > 1 else Severity.WARNING
    return Severity.ERROR


@rule("service-selects-nothing", Severity.ERROR)
def service_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """A Service whose selector matches no pod has no endpoints: whoever calls it is refused."""
    for service in graph.of(SERVICE):
        selector = selector_of(service)
        if not selector.labels or text(service.body, "spec", "type") == "ExternalName":
            continue
        if graph.pods_selected(service.namespace, selector):
            continue
        severity = nowhere(graph, service.namespace, selector)
        if severity is None or graph.is_external("Service", service.namespace, service.name):
            continue
        elsewhere = _namespaces_with(graph, selector, service.namespace)
        hint = nearest_pod(graph, service.namespace, selector)
        if elsewhere:
            hint = f"there are such pods in namespace {elsewhere}, but a Service selects only in its own"
        elif not hint:
            hint = "give it the labels of the pods that it is for"
        message = f"selects no pod (no pod has the labels {selector})"
        yield Fault(service, "spec.selector", message, hint, severity)


def _namespaces_with(graph: Graph, selector: Selector, besides: str) -> str:
    others = (namespace for namespace in islice(graph.namespaces, 20) if namespace != besides)
    return next((namespace for namespace in others if graph.pods_selected(namespace, selector)), "")


@rule("service-without-selector", Severity.WARNING)
def service_without_selector(graph: Graph) -> Iterator[Fault]:
    """A Service without a selector has only the endpoints that somebody makes by hand."""
    for service in graph.of(SERVICE):
        if text(service.body, "spec", "type") == "ExternalName" or mapping(service.body, "spec", "selector"):
            continue
        by_hand = graph.find(ENDPOINTS, service.namespace, service.name) or (
            (service.namespace, service.name) in graph.once(_sliced)
        )
        pod = graph.a_pod_of(service.namespace)
        if not by_hand and pod is not None:
            hint = f"give it the labels of its pods, such as those of {pod.item}"
            yield Fault(service, "spec.selector", "has no selector, and the set has no Endpoints for it", hint)


def _sliced(graph: Graph) -> set[tuple[str, str]]:
    """Give the Services whose EndpointSlices are in the set."""
    return {
        (item.namespace, item.labels.get("kubernetes.io/service-name", ""))
        for item in graph.of("EndpointSlice.discovery.k8s.io")
    }


@rule("service-port-missing", Severity.ERROR)
def service_port_missing(graph: Graph) -> Iterator[Fault]:
    """A Service port that leads to no port of its pods refuses every connection."""
    for service in graph.of(SERVICE):
        pods = [pod for pod in pods_behind(graph, service) if pod.long_running or not pod.known]
        if not pods:
            continue
        for place, port in entries(service.body, "spec", "ports"):
            path = joined("spec.ports", place, "targetPort" if "targetPort" in port else "port")
            target = port.get("targetPort", port.get("port"))
            wanted = port_number(target)
            if wanted:
                yield from _by_number(service, path, wanted, pods)
            elif wanted is None and isinstance(target, str) and target:
                yield from _by_name(graph, service, path, target, pods)


def _by_name(graph: Graph, service: Item, path: str, name: str, pods: list[Pod]) -> Iterator[Fault]:
    without = [pod for pod in pods if not pod.ports_named(name)]
    if len(without) == len(pods):
        names = list(dict.fromkeys(name for pod in pods[:10] for name in pod.port_names))
        hint = graph.meant(name, names) or (f"it has {', '.join(names)}" if names else "none of its ports has a name")
        yield Fault(service, path, f"{pods[0].item} has no port named '{name}'", hint)
    elif without:
        owner = next(pod.item for pod in pods if pod not in without)
        message = f"'{name}' is a port of {owner}, but not of {without[0].item}"
        hint = "the selector takes in both; make it narrower, or give both the port"
        yield Fault(service, path, message, hint, Severity.WARNING)


def _by_number(service: Item, path: str, wanted: int, pods: list[Pod]) -> Iterator[Fault]:
    # A container need not declare its ports, so that a number is only suspicious where others are declared.
    if any(pod.ports_numbered(wanted) or not pod.declares_ports for pod in pods):
        return
    declared = [str(port.number) for container in pods[0].running for port in container.ports]
    message = f"{pods[0].item} declares no port {wanted}"
    yield Fault(service, path, message, f"it declares {', '.join(declared)}", Severity.WARNING)


@rule("governing-service-missing", Severity.ERROR)
def governing_service_missing(graph: Graph) -> Iterator[Fault]:
    """Without its governing Service the pods of a StatefulSet have no names of their own."""
    for item in graph.of(STATEFUL_SET):
        name = text(item.body, "spec", "serviceName")
        if not name or graph.is_external("Service", item.namespace, name):
            continue
        service = graph.find(SERVICE, item.namespace, name)
        if service is None:
            near = graph.meant(name, graph.names(SERVICE, item.namespace))
            # The pods run without it, and nobody may need their names.
            severity = Severity.ERROR if near else strictly(item)
            hint = near or "add it, with clusterIP: None"
            yield Fault(item, "spec.serviceName", f"no Service '{name}' exists", hint, severity)
        elif text(service.body, "spec", "clusterIP") != "None":
            message = f"Service '{name}' is not headless, so that the pods get no names of their own"
            yield Fault(item, "spec.serviceName", message, "give it clusterIP: None", Severity.WARNING)


@rule("service-mixes-workloads", Severity.WARNING)
def service_mixes_workloads(graph: Graph) -> Iterator[Fault]:
    """A Service whose selector takes in the pods of another component sends it requests that it does not understand."""
    for service in graph.of(SERVICE):
        pods = [pod for pod in pods_behind(graph, service) if pod.item.type in (DEPLOYMENT, STATEFUL_SET, ROLLOUT)]
        components = dict.fromkeys(
            pod.labels.get("app.kubernetes.io/component") or pod.labels.get("app.kubernetes.io/name") for pod in pods
        )
        if len(components) > 1:
            found = " and ".join(str(pod.item) for pod in pods[:3])
            hint = "add a label that only one of them has"
            yield Fault(service, "spec.selector", f"selects the pods of {found}", hint)
