"""Work that is done at set times."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.component import StackComponent, has_claims, identity_of, pod_bodies
from lumen_constructs.construct import built, flat
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.options.job import CronJobOptions
from lumen_constructs.workloads.job import cron_job


class CronJob(StackComponent):
    """A CronJob whose pods pass Pod Security "restricted", with its ServiceAccount, configuration and NetworkPolicy.

    Keywords are the fields of :class:`~lumen_constructs.CronJobOptions`. What must run first goes into
    ``init_containers``: each starts when the one before has succeeded.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(CronJobOptions)
    def __init__(self, scope: Construct, id: str, options: CronJobOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        bodies = {**pod_bodies(identity, options), "Resource": cron_job(identity, options)}
        self._make(scope, identity, bodies, wave=STAGES["60-traffic"], kept=has_claims(options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: CronJobOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def cron_job(self) -> ApiObject:
        """The CronJob, for a patch or a dependency."""
        return self.resource
