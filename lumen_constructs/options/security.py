"""Who a container runs as, and what it may do. The defaults pass Pod Security Standard "restricted"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.scalars import MountPath, Text

#: The user and group of a container that names none: high, so that it is no user of the node.
DEFAULT_ID = 10001


class SecurityContext(Options):
    """Security settings of the pod and of each of its containers."""

    run_as_user: int = Field(default=DEFAULT_ID, ge=0)
    """User ID of the processes; sets ``runAsUser``."""
    run_as_group: int | None = Field(default=None, ge=0)
    """Group ID of the processes; sets ``runAsGroup``. Default: the user ID."""
    fs_group: int | None = Field(default=None, ge=0)
    """Group that owns the pod's volumes; sets ``fsGroup``. Default: the group ID."""
    fs_group_change_policy: Literal["OnRootMismatch", "Always"] = "OnRootMismatch"
    """When the owner of a volume's files is set; sets ``fsGroupChangePolicy``. ``Always`` is slow on large volumes."""
    supplemental_groups: Items[Annotated[int, Field(ge=0)]] = ()
    """Further groups of the processes; sets ``supplementalGroups``."""
    run_as_non_root: bool = True
    """Whether the kubelet refuses to start a container as root; sets ``runAsNonRoot``."""
    read_only_root_filesystem: bool = True
    """Whether the image's own files are read-only; sets ``readOnlyRootFilesystem``. See ``writable_paths``."""
    writable_paths: Items[MountPath] = ("/tmp",)  # noqa: S108  # a path in the container, which has it for itself
    """Directories that stay writable while the image's own files are read-only, each an ``emptyDir`` that all
    containers of the pod share. One where a volume is mounted has that volume instead."""
    allow_privilege_escalation: bool = False
    """Whether a process may gain more rights than its parent; sets ``allowPrivilegeEscalation``."""
    add_capabilities: Items[Text] = ()
    """Linux capabilities to add after all are dropped; sets ``capabilities.add``. "restricted" allows only
    NET_BIND_SERVICE."""
    seccomp_profile: Literal["RuntimeDefault", "Unconfined"] = "RuntimeDefault"
    """Which system calls are filtered; sets ``seccompProfile.type``."""

    @model_validator(mode="after")
    def _check(self) -> SecurityContext:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.run_as_non_root and self.run_as_user == 0:
            yield Fault(("runAsUser",), "0 is root, which runAsNonRoot keeps from starting; choose another user")
        for index, path in enumerate(self.writable_paths):
            if not path.strip("/"):
                yield Fault(("writablePaths", index), f"{show(path)} would hide the whole image; name a directory")
        for index, capability in enumerate(self.add_capabilities):
            if capability.upper().startswith("CAP_"):
                yield Fault(
                    ("addCapabilities", index), f"{show(capability)} must be written as {capability.upper()[4:]}"
                )

    def pod_body(self) -> dict[str, Any]:
        """Give the pod's ``securityContext``."""
        group = self.run_as_user if self.run_as_group is None else self.run_as_group
        body: dict[str, Any] = {
            "runAsNonRoot": self.run_as_non_root,
            "runAsUser": self.run_as_user,
            "runAsGroup": group,
            "fsGroup": group if self.fs_group is None else self.fs_group,
            "fsGroupChangePolicy": self.fs_group_change_policy,
            "seccompProfile": {"type": self.seccomp_profile},
        }
        if self.supplemental_groups:
            body["supplementalGroups"] = list(self.supplemental_groups)
        return body

    def container_body(self) -> dict[str, Any]:
        """Give a container's ``securityContext``."""
        capabilities: dict[str, Any] = {"drop": ["ALL"]}
        if self.add_capabilities:
            capabilities["add"] = list(self.add_capabilities)
        return {
            "allowPrivilegeEscalation": self.allow_privilege_escalation,
            "readOnlyRootFilesystem": self.read_only_root_filesystem,
            "capabilities": capabilities,
        }
