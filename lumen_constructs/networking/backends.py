"""How a route finds its backends: Services by name, or components, which let the Gateway in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lumen_constructs.faults import Fault, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import full
from lumen_constructs.options.destinations import BackendRef, BackendRefLike, Routable, is_routable
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port

Place = tuple[str | int, ...]


class Backends:
    """The backends of one route, gathered while its body is made.

    :param kind: kind of the route
    :param name: name of the route
    :param namespace: namespace of the route
    :param known: components by which a Service that is given by name is found
    """

    def __init__(self, kind: str, name: str, namespace: str | None, known: Iterable[Routable] = ()) -> None:
        self.kind = kind
        self.name = name
        self.namespace = namespace
        self.faults: list[Fault] = []
        self._known = {component.service_name: component for component in known}
        self._ports: dict[int, tuple[Routable, dict[str, None]]] = {}

    def of(self, references: Sequence[BackendRefLike], rule: Place) -> list[dict[str, Any]]:
        """Give the ``backendRefs`` of the rule at ``rule``."""
        bodies: list[dict[str, Any]] = []
        for index, given in enumerate(references):
            place = (*rule, "backendRefs", index)
            reference = full(given, BackendRef)
            found = self._resolved(reference, place)
            split = len(found) > 1
            if split and (len(references) > 1 or reference.weight != 1):
                message = "is a canary, whose weights the controller moves: it must be the only backend of its rule"
                self.faults.append(Fault(place, message))
            bodies += [body | {"weight": share if split else reference.weight} for body, share in found]
        return bodies

    def one(self, given: BackendRefLike, place: Place) -> dict[str, Any]:
        """Give the ``backendRef`` of a mirror, which is the first Service of a component."""
        found = self._resolved(full(given, BackendRef), place)
        return found[0][0] if found else {}

    def let_in(self, controller: Peer) -> None:
        """Have each component let the Gateway's controller connect, to the ports that the route leads to."""
        for component, ports in self._ports.values():
            component.allow_from(controller.model_copy(update={"ports": tuple(ports)}))

    def _resolved(self, reference: BackendRef, place: Place) -> list[tuple[dict[str, Any], int]]:
        given: Any = reference.service
        component = given if is_routable(given) else None
        if component is None and reference.namespace in (None, self.namespace):
            component = self._known.get(given)
        if component is None:
            return self._named(reference, place)
        port = self._port(component, reference, place)
        if port is None:
            return []
        self._ports.setdefault(id(component), (component, {}))[1][port.name] = None
        if reference.namespace is not None and given is component:
            self.faults.append(Fault((*place, "namespace"), "must be left out: the component has its own"))
        destination = component.routed_by(self.kind, self.name, self.namespace)
        number = port.service_port or port.container_port
        return [(self._body(name, number, destination.namespace), share) for name, share in destination.shares]

    def _named(self, reference: BackendRef, place: Place) -> list[tuple[dict[str, Any], int]]:
        name: Any = reference.service
        if not isinstance(reference.port, int):
            known = did_you_mean(name, self._known)
            message = f"must be the number of a port of Service {show(name)}, which is given by name{known}"
            self.faults.append(Fault((*place, "port"), message))
            return []
        return [(self._body(name, reference.port, reference.namespace), 100)]

    def _port(self, component: Routable, reference: BackendRef, place: Place) -> Port | None:
        exposed = [port for port in component.ports if port.expose]
        wanted = reference.port
        found = [port for port in exposed if wanted in (None, port.name, port.service_port or port.container_port)]
        if found:
            return found[0]
        shown = ", ".join(f"{port.name} {port.service_port or port.container_port}" for port in exposed)
        meant = did_you_mean(wanted, [port.name for port in exposed]) if isinstance(wanted, str) else ""
        where = f"is not a port of Service {show(component.service_name)} ({shown or 'it has none'}){meant}"
        self.faults.append(Fault((*place, "port"), f"{show(wanted)} {where}" if wanted is not None else where))
        return None

    def _body(self, name: str, port: int, namespace: str | None) -> dict[str, Any]:
        body: dict[str, Any] = {"group": "", "kind": "Service", "name": name, "port": port}
        return body | ({"namespace": namespace} if namespace not in (None, self.namespace) else {})
