"""Work that is done once, and again when it changes."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.component import StackComponent, has_claims, identity_of, pod_bodies
from lumen_constructs.construct import built, flat
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.options.job import JobOptions
from lumen_constructs.workloads.job import job


class Job(StackComponent):
    """A Job whose pods pass Pod Security "restricted", with its ServiceAccount, configuration and NetworkPolicy.

    Its name ends with a hash of its content, the data of its ConfigMaps included: what has not changed is the Job that
    ran already, and what has changed is a new one, since the API server refuses another template under the same name.
    So the work must be such that it may be done twice. The Job is never removed by the cluster, for a GitOps tool would
    make it again. A patch is not part of the hash: change what must run again by the options.

    It runs in the stage ``40-init``: when the data stores are healthy, and before the services. A stack says what it
    ``needs``, and what needs it.

    Keywords are the fields of :class:`~lumen_constructs.JobOptions`. What must run first goes into
    ``init_containers``: each starts when the one before has succeeded.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(JobOptions)
    def __init__(self, scope: Construct, id: str, options: JobOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        body = job(identity, options)
        self._job_name: str = body["metadata"]["name"]
        bodies = {**pod_bodies(identity, options), "Resource": body}
        self._make(scope, identity, bodies, wave=STAGES["40-init"], kept=has_claims(options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: JobOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def job_name(self) -> str:
        """Name of the Job, which ends with a hash of its content."""
        return self._job_name

    @property
    def job(self) -> ApiObject:
        """The Job, for a patch or a dependency."""
        return self.resource
