"""What a component can need of another one, and give to those that need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

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
