"""Where a route leads: a Service by name, or the component that stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Protocol

from pydantic import BeforeValidator, Field, WrapValidator

from lumen_constructs.options.base import Options, Short
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.scalars import Name, PortRef, ServiceName


class Destination(NamedTuple):
    """The Services behind a component, as a route names them."""

    namespace: str | None
    """Namespace of the Services."""
    shares: tuple[tuple[str, int], ...]
    """Each Service with its part of the requests in percent; a canary has two, whose parts change while it runs."""


class Routable(Protocol):
    """A component that routes may lead to, such as a ``MonitoredService``."""

    @property
    def service_name(self) -> str:
        """Name of its Service."""

    @property
    def ports(self) -> tuple[Port, ...]:
        """Its ports, of which the Service has those that are exposed."""

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect."""

    def routed_by(self, kind: str, name: str, namespace: str | None) -> Destination:
        """Learn that a route leads here, and tell which Services it must name."""


def is_routable(value: object) -> bool:
    """Tell whether a value is a component that routes may lead to."""
    return callable(getattr(type(value), "routed_by", None))


def _service(given: object, check: Any) -> object:
    return given if is_routable(given) else check(given)


if TYPE_CHECKING:
    ServiceLike = str | Routable
else:
    #: The name of a Service, or in Python the component behind it.
    ServiceLike = Annotated[ServiceName, WrapValidator(_service)]


class BackendRef(Options):
    """A Service that answers. The short form is its name; in Python its component will do."""

    service: ServiceLike
    """Name of the Service, or in Python the component; sets ``backendRefs[].name``."""
    port: PortRef | None = None
    """Port of the Service: its number, or of a component also its name; sets ``backendRefs[].port``. Default: the first
    one of a component; required beside a name."""
    weight: int = Field(default=1, ge=0, le=1_000_000)
    """Part of the requests, in proportion to the other backends'; sets ``backendRefs[].weight``."""
    namespace: Name | None = None
    """Namespace of a Service that is given by name; sets ``backendRefs[].namespace``. Another one than the route's
    needs a ReferenceGrant there. Default: the route's."""


def _of_component(given: object) -> object:
    component: Any = given
    return BackendRef(service=component) if is_routable(given) else given


if TYPE_CHECKING:
    BackendRefLike = BackendRef | Routable | str
else:
    #: A backend, the name of its Service, or the component behind it.
    BackendRefLike = Annotated[
        BackendRef,
        Short(str, lambda name: BackendRef(service=name), {"type": "string", "description": "name of a Service"}),
        BeforeValidator(_of_component),
    ]
