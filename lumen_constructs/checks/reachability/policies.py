"""NetworkPolicies as Kubernetes reads them: which connections they let pass, as far as the set can tell."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import NAMESPACE, NETWORK_POLICY
from lumen_constructs.checks.plain import at, entries, mapping, number, sequence, strings, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.selectors import GIVEN_BY_CONTROLLERS, Selector


class Passes(IntEnum):
    """Whether a connection passes."""

    NO = 0
    PERHAPS = 1
    """It depends on what is not in the set."""
    YES = 2


class End(NamedTuple):
    """One end of a connection."""

    namespace: str | None
    """None where it is somewhere outside the set."""
    labels: dict[str, str]
    varying: tuple[str, ...] = ()
    """Labels that it has with a value that is not known."""
    purpose: str = ""
    """What it is, where it is outside the set: a key of ``_WORDS``."""


class Target(NamedTuple):
    """The port that a connection is for, as the pod that listens on it knows it."""

    number: int | None
    names: tuple[str, ...]
    protocol: str = "TCP"


#: Words by which a policy's peer shows what it is meant for.
_WORDS = {
    "prometheus": ("prometheus", "monitor", "metrics", "observab", "victoria", "grafana", "alloy", "scrape", "datadog"),
    "ingress": (
        *("ingress", "gateway", "nginx", "traefik", "istio", "envoy", "contour", "haproxy", "kong", "cilium"),
        *("load-balancer", "public", "edge", "router", "front"),
    ),
}


#: The fields of a direction's rules, and of the peers in each.
_IN = ("ingress", "from")
_OUT = ("egress", "to")


class Policies(NamedTuple):
    """The policies that hold for one pod."""

    ingress: list[Item]
    egress: list[Item]


def policies_of(graph: Graph, pod: Pod) -> Policies:
    """Give the policies that hold for a pod; where there is none for a direction, everything passes."""
    return graph.once(_policies).get(pod, Policies([], []))


def _policies(graph: Graph) -> dict[Pod, Policies]:
    found: dict[Pod, Policies] = defaultdict(lambda: Policies([], []))
    for item in graph.of(NETWORK_POLICY):
        types = strings(item.body, "spec", "policyTypes")
        into = "Ingress" in types or not types
        out = "Egress" in types or (not types and "egress" in mapping(item.body, "spec"))
        for pod in graph.pods_selected(item.namespace, Selector.of(at(item.body, "spec", "podSelector"))):
            if into:
                found[pod].ingress.append(item)
            if out:
                found[pod].egress.append(item)
    return dict(found)


def lets_in(graph: Graph, pod: Pod, origin: End, target: Target) -> Passes:
    """Tell whether the policies of a pod let a connection in."""
    policies = policies_of(graph, pod).ingress
    return _passes(graph, policies, _IN, origin, target) if policies else Passes.YES


def lets_out(graph: Graph, pod: Pod, destination: End, target: Target) -> Passes:
    """Tell whether the policies of a pod let a connection out."""
    policies = policies_of(graph, pod).egress
    return _passes(graph, policies, _OUT, destination, target) if policies else Passes.YES


def end_of(pod: Pod) -> End:
    """Give a pod as an end of connections."""
    return End(pod.namespace, pod.labels, tuple(GIVEN_BY_CONTROLLERS - pod.labels.keys()))


def _passes(graph: Graph, policies: list[Item], direction: tuple[str, str], end: End, target: Target) -> Passes:
    best = Passes.NO
    rules, peers = direction
    for policy in policies:
        graph.spend(1 + len(sequence(policy.body, "spec", rules)))
        for _, rule in entries(policy.body, "spec", rules):
            if _port_passes(rule, target):
                best = max(best, _end_passes(graph, policy, rule, peers, end))
                if best is Passes.YES:
                    return best
    return best


def _port_passes(rule: dict[str, Any], target: Target) -> bool:
    ports = sequence(rule, "ports")
    if not ports:
        return True
    for _, port in entries(rule, "ports"):
        if (text(port, "protocol") or "TCP") != target.protocol:
            continue
        wanted = port.get("port")
        if wanted is None or (isinstance(wanted, str) and (wanted in target.names or wanted == str(target.number))):
            return True
        last = number(port, "endPort")
        if isinstance(wanted, int) and target.number is not None and wanted <= target.number <= (last or wanted):
            return True
    return False


def _end_passes(graph: Graph, policy: Item, rule: dict[str, Any], peers: str, end: End) -> Passes:
    if not sequence(rule, peers):
        return Passes.YES
    return max((_peer_passes(graph, policy, peer, end) for _, peer in entries(rule, peers)), default=Passes.NO)


def _peer_passes(graph: Graph, policy: Item, peer: dict[str, Any], end: End) -> Passes:
    if "ipBlock" in peer:
        return _block_passes(text(peer, "ipBlock", "cidr"), end)
    pods = Selector.of(peer.get("podSelector"))
    if end.namespace is None:
        return _stranger_passes(graph, policy, peer, pods, end)
    if not pods.matches(end.labels, end.varying):
        return Passes.NO
    if "namespaceSelector" not in peer:
        return Passes.YES if end.namespace == policy.namespace else Passes.NO
    return _namespace_passes(graph, Selector.of(peer.get("namespaceSelector")), end.namespace)


def _namespace_passes(graph: Graph, selector: Selector, name: str) -> Passes:
    namespace = graph.find(NAMESPACE, "", name)
    own = {"kubernetes.io/metadata.name": name}
    if namespace is not None:
        return Passes.YES if selector.matches({**own, **namespace.labels}) else Passes.NO
    # Of a namespace that is not in the set only the name is known.
    pinned = [(key, value) for key, value in selector.labels if key in own]
    if any(value != name for _, value in pinned):
        return Passes.NO
    return Passes.YES if len(pinned) == len(selector.labels) and not selector.expressions else Passes.PERHAPS


def _stranger_passes(graph: Graph, policy: Item, peer: dict[str, Any], pods: Selector, end: End) -> Passes:
    """Tell whether a peer may be the Prometheus or the controller that is somewhere outside the set."""
    namespaces = Selector.of(peer.get("namespaceSelector"))
    words = " ".join([str(pods), str(namespaces)]).lower()
    if any(word in words for word in _WORDS[end.purpose]):
        return Passes.YES
    if any(word in words for purpose, known in _WORDS.items() if purpose != end.purpose for word in known):
        return Passes.NO
    if "namespaceSelector" in peer:
        names = [value for key, value in namespaces.labels if key == "kubernetes.io/metadata.name"]
        inside = bool(names) and graph.holds(names[0]) and bool(graph.pods_selected(names[0], pods))
        return Passes.NO if inside else Passes.YES
    # Pods of the policy's own namespace: those of the set are known, and none of them is meant.
    if not pods.labels and not pods.expressions:
        return Passes.PERHAPS
    return Passes.NO if graph.pods_selected(policy.namespace, pods) else Passes.PERHAPS


@lru_cache(maxsize=1024)
def _network(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return None


def _block_passes(cidr: str, end: End) -> Passes:
    """Pods have private addresses; which of them have which is the cluster's to know."""
    network = _network(cidr)
    if network is None or network.prefixlen == 0:
        return Passes.YES
    return Passes.PERHAPS if network.is_private or end.namespace is None else Passes.NO
