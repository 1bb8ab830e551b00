"""Which requests go to which Services: the options of ``HTTPRoute`` and ``GRPCRoute``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import BeforeValidator, Field, model_validator

from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options, Short, full
from lumen_constructs.options.destinations import BackendRefLike
from lumen_constructs.options.objects import ObjectOptions
from lumen_constructs.options.route_filters import HeaderName, HttpFilters, RouteFilters
from lumen_constructs.options.scalars import HostName, Name, PortNumber, Subdomain, Text, from_jsii

if TYPE_CHECKING:
    import cdk8s

#: Methods that a match can compare.
Method = Literal["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

#: Most entries of a list that the Gateway API takes.
MOST_RULES, MOST_MATCHES, MOST_BACKENDS = 16, 64, 16

_DURATION = re.compile(r"([0-9]{1,5}(h|m|s|ms)){1,4}")
_GRPC_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")

#: What a match compares, in a form that can be held against another one.
Signature = tuple[object, ...]


def _gateway_duration(given: object) -> object:
    value = from_jsii(given)
    if isinstance(value, int) and not isinstance(value, bool) and value is not given:
        value = f"{value}s"
    if isinstance(value, str) and not _DURATION.fullmatch(value):
        message = f"{show(value)} is not a duration of the Gateway API; write it as '10s' or '1m30s'"
        raise ValueError(message)
    return value


class Attachable(Protocol):
    """What routes attach to, such as a ``Gateway``."""

    @property
    def name(self) -> str:
        """Name of the Gateway."""

    @property
    def namespace(self) -> str | None:
        """Namespace of the Gateway."""

    @property
    def listener_names(self) -> tuple[str, ...]:
        """Names of its listeners."""


class ParentRef(Options):
    """The Gateway that a route attaches to. The short form is its name; in Python a ``Gateway`` stands for itself."""

    name: Subdomain
    """Name of the Gateway; sets ``parentRefs[].name``."""
    namespace: Name | None = None
    """Its namespace; sets ``parentRefs[].namespace``. Default: the route's."""
    section_name: Subdomain | None = None
    """Name of one listener; sets ``parentRefs[].sectionName``. Default: every listener that takes the route."""
    port: PortNumber | None = None
    """Port of the listeners; sets ``parentRefs[].port``. Default: any."""


def _of_gateway(given: object) -> object:
    gateway: Any = given
    if hasattr(type(given), "listener_names"):
        return ParentRef(name=gateway.name, namespace=gateway.namespace)
    return given


if TYPE_CHECKING:
    ParentRefLike = ParentRef | Attachable | str
    GatewayDuration = str | cdk8s.Duration
else:
    #: A Gateway's reference, its name, or the Gateway itself.
    ParentRefLike = Annotated[
        ParentRef,
        Short(str, lambda name: ParentRef(name=name), {"type": "string", "description": "name of a Gateway"}),
        BeforeValidator(_of_gateway),
    ]
    #: A duration as the Gateway API writes it.
    GatewayDuration = Annotated[str, BeforeValidator(_gateway_duration)]


