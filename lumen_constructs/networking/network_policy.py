"""The NetworkPolicy of a component: everything is denied but the flows that are declared, or that its options imply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lumen_constructs.options.cluster import Cluster
from lumen_constructs.options.network import Peer
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.ports import Port
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import needs_token

_DNS_PORTS = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]


def network_policy(identity: Identity, options: PodOptions) -> dict[str, Any]:
    """Give the NetworkPolicy of the component's own pods."""
    cluster = identity.context.cluster
    ingress = [ingress_rule(peer, options.all_ports) for peer in options.network.ingress]
    egress = [egress_rule(peer) for peer in (*options.network.egress, *cluster.egress)]
    if options.network.dns:
        egress.insert(0, _dns_rule(cluster))
    if needs_token(options):
        egress.append(_api_server_rule(cluster))
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": identity.metadata(),
        "spec": {
            "podSelector": {"matchLabels": identity.selector},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": _distinct(ingress),
            "egress": _distinct(egress),
        },
    }


def ingress_rule(peer: Peer, ports: Sequence[Port]) -> dict[str, Any]:
    """Give the rule that lets ``peer`` connect to its ports, or where it names none to all of the component's."""
    own = [{"port": port.name, "protocol": port.protocol} for port in ports]
    chosen = peer.port_bodies() or own
    return {"from": [peer.body()]} | ({"ports": chosen} if chosen else {})


def egress_rule(peer: Peer) -> dict[str, Any]:
    """Give the rule that lets the component connect to ``peer``."""
    ports = peer.port_bodies()
    return {"to": [peer.body()]} | ({"ports": ports} if ports else {})


def _dns_rule(cluster: Cluster) -> dict[str, Any]:
    servers = [Peer(namespace=cluster.dns.namespace, pods=cluster.dns.pods).body()]
    if cluster.dns.node_local is not None:
        servers.append({"ipBlock": {"cidr": cluster.dns.node_local}})
    return {"to": servers, "ports": _DNS_PORTS}


def _api_server_rule(cluster: Cluster) -> dict[str, Any]:
    return {
        "to": [{"ipBlock": {"cidr": cidr}} for cidr in cluster.api_server],
        "ports": [{"port": port, "protocol": "TCP"} for port in cluster.api_server_ports],
    }


def _distinct(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out rules that say what another one said."""
    kept: list[dict[str, Any]] = []
    for rule in rules:
        if rule not in kept:
            kept.append(rule)
    return kept
