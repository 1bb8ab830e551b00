"""A whole system in one environment: its namespace, its components, and the facts that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from cdk8s import Chart
from constructs import Construct

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.context import provide
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.manifest import annotate, manifests
from lumen_constructs.names import did_you_mean, label_fault
from lumen_constructs.needs import Component, Needed, Needy, need_faults
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.options.namespace import Namespace
from lumen_constructs.workloads.identity import MANAGED_BY, Context
from lumen_constructs.workloads.namespace import namespace_bodies

C = TypeVar("C", bound=Component)


class UmbrellaStack(Chart):
    """A chart that holds a system's components in one environment.

    It makes the Namespace, which enforces a Pod Security Standard, with the quota and limits that it is given. The
    components below it share the cluster's facts: where DNS and Prometheus are, the registry, the pull secrets.

    :param scope: the app
    :param id: id of the chart; one app can hold a stack for each environment
    :param name: name of the system; sets the labels ``app.kubernetes.io/part-of`` and ``app.kubernetes.io/instance``
        of everything below
    :param environment: name of the environment, such as ``production``
    :param namespace: name of the namespace. Default: the name of the system
    :param cluster: facts about the cluster. Default: what most clusters share
    :param namespace_options: what the Namespace enforces and allows. Default: Pod Security "restricted"
    :param labels: further labels of every object
    :param components: names of the components, and whether each is on
    :param needs: for each component that needs others, their names; see :meth:`add`

    :raises LumenError: for a name that Kubernetes would refuse; for each component that is on and needs one that is
        off, with both names; for needs that go in a circle
    """

    def __init__(  # noqa: PLR0913  # one keyword a property
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        environment: str,
        namespace: str | None = None,
        cluster: Cluster | None = None,
        namespace_options: Namespace | None = None,
        labels: Mapping[str, str] | None = None,
        components: Mapping[str, bool] | None = None,
        needs: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        for field, value in (("name", name), ("environment", environment), ("namespace", namespace or name)):
            if fault := label_fault(value):
                message = f"{id}: {field} '{value}' {fault}"
                raise LumenError(message)
        self._on = dict(components or {})
        self._needs = {component: tuple(needed) for component, needed in (needs or {}).items()}
        self._components: dict[str, Needed] = {}
        raise_all(f"{id}: {fault}" for fault in need_faults(self._on, self._needs))
        # cdk8s adds a chart's labels to every object by itself.
        super().__init__(scope, id, namespace=namespace or name, labels=dict(labels or {}))
        self.name = name
        self.environment = environment
        self.cluster = cluster or Cluster()
        context = Context(namespace=namespace or name, part_of=name, cluster=self.cluster)
        provide(self, context, self._keep_namespace)
        own = {
            "app.kubernetes.io/instance": name,
            "app.kubernetes.io/part-of": name,
            "app.kubernetes.io/managed-by": MANAGED_BY,
        }
        self._namespace = Construct(self, "Namespace")
        bodies = namespace_bodies(namespace or name, own, namespace_options or Namespace())
        self._can_be_lost = "Resource" in bodies
        if bodies:
            manifests(self._namespace, bodies)

    def has(self, component: str) -> bool:
        """Tell whether a component is on.

        :raises LumenError: for a name that is not among the stack's components
        """
        if component not in self._on:
            message = f"{self.node.id}: there is no component '{component}'{did_you_mean(component, self._on)}"
            raise LumenError(message)
        return self._on[component]

    def add(self, name: str, component: C) -> C:
        """Make ``component`` known as the component ``name``, and give it what it needs: see :meth:`needs`.

        :raises LumenError: if what it needs has not been added yet, or ``name`` is not among the stack's components
        """
        self.has(name)
        needed = self._needs.get(name, ())
        raise_all(
            f"{self.node.id}: {name} is added before {other}, which it needs; add {other} first"
            for other in needed
            if other not in self._components
        )
        if needed:
            self.needs(component, {other: self._components[other] for other in needed})
        self._components[name] = component
        return component

    def needs(self, component: Needy, needed: Mapping[str, Needed | None]) -> None:
        """Say that ``component`` needs others: it may connect to them, they let it in, and they are applied before it.

        :param component: what needs the others
        :param needed: the others by their names in the values; None for one that is off

        :raises LumenError: for each that is off, with both names
        """
        raise_all(
            f"{self.node.id}: {component.name} needs {name}, which is off; turn {name} on, or {component.name} off"
            for name, other in needed.items()
            if other is None
        )
        for other in needed.values():
            if other is not None:
                ports = tuple(port.name for port in other.ports)
                if ports:  # what serves nobody, such as a Job, is waited for, and not connected to
                    component.allow_to(other.peer.model_copy(update={"ports": ports}))
                    other.allow_from(component.peer)
                component.start_after(other.wave)

    def _keep_namespace(self) -> None:
        if self._can_be_lost:
            annotate(self._namespace, "Resource", KEEP)
            self._can_be_lost = False

    @property
    def notes(self) -> str:
        """What a person should know before and after applying the stack, in Markdown; written beside the output."""
        return ""
