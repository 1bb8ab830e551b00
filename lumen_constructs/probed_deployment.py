"""A Deployment that says when it has started, may get traffic, and is alive."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.component import StackComponent, has_claims, identity_of, pod_bodies
from lumen_constructs.configuration.config_maps import config_map_name
from lumen_constructs.construct import built, flat
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.options.ports import Port
from lumen_constructs.options.workload import ProbedDeploymentOptions
from lumen_constructs.workloads.deployment import autoscaler, disruption_budget
from lumen_constructs.workloads.rollout import kind_of, workload


class ProbedDeployment(StackComponent):
    """A Deployment with its three probe roles, its configuration, and what keeps it safe.

    It makes a ServiceAccount, the Deployment and a NetworkPolicy; where they are asked for or implied, ConfigMaps,
    PersistentVolumeClaims, a HorizontalPodAutoscaler, a PodDisruptionBudget, a Role and a RoleBinding. The pods pass
    Pod Security Standard "restricted". Configuration flows one way, values → ConfigMap → pod, and a change of exactly
    the data that the pod reads restarts it.

    Keywords are the fields of :class:`~lumen_constructs.ProbedDeploymentOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(ProbedDeploymentOptions)
    def __init__(self, scope: Construct, id: str, options: ProbedDeploymentOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        identity = identity_of(scope, id, options)
        body = workload(identity, options)
        bodies = {
            **pod_bodies(identity, options),
            "Resource": body,
            "Autoscaler": autoscaler(identity, options, **kind_of(body)),
            "DisruptionBudget": disruption_budget(identity, options),
        }
        self._make(scope, identity, bodies, wave=STAGES["50-services"], kept=has_claims(options))

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: ProbedDeploymentOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

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
        return self.resource
