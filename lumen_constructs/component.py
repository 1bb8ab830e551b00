"""What every component of a stack is to the others: a name, pods, ports, flows, and its place in the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.context import context_of, keep_namespace
from lumen_constructs.emit.annotations import SYNC_WAVE
from lumen_constructs.emit.stages import STAGE, place_of
from lumen_constructs.manifest import annotate, found, manifests, put
from lumen_constructs.networking.network_policy import egress_rule, ingress_rule, network_policy
from lumen_constructs.options.network import Peer
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.options.ports import Port
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity


class Named(Protocol):
    """Options that name a component."""

    @property
    def name(self) -> str | None:
        """Name of the component."""

    @property
    def component(self) -> str | None:
        """Role of the component in its stack."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Further labels of every object."""


class StackComponent(Construct):
    """Base of the constructs that run pods: who may connect to them, whom they connect to, and when they start."""

    identity: Identity
    """Who the component is: its names and labels."""
    _wave: int
    _stage_wave: int
    _rules: dict[str, list[dict[str, Any]]] | None

    def _make(
        self,
        scope: Construct,
        identity: Identity,
        bodies: Mapping[str, dict[str, Any] | None],
        *,
        wave: int,
        kept: bool,
    ) -> None:
        """Make the component's objects, all in one call; the one that runs the pods is ``Resource``.

        ``wave`` is what those that need the component must come after; ``kept`` says whether it holds what must not be
        lost, so that the namespace is kept with it.
        """
        made = {id_: body for id_, body in bodies.items() if body is not None}
        place, policy = place_of(made["Resource"]), made.get("NetworkPolicy")
        if policy is not None and place.stage < place_of(policy).stage:
            # Not after its pods: a store would stay open, and what is new and waits for the store would not be let in.
            policy["metadata"].setdefault("annotations", {})[STAGE] = place.stage
        manifests(self, made)
        self.identity = identity
        self._wave, self._stage_wave = wave, place.wave
        directions = ("ingress", "egress")
        self._rules = None if policy is None else {name: list(policy["spec"].get(name, ())) for name in directions}
        if kept:
            keep_namespace(scope)

    @property
    def name(self) -> str:
        """Name of the component."""
        return self.identity.name

    @property
    def selector(self) -> dict[str, str]:
        """Labels that select the component's pods."""
        return self.identity.selector

    @property
    def ports(self) -> tuple[Port, ...]:
        """The ports on which it serves: none, so that who needs it waits for it and does not connect."""
        return ()

    @property
    def peer(self) -> Peer:
        """The component's pods, as the other side of a flow within the namespace."""
        return Peer(pods=self.selector)

    @property
    def resource(self) -> ApiObject:
        """The object that runs the pods, for a patch or a dependency."""
        return found(self, "Resource")

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect; a peer that names no ports may use all of the component's.

        Nothing happens where the component has no NetworkPolicy, since then anybody may connect.
        """
        for peer in peers:
            self._add_rule("ingress", ingress_rule(peer, self.ports))

    def allow_to(self, *peers: Peer) -> None:
        """Let the component connect to further peers; nothing happens where it has no NetworkPolicy."""
        for peer in peers:
            self._add_rule("egress", egress_rule(peer))

    def _add_rule(self, direction: str, rule: dict[str, Any]) -> None:
        rules = None if self._rules is None else self._rules[direction]
        if rules is None or rule in rules:
            return
        # A policy without rules has no list yet, since empty lists are not part of the canonical form.
        path, value = (f"/spec/{direction}/-", rule) if rules else (f"/spec/{direction}", [rule])
        put(self, "NetworkPolicy", {path: value})
        rules.append(rule)

    @property
    def wave(self) -> int:
        """The sync wave that those who need the component come after.

        For a Rollout, which stands in the last stage, it is that of a Deployment: waiting for a Rollout could take for
        ever, since a paused canary is not healthy.
        """
        return self._wave

    def start_after(self, wave: int) -> None:
        """Have the component applied in a later wave than ``wave``, when what it needs is healthy."""
        if wave >= self._wave:
            self._wave = wave + 1
            if self._wave > self._stage_wave:
                annotate(self, "Resource", {SYNC_WAVE: str(self._wave)})


def identity_of(scope: Construct, id: str, options: Named) -> Identity:
    """Give the identity of the component that stands below ``scope``."""
    return Identity(
        name=options.name or id,
        component=options.component or id,
        context=context_of(scope),
        extra=options.labels,
    )


def pod_bodies(identity: Identity, options: PodOptions) -> dict[str, dict[str, Any] | None]:
    """Give what any pods come with, by construct id: account and rights, ConfigMaps, claims, the NetworkPolicy."""
    return {
        **access(identity, options),
        **config_maps(identity, options),
        **claims(identity, tuple(options.volumes)),
        "NetworkPolicy": network_policy(identity, options) if options.network.enabled else None,
    }


def has_claims(options: PodOptions) -> bool:
    """Tell whether the component makes a PersistentVolumeClaim."""
    return any(volume.claim is not None for volume in options.volumes)
