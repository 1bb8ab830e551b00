"""What the library mounts by itself beside a component's volumes, and under which names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lumen_constructs.names import shortened

if TYPE_CHECKING:
    from lumen_constructs.options.pod import PodOptions
    from lumen_constructs.options.secrets import SecretRef

_LONGEST_VOLUME_NAME = 63


def normal_path(path: str) -> str:
    """Give a mount path without the slashes that mean nothing, so that one directory has one spelling."""
    return re.sub("//+", "/", path).rstrip("/") or "/"


def writable_volumes(options: PodOptions) -> dict[str, str]:
    """Give the writable directories of a read-only root file system, and the name of the ``emptyDir`` of each.

    One where a volume of the component is mounted already is writable, or not, by that.
    """
    if not options.security.read_only_root_filesystem:
        return {}
    mounted = {normal_path(volume.mount_path) for volume in options.volumes}
    paths = dict.fromkeys(normal_path(path) for path in options.security.writable_paths)
    return {path: _volume_name(path) for path in paths if path not in mounted}


def secret_volume(secret: SecretRef) -> str:
    """Give the name of the volume that shows the keys of a Secret as files."""
    return _volume_name(f"secret-{secret.name}")


def volume_names(options: PodOptions) -> list[str]:
    """Give the names of all volumes of the pod, which its further containers may mount."""
    return [
        *(volume.name for volume in options.volumes),
        *options.config_files,
        *(secret_volume(secret) for secret in options.secrets if secret.mount_path is not None),
        *writable_volumes(options).values(),
    ]


def _volume_name(text: str) -> str:
    return shortened(re.sub("[^a-z0-9]+", "-", text.lower()).strip("-"), _LONGEST_VOLUME_NAME)
