"""What can be reached from outside of the cluster that could not be before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, mapping, sequence, strings, text, texts
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import listed

#: Annotations of ingress controllers that let only some addresses in.
_RANGES = (
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "haproxy-ingress.github.io/allowlist-source-range",
    "haproxy-ingress.github.io/whitelist-source-range",
    "alb.ingress.kubernetes.io/inbound-cidrs",
)
#: Those that let only some people in, or lead through what does.
_GUARDS = (
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.ingress.kubernetes.io/auth-secret",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "haproxy-ingress.github.io/auth-secret",
    "haproxy-ingress.github.io/auth-tls-secret",
    "haproxy-ingress.github.io/auth-url",
    "traefik.ingress.kubernetes.io/router.middlewares",
)
#: Those that keep a load balancer within the cloud's own network, and the value that does.
_INTERNAL = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal",
    "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    "networking.gke.io/load-balancer-type": "Internal",
    "cloud.google.com/load-balancer-type": "Internal",
    "alb.ingress.kubernetes.io/scheme": "internal",
}


def exposures(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say what of a change can be reached from outside of the cluster."""
    if not pair.after:
        return
    look = _LOOKS.get(pair.key.type)
    if look is not None:
        before = look(pair.before)
        if came := [item for item in look(pair.after) if item not in before]:
            yield f"can be reached from outside: {listed(came)}"
    if pair.key.type in (kinds.INGRESS, kinds.SERVICE) and pair.before:
        yield from _unlocked(pair)


def _service(body: Mapping[str, Any]) -> list[str]:
    spec = mapping(body, "spec")
    found = [f"external address {address}" for address in sequence(spec, "externalIPs")]
    if spec.get("type") in ("LoadBalancer", "NodePort"):
        for _, port in entries(spec, "ports"):
            node = f", {port['nodePort']} of each node" if port.get("nodePort") else ""
            found.append(f"{spec['type']} port {port.get('port')}/{port.get('protocol', 'TCP')}{node}")
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
    for key in (key for key in _GUARDS if key in old and key not in new):
        yield f"is no longer restricted by the annotation {key}"
    for key, value in _INTERNAL.items():
        if old.get(key) == value and new.get(key) != value:
            yield f"is no longer internal to the cloud's network (annotation {key})"
    for key in (key for key in _RANGES if old.get(key)):
        yield from _let_in(_split(old[key]), _split(new.get(key, "")), f"the annotation {key}")
    ranges = "loadBalancerSourceRanges"
    if at(pair.after, "spec", "type") == "LoadBalancer":
        old_ranges, new_ranges = (strings(body, "spec", ranges) for body in (pair.before, pair.after))
        yield from _let_in(old_ranges, new_ranges, f"spec.{ranges}")
    classes = [text(body, "spec", "ingressClassName") for body in (pair.before, pair.after)]
    if all(classes) and classes[0] != classes[1]:
        yield f"is served by ingress class {classes[1]} in place of {classes[0]}"
    kept = [str(host) for _, tls in entries(pair.after, "spec", "tls") for host in sequence(tls, "hosts")]
    hosts = {text(rule, "host") for _, rule in entries(pair.after, "spec", "rules")}
    before = [str(host) for _, tls in entries(pair.before, "spec", "tls") for host in sequence(tls, "hosts")]
    if gone := [host for host in before if host not in kept and host in hosts]:
        yield f"is served without TLS: {listed(gone)}"


def _let_in(before: list[str], after: list[str], where: str) -> Iterator[str]:
    """Say which addresses may connect that could not before; a list that is empty lets in every one."""
    if before and not after:
        yield f"every address may connect, since {where} is gone"
    elif before and (came := [one for one in after if one not in before]):
        yield f"more addresses may connect ({where}): {listed(came)}"


def _split(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
