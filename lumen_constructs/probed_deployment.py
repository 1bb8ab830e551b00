"""A Deployment that says when it has started, may get traffic, and is alive."""

from __future__ import annotations

from typing import Any, Self

from cdk8s import ApiObject, JsonPatch
from constructs import Construct

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_map_name, config_maps
from lumen_constructs.construct import built, flat
from lumen_constructs.context import context_of, keep_namespace
from lumen_constructs.emit.stages import place_of
from lumen_constructs.emit.waves import SYNC_WAVE
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.network_policy import egress_rule, ingress_rule, network_policy
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.workload import ProbedDeploymentOptions
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.deployment import autoscaler, disruption_budget
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.rollout import kind_of, workload


class ProbedDeployment(Construct):
    """A Deployment with its three probe roles, its configuration, and what keeps it safe.

    It makes a ServiceAccount, the Deployment and a NetworkPolicy; where they are asked for or implied, ConfigMaps,
    PersistentVolumeClaims, a HorizontalPodAutoscaler, a PodDisruptionBudget, a Role and a RoleBinding. The pods pass
    Pod Security Standard "restricted". Configuration flows one way, values → ConfigMap → pod, and a change of exactly
    the data that the pod reads restarts it.

    Keywords are the fields of :class:`~lumen_constructs.options.ProbedDeploymentOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(ProbedDeploymentOptions)
    def __init__(self, scope: Construct, id: str, options: ProbedDeploymentOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        self.identity = Identity(
            name=options.name or id,
            component=options.component or id,
            context=context_of(scope),
            extra=options.labels,
        )
        self._wave = 0
        self._body = workload(self.identity, options)
        bodies = {
            **access(self.identity, options),
            **config_maps(self.identity, options),
            **claims(self.identity, tuple(options.volumes)),
            "Resource": self._body,
            "Autoscaler": autoscaler(self.identity, options, **kind_of(self._body)),
            "DisruptionBudget": disruption_budget(self.identity, options),
            "NetworkPolicy": network_policy(self.identity, options) if options.network.enabled else None,
        }
        made = {key: body for key, body in bodies.items() if body is not None}
        manifests(self, made)
        rules = made.get("NetworkPolicy", {}).get("spec", {})
        self._rules = {direction: list(rules.get(direction, ())) for direction in ("ingress", "egress")}
        if any(volume.claim is not None for volume in options.volumes):
            keep_namespace(scope)

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: ProbedDeploymentOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def name(self) -> str:
        """Name of the component and of its Deployment."""
        return self.identity.name

    @property
    def selector(self) -> dict[str, str]:
        """Labels that select the component's pods."""
        return self.identity.selector

    @property
    def ports(self) -> tuple[Port, ...]:
        """The component's ports."""
        return self.options.all_ports

    @property
    def config_map_name(self) -> str | None:
        """Name of the ConfigMap whose keys are the pod's variables, or None where there is no ``config``."""
        return config_map_name(self.identity) if self.options.config else None

    @property
    def deployment(self) -> ApiObject:
        """The Deployment, or the Rollout in its place, for a patch or a dependency."""
        return found(self, "Resource")

    @property
    def peer(self) -> Peer:
        """The component's pods, as the other side of a flow within the namespace."""
        return Peer(pods=self.selector)

    def allow_from(self, *peers: Peer) -> None:
        """Let further peers connect; a peer that names no ports may use all of the component's.

        Nothing happens where the component has no NetworkPolicy, since then anybody may connect.
        """
        if not self.options.network.enabled:
            return
        for peer in peers:
            self._add_rule("ingress", ingress_rule(peer, self.ports))

    def allow_to(self, *peers: Peer) -> None:
        """Let the component connect to further peers; nothing happens where it has no NetworkPolicy."""
        if self.options.network.enabled:
            for peer in peers:
                self._add_rule("egress", egress_rule(peer))

    def _add_rule(self, direction: str, rule: dict[str, Any]) -> None:
        rules = self._rules[direction]
        if rule in rules:
            return
        # A policy without rules has no list yet, since empty lists are not part of the canonical form.
        path, value = (f"/spec/{direction}/-", rule) if rules else (f"/spec/{direction}", [rule])
        found(self, "NetworkPolicy").add_json_patch(JsonPatch.add(path, value))
        rules.append(rule)

    @property
    def wave(self) -> int:
        """The sync wave of the Deployment; for what needs a Rollout, which stands in the last stage, the same.

        Waiting for a Rollout could take for ever: a paused canary is not healthy.
        """
        return self._wave

    def start_after(self, wave: int) -> None:
        """Have the Deployment applied in a later wave than ``wave``, when what it needs is healthy."""
        if wave >= self._wave:
            self._wave = wave + 1
            if self._wave > place_of(self._body).wave:
                self.deployment.metadata.add_annotation(SYNC_WAVE, str(self._wave))
