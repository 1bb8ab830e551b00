"""Monitors: they select Services or pods that exist, by ports that these have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import POD_MONITOR, SERVICE, SERVICE_MONITOR, SYSTEM_NAMESPACES
from lumen_constructs.checks.plain import at, entries, joined, number, strings, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.references.services import nearest_pod, nowhere, pods_behind
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector
from lumen_constructs.checks.sources import may_be_made, operator_pods_selected
from lumen_constructs.checks.workloads import strictly
from lumen_constructs.durations import is_prometheus_duration, seconds_of

#: Labels that operators give to the Services that they make.
_OPERATORS = ("cnpg.io/", "strimzi.io/", "operated-prometheus", "operated-alertmanager", "operated-thanos-ruler")


class Monitor(NamedTuple):
    """A monitor and what it selects in the set."""

    item: Item
    namespaces: list[str]
    """The namespaces that it looks into, as far as the set holds them."""
    complete: bool
    """Whether it looks into no namespace that the set does not hold."""
    selector: Selector
    services: list[Item]
    pods: list[Pod]


def monitors(graph: Graph) -> list[Monitor]:
    """Give every monitor of the set with what it selects."""
    found = []
    for item in graph.of(SERVICE_MONITOR, POD_MONITOR):
        selector = Selector.of(at(item.body, "spec", "selector"))
        namespaces, complete = _namespaces(graph, item)
        services: list[Item] = []
        pods: list[Pod] = []
        for namespace in namespaces:
            if item.type == SERVICE_MONITOR:
                services += services_selected(graph, namespace, selector)
            else:
                pods += graph.pods_selected(namespace, selector)
        found.append(Monitor(item, namespaces, complete, selector, services, pods))
    return found


def _namespaces(graph: Graph, item: Item) -> tuple[list[str], bool]:
    if at(item.body, "spec", "namespaceSelector", "any") is True:
        graph.spend(len(graph.namespaces))
        return list(graph.namespaces), False
    names = _wanted(item)
    held = [name for name in names if name in graph.namespaces]
    return held, len(held) == len(names) and not any(name in SYSTEM_NAMESPACES for name in names)


def _wanted(item: Item) -> list[str]:
    return strings(item.body, "spec", "namespaceSelector", "matchNames") or [item.namespace]


def services_selected(graph: Graph, namespace: str, selector: Selector) -> list[Item]:
    """Give the Services of a namespace that a selector selects by their labels."""
    memory = graph.once(_selections)
    found = memory.get((namespace, selector))
    if found is None:
        index = graph.once(_services_by_label)
        candidates = index.get((namespace, "", ""), [])
        for key, value in selector.labels:
            carriers = index.get((namespace, key, value), [])
            if len(carriers) < len(candidates):
                candidates = carriers
        graph.spend(len(candidates))
        found = memory[(namespace, selector)] = [item for item in candidates if selector.matches(item.labels)]
    graph.spend(len(found))
    return found


def _selections(_: Graph) -> dict[tuple[str, Selector], list[Item]]:
    return {}


def _services_by_label(graph: Graph) -> dict[tuple[str, str, str], list[Item]]:
    found: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    for item in graph.of(SERVICE):
        found[(item.namespace, "", "")].append(item)
        for key, value in item.labels.items():
            found[(item.namespace, key, value)].append(item)
    return dict(found)


def endpoints(monitor: Monitor) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give a monitor's endpoints with their places."""
    field = "endpoints" if monitor.item.type == SERVICE_MONITOR else "podMetricsEndpoints"
    for place, endpoint in entries(monitor.item.body, "spec", field):
        yield joined("spec", field, place), endpoint


@rule("monitor-selects-nothing", Severity.ERROR)
def monitor_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """Where a monitor selects nothing Prometheus scrapes nothing, and alerts on what is not scraped never fire."""
    for monitor in graph.once(monitors):
        if monitor.services or monitor.pods:
            continue
        if monitor.item.type == SERVICE_MONITOR:
            yield from _no_service(graph, monitor)
        elif monitor.complete:
            yield from _no_pod(graph, monitor)


def _no_service(graph: Graph, monitor: Monitor) -> Iterator[Fault]:
    selector = monitor.selector
    elsewhere = _labelled_elsewhere(graph, monitor)
    if elsewhere:
        hint = f"{elsewhere} has them, but the monitor looks only into {', '.join(_wanted(monitor.item))}"
        message = f"selects no Service (none has the labels {selector} there)"
        severity = None if monitor.complete else strictly(monitor.item)
        yield Fault(monitor.item, "spec.namespaceSelector", message, hint, severity)
        return
    # Of namespaces that are not in the set nothing is known, and operators label the Services that they make.
    if not monitor.complete or (selector.labels and all(key.startswith(_OPERATORS) for key, _ in selector.labels)):
        return
    if any(may_be_made(graph, "Service", namespace, "") for namespace in monitor.namespaces):
        return
    nearest = graph.nearest(SERVICE, monitor.namespaces, selector)
    hint = "give it the labels of the Service that it is for"
    if nearest:
        hint = f"the nearest is {nearest}: {'; '.join(selector.difference(nearest.labels)[:3])}"
    message = f"selects no Service (none has the labels {selector})"
    served = any(graph.names(SERVICE, namespace) for namespace in monitor.namespaces)
    yield Fault(monitor.item, "spec.selector", message, hint, Severity.ERROR if served else Severity.WARNING)


