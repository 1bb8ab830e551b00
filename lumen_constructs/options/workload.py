"""All that can be said about a component that runs: the options of ``ProbedDeployment``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, FaultsError
from lumen_constructs.options.base import Items, Map, Options, full
from lumen_constructs.options.config import ConfigFiles, ConfigValue
from lumen_constructs.options.container import Container
from lumen_constructs.options.contradictions import workload_faults
from lumen_constructs.options.env import Env, EnvFrom, EnvVar
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.image import Image, ImageLike
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.network import Network
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import (
    AnnotationMap,
    LabelMap,
    MountPath,
    Name,
    PortNumber,
    Seconds,
    Subdomain,
    Text,
)
from lumen_constructs.options.scaling import Autoscaling, DisruptionBudget, UpdateStrategy
from lumen_constructs.options.scheduling import Scheduling
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.volumes import Volume
from lumen_constructs.values.merging import MergeByName


class ProbedDeploymentOptions(Options):
    """A Deployment with its three probe roles, its configuration, and what keeps it safe."""

    name: Name | None = None
    """Name of the component: of its Deployment, and the start of the names of its other objects. Default: the id."""
    component: Name | None = None
    """Role of the component in its stack; sets the label ``app.kubernetes.io/component``. Default: the id."""
    image: ImageLike
    """Container image."""
    command: Items[str] = ()
    """Command, in place of the image's entrypoint; sets the container's ``command``."""
    args: Items[str] = ()
    """Arguments; sets the container's ``args``. Default: the image's."""
    working_dir: MountPath | None = None
    """Working directory; sets the container's ``workingDir``. Default: the image's."""
    port: PortNumber | None = None
    """The one port, named ``http``; the short form of ``ports``."""
    ports: Annotated[Items[Port], MergeByName()] = ()
    """Ports; the first is the one that probes and the Ingress take where they name none."""
    probes: Probes
    """The three probe roles. ``Probes()`` says that there are none."""
    resources: Resources
    """Compute resources; sets the container's ``resources``."""
    replicas: int | None = Field(default=None, ge=0)
    """Number of pods; sets ``replicas``. Default: 1, or what ``autoscaling`` decides."""
    config: Map[ConfigValue] = Field(default_factory=dict)
    """Plain configuration: the ConfigMap ``<name>-config``, whose keys all become environment variables."""
    config_files: Map[ConfigFiles] = Field(default_factory=dict)
    """Plain configuration as files: for each entry a ConfigMap ``<name>-<entry>``, mounted below a directory."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables of the container itself; sets ``env``. They win over ``config`` and ``env_from``."""
    env_from: Items[EnvFrom] = ()
    """ConfigMaps and Secrets, not of this component, whose keys become variables; sets ``envFrom``."""
    secrets: Annotated[Items[SecretRef], MergeByName()] = ()
    """Secrets that the component reads: names and keys."""
    volumes: Annotated[Items[Volume], MergeByName()] = ()
    """Volumes, each with its place in the container."""
    security: SecurityContext = Field(default_factory=SecurityContext)
    """Security settings of the pod and its containers. Default: what Pod Security "restricted" asks for."""
    scheduling: Scheduling = Field(default_factory=Scheduling)
    """Placement of the pods."""
    strategy: UpdateStrategy | None = None
    """How old pods make way for new ones; sets ``strategy``. Default: one new pod at a time, never below the wanted
    number; ``Recreate`` where a claim allows one node at a time."""
    autoscaling: Autoscaling | None = None
    """A HorizontalPodAutoscaler. Default: none."""
    disruption_budget: DisruptionBudget = Field(default_factory=DisruptionBudget)
    """The PodDisruptionBudget that the component has wherever more than one replica runs."""
    network: Network = Field(default_factory=Network)
    """The NetworkPolicy."""
    service_account: ServiceAccount = Field(default_factory=ServiceAccount)
    """The ServiceAccount."""
    rbac: Items[PolicyRule] = ()
    """What the component may do at the API server: a Role and a RoleBinding. Default: nothing, and no token."""
    labels: LabelMap = Field(default_factory=dict)
    """Further labels of every object."""
    annotations: AnnotationMap = Field(default_factory=dict)
    """Further annotations of the Deployment."""
    pod_labels: LabelMap = Field(default_factory=dict)
    """Further labels of the pods."""
    pod_annotations: AnnotationMap = Field(default_factory=dict)
    """Further annotations of the pods."""
    init_containers: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run to their end, one after the other, before the others start; sets ``initContainers``."""
    sidecars: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run beside; sets further ``containers``."""
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    """Hooks of the container."""
    termination_grace_period_seconds: Seconds = 30
    """Seconds from the request to stop until the container is killed; sets ``terminationGracePeriodSeconds``."""
    min_ready_seconds: Seconds = 0
    """Seconds that a new pod must be ready to count as available; sets ``minReadySeconds``."""
    revision_history_limit: int = Field(default=10, ge=0)
    """Old ReplicaSets to keep for an undo; sets ``revisionHistoryLimit``."""
    progress_deadline_seconds: Seconds = 600
    """Seconds after which an update that does not move counts as failed; sets ``progressDeadlineSeconds``."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials; sets ``imagePullSecrets``, after the cluster's."""
    external: Items[Text] = ()
    """Objects outside this set that the component refers to, as ``Kind/name``: the checks take them as existing. What
    ``secrets`` and pull secrets name is among them by itself, where nothing in the set provides it."""

    @model_validator(mode="after")
    def _check(self) -> ProbedDeploymentOptions:
        if faults := list(self._faults()):
            raise FaultsError(faults)
        return self

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """The component's ports: the one of ``port``, then ``ports``."""
        return (*([Port(container_port=self.port)] if self.port is not None else []), *self.ports)

    @property
    def wanted_replicas(self) -> int:
        """How many pods run at least: ``replicas``, or the autoscaler's ``min_replicas``."""
        if self.autoscaling is not None:
            return self.autoscaling.min_replicas
        return 1 if self.replicas is None else self.replicas

    @property
    def may_be_many(self) -> bool:
        """Whether more than one pod can run for good."""
        return self.wanted_replicas > 1 or (self.autoscaling is not None and self.autoscaling.max_replicas > 1)

    @property
    def effective_strategy(self) -> UpdateStrategy:
        """``strategy`` with its default."""
        if self.strategy is not None:
            return self.strategy
        return UpdateStrategy(type="Recreate") if self.has_single_node_claim else UpdateStrategy()

    @property
    def env_vars(self) -> tuple[EnvVar, ...]:
        """``env`` in its full form."""
        return tuple(full(variable, EnvVar) for variable in self.env)

    @property
    def variables(self) -> set[str]:
        """Names of all variables that the container is known to get."""
        secrets = {name for secret in self.secrets for name in secret.variables}
        return set(self.config) | {variable.name for variable in self.env_vars} | secrets

    @property
    def has_single_node_claim(self) -> bool:
        """Whether a claim allows one node at a time."""
        return any(volume.claim is not None and volume.claim.single_node for volume in self.volumes)

    def _faults(self) -> Iterator[Fault]:
        return workload_faults(self)


def image_of(options: ProbedDeploymentOptions | Container) -> Image:
    """Give the image in its full form."""
    return full(options.image, Image)
