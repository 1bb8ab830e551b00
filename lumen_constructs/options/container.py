"""A further container of a pod: one that prepares it (init), or one that runs beside (sidecar)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.env import Env, EnvFrom
from lumen_constructs.options.image import ImageLike
from lumen_constructs.options.lifecycle import Lifecycle
from lumen_constructs.options.ports import ContainerPort
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.resources import Resources
from lumen_constructs.options.scalars import MountPath, Name
from lumen_constructs.options.volumes import VolumeMount
from lumen_constructs.values.merging import MergeByName


class Container(Options):
    """A container beside the component's own. It has the same security settings, and a writable ``/tmp``."""

    name: Name
    """Name; sets ``name``. Lists of containers in layers of values merge by it."""
    image: ImageLike
    """Image; sets ``image`` and ``imagePullPolicy``."""
    command: Items[str] = ()
    """Command, in place of the image's entrypoint; sets ``command``."""
    args: Items[str] = ()
    """Arguments; sets ``args``. Default: the image's."""
    working_dir: MountPath | None = None
    """Working directory; sets ``workingDir``. Default: the image's."""
    resources: Resources
    """Compute resources; sets ``resources``."""
    env: Annotated[Env, MergeByName()] = ()
    """Environment variables; sets ``env``."""
    env_from: Items[EnvFrom] = ()
    """ConfigMaps and Secrets whose keys become variables; sets ``envFrom``."""
    ports: Annotated[Items[ContainerPort], MergeByName()] = ()
    """Ports; sets ``ports``. Names and numbers are unique in the pod. The Service does not have them."""
    probes: Probes | None = None
    """Probes of a container that runs on. An init container without ``restart_policy`` has none: it ends."""
    volume_mounts: Annotated[Items[VolumeMount], MergeByName("mountPath")] = ()
    """Volumes of the component to mount; sets ``volumeMounts``."""
    lifecycle: Lifecycle | None = None
    """Hooks of a container that runs on; sets ``lifecycle``."""
    restart_policy: Literal["Always"] | None = None
    """``Always`` has an init container run on beside the component, and the next ones start once its startup probe has
    succeeded; it is stopped after the component, so that a Job with it ends. Sets ``restartPolicy``, which Kubernetes
    knows since 1.29. Default: an init container runs to its end."""
    inherit_config: bool = Field(default=False)
    """Whether it reads the component's config and secrets as the component does."""