def _labelled_elsewhere(graph: Graph, monitor: Monitor) -> Item | None:
    """Give a Service that has the labels, in a namespace that the monitor does not look into."""
    if not monitor.selector.labels:
        return None
    others = (namespace for namespace in islice(graph.namespaces, 20) if namespace not in monitor.namespaces)
    found = (service for namespace in others for service in services_selected(graph, namespace, monitor.selector))
    return next(found, None)


def _no_pod(graph: Graph, monitor: Monitor) -> Iterator[Fault]:
    namespace = next(iter(monitor.namespaces), "")
    if any(operator_pods_selected(graph, place, monitor.selector) for place in monitor.namespaces):
        return
    severity = nowhere(graph, namespace, monitor.selector)
    if severity is not None:
        hint = nearest_pod(graph, namespace, monitor.selector) or "give it the labels of the pods that it is for"
        message = f"selects no pod (none has the labels {monitor.selector})"
        yield Fault(monitor.item, "spec.selector", message, hint, severity)


@rule("monitor-port-missing", Severity.ERROR)
def monitor_port_missing(graph: Graph) -> Iterator[Fault]:
    """Prometheus drops every target that has no port of the name that the monitor gives."""
    for monitor in graph.once(monitors):
        for path, endpoint in endpoints(monitor):
            if monitor.services:
                yield from _service_port(graph, monitor, path, endpoint)
            elif monitor.pods:
                yield from _pod_port(graph, monitor.item, monitor.pods, path, endpoint)


def _service_port(graph: Graph, monitor: Monitor, path: str, endpoint: dict[str, Any]) -> Iterator[Fault]:
    wanted = text(endpoint, "port")
    graph.spend(len(monitor.services))
    if wanted:
        names = [
            text(port, "name") for service in monitor.services for _, port in entries(service.body, "spec", "ports")
        ]
        if wanted not in names:
            named = [name for name in dict.fromkeys(names) if name]
            hint = graph.meant(wanted, named) or (f"it has {', '.join(named)}" if named else "give its port that name")
            message = f"{monitor.services[0]} has no port named '{wanted}'"
            yield Fault(monitor.item, f"{path}.port", message, hint)
        return
    pods = [pod for service in monitor.services for pod in pods_behind(graph, service)]
    yield from _pod_port(graph, monitor.item, pods, path, endpoint)


def _pod_port(graph: Graph, item: Item, pods: list[Pod], path: str, endpoint: dict[str, Any]) -> Iterator[Fault]:
    named = text(endpoint, "port") or text(endpoint, "targetPort")
    numbered = number(endpoint, "targetPort") or number(endpoint, "portNumber")
    field = "port" if text(endpoint, "port") else "portNumber" if "portNumber" in endpoint else "targetPort"
    if not pods:
        return
    if named and not any(pod.ports_named(named) for pod in pods):
        names = list(dict.fromkeys(name for pod in pods[:10] for name in pod.port_names))
        hint = graph.meant(named, names) or (f"it has {', '.join(names)}" if names else "none of its ports has a name")
        yield Fault(item, f"{path}.{field}", f"{pods[0].item} has no port named '{named}'", hint)
    elif not named and numbered and not any(pod.ports_numbered(numbered) or not pod.declares_ports for pod in pods):
        message = f"{pods[0].item} declares no port {numbered}"
        hint = f"it declares {', '.join(str(port.number) for one in pods[0].running for port in one.ports)}"
        yield Fault(item, f"{path}.{field}", message, hint, Severity.WARNING)
    elif not named and not numbered:
        yield Fault(item, path, "names no port", "add 'port', the name of a port of what it selects")


@rule("monitor-endpoint-wrong", Severity.ERROR)
def monitor_endpoint_wrong(graph: Graph) -> Iterator[Fault]:
    """The Prometheus operator ignores an endpoint that contradicts itself, or scrapes a page that is not there."""
    for monitor in graph.once(monitors):
        # The operator reads an empty path as /metrics: on other people's monitors it may be what a template left over.
        severity = Severity.ERROR if monitor.item.ours else Severity.WARNING
        found = False
        for path, endpoint in endpoints(monitor):
            found = True
            page = endpoint.get("path")
            if page == "":
                hint = "write the page of the metrics, such as '/metrics'"
                yield Fault(monitor.item, f"{path}.path", "is empty", hint, severity)
            elif isinstance(page, str) and not page.startswith("/"):
                yield Fault(monitor.item, f"{path}.path", f"'{page}' is not a path", f"write '/{page}'", severity)
            timeout, interval = text(endpoint, "scrapeTimeout"), text(endpoint, "interval")
            readable = is_prometheus_duration(timeout) and is_prometheus_duration(interval)
            if readable and seconds_of(timeout) > seconds_of(interval):
                message = f"{timeout} is longer than the interval of {interval}"
                yield Fault(monitor.item, f"{path}.scrapeTimeout", message, f"make it at most {interval}")
        if not found:
            field = "endpoints" if monitor.item.type == SERVICE_MONITOR else "podMetricsEndpoints"
            yield Fault(monitor.item, f"spec.{field}", "has no endpoint", "add one with a port", Severity.WARNING)
