"""The volumes of a component, and where its container mounts them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Map, Options, empty
from lumen_constructs.options.scalars import ConfigMapName, Memory, MountPath, Name, SecretName, Subdomain, Text
from lumen_constructs.quantities import Quantity

AccessMode = Literal["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]


class ConfigMapVolume(Options):
    """The keys of a ConfigMap as files."""

    name: ConfigMapName
    """Name of the ConfigMap; sets ``configMap.name``."""
    items: Map[str] = Field(default_factory=empty)
    """Keys to show and the file names to show them under; sets ``configMap.items``. Default: every key."""
    default_mode: int = Field(default=0o444, ge=0, le=0o777)
    """Permissions of the files; sets ``configMap.defaultMode``."""
    optional: bool = False
    """Whether the pod may start without it; sets ``configMap.optional``."""


class SecretVolume(Options):
    """The keys of a Secret as files."""

    secret_name: SecretName
    """Name of the Secret; sets ``secret.secretName``."""
    items: Map[str] = Field(default_factory=empty)
    """Keys to show and the file names to show them under; sets ``secret.items``. Default: every key."""
    default_mode: int = Field(default=0o440, ge=0, le=0o777)
    """Permissions of the files, readable to the pod's ``fsGroup``; sets ``secret.defaultMode``."""
    optional: bool = False
    """Whether the pod may start without it; sets ``secret.optional``."""


class ExistingClaim(Options):
    """A PersistentVolumeClaim that something else makes."""

    claim_name: Subdomain
    """Name of the claim; sets ``persistentVolumeClaim.claimName``."""


class Claim(Options):
    """A PersistentVolumeClaim that the component makes, and that survives its removal."""

    size: Memory
    """Storage asked for, in bytes (``10Gi``); sets ``resources.requests.storage``."""
    name: Subdomain | None = None
    """Name of the claim. Default: the component's name and the volume's."""
    access_modes: Items[AccessMode] = Field(default=("ReadWriteOnce",), min_length=1)
    """Ways in which nodes may mount it; sets ``accessModes``. One that is ``ReadWriteOnce`` allows one replica only."""
    storage_class: Subdomain | None = None
    """Storage class; sets ``storageClassName``. Default: the cluster's default class."""

    @model_validator(mode="after")
    def _check(self) -> Claim:
        if Quantity.parse(str(self.size)).value == 0:
            raise_faults([Fault(("size",), f"{show(self.size)} must be above 0")])
        return self

    @property
    def single_node(self) -> bool:
        """Whether the claim allows one node, or one pod, at a time."""
        return not {"ReadWriteMany", "ReadOnlyMany"} & set(self.access_modes)


class EmptyDir(Options):
    """A directory that lives as long as the pod."""

    medium: Literal["", "Memory"] = ""
    """Where it is kept: on the node's disk, or with ``Memory`` in memory; sets ``emptyDir.medium``."""
    size_limit: Memory | None = None
    """Size at which the pod is evicted, in bytes; sets ``emptyDir.sizeLimit``. Default: none."""


class HostPath(Options):
    """A path of the node: it breaks Pod Security "restricted" and ties the pod to the node, hence the reason."""

    path: MountPath
    """Path on the node; sets ``hostPath.path``."""
    type: Literal[
        "", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"
    ] = "Directory"
    """What must be there; sets ``hostPath.type``."""
    reason: Text = Field(min_length=1)
    """Why nothing else will do, for the reader of the output; sets the pod annotation
    ``lumen-constructs/host-paths``."""


