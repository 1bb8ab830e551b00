"""The routes that lead to a canary: with the first, its controller moves weights instead of numbers of pods."""

from __future__ import annotations

from constructs import Construct

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.manifest import manifests, put
from lumen_constructs.networking.delivery_services import role_services
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.rollout import routed

_CANARY = "/spec/strategy/canary"


class CanaryRoutes:
    """Keeps what leads to a component's Rollout in step with its routes, which are made after it."""

    def __init__(
        self, scope: Construct, workload: Construct, identity: Identity, options: MonitoredServiceOptions
    ) -> None:
        self._scope = scope
        self._workload = workload
        self._identity = identity
        self._options = options
        self._namespace: str | None = None
        self._names: dict[str, list[str]] = {}

    def add(self, kind: str, name: str, namespace: str | None) -> None:
        """Have the controller move the weights of one more route.

        :raises LumenError: if the route is in another namespace than those before
        """
        names = self._names.get(kind, [])
        if name in names:
            return
        if self._names and namespace != self._namespace:
            places = f"{show(self._namespace)} and {show(namespace)}"
            message = f"routes in {places} lead to the canary {self._identity.name}; put them into one namespace"
            raise LumenError(message)
        if not self._names and not self._options.routes_by_ingress:
            manifests(self._scope, role_services(self._identity, self._options, "stable", "canary"))
        self._namespace = namespace
        self._names[kind] = [*names, name]
        fields = routed(self._identity, self._options, self._names, namespace)
        # "add" puts a value in the place of the one before.
        put(self._workload, "Resource", {f"{_CANARY}/{field}": value for field, value in fields.items()})
