"""Workloads with what else in the set bears on them: how many replicas they have, and which budget."""

from __future__ import annotations

from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import type_of
from lumen_constructs.checks.plain import at, number, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.selectors import Selector


class Replicas(NamedTuple):
    """How many pods a workload has."""

    least: int
    most: int


#: Kinds whose number of pods is theirs to say.
SCALED = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.REPLICA_SET, kinds.REPLICATION_CONTROLLER, kinds.ROLLOUT)


def autoscalers(graph: Graph) -> dict[tuple[str, str, str], list[Item]]:
    """Give the autoscalers by type, namespace and name of their targets."""
    found: dict[tuple[str, str, str], list[Item]] = {}
    for item in graph.of(kinds.AUTOSCALER, kinds.SCALED_OBJECT):
        target = at(item.body, "spec", "scaleTargetRef")
        type_ = type_of(text(target, "apiVersion") or "apps/v1", text(target, "kind") or "Deployment")
        found.setdefault((type_, item.namespace, text(target, "name")), []).append(item)
    return found


def autoscalers_of(graph: Graph, item: Item) -> list[Item]:
    """Give the autoscalers of a workload."""
    return graph.once(autoscalers).get((item.type, *item.key), [])


def replicas_of(graph: Graph, item: Item) -> Replicas:
    """Give how many pods a workload has, as its autoscaler or it itself says."""
    for scaler in autoscalers_of(graph, item):
        fields = (
            ("minReplicas", "maxReplicas")
            if scaler.type == kinds.AUTOSCALER
            else ("minReplicaCount", "maxReplicaCount")
        )
        least, most = (number(scaler.body, "spec", field) for field in fields)
        least = 1 if least is None else least
        return Replicas(least, max(least, 100 if most is None else most))
    own = number(item.body, "spec", "replicas")
    count = 1 if own is None else own
    return Replicas(count, count)


def budgets_of(graph: Graph, pod: Pod) -> list[Item]:
    """Give the disruption budgets that take in a workload's pods."""
    return graph.once(_budgets).get(pod, [])


def _budgets(graph: Graph) -> dict[Pod, list[Item]]:
    found: dict[Pod, list[Item]] = {}
    for item in graph.of(kinds.BUDGET):
        for pod in graph.pods_selected(item.namespace, Selector.of(at(item.body, "spec", "selector"))):
            found.setdefault(pod, []).append(item)
    return found


def share(value: object, whole: int, *, up: bool) -> int | None:
    """Give the number that ``value``, a number or a percentage, is of ``whole``; None where it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.endswith("%") and value[:-1].isascii() and value[:-1].isdigit():
        parts = int(value[:-1][:6]) * whole
        return -(-parts // 100) if up else parts // 100
    return None


def strictly(item: Item) -> Severity:
    """Grade what is a choice elsewhere, but not in what this library makes."""
    return Severity.ERROR if item.ours else Severity.WARNING
