"""What a component can need of another one, and give to those that need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from lumen_constructs.names import did_you_mean
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port


class Needed(Protocol):
    """A component that others may need: a service, a data store."""

    @property
    def name(self) -> str:
        """Name of the component."""

    @property
    def peer(self) -> Peer:
        """Its pods, as the other side of a flow."""

    @property
    def ports(self) -> Sequence[Port]:
        """The ports on which it serves."""

    @property
    def wave(self) -> int:
        """The sync wave of its workload."""

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect."""


class Needy(Protocol):
    """A component that may need others."""

    @property
    def name(self) -> str:
        """Name of the component."""

    @property
    def peer(self) -> Peer:
        """Its pods, as the other side of a flow."""

    @property
    def wave(self) -> int:
        """The sync wave of its workload."""

    def allow_to(self, *peers: Peer) -> None:
        """Let the component connect to further peers."""

    def start_after(self, wave: int) -> None:
        """Have the workload applied in a later wave than ``wave``."""


class Component(Needed, Needy, Protocol):
    """A component that may need others, and be needed."""


def need_faults(components: Mapping[str, bool], needs: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Find needs of what is not there, needs that go in a circle, and components that need one that is off."""
    for component, needed in needs.items():
        for name in (component, *needed):
            if name not in components:
                hint = did_you_mean(name, components)
                yield f"needs name '{name}', which is no component ({', '.join(components)}){hint}"
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        yield f"needs go in a circle: {' needs '.join(reversed(error.args[1]))}"
    for component, needed in needs.items():
        for name in needed:
            if components.get(component) and components.get(name) is False:
                yield f"{component} needs {name}, which is off; turn {name} on, or {component} off"
