"""Who must reach a component because of its own options: Prometheus, the ingress controller, clients from outside."""

from __future__ import annotations

from lumen_constructs.options.cluster import Cluster
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.options.network import Peer


def implied_peers(options: MonitoredServiceOptions, cluster: Cluster) -> list[Peer]:
    """Give the peers that the component's Service, Ingress and metrics imply, each with the ports that it needs."""
    exposed = [port.name for port in options.all_ports if port.expose]
    peers: list[Peer] = []
    if options.metrics is not None and cluster.monitoring.enabled:
        peers.append(cluster.monitoring.peer.model_copy(update={"ports": (metrics_port(options),)}))
    if options.ingress is not None and options.ingress.enabled:
        ports = [path.port or exposed[0] for path in options.ingress.paths if path.service is None]
        peers.append(cluster.ingress_controller.model_copy(update={"ports": tuple(dict.fromkeys(ports))}))
    if options.service.enabled and options.service.type != "ClusterIP":
        # What comes in through a node has an address of anywhere: the client's, or a node's.
        peers.append(Peer(cidr="0.0.0.0/0", ports=exposed))
    outside = [extra for extra in options.extra_services if extra.enabled and extra.type != "ClusterIP"]
    peers += [
        Peer(cidr="0.0.0.0/0", ports=[port.name for port, _ in extra.ports_of(options.all_ports)]) for extra in outside
    ]
    return peers


def metrics_port(options: MonitoredServiceOptions) -> str:
    """Give the name of the port with the metrics: the one that is named, one called ``metrics``, or the first."""
    names = [port.name for port in options.all_ports]
    if options.metrics is not None and options.metrics.port is not None:
        return options.metrics.port
    return "metrics" if "metrics" in names else names[0]
