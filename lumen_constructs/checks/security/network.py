"""Pods that anybody in the cluster may connect to."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.operators import pods_made_by
from lumen_constructs.checks.plain import at, entries, joined, mapping, sequence, strings
from lumen_constructs.checks.reachability.policies import policies_of
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.selectors import Selector


@rule("policy-missing", Severity.WARNING)
def policy_missing(graph: Graph) -> Iterator[Fault]:
    """Beside pods with NetworkPolicies, one without any is open to the whole cluster."""
    guarded = {item.namespace for item in graph.of(kinds.NETWORK_POLICY)}
    for pod in graph.pods:
        policies = policies_of(graph, pod)
        if not pod.known or not (pod.namespace in guarded or pod.item.ours):
            continue
        if not policies.ingress:
            yield Fault(pod.item, "", "no NetworkPolicy says who may connect to its pods")
        elif not policies.egress and pod.item.ours:
            yield Fault(pod.item, "", "no NetworkPolicy says whom its pods may connect to")

    yield from _of_operators(graph)


def _of_operators(graph: Graph) -> Iterator[Fault]:
    """Hold the pods that operators make of our own custom resources to the same."""
    for item in graph.items:
        pods = pods_made_by(item) if item.ours and item.custom else None
        if pods is None:
            continue
        into, out = False, False
        for policy in graph.of_in(kinds.NETWORK_POLICY, item.namespace):
            if Selector.of(at(policy.body, "spec", "podSelector")).matches(pods.labels, pods.varying):
                types = strings(policy.body, "spec", "policyTypes")
                into, out = into or "Ingress" in types or not types, out or "Egress" in types
        if not into or not out:
            message = "no NetworkPolicy says who may connect to the pods that its operator makes, and whom they may"
            yield Fault(item, "", message)


@rule("policy-lets-everybody", Severity.WARNING)
def policy_lets_everybody(graph: Graph) -> Iterator[Fault]:
    """A rule without peers and without ports lets everything pass, as if there were no policy."""
    for item in graph.of(kinds.NETWORK_POLICY):
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for place, rule_ in entries(item.body, "spec", direction):
                named = any(not _is_everywhere(peer) for _, peer in entries(rule_, peers))
                if not named and not sequence(rule_, "ports"):
                    way = "everybody connect to them" if direction == "ingress" else "them connect to everybody"
                    path = joined("spec", direction, place)
                    hint = "name peers or ports"
                    severity = Severity.ERROR if item.ours and direction == "ingress" else None
                    yield Fault(item, path, f"lets {way} on every port", hint, severity)


def _is_everywhere(peer: object) -> bool:
    block = mapping(peer, "ipBlock")
    return block.get("cidr") in ("0.0.0.0/0", "::/0") and not block.get("except")
