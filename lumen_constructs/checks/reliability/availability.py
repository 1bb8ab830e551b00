"""Staying up while nodes drain and versions change: budgets, spread, updates, autoscaling."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import at, entries, joined, mapping, sequence, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector
from lumen_constructs.checks.workloads import autoscalers, autoscalers_of, budgets_of, replicas_of, share, strictly

_KINDS = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.ROLLOUT)


def _replicated(graph: Graph) -> Iterator[Pod]:
    return (pod for pod in graph.pods if pod.item.type in _KINDS and replicas_of(graph, pod.item).least > 1)


@rule("budget-missing", Severity.WARNING)
def budget_missing(graph: Graph) -> Iterator[Fault]:
    """Without a disruption budget a drain may take all replicas at once."""
    for pod in _replicated(graph):
        if not budgets_of(graph, pod):
            least = replicas_of(graph, pod.item).least
            yield Fault(pod.item, "", f"runs {least} replicas without a PodDisruptionBudget")


@rule("budget-blocks-drain", Severity.WARNING)
def budget_blocks_drain(graph: Graph) -> Iterator[Fault]:
    """A budget that never lets a pod go stops every drain and every upgrade of the cluster."""
    for item in graph.of(kinds.BUDGET):
        selector = Selector.of(at(item.body, "spec", "selector"))
        pods = [pod for pod in graph.pods_selected(item.namespace, selector) if pod.item.type in _KINDS]
        if not pods:
            continue
        least = sum(replicas_of(graph, pod.item).least for pod in pods)
        needed = share(at(item.body, "spec", "minAvailable"), least, up=True)
        spare = share(at(item.body, "spec", "maxUnavailable"), least, up=True)
        if needed is not None and 0 < least <= needed:
            message = f"wants {needed} of {least} pods available, so that none may ever go"
            yield Fault(item, "spec.minAvailable", message, "write maxUnavailable: 1 instead", strictly(item))
        elif spare is not None and spare <= 0 < least:
            message = "lets no pod ever go"
            yield Fault(item, "spec.maxUnavailable", message, "write 1", strictly(item))


@rule("spread-missing", Severity.WARNING)
def spread_missing(graph: Graph) -> Iterator[Fault]:
    """Replicas that are not spread may all stand on one node, and go down with it."""
    for pod in _replicated(graph):
        affinity = mapping(pod.spec, "affinity", "podAntiAffinity")
        if not sequence(pod.spec, "topologySpreadConstraints") and not any(affinity.values()):
            path = pod.at("topologySpreadConstraints")
            yield Fault(pod.item, path, f"{replicas_of(graph, pod.item).least} replicas may all stand on one node")


@rule("update-takes-all-down", Severity.WARNING)
def update_takes_all_down(graph: Graph) -> Iterator[Fault]:
    """An update that may take all replicas at once is an outage."""
    for pod in graph.pods:
        if pod.item.type != kinds.DEPLOYMENT:
            continue
        least = replicas_of(graph, pod.item).least
        strategy = mapping(pod.item.body, "spec", "strategy")
        down = share(mapping(strategy, "rollingUpdate").get("maxUnavailable"), least, up=False)
        if text(strategy, "type") == "Recreate" and least > 1:
            yield Fault(
                pod.item, "spec.strategy.type", f"Recreate takes all {least} replicas down", "write RollingUpdate"
            )
        elif down is not None and 0 < least <= down:
            path = "spec.strategy.rollingUpdate.maxUnavailable"
            yield Fault(pod.item, path, f"lets all {least} replicas go at once", "write 0, and maxSurge: 1")


@rule("replicas-beside-autoscaler", Severity.WARNING)
def replicas_beside_autoscaler(graph: Graph) -> Iterator[Fault]:
    """Every sync sets the replicas back to what is written, and the autoscaler changes them again."""
    for pod in graph.pods:
        scalers = autoscalers_of(graph, pod.item)
        if scalers and at(pod.item.body, "spec", "replicas") is not None:
            yield Fault(pod.item, "spec.replicas", f"{scalers[0]} says how many there are", "leave replicas out")


@rule("autoscaler-without-request", Severity.ERROR)
def autoscaler_without_request(graph: Graph) -> Iterator[Fault]:
    """Utilisation is a share of what was asked for: of a container that asks for nothing it is unknown."""
    ranged = {item.namespace for item in graph.of(kinds.LIMIT_RANGE)}
    for item in graph.of(kinds.AUTOSCALER):
        target = graph.once(_targets).get(item)
        if target is None or item.namespace in ranged:
            continue
        for place, metric in entries(item.body, "spec", "metrics"):
            source = mapping(metric, "resource") or mapping(metric, "containerResource")
            name = text(source, "name")
            if text(source, "target", "type") != "Utilization":
                continue
            path = joined("spec.metrics", place)
            only = text(source, "container")
            names = [container.name for container in target.running]
            if only and only not in names:
                hint = graph.meant(only, names)
                yield Fault(
                    item, f"{path}.containerResource.container", f"{target.item} has no container '{only}'", hint
                )
            for container in target.running:
                resources = mapping(container.body, "resources")
                asks = any(name in mapping(resources, field) for field in ("requests", "limits"))
                if name and not asks and only in ("", container.name):
                    message = f"container '{container.name}' of {target.item} asks for no {name}"
                    yield Fault(item, path, message, f"give it a request of {name}")


def _targets(graph: Graph) -> dict[object, Pod]:
    return {
        scaler: pod for pod in graph.pods for scaler in graph.once(autoscalers).get((pod.item.type, *pod.item.key), [])
    }


@rule("autoscalers-overlap", Severity.ERROR)
def autoscalers_overlap(graph: Graph) -> Iterator[Fault]:
    """Two autoscalers of one workload pull it to and fro."""
    for scalers in graph.once(autoscalers).values():
        for other in scalers[1:]:
            name = text(other.body, "spec", "scaleTargetRef", "name")
            yield Fault(other, "spec.scaleTargetRef", f"{scalers[0]} scales '{name}' already", "leave one of them")
