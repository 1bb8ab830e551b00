from __future__ import annotations

import pytest

from lumen_constructs import Cluster, Peer
from tests.options.reading import faults, read


def test_defaults_are_those_of_most_clusters() -> None:
    """Without a word, a cluster has kube-dns, kube-prometheus-stack and ingress-nginx where their charts put them."""
    cluster = Cluster()
    assert (cluster.dns.namespace, dict(cluster.dns.pods)) == ("kube-system", {"k8s-app": "kube-dns"})
    assert dict(cluster.monitoring.labels) == {"release": "kube-prometheus-stack"}
    assert cluster.monitoring.peer.namespace == "monitoring"
    assert cluster.ingress_controller.namespace == "ingress-nginx"
    assert cluster.entrance == cluster.ingress_controller
    assert tuple(cluster.api_server_ports) == (443, 6443)


def test_requests_to_a_gateway_may_come_through_other_pods_than_those_to_an_ingress() -> None:
    """Where they are said, they are the entrance in place of the ingress controller's."""
    beside = Peer(pods={"gateway.networking.k8s.io/gateway-name": "edge"})
    assert Cluster(gateway_controller=beside).entrance == beside


def test_defaults_are_shared_and_stay() -> None:
    """A default is no mapping that one component could change for all others."""
    with pytest.raises(TypeError):
        Cluster().monitoring.labels["release"] = "other"  # type: ignore[index]  # that it is refused is the point
    assert Cluster() == read(Cluster, {})


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"apiServer": ["10.0.0.1"]}, "apiServer[0] '10.0.0.1' is not a block of addresses; write '10.0.0.1/32'"),
        ({"dns": {"nodeLocal": "::1"}}, "dns.nodeLocal '::1' is not a block of addresses; write '::1/128'"),
        ({"apiServerPorts": [0]}, "apiServerPorts[0] 0 must be at least 1"),
        ({"monitoring": {"label": {}}}, "monitoring.label is not a known key; did you mean 'labels'?"),
        ({"imageRegistry": "TODO"}, "imageRegistry 'TODO' is a placeholder; put the real value in its place"),
    ],
)  # fmt: skip
def test_refuses_what_no_cluster_has(given: dict[str, object], line: str) -> None:
    """A fact that cannot be is refused at its place."""
    assert faults(Cluster, given) == [line]
