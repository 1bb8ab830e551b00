"""The bodies of an HTTPRoute and of a GRPCRoute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lumen_constructs.networking.backends import Backends
from lumen_constructs.networking.gateway import API_VERSION
from lumen_constructs.options.base import full
from lumen_constructs.options.route_filters import HttpFilters, RouteFilters
from lumen_constructs.options.routes import (
    GRPCRouteOptions,
    GrpcRule,
    HTTPRouteOptions,
    HttpRule,
    ParentRef,
    RouteOptions,
)


def http_route(metadata: dict[str, Any], options: HTTPRouteOptions, backends: Backends) -> dict[str, Any]:
    """Give the HTTPRoute, its defaults spelled out."""
    rules = [_http_rule(index, rule, backends) for index, rule in enumerate(options.rules)]
    return _route("HTTPRoute", metadata, options, backends.namespace, rules)


def grpc_route(metadata: dict[str, Any], options: GRPCRouteOptions, backends: Backends) -> dict[str, Any]:
    """Give the GRPCRoute, its defaults spelled out."""
    rules = [_grpc_rule(index, rule, backends) for index, rule in enumerate(options.rules)]
    return _route("GRPCRoute", metadata, options, backends.namespace, rules)


def _route(
    kind: str, metadata: dict[str, Any], options: RouteOptions, namespace: str | None, rules: list[dict[str, Any]]
) -> dict[str, Any]:
    parents = (full(parent, ParentRef) for parent in options.parent_refs)
    spec: dict[str, Any] = {"parentRefs": [_parent(parent, namespace) for parent in parents]}
    if options.hostnames:
        spec["hostnames"] = list(options.hostnames)
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec | {"rules": rules}}


def _parent(parent: ParentRef, namespace: str | None) -> dict[str, Any]:
    body = {"group": "gateway.networking.k8s.io", "kind": "Gateway"} | parent.body()
    if parent.namespace == namespace:
        body.pop("namespace", None)
    return body


def _http_rule(number: int, rule: HttpRule, backends: Backends) -> dict[str, Any]:
    place = ("rules", number)
    body: dict[str, Any] = {
        "name": rule.name,
        "matches": [body for match in rule.http_matches for body in match.bodies()],
        "filters": [*_filters(rule.filters, backends, place), *_http_filters(rule.filters)],
        "backendRefs": backends.of(rule.backend_refs, place),
        "timeouts": rule.timeouts.body(),
    }
    return _given(body)


def _grpc_rule(number: int, rule: GrpcRule, backends: Backends) -> dict[str, Any]:
    place = ("rules", number)
    body: dict[str, Any] = {
        "name": rule.name,
        "matches": [match.match_body() for match in rule.grpc_matches],
        "filters": _filters(rule.filters, backends, place),
        "backendRefs": backends.of(rule.backend_refs, place),
    }
    return _given(body)


def _filters(filters: RouteFilters, backends: Backends, place: tuple[str | int, ...]) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = []
    if filters.request_headers is not None:
        modifier = filters.request_headers.modifier_body()
        bodies.append({"type": "RequestHeaderModifier", "requestHeaderModifier": modifier})
    if filters.response_headers is not None:
        modifier = filters.response_headers.modifier_body()
        bodies.append({"type": "ResponseHeaderModifier", "responseHeaderModifier": modifier})
    for index, mirror in enumerate(filters.mirrors):
        copied = _given({"percent": mirror.percent})
        reference = backends.one(mirror.backend, (*place, "filters", "mirrors", index, "backend"))
        bodies.append({"type": "RequestMirror", "requestMirror": {"backendRef": reference} | copied})
    return bodies


def _http_filters(filters: HttpFilters) -> Iterable[dict[str, Any]]:
    if (redirect := filters.redirect) is not None:
        body: dict[str, Any] = redirect.model_dump(by_alias=True, exclude_none=True, exclude={"path"})
        path = {"path": redirect.path.change_body()} if redirect.path is not None else {}
        yield {"type": "RequestRedirect", "requestRedirect": body | path}
    if (rewrite := filters.rewrite) is not None:
        host = _given({"hostname": rewrite.hostname})
        path = {"path": rewrite.path.change_body()} if rewrite.path is not None else {}
        yield {"type": "URLRewrite", "urlRewrite": host | path}


def _given(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value not in (None, [], {})}
