"""Pods as their templates describe them: what runs in them, and which ports it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lumen_constructs.checks.kinds import CRON_JOB, JOB, LONG_RUNNING, POD, TEMPLATES, is_built_in
from lumen_constructs.checks.plain import at, entries, joined, mapping, number, text, texts

if TYPE_CHECKING:
    from lumen_constructs.checks.items import Item


class Port(NamedTuple):
    """A port that a container declares."""

    name: str
    number: int | None
    protocol: str


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """One container of a pod template."""

    path: str
    body: dict[str, Any]
    name: str
    role: str
    """``containers``, ``initContainers`` or ``ephemeralContainers``."""
    ports: tuple[Port, ...]

    @property
    def runs_on(self) -> bool:
        """Whether it runs as long as its pod: a container, or an init container that is a sidecar."""
        return self.role == "containers" or (
            self.role == "initContainers" and text(self.body, "restartPolicy") == "Always"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pod:
    """The pods that one object makes."""

    item: Item
    path: str
    """Where the template stands in the object: ``spec.template``, or nothing for a Pod."""
    labels: dict[str, str]
    annotations: dict[str, str]
    spec: dict[str, Any]
    containers: tuple[Container, ...]
    known: bool
    """Whether the kind is Kubernetes' own or Argo's; of other kinds only the look of the template is known."""

    @property
    def namespace(self) -> str:
        """The namespace that the pods run in."""
        return self.item.namespace

    @property
    def long_running(self) -> bool:
        """Whether the pods run until they are stopped."""
        return self.item.type in LONG_RUNNING or (self.item.type == POD and not self.finishes)

    @property
    def finishes(self) -> bool:
        """Whether the pods run once and are done."""
        return self.item.type in (JOB, CRON_JOB) or text(self.spec, "restartPolicy") in ("Never", "OnFailure")

    def at(self, *steps: str | int) -> str:
        """Give a place in the pod's spec as the object's reader sees it."""
        return joined(self.path, "spec", *steps)

    @property
    def running(self) -> Iterator[Container]:
        """The containers that run as long as the pod, sidecars included."""
        return (container for container in self.containers if container.runs_on)

    def ports_named(self, name: str) -> list[Port]:
        """Give the ports of that name."""
        return [port for container in self.running for port in container.ports if port.name == name]

    def ports_numbered(self, wanted: int) -> list[Port]:
        """Give the declared ports of that number."""
        return [port for container in self.running for port in container.ports if port.number == wanted]

    @property
    def port_names(self) -> list[str]:
        """The names of all ports, in order."""
        return [port.name for container in self.running for port in container.ports if port.name]

    @property
    def declares_ports(self) -> bool:
        """Whether any container says which ports it has; none has to."""
        return any(container.ports for container in self.running)


def pod_of(item: Item) -> Pod | None:
    """Give the pods that ``item`` makes, if it makes any."""
    steps = TEMPLATES.get(item.type)
    if steps is None:
        if is_built_in(item.type) or not isinstance(at(item.body, "spec", "template", "spec", "containers"), list):
            return None
        steps = ("spec", "template")
    template = mapping(item.body, *steps)
    if "spec" not in template:
        return None
    path = ".".join(steps)
    spec = mapping(template, "spec")
    return Pod(
        item,
        path,
        texts(template, "metadata", "labels"),
        texts(template, "metadata", "annotations"),
        spec,
        tuple(_containers(spec, joined(path, "spec"))),
        known=item.type in TEMPLATES,
    )


def _containers(spec: dict[str, Any], path: str) -> Iterator[Container]:
    for role in ("initContainers", "containers", "ephemeralContainers"):
        for place, body in entries(spec, role):
            ports = tuple(
                Port(text(port, "name"), number(port, "containerPort"), text(port, "protocol") or "TCP")
                for _, port in entries(body, "ports")
            )
            yield Container(joined(path, role, place), body, text(body, "name"), role, ports)