class RouteOptions(ObjectOptions):
    """What both kinds of routes share."""

    parent_refs: Items[ParentRefLike] = Field(min_length=1, max_length=32)
    """Gateways that the route attaches to; sets ``parentRefs``."""
    hostnames: Items[HostName] = Field(default=(), max_length=16)
    """Host names that it is for; sets ``hostnames``. Default: those of the listeners."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        for index, name in enumerate(self.hostnames):
            if name in self.hostnames[:index]:
                yield Fault(("hostnames", index), f"{show(name)} is given twice")
        parents = [full(parent, ParentRef) for parent in self.parent_refs]
        for index, parent in enumerate(parents):
            if parent in parents[:index]:
                yield Fault(("parentRefs", index), f"{show(parent.name)} is given twice")


class ValueMatch(Options):
    """A header or query parameter that a request must have."""

    name: HeaderName
    """Name; sets ``name``. Headers are compared without regard to case."""
    value: Text = Field(min_length=1)
    """Value; sets ``value``."""
    type: Literal["Exact", "RegularExpression"] = "Exact"
    """How the value is compared; sets ``type``."""


class PathMatch(Options):
    """A path that a request must have. The short form is a prefix: ``/api``."""

    value: Text
    """The path; sets ``path.value``."""
    type: Literal["PathPrefix", "Exact", "RegularExpression"] = "PathPrefix"
    """How it is compared; sets ``path.type``. A prefix is one of whole elements: ``/api`` is none of ``/apis``."""

    @model_validator(mode="after")
    def _check(self) -> PathMatch:
        if self.type != "RegularExpression":
            wrong = next((part for part in ("//", "/./", "/../", "%2f", "%2F", "#") if part in self.value), None)
            if not self.value.startswith("/"):
                message = f"{show(self.value)} must start with '/'"
                raise ValueError(message)
            if wrong is not None or self.value.endswith(("/.", "/..")):
                message = f"{show(self.value)} must be in normal form, without {show(wrong or '/..')}"
                raise ValueError(message)
        return self


if TYPE_CHECKING:
    PathMatchLike = PathMatch | str
else:
    #: A path and how it is compared, or a prefix.
    PathMatchLike = Annotated[
        PathMatch, Short(str, lambda path: PathMatch(value=path), {"type": "string", "description": "prefix of a path"})
    ]


def _values_signature(values: Sequence[ValueMatch], *, fold: bool) -> Signature:
    return tuple(sorted((one.name.lower() if fold else one.name, one.type, one.value) for one in values))


class HttpMatch(Options):
    """What a request must have: all of what is given here. The short form is a prefix of the path: ``/api``."""

    path: PathMatchLike = Field(default_factory=lambda: PathMatch(value="/"))
    """Path; sets ``matches[].path``. Default: every one."""
    methods: Items[Method] = ()
    """Methods, one of which it must have; each makes an entry of ``matches`` and sets its ``method``. Default: all."""
    headers: Items[ValueMatch] = Field(default=(), max_length=16)
    """Headers, all of which it must have; sets ``matches[].headers``."""
    query_params: Items[ValueMatch] = Field(default=(), max_length=16)
    """Query parameters, all of which it must have; sets ``matches[].queryParams``."""

    def bodies(self) -> list[dict[str, Any]]:
        """Give the entries of the rule's ``matches``, defaults spelled out."""
        body: dict[str, Any] = {"path": full(self.path, PathMatch).body()}
        if self.headers:
            body["headers"] = [header.body() for header in self.headers]
        if self.query_params:
            body["queryParams"] = [parameter.body() for parameter in self.query_params]
        return [body | {"method": method} for method in self.methods] or [body]

    def signatures(self) -> list[tuple[str, Signature]]:
        """Give what each entry of ``matches`` compares, with words for a reader."""
        path = full(self.path, PathMatch)
        prefix = path.value.rstrip("/") if path.type == "PathPrefix" else path.value
        rest = (
            _values_signature(self.headers, fold=True),
            _values_signature(self.query_params, fold=False),
        )
        return [
            (f"{method or 'any method'} {path.value}", (path.type, prefix, method, *rest))
            for method in (self.methods or (None,))
        ]


if TYPE_CHECKING:
    HttpMatchLike = HttpMatch | str
else:
    #: A match, or a prefix of the path.
    HttpMatchLike = Annotated[
        HttpMatch, Short(str, lambda path: HttpMatch(path=path), {"type": "string", "description": "prefix of a path"})
    ]


class Timeouts(Options):
    """How long a request may take."""

    request: GatewayDuration | None = None
    """From the client's request to the end of the answer; sets ``timeouts.request``. ``0s`` is for ever."""
    backend_request: GatewayDuration | None = None
    """One request to a backend, of which a retry is a further one; sets ``timeouts.backendRequest``."""

    @model_validator(mode="after")
    def _check(self) -> Timeouts:
        whole, part = (seconds_of(str(given or "0s")) for given in (self.request, self.backend_request))
        if whole and part > whole:
            raise_faults([Fault(("backendRequest",), f"{self.backend_request} is longer than request, {self.request}")])
        return self


class HttpRule(Options):
    """Requests that any of ``matches`` fits, and who answers them."""

    name: Subdomain | None = None
    """Sets ``rules[].name``. Default: none."""
    matches: Items[HttpMatchLike] = Field(default=(HttpMatch(),), min_length=1)
    """Which requests; sets ``matches``. Default: all."""
    filters: HttpFilters = Field(default_factory=HttpFilters)
    """What is done with the request and its answer; sets ``filters``."""
    backend_refs: Items[BackendRefLike] = Field(default=(), max_length=MOST_BACKENDS)
    """Who answers; sets ``backendRefs``. Left out with a redirect."""
    timeouts: Timeouts = Field(default_factory=Timeouts)
    """How long it may take; sets ``timeouts``. Default: the Gateway's."""

    @model_validator(mode="after")
    def _check(self) -> HttpRule:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        redirect = self.filters.redirect
        if redirect is None and not self.backend_refs:
            yield Fault(("backendRefs",), "is required: nobody would answer; give a backend, or filters.redirect")
        if redirect is not None and self.backend_refs:
            yield Fault(("backendRefs",), "must be left out: filters.redirect answers")
        if redirect is not None and self.filters.rewrite is not None:
            yield Fault(("filters", "rewrite"), "must be left out: filters.redirect hands nothing on")
        prefixes = all(full(match.path, PathMatch).type == "PathPrefix" for match in self.http_matches)
        for name, change in self.filters.path_changes():
            if change.prefix is not None and not prefixes:
                yield Fault(("filters", name, "path", "prefix"), "needs every match to compare a PathPrefix")
        if sum(len(match.bodies()) for match in self.http_matches) > MOST_MATCHES:
            yield Fault(("matches",), f"are more than {MOST_MATCHES}, each method counted; split the rule")

    @property
    def http_matches(self) -> tuple[HttpMatch, ...]:
        """``matches`` in full form."""
        return tuple(full(match, HttpMatch) for match in self.matches)


