"""Selectors of workloads, budgets, policies and spreads: they select what they are for, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import at, entries
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.references.services import nearest_pod, nowhere
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector
from lumen_constructs.checks.sources import operator_pods_selected


@rule("workload-selects-others", Severity.ERROR)
def workload_selects_others(graph: Graph) -> Iterator[Fault]:
    """The API server refuses a workload whose selector does not match its own pods."""
    for pod in graph.pods:
        selector = Selector.of(at(pod.item.body, "spec", "selector"))
        if pod.item.type not in kinds.LONG_RUNNING or not (selector.labels or selector.expressions):
            continue
        if pod.item.type == kinds.REPLICATION_CONTROLLER:
            continue
        if wrong := selector.difference(pod.labels):
            hint = f"among the labels of its pods {wrong[0].replace(' there', '')}"
            yield Fault(pod.item, "spec.selector", f"does not select its own pods ({selector})", hint)


@rule("workloads-overlap", Severity.WARNING)
def workloads_overlap(graph: Graph) -> Iterator[Fault]:
    """Where one workload's selector takes in another's pods, autoscaling, budgets and rollbacks mix them up."""
    for pod in graph.pods:
        if pod.item.type not in kinds.LONG_RUNNING:
            continue
        selector = Selector.of(at(pod.item.body, "spec", "selector"))
        if not selector.labels or selector.difference(pod.labels):
            continue
        others = graph.pods_selected(pod.namespace, selector)
        other = next((one for one in others if one is not pod and one.item.type in kinds.LONG_RUNNING), None)
        if other is not None:
            hint = "add a label that only its own pods have"
            yield Fault(pod.item, "spec.selector", f"takes in the pods of {other.item} too", hint)


@rule("budget-selects-nothing", Severity.ERROR)
def budget_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """A disruption budget that selects no pod protects nothing."""
    yield from _selecting_nothing(graph, kinds.BUDGET, ("spec", "selector"))


@rule("policy-selects-nothing", Severity.ERROR)
def policy_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """A NetworkPolicy that selects no pod protects nothing, and the pods that it was for stay open."""
    yield from _selecting_nothing(graph, kinds.NETWORK_POLICY, ("spec", "podSelector"))


def _selecting_nothing(graph: Graph, type_: str, field: tuple[str, ...]) -> Iterator[Fault]:
    for item in graph.of(type_):
        selector = Selector.of(at(item.body, *field))
        if not (selector.labels or selector.expressions) or graph.pods_selected(item.namespace, selector):
            continue
        severity = nowhere(graph, item.namespace, selector)
        if severity is not None:
            hint = nearest_pod(graph, item.namespace, selector) or "give it the labels of the pods that it is for"
            yield Fault(item, ".".join(field), f"selects no pod (no pod has {selector})", hint, severity)


@rule("budgets-overlap", Severity.ERROR)
def budgets_overlap(graph: Graph) -> Iterator[Fault]:
    """A pod of two disruption budgets cannot be evicted at all: every drain of its node fails."""
    owners: dict[object, object] = {}
    for item in graph.of(kinds.BUDGET):
        for pod in graph.pods_selected(item.namespace, Selector.of(at(item.body, "spec", "selector"))):
            before = owners.setdefault(pod, item)
            if before is not item:
                hint = "narrow one of the two selectors"
                yield Fault(item, "spec.selector", f"takes in the pods of {pod.item}, as {before} does", hint)
                break


@rule("spread-selects-nothing", Severity.WARNING)
def spread_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """A spread constraint that does not select its own pods spreads nothing."""
    for pod in graph.pods:
        for place, constraint in entries(pod.spec, "topologySpreadConstraints"):
            selector = Selector.of(constraint.get("labelSelector"))
            wrong = selector.difference(pod.labels)
            if wrong or not (selector.labels or selector.expressions or "labelSelector" in constraint):
                path = pod.at("topologySpreadConstraints", place, "labelSelector")
                hint = f"among their labels {wrong[0].replace(' there', '')}" if wrong else "add their labels"
                yield Fault(pod.item, path, "does not select its own pods", hint)


@rule("affinity-selects-nothing", Severity.WARNING)
def affinity_selects_nothing(graph: Graph) -> Iterator[Fault]:
    """A pod that must run beside pods which do not exist stays Pending, and one that avoids them avoids nothing."""
    for pod in graph.pods:
        for path, term in _affinity_terms(pod):
            selector = Selector.of(at(term, "labelSelector"))
            elsewhere = at(term, "namespaces") or at(term, "namespaceSelector") is not None
            if not selector.labels or elsewhere or graph.pods_selected(pod.namespace, selector):
                continue
            if not operator_pods_selected(graph, pod.namespace, selector):
                hint = nearest_pod(graph, pod.namespace, selector)
                yield Fault(pod.item, f"{path}.labelSelector", f"selects no pod ({selector})", hint)


def _affinity_terms(pod: Pod) -> Iterator[tuple[str, object]]:
    required, preferred = (f"{when}DuringSchedulingIgnoredDuringExecution" for when in ("required", "preferred"))
    for kind in ("podAffinity", "podAntiAffinity"):
        for place, term in entries(pod.spec, "affinity", kind, required):
            yield pod.at("affinity", kind, required, place), term
        for place, weighted in entries(pod.spec, "affinity", kind, preferred):
            yield pod.at("affinity", kind, preferred, place, "podAffinityTerm"), at(weighted, "podAffinityTerm")
