"""What containers ask for: it is said, and it fits into quotas and limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, joined, mapping, text
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.workloads import SCALED, autoscalers_of, replicas_of
from lumen_constructs.errors import LumenError
from lumen_constructs.quantities import Quantity


def _amount(container: Container, field: str, name: str) -> Quantity | None:
    return _read(mapping(container.body, "resources", field).get(name))


def _read(value: object) -> Quantity | None:
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return None
    try:
        return Quantity.parse(value)
    except LumenError:
        return None


def _defaults(graph: Graph) -> dict[str, Item]:
    """Give a LimitRange of each namespace that has one: it fills in what containers leave out."""
    return {
        item.namespace: item
        for item in graph.of(kinds.LIMIT_RANGE)
        if any(
            mapping(limit, "default") or mapping(limit, "defaultRequest")
            for _, limit in entries(item.body, "spec", "limits")
        )
    }


def _scaled_by(graph: Graph) -> set[tuple[Pod, str]]:
    """Give the resources whose utilisation an autoscaler looks at, by pod."""
    return {
        (pod, text(metric, "resource", "name"))
        for pod in graph.pods
        for scaler in autoscalers_of(graph, pod.item)
        for _, metric in entries(scaler.body, "spec", "metrics")
        if text(metric, "resource", "target", "type") == "Utilization"
    }


@rule("request-missing", Severity.WARNING)
def request_missing(graph: Graph) -> Iterator[Fault]:
    """A container that asks for nothing is placed where there is no room, and is the first to be evicted."""
    for pod in graph.pods:
        # What this library makes says it itself.
        if pod.namespace in graph.once(_defaults) and not pod.item.ours:
            continue
        for container in pod.containers:
            if container.role == "ephemeralContainers":
                continue
            resources = mapping(container.body, "resources")
            for name in ("cpu", "memory"):
                # A limit without a request is the request as well.
                asked = any(name in mapping(resources, field) for field in ("requests", "limits"))
                # What an autoscaler misses is told of by a rule of its own.
                if not asked and (pod, name) not in graph.once(_scaled_by):
                    path = joined(container.path, "resources.requests", name)
                    yield Fault(pod.item, path, f"container '{container.name}' asks for no {name}")


@rule("limit-missing", Severity.WARNING)
def limit_missing(graph: Graph) -> Iterator[Fault]:
    """A container without a memory limit can take the memory of every other pod on its node."""
    for pod in graph.pods:
        # What this library makes says it itself.
        if pod.namespace in graph.once(_defaults) and not pod.item.ours:
            continue
        for container in pod.containers:
            # Whether CPU should have a limit is disputed: what this library makes has one.
            for name in ("cpu", "memory") if pod.item.ours else ("memory",):
                limits = mapping(container.body, "resources", "limits")
                if container.role != "ephemeralContainers" and name not in limits:
                    path = joined(container.path, "resources.limits", name)
                    yield Fault(pod.item, path, f"container '{container.name}' has no limit of {name}")


@rule("outside-limit-range", Severity.ERROR)
def outside_limit_range(graph: Graph) -> Iterator[Fault]:
    """Pods with a container outside of their namespace's LimitRange are refused."""
    for item in graph.of(kinds.LIMIT_RANGE):
        for _, limit in entries(item.body, "spec", "limits"):
            if text(limit, "type") == "Container":
                for pod in graph.pods_in(item.namespace):
                    for container in pod.containers:
                        yield from _outside(item, limit, pod, container)


def _outside(item: Item, limit: dict[str, object], pod: Pod, container: Container) -> Iterator[Fault]:
    for bound, field in (("max", "limits"), ("min", "requests")):
        for name, value in mapping(limit, bound).items():
            edge, amount = _read(value), _amount(container, field, name)
            if edge is None or amount is None:
                continue
            if amount > edge if bound == "max" else amount < edge:
                word = "above the highest" if bound == "max" else "below the lowest"
                path = joined(container.path, "resources", field, name)
                yield Fault(pod.item, path, f"{amount} is {word} that {item} allows ({edge})")