class Volume(Options):
    """A volume and its place in the container: exactly one kind of source."""

    name: Name
    """Name of the volume; lists of volumes in layers of values merge by it. Sets ``volumes[].name``."""
    mount_path: MountPath
    """Where the container sees it; sets ``volumeMounts[].mountPath``."""
    sub_path: Text | None = None
    """Path inside the volume that is mounted; sets ``volumeMounts[].subPath``. Such a mount never sees an update."""
    read_only: bool | None = None
    """Sets ``volumeMounts[].readOnly``. Default: true for a ConfigMap and a Secret, otherwise false."""
    claim: Claim | None = None
    """A PersistentVolumeClaim of the component's own."""
    persistent_volume_claim: ExistingClaim | None = None
    """A PersistentVolumeClaim that something else makes."""
    config_map: ConfigMapVolume | None = None
    """Files of a ConfigMap."""
    secret: SecretVolume | None = None
    """Files of a Secret."""
    empty_dir: EmptyDir | None = None
    """A directory that lives as long as the pod."""
    host_path: HostPath | None = None
    """A path of the node, as a named exception."""

    @model_validator(mode="after")
    def _check(self) -> Volume:
        given = [name for name in _SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"has {' and '.join(_SOURCES[name] for name in given)}" if given else "has no source"
            message = f"{show(self.name)} {found}; a volume needs exactly one of {', '.join(_SOURCES.values())}"
            raise ValueError(message)
        if self.sub_path is not None and (self.sub_path.startswith("/") or ".." in self.sub_path.split("/")):
            raise_faults([Fault(("subPath",), f"{show(self.sub_path)} must be a path inside the volume")])
        return self

    def mount_body(self) -> dict[str, Any]:
        """Give the entry of the container's ``volumeMounts``."""
        body: dict[str, Any] = {"name": self.name, "mountPath": self.mount_path}
        read_only = self.read_only
        if read_only is None:
            read_only = self.config_map is not None or self.secret is not None
        if read_only:
            body["readOnly"] = True
        if self.sub_path is not None:
            body["subPath"] = self.sub_path
        return body

    def volume_body(self, claim_name: str) -> dict[str, Any]:
        """Give the entry of the pod's ``volumes``; ``claim_name`` is the name of the claim that the component makes."""
        return {"name": self.name} | self._source(claim_name)

    def _source(self, claim_name: str) -> dict[str, Any]:
        if self.claim is not None:
            return {"persistentVolumeClaim": {"claimName": claim_name}}
        if self.persistent_volume_claim is not None:
            return {"persistentVolumeClaim": {"claimName": self.persistent_volume_claim.claim_name}}
        if self.config_map is not None:
            return {"configMap": {"name": self.config_map.name} | _files(self.config_map)}
        if self.secret is not None:
            return {"secret": {"secretName": self.secret.secret_name} | _files(self.secret)}
        if self.host_path is not None:
            return {"hostPath": {"path": self.host_path.path, "type": self.host_path.type}}
        empty_dir = self.empty_dir or EmptyDir()
        body = {"medium": empty_dir.medium} if empty_dir.medium else {}
        return {"emptyDir": body | ({"sizeLimit": str(empty_dir.size_limit)} if empty_dir.size_limit else {})}


_SOURCES = {
    "claim": "claim",
    "persistent_volume_claim": "persistentVolumeClaim",
    "config_map": "configMap",
    "secret": "secret",
    "empty_dir": "emptyDir",
    "host_path": "hostPath",
}


def _files(source: ConfigMapVolume | SecretVolume) -> dict[str, Any]:
    body: dict[str, Any] = {"defaultMode": source.default_mode}
    if source.items:
        body["items"] = [{"key": key, "path": path} for key, path in source.items.items()]
    if source.optional:
        body["optional"] = True
    return body


class VolumeMount(Options):
    """A volume of the component, mounted into one of its extra containers."""

    name: Name
    """Name of the volume; sets ``volumeMounts[].name``: one of the component's ``volumes``, a key of its
    ``config_files``, ``secret-<name>`` for a Secret with a ``mount_path``, or a writable directory such as ``tmp``."""
    mount_path: MountPath
    """Where the container sees it; sets ``volumeMounts[].mountPath``."""
    sub_path: Text | None = None
    """Path inside the volume that is mounted; sets ``volumeMounts[].subPath``."""
    read_only: bool = False
    """Sets ``volumeMounts[].readOnly``."""

    def body(self) -> dict[str, Any]:
        """Give the entry of the container's ``volumeMounts``."""
        body: dict[str, Any] = {"name": self.name, "mountPath": self.mount_path}
        return (
            body
            | ({"readOnly": True} if self.read_only else {})
            | ({"subPath": self.sub_path} if self.sub_path is not None else {})
        )
