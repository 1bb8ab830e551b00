"""Work that is done at set times."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.construct import built, flat
from lumen_constructs.context import context_of, keep_namespace
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.job import CronJobOptions
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.job import cron_job


class CronJob(Construct):
    """A CronJob whose pods pass Pod Security "restricted", with its ServiceAccount, configuration and NetworkPolicy.

    Keywords are the fields of :class:`~lumen_constructs.options.CronJobOptions`. What must run first goes into
    ``init_containers``: each starts when the one before has succeeded.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(CronJobOptions)
    def __init__(self, scope: Construct, id: str, options: CronJobOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        self.identity = Identity(
            name=options.name or id,
            component=options.component or id,
            context=context_of(scope),
            extra=options.labels,
        )
        bodies = {
            **access(self.identity, options),
            **config_maps(self.identity, options),
            **claims(self.identity, tuple(options.volumes)),
            "Resource": cron_job(self.identity, options),
        }
        if options.network.enabled:
            bodies["NetworkPolicy"] = network_policy(self.identity, options)
        manifests(self, bodies)
        if any(volume.claim is not None for volume in options.volumes):
            keep_namespace(scope)

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: CronJobOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob, for a patch or a dependency."""
        return found(self, "Resource")
