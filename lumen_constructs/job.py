"""Work that is done once, and again when it changes."""

from __future__ import annotations

from typing import Any, Self

from cdk8s import ApiObject, JsonPatch
from constructs import Construct

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.construct import built, flat
from lumen_constructs.context import context_of, keep_namespace
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.emit.waves import SYNC_WAVE
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.network_policy import egress_rule, ingress_rule, network_policy
from lumen_constructs.options.job import JobOptions
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.job import job


class Job(Construct):
    """A Job whose pods pass Pod Security "restricted", with its ServiceAccount, configuration and NetworkPolicy.

    Its name ends with a hash of its content, the data of its ConfigMaps included: what has not changed is the Job that
    ran already, and what has changed is a new one, since the API server refuses another template under the same name.
    So the work must be such that it may be done twice. The Job is never removed by the cluster, for a GitOps tool would
    make it again. A patch is not part of the hash: change what must run again by the options.

    It runs in the stage ``40-init``: when the data stores are healthy, and before the services. A stack says what it
    ``needs``, and what needs it.

    Keywords are the fields of :class:`~lumen_constructs.options.JobOptions`. What must run first goes into
    ``init_containers``: each starts when the one before has succeeded.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(JobOptions)
    def __init__(self, scope: Construct, id: str, options: JobOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        self.identity = Identity(
            name=options.name or id,
            component=options.component or id,
            context=context_of(scope),
            extra=options.labels,
        )
        self._wave = STAGES["40-init"]
        bodies = {
            **access(self.identity, options),
            **config_maps(self.identity, options),
            **claims(self.identity, tuple(options.volumes)),
            "Resource": job(self.identity, options),
        }
        if options.network.enabled:
            bodies["NetworkPolicy"] = network_policy(self.identity, options)
        manifests(self, bodies)
        self._job_name: str = bodies["Resource"]["metadata"]["name"]
        rules = bodies.get("NetworkPolicy", {}).get("spec", {})
        self._rules = {direction: list(rules.get(direction, ())) for direction in ("ingress", "egress")}
        if any(volume.claim is not None for volume in options.volumes):
            keep_namespace(scope)

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: JobOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def name(self) -> str:
        """Name of the component: that of the Job without the hash."""
        return self.identity.name

    @property
    def job_name(self) -> str:
        """Name of the Job, which ends with a hash of its content."""
        return self._job_name

    @property
    def job(self) -> ApiObject:
        """The Job, for a patch or a dependency."""
        return found(self, "Resource")

    @property
    def ports(self) -> tuple[Port, ...]:
        """No ports: a Job serves nobody, so that who needs it waits for it and does not connect."""
        return ()

    @property
    def peer(self) -> Peer:
        """The Job's pods, as the other side of a flow within the namespace."""
        return Peer(pods=self.identity.selector)

    def allow_from(self, *peers: Peer) -> None:
        """Let peers connect to the Job's pods; nothing happens where it has no NetworkPolicy."""
        for peer in peers:
            self._add_rule("ingress", ingress_rule(peer, self.ports))

    def allow_to(self, *peers: Peer) -> None:
        """Let the Job connect to further peers; nothing happens where it has no NetworkPolicy."""
        for peer in peers:
            self._add_rule("egress", egress_rule(peer))

    def _add_rule(self, direction: str, rule: dict[str, Any]) -> None:
        rules = self._rules[direction]
        if not self.options.network.enabled or rule in rules:
            return
        # A policy without rules has no list yet, since empty lists are not part of the canonical form.
        path, value = (f"/spec/{direction}/-", rule) if rules else (f"/spec/{direction}", [rule])
        found(self, "NetworkPolicy").add_json_patch(JsonPatch.add(path, value))
        rules.append(rule)

    @property
    def wave(self) -> int:
        """The sync wave of the Job."""
        return self._wave

    def start_after(self, wave: int) -> None:
        """Have the Job applied in a later wave than ``wave``, when what it needs is healthy.

        Its stage comes after that of the data stores without an annotation.
        """
        if wave >= self._wave:
            self._wave = wave + 1
            self.job.metadata.add_annotation(SYNC_WAVE, str(self._wave))