@rule("quota-needs-resources", Severity.ERROR)
def quota_needs_resources(graph: Graph) -> Iterator[Fault]:
    """In a namespace whose quota counts a resource, pods that do not say how much of it they want are refused."""
    for item in graph.of(kinds.RESOURCE_QUOTA):
        if (
            item.namespace in graph.once(_defaults)
            or at(item.body, "spec", "scopeSelector")
            or at(item.body, "spec", "scopes")
        ):
            continue
        counted = [_counted(name) for name in mapping(item.body, "spec", "hard")]
        for pod in graph.pods_in(item.namespace):
            for container in pod.containers:
                for field, name in (pair for pair in counted if pair):
                    given = mapping(container.body, "resources")
                    if name not in mapping(given, field) and not (
                        field == "requests" and name in mapping(given, "limits")
                    ):
                        path = joined(container.path, "resources", field, name)
                        yield Fault(pod.item, path, f"{item} counts {field} of {name}, and this container says none")


def _is_scoped(quota: Item) -> bool:
    """Tell whether a quota counts only some of the pods."""
    return bool(at(quota.body, "spec", "scopeSelector") or at(quota.body, "spec", "scopes"))


def _counted(name: object) -> tuple[str, str] | None:
    """Give the field and the resource that a quota's entry counts: ``limits.memory``."""
    if name in ("cpu", "memory"):
        return ("requests", str(name))
    field, dot, resource = str(name).partition(".")
    return (field, resource) if dot and field in ("requests", "limits") and resource in ("cpu", "memory") else None


@rule("quota-exceeded", Severity.ERROR)
def quota_exceeded(graph: Graph) -> Iterator[Fault]:
    """Where the pods of a namespace want more than its quota, the last of them are never made."""
    for item in graph.of(kinds.RESOURCE_QUOTA):
        if _is_scoped(item):
            continue
        least, most = graph.once(_wanted).get(item.namespace, ({}, {}))
        for name, value in mapping(item.body, "spec", "hard").items():
            limit = _read(value)
            pair = ("", "pods") if name == "pods" else _counted(name)
            if limit is None or pair is None:
                continue
            for amounts, when, severity in ((least, "", Severity.ERROR), (most, " at the most", Severity.WARNING)):
                if amounts.get(pair, 0) > float(limit.value):
                    total = _read(f"{amounts[pair]:.3f}") or "more than a cluster has"
                    message = f"{limit} is less than what the pods of the namespace want{when} ({total})"
                    yield Fault(item, f"spec.hard.{name}", message, "raise it, or ask for less", severity)
                    break


_Amounts = dict[tuple[str, str], float]


def _wanted(graph: Graph) -> dict[str, tuple[_Amounts, _Amounts]]:
    """Give what all long-running pods of a namespace want together, at the least and at the most."""
    found: dict[str, tuple[_Amounts, _Amounts]] = {}
    for pod in graph.pods:
        if pod.item.type not in (*SCALED, kinds.POD):
            continue
        replicas = replicas_of(graph, pod.item)
        sums = found.setdefault(pod.namespace, (defaultdict(float), defaultdict(float)))
        for amounts, count in zip(sums, replicas, strict=True):
            amounts[("", "pods")] += count
            for container in pod.running:
                for field in ("requests", "limits"):
                    for name in ("cpu", "memory"):
                        amount = _amount(container, field, name)
                        if amount is None and field == "requests":
                            amount = _amount(container, "limits", name)
                        amounts[(field, name)] += float(amount.value) * count if amount else 0.0
    return found


@rule("memory-volume-unbounded", Severity.WARNING)
def memory_volume_unbounded(graph: Graph) -> Iterator[Fault]:
    """A volume in memory without a size limit can take all memory that its pod may have."""
    for pod in graph.pods:
        for place, volume in entries(pod.spec, "volumes"):
            if text(volume, "emptyDir", "medium") == "Memory" and "sizeLimit" not in mapping(volume, "emptyDir"):
                yield Fault(
                    pod.item, pod.at("volumes", place, "emptyDir"), "is in memory and has no sizeLimit", "add one"
                )
