"""What can be reached from outside of the cluster that could not be before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import entries, mapping, sequence, text, texts
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import listed

#: Annotations of ingress controllers that let only some addresses in.
_RESTRICTING = (
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.ingress.kubernetes.io/auth-secret",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "traefik.ingress.kubernetes.io/router.middlewares",
)


def exposures(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say what of a change can be reached from outside of the cluster."""
    if not pair.after:
        return
    look = _LOOKS.get(pair.key.type)
    if look is not None:
        came = [item for item in look(pair.after) if item not in look(pair.before)]
        if came:
            yield f"can be reached from outside: {listed(came)}"
    if pair.key.type in (kinds.INGRESS, kinds.SERVICE) and pair.before:
        yield from _unlocked(pair)


def _service(body: Mapping[str, Any]) -> list[str]:
    spec = mapping(body, "spec")
    found = [f"external address {address}" for address in sequence(spec, "externalIPs")]
    if spec.get("type") in ("LoadBalancer", "NodePort"):
        ports = [port for _, port in entries(spec, "ports")]
        found += [f"{spec['type']} port {port.get('port')}/{port.get('protocol', 'TCP')}" for port in ports]
    return found


def _ingress(body: Mapping[str, Any]) -> list[str]:
    found = [
        f"{text(rule, 'host') or 'every host'}{text(path, 'path') or '/'}"
        for _, rule in entries(body, "spec", "rules")
        for _, path in entries(rule, "http", "paths")
    ]
    return found + (["every host and path (defaultBackend)"] if mapping(body, "spec", "defaultBackend") else [])


def _gateway(body: Mapping[str, Any]) -> list[str]:
    return [
        f"{text(listener, 'protocol')} port {listener.get('port')} of {text(listener, 'hostname') or 'every host'}"
        for _, listener in entries(body, "spec", "listeners")
    ]


def _route(body: Mapping[str, Any]) -> list[str]:
    hosts = sequence(body, "spec", "hostnames") or ["every host of the gateway"]
    gateways = [text(parent, "name") for _, parent in entries(body, "spec", "parentRefs")]
    return [f"{host}{path} through {gateway}" for gateway in gateways for host in hosts for path in _paths(body)]


def _paths(body: Mapping[str, Any]) -> list[str]:
    found = [
        text(match, "path", "value") or "/"
        for _, rule in entries(body, "spec", "rules")
        for _, match in entries(rule, "matches")
    ]
    return list(dict.fromkeys(found)) or ["/"]


_LOOKS: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    kinds.SERVICE: _service,
    kinds.INGRESS: _ingress,
    kinds.GATEWAY: _gateway,
    **dict.fromkeys(kinds.ROUTES, _route),
}


def _unlocked(pair: Pair) -> Iterator[str]:
    """Say which restriction on who may come in goes away or lets in more."""
    old, new = (texts(body, "metadata", "annotations") for body in (pair.before, pair.after))
    for key in _RESTRICTING:
        if key in old and key not in new:
            yield f"is no longer restricted by the annotation {key}"
    ranges = "loadBalancerSourceRanges"
    before, after = (sequence(body, "spec", ranges) for body in (pair.before, pair.after))
    if before and not after:
        yield f"every address may connect, since spec.{ranges} is gone"
    elif before and (came := [str(one) for one in after if one not in before]):
        yield f"more addresses may connect: {listed(came)}"
    tls_before, tls_after = (
        [host for _, tls in entries(body, "spec", "tls") for host in sequence(tls, "hosts")]
        for body in (pair.before, pair.after)
    )
    if gone := [str(host) for host in tls_before if host not in tls_after]:
        yield f"is served without TLS: {listed(gone)}"