class HTTPRouteOptions(RouteOptions):
    """An HTTPRoute (gateway.networking.k8s.io/v1): which HTTP requests go to which Services."""

    rules: Items[HttpRule] = Field(min_length=1, max_length=MOST_RULES)
    """What is done with which requests; sets ``rules``. The most exact match wins, not the first rule."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        yield from _taken_twice(
            (("rules", number, "matches", index), said)
            for number, rule in enumerate(self.rules)
            for index, match in enumerate(rule.http_matches)
            for said in match.signatures()
        )


def _grpc_name(value: str) -> str:
    if not _GRPC_NAME.fullmatch(value):
        message = f"{show(value)} is not a name of gRPC, such as 'acme.v1.Cart'"
        raise ValueError(message)
    return value


class GrpcMatch(Options):
    """What a call must have: all of what is given here. The short form is ``acme.v1.Cart`` or ``acme.v1.Cart/Add``."""

    service: Text | None = None
    """Name of the service with its package; sets ``matches[].method.service``. Default: every one."""
    method: Text | None = None
    """Name of the method; sets ``matches[].method.method``. Default: every one."""
    type: Literal["Exact", "RegularExpression"] = "Exact"
    """How both are compared; sets ``matches[].method.type``."""
    headers: Items[ValueMatch] = Field(default=(), max_length=16)
    """Headers, all of which it must have; sets ``matches[].headers``."""

    @model_validator(mode="after")
    def _check(self) -> GrpcMatch:
        if not (self.service or self.method or self.headers):
            message = "compares nothing: give service, method or headers, or leave the rule's matches out"
            raise ValueError(message)
        if self.type == "Exact":
            for value in (self.service, self.method):
                if value is not None:
                    _grpc_name(value)
        return self

    def match_body(self) -> dict[str, Any]:
        """Give the entry of the rule's ``matches``, defaults spelled out."""
        body: dict[str, Any] = {}
        names = {"service": self.service, "method": self.method}
        if self.service or self.method:
            body["method"] = {"type": self.type} | {key: name for key, name in names.items() if name}
        return body | ({"headers": [header.body() for header in self.headers]} if self.headers else {})


def _of_call(given: str) -> GrpcMatch:
    service, slash, method = given.partition("/")
    if slash and not method:
        message = f"{show(given)} ends in an empty method; write 'acme.v1.Cart' for every one"
        raise ValueError(message)
    return GrpcMatch(service=service, method=method or None)


if TYPE_CHECKING:
    GrpcMatchLike = GrpcMatch | str
else:
    #: A match, or a service with or without a method.
    GrpcMatchLike = Annotated[
        GrpcMatch, Short(str, _of_call, {"type": "string", "description": "package.Service[/Method]"})
    ]


class GrpcRule(Options):
    """Calls that any of ``matches`` fits, and who answers them."""

    name: Subdomain | None = None
    """Sets ``rules[].name``. Default: none."""
    matches: Items[GrpcMatchLike] = Field(default=(), max_length=MOST_MATCHES)
    """Which calls; sets ``matches``. Default: all."""
    filters: RouteFilters = Field(default_factory=RouteFilters)
    """What is done with the call and its answer; sets ``filters``."""
    backend_refs: Items[BackendRefLike] = Field(min_length=1, max_length=MOST_BACKENDS)
    """Who answers; sets ``backendRefs``."""

    @property
    def grpc_matches(self) -> tuple[GrpcMatch, ...]:
        """``matches`` in full form."""
        return tuple(full(match, GrpcMatch) for match in self.matches)


class GRPCRouteOptions(RouteOptions):
    """A GRPCRoute (gateway.networking.k8s.io/v1): which gRPC calls go to which Services."""

    rules: Items[GrpcRule] = Field(min_length=1, max_length=MOST_RULES)
    """What is done with which calls; sets ``rules``. The most exact match wins, not the first rule."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        every = [("rules", number) for number, rule in enumerate(self.rules) if not rule.matches]
        for place in every[1:]:
            yield Fault(place, "takes every call, as another rule does; only the first would ever be asked")
        yield from _taken_twice(
            (("rules", number, "matches", index), _call_said(match))
            for number, rule in enumerate(self.rules)
            for index, match in enumerate(rule.grpc_matches)
        )


def _call_said(match: GrpcMatch) -> tuple[str, Signature]:
    words = f"{match.service or 'any service'}/{match.method or 'any method'}"
    return words, (match.type, match.service, match.method, _values_signature(match.headers, fold=True))


def _taken_twice(matches: Iterator[tuple[tuple[str | int, ...], tuple[str, Signature]]]) -> Iterator[Fault]:
    """Find matches that compare what another one of the route compared."""
    taken: dict[Signature, tuple[str | int, ...]] = {}
    for place, (words, signature) in matches:
        first = taken.setdefault(signature, place)
        if first != place:
            where = str(Fault(first, "has it")).removesuffix(" has it")
            yield Fault(place, f"compares {words}, which {where} has taken; only the first would ever get a request")
