"""Which requests go from a Gateway to which components."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Self, TypeVar

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.construct import built, flat
from lumen_constructs.context import context_of
from lumen_constructs.faults import raise_faults
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.backends import Backends
from lumen_constructs.networking.metadata import object_metadata
from lumen_constructs.networking.routes import grpc_route, http_route
from lumen_constructs.options.destinations import Routable
from lumen_constructs.options.routes import GRPCRouteOptions, HTTPRouteOptions, RouteOptions

R = TypeVar("R", bound=RouteOptions)


class _Found(NamedTuple):
    """Options that were read from a values file, and the components that they may name."""

    options: RouteOptions
    components: tuple[Routable, ...]


class HTTPRoute(Construct):
    """An HTTPRoute (gateway.networking.k8s.io/v1): which HTTP requests go to which components.

    Backends are components, which let the Gateway's controller in, or Services by name. A component that is rolled out
    as a canary gets its requests by weights, which its controller moves.

    Keywords are the fields of :class:`~lumen_constructs.HTTPRouteOptions`.

    :raises LumenError: for every contradiction among the options, and every port that a component does not have, with
        the construct's path
    """

    @flat(HTTPRouteOptions)
    def __init__(self, scope: Construct, id: str, options: HTTPRouteOptions | _Found) -> None:
        super().__init__(scope, id)
        self.options, self.name = _make(self, scope, "HTTPRoute", options, http_route)

    @classmethod
    def from_options(
        cls, scope: Construct, id: str, options: HTTPRouteOptions, *, components: Iterable[Routable] = ()
    ) -> Self:
        """Make it from options that were read from a values file; a backend may name one of ``components``."""
        given: Any = _Found(options, tuple(components))
        return built(cls, scope, id, given)

    @property
    def route(self) -> ApiObject:
        """The HTTPRoute, for a patch or a dependency."""
        return found(self, "Resource")


class GRPCRoute(Construct):
    """A GRPCRoute (gateway.networking.k8s.io/v1): which gRPC calls go to which components.

    Keywords are the fields of :class:`~lumen_constructs.GRPCRouteOptions`; for backends, see
    :class:`HTTPRoute`.

    :raises LumenError: for every contradiction among the options, and every port that a component does not have, with
        the construct's path
    """

    @flat(GRPCRouteOptions)
    def __init__(self, scope: Construct, id: str, options: GRPCRouteOptions | _Found) -> None:
        super().__init__(scope, id)
        self.options, self.name = _make(self, scope, "GRPCRoute", options, grpc_route)

    @classmethod
    def from_options(
        cls, scope: Construct, id: str, options: GRPCRouteOptions, *, components: Iterable[Routable] = ()
    ) -> Self:
        """Make it from options that were read from a values file; a backend may name one of ``components``."""
        given: Any = _Found(options, tuple(components))
        return built(cls, scope, id, given)

    @property
    def route(self) -> ApiObject:
        """The GRPCRoute, for a patch or a dependency."""
        return found(self, "Resource")


def _make(
    route: Construct,
    scope: Construct,
    kind: str,
    given: R | _Found,
    body_of: Callable[[dict[str, Any], R, Backends], dict[str, Any]],
) -> tuple[R, str]:
    """Make the manifest of a route, have its components let the controller in, and give its options and name."""
    options: Any = given.options if isinstance(given, _Found) else given
    context = context_of(scope)
    metadata = object_metadata(scope, route.node.id, options)
    known = given.components if isinstance(given, _Found) else ()
    backends = Backends(kind, metadata["name"], context.namespace, known)
    body = body_of(metadata, options, backends)
    raise_faults(backends.faults)
    backends.let_in(context.cluster.entrance)
    manifests(route, {"Resource": body})
    return options, metadata["name"]
