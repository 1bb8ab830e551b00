from __future__ import annotations

from typing import Any

from lumen_constructs import Cluster, Dns, Peer
from lumen_constructs.networking.network_policy import network_policy
from tests.options.reading import Body, component, identity

DNS_PORTS = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]


def spec(cluster: Cluster | None = None, **data: Any) -> Body:
    """Give the spec of the small component's policy."""
    found: Body = network_policy(identity(cluster=cluster), component(**data))["spec"]
    return found


def test_denies_all_but_dns() -> None:
    """By default nobody may connect, and the component may ask DNS, by its pods or the node's cache."""
    assert spec() == {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "cart"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": [
            {
                "to": [
                    {
                        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                    },
                    {"ipBlock": {"cidr": "169.254.20.10/32"}},
                ],
                "ports": DNS_PORTS,
            }
        ],
    }
    assert spec(network={"dns": False})["egress"] == []


def test_lets_peers_in_by_named_ports() -> None:
    """A peer that names no ports may use the component's own, by their names."""
    peers = [
        {"pods": {"app": "web"}},
        {"namespace": "ops", "pods": {"app": "cli"}, "ports": [5000], "protocol": "UDP"},
        {"namespaces": {"team": "checkout"}, "ports": ["http"]},
        {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]},
    ]
    own = [{"port": "http", "protocol": "TCP"}]
    assert spec(network={"ingress": peers})["ingress"] == [
        {"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": own},
        {
            "from": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}},
                    "podSelector": {"matchLabels": {"app": "cli"}},
                }
            ],
            "ports": [{"port": 5000, "protocol": "UDP"}],
        },
        {"from": [{"namespaceSelector": {"matchLabels": {"team": "checkout"}}}], "ports": own},
        {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}], "ports": own},
    ]


def test_lets_out_what_is_declared_once() -> None:
    """Egress is the component's and the cluster's, each rule once."""
    proxy = Peer(cidr="10.9.9.9/32", ports=[3128])
    cluster = Cluster(egress=[proxy], dns=Dns(namespace="dns", node_local=None))
    egress = spec(cluster, network={"egress": [{"cidr": "10.9.9.9/32", "ports": [3128]}, {"pods": {"app": "db"}}]})
    assert egress["egress"] == [
        {
            "to": [
                {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "dns"}},
                    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                }
            ],
            "ports": DNS_PORTS,
        },
        {"to": [{"ipBlock": {"cidr": "10.9.9.9/32"}}], "ports": [{"port": 3128, "protocol": "TCP"}]},
        {"to": [{"podSelector": {"matchLabels": {"app": "db"}}}]},
    ]


def test_the_api_server_is_open_to_those_with_a_token() -> None:
    """Rights at the API server bring the way to it."""
    cluster = Cluster(api_server=["172.16.0.1/32"], api_server_ports=[6443])
    rule = {"to": [{"ipBlock": {"cidr": "172.16.0.1/32"}}], "ports": [{"port": 6443, "protocol": "TCP"}]}
    assert rule in spec(cluster, rbac=[{"resources": ["pods"], "verbs": ["list"]}])["egress"]
    assert rule not in spec(cluster)["egress"]
