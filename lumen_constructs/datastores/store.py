"""What every data store gives to those that need it, and takes from those that it needs."""

from __future__ import annotations

from constructs import Construct

from lumen_constructs.component import StackComponent
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.emit.waves import LATER
from lumen_constructs.manifest import annotate, put
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.workloads.identity import Identity

#: The waves of the data stage; the next one is that of what initialises a store.
_FIRST, _LAST = STAGES["30-data"], STAGES["40-init"] - 1


class DataStore(StackComponent):
    """A data store of any kind: see :class:`Redis`, :class:`MongoDB` and the others.

    A stack says who ``needs`` it; a client takes its connection settings from here: ``config``, ``env`` and
    ``secrets``, or :attr:`connection` for all of them.
    """

    _plan: Plan

    def _run(self, scope: Construct, identity: Identity, plan: Plan) -> None:
        """Make the store's objects, all in one call; ``scope`` is what the store stands below."""
        self._plan = plan
        self._make(scope, identity, plan.bodies, wave=_FIRST, kept=plan.kept)

    @property
    def connection(self) -> Connection:
        """How clients in the same namespace connect."""
        return self._plan.connection

    @property
    def host(self) -> str:
        """Name of the Service for clients."""
        return self.connection.host

    @property
    def port(self) -> int:
        """Port of the Service for clients."""
        return self.connection.port

    @property
    def database(self) -> str | None:
        """Name of the database, where the store has several."""
        return self.connection.database

    def _named(self, prefix: str | None, database: str | None) -> Connection:
        return self.connection.named(prefix or self.connection.prefix, database)

    def url(self, *, prefix: str | None = None, database: str | None = None) -> str:
        """Give the URL, with credentials as ``$(<prefix>_PASSWORD)``: for ``env``, beside :meth:`secrets`."""
        return self._named(prefix, database).url

    def config(self, *, prefix: str | None = None, database: str | None = None) -> dict[str, str | int | bool]:
        """Give the plain settings for a client's ``config``: ``<prefix>_HOST``, ``<prefix>_PORT`` and so on."""
        return self._named(prefix, database).config

    def env(
        self, name: str | None = None, *, prefix: str | None = None, database: str | None = None
    ) -> tuple[EnvVar, ...]:
        """Give the variable with the URL for a client's ``env``: ``<prefix>_URL``, or ``name``."""
        return self._named(prefix, database).env(name)

    def secrets(self, *, prefix: str | None = None) -> tuple[SecretRef, ...]:
        """Give the Secret with the credentials for a client's ``secrets``; nothing where the store asks for none."""
        return self._named(prefix, None).secrets

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports on which clients are served."""
        return self._plan.ports

    @property
    def peer(self) -> Peer:
        """The store's pods, as the other side of a flow within the namespace."""
        return Peer(pods=self._plan.pods)

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect; a peer that names no ports may use all that clients are served on."""
        if self._plan.clients is None:
            super().allow_from(*peers)
        elif self._plan.restricted:
            for peer in peers:
                put(self, "Resource", {self._plan.clients: peer.body()})

    def allow_to(self, *peers: Peer) -> None:
        """Let the store connect to further peers; nothing happens where the NetworkPolicy is the operator's."""
        if self._plan.clients is None:
            super().allow_to(*peers)

    def start_after(self, wave: int) -> None:
        """Have the store applied in a later wave than ``wave``, when what it needs is healthy.

        A store that needs another one has a later wave of the data stage, which rendering a system spells out. In an
        app of one's own, where no object has an early wave, the two are applied together.
        """
        if wave >= 0:
            super().start_after(wave)
        elif self._wave <= wave <= _LAST:
            self._wave = min(wave + 1, _LAST)
            annotate(self, "Resource", {LATER: str(self._wave - self._stage_wave)})
