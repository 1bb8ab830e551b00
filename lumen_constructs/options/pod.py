"""What can be said about any pod, whatever runs it: image, configuration, volumes, security, network, identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, FaultsError
from lumen_constructs.options.base import Items, Map, Options, empty, full
from lumen_constructs.options.config import ConfigFiles, ConfigValue
from lumen_constructs.options.container import Container
from lumen_constructs.options.env import Env, EnvFrom, EnvVar
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.image import Image, ImageLike
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.network import Network
from lumen_constructs.options.pod_contradictions import pod_faults
from lumen_constructs.options.ports import Port
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import AnnotationMap, External, LabelMap, MountPath, Name, Seconds, Subdomain
from lumen_constructs.options.scheduling import Scheduling
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.options.volumes import Volume
from lumen_constructs.values.merging import MergeByName


class PodOptions(Options):
    """A pod: one container of the component's own, and what it needs."""

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
    resources: Resources
    """Compute resources; sets the container's ``resources``."""
    config: Map[ConfigValue] = Field(default_factory=empty)
    """Plain configuration: the ConfigMap ``<name>-config``, whose keys all become environment variables."""
    config_files: Map[ConfigFiles] = Field(default_factory=empty)
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
    network: Network = Field(default_factory=Network)
    """The NetworkPolicy."""
    service_account: ServiceAccount = Field(default_factory=ServiceAccount)
    """The ServiceAccount."""
    rbac: Items[PolicyRule] = ()
    """What the component may do at the API server: a Role and a RoleBinding. Default: nothing, and no token."""
    role_name: Subdomain | None = None
    """Name of the Role that holds ``rbac``; its RoleBinding is ``<component>-<role>``. Default: the component's, for
    both."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels of every object."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the Deployment."""
    pod_labels: LabelMap = Field(default_factory=empty)
    """Further labels of the pods."""
    pod_annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations of the pods."""
    init_containers: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run to their end, one after the other, before the others start; sets ``initContainers``."""
    sidecars: Annotated[Items[Container], MergeByName()] = ()
    """Containers that run beside; sets further ``containers``."""
    lifecycle: Lifecycle = Field(default_factory=Lifecycle)
    """Hooks of the container."""
    termination_grace_period_seconds: Seconds = 30
    """Seconds from the request to stop until the container is killed; sets ``terminationGracePeriodSeconds``."""
    image_pull_secrets: Items[Subdomain] = ()
    """Names of Secrets with registry credentials; sets ``imagePullSecrets``, after the cluster's."""
    external: Items[External] = ()
    """Objects outside this set that the component refers to, as ``Kind/name``: the checks take them as existing. What
    ``secrets`` and pull secrets name is among them by itself, where nothing in the set provides it."""

    @model_validator(mode="after")
    def _check(self) -> PodOptions:
        if faults := list(self._faults()):
            raise FaultsError(faults)
        return self

    def _faults(self) -> Iterator[Fault]:
        return pod_faults(self)

    @property
    def all_ports(self) -> tuple[Port, ...]:
        """Ports of the component's own container."""
        return ()

    @property
    def may_be_many(self) -> bool:
        """Whether more than one pod can run for good."""
        return False

    @property
    def env_vars(self) -> tuple[EnvVar, ...]:
        """``env`` in its full form."""
        return tuple(full(variable, EnvVar) for variable in self.env)

    @property
    def variables(self) -> set[str]:
        """Names of all variables that the container is known to get."""
        secrets = {name for secret in self.secrets for name in secret.variables}
        return set(self.config) | {variable.name for variable in self.env_vars} | secrets


def image_of(options: PodOptions | Container) -> Image:
    """Give the image in its full form."""
    return full(options.image, Image)
