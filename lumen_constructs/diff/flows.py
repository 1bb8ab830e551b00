"""What a NetworkPolicy lets through, one peer and port at a time, and which of two policies lets through more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any, NamedTuple

from lumen_constructs.checks.plain import entries, mapping, number, sequence, text, texts

#: The two directions, and the key of the peers of each.
DIRECTIONS = {"ingress": "from", "egress": "to"}


class Flow(NamedTuple):
    """Traffic between the pods of a policy and one peer, at one port; None stands for any."""

    peer: dict[str, Any] | None
    port: dict[str, Any] | None


def restricts(body: Mapping[str, Any], direction: str) -> bool:
    """Tell whether a policy has a say in a direction: what it does not let through then is stopped."""
    types = sequence(body, "spec", "policyTypes")
    return direction.capitalize() in types if types else direction == "ingress" or "egress" in mapping(body, "spec")


def flows(body: Mapping[str, Any], direction: str) -> list[Flow]:
    """Give what a policy lets through in a direction."""
    return [
        Flow(peer, port)
        for _, rule in entries(body, "spec", direction)
        for peer in _any_or_each(rule, DIRECTIONS[direction])
        for port in _any_or_each(rule, "ports")
    ]


def beyond(new: list[Flow], old: list[Flow]) -> list[Flow]:
    """Give the flows of ``new`` that no flow of ``old`` covers."""
    return [flow for flow in new if not any(_covers(have, flow) for have in old)]


def described(found: list[Flow], direction: str) -> list[str]:
    """Say flows in words, by peer: ``from pods app=cart on ports http``."""
    peers: dict[str, list[str]] = {}
    for flow in found:
        ports = peers.setdefault(_peer(flow.peer), [])
        if (port := _port(flow.port)) not in ports:
            ports.append(port)
    return [
        f"{DIRECTIONS[direction]} {peer} on "
        + ("all ports" if "" in ports else f"port{'s' if len(ports) > 1 else ''} {', '.join(ports)}")
        for peer, ports in peers.items()
    ]


def _any_or_each(rule: Mapping[str, Any], field: str) -> Iterator[dict[str, Any] | None]:
    found = [entry for _, entry in entries(rule, field)]
    yield from found
    if not found:
        yield None


def _covers(old: Flow, new: Flow) -> bool:
    return _peer_covers(old.peer, new.peer) and _port_covers(old.port, new.port)


def _peer_covers(old: dict[str, Any] | None, new: dict[str, Any] | None) -> bool:
    if old is None or old == new:
        return True
    if new is None:
        return False
    if "ipBlock" in old or "ipBlock" in new:
        return _block_covers(mapping(old, "ipBlock"), mapping(new, "ipBlock"))
    if "namespaceSelector" not in old and "namespaceSelector" in new:
        return False
    # An empty selector names all: namespaces, or pods in them.
    same_namespaces = old.get("namespaceSelector") in (new.get("namespaceSelector"), {})
    return same_namespaces and old.get("podSelector", {}) in ({}, new.get("podSelector"))


def _block_covers(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    try:
        wide, narrow = ip_network(text(old, "cidr"), strict=False), ip_network(text(new, "cidr"), strict=False)
        holes = [ip_network(str(one), strict=False) for one in sequence(old, "except")]
        kept = [ip_network(str(one), strict=False) for one in sequence(new, "except")]
    except ValueError:
        return False
    if wide.version != narrow.version or not _inside(narrow, wide):
        return False
    return all(not hole.overlaps(narrow) or any(_inside(hole, one) for one in kept) for hole in holes)


def _inside(narrow: Any, wide: Any) -> bool:
    return narrow.version == wide.version and bool(narrow.subnet_of(wide))


def _port_covers(old: dict[str, Any] | None, new: dict[str, Any] | None) -> bool:
    if old is None or old == new:
        return True
    if new is None or old.get("protocol", "TCP") != new.get("protocol", "TCP"):
        return False
    if "port" not in old or old.get("port") == new.get("port", object()):
        return "endPort" not in new or "port" not in old or _last(new) <= _last(old)
    first, wanted = number(old, "port"), number(new, "port")
    return first is not None and wanted is not None and first <= wanted and _last(new) <= _last(old)


def _last(port: Mapping[str, Any]) -> int:
    return number(port, "endPort") or number(port, "port") or 0


def _port(port: Mapping[str, Any] | None) -> str:
    if port is None or ("port" not in port and "protocol" not in port):
        return ""
    numbers = f"{port.get('port', 'any')}{_to(port)}"
    protocol = port.get("protocol", "TCP")
    return numbers if protocol == "TCP" else f"{numbers}/{protocol}"


def _to(port: Mapping[str, Any]) -> str:
    return f"-{port['endPort']}" if "endPort" in port else ""


def _peer(peer: Mapping[str, Any] | None) -> str:
    if peer is None:
        return "everybody"
    if "ipBlock" in peer:
        holes = [str(one) for one in sequence(peer, "ipBlock", "except")]
        return text(peer, "ipBlock", "cidr") + (f" (not {', '.join(holes)})" if holes else "")
    pods = _selected(peer.get("podSelector"), "pods") if "podSelector" in peer else "all pods"
    return f"{pods} in {_selected(peer['namespaceSelector'], 'namespaces')}" if "namespaceSelector" in peer else pods


def _selected(selector: object, noun: str) -> str:
    demands = [f"{key}={value}" for key, value in texts(selector, "matchLabels").items()]
    for _, one in entries(selector, "matchExpressions"):
        values = " ".join(str(value) for value in sequence(one, "values"))
        demands.append(f"{text(one, 'key')} {text(one, 'operator')}{f' ({values})' if values else ''}")
    return f"{noun} {', '.join(demands)}" if demands else f"all {noun}"
