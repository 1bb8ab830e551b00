"""ConfigMaps: the source of truth for what a pod is configured with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from lumen_constructs.names import shortened
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.pod import PodOptions
from lumen_constructs.workloads.identity import Identity


def config_map_name(identity: Identity) -> str:
    """Give the name of the ConfigMap whose keys become variables."""
    return shortened(f"{identity.name}-config", 253)


def files_name(identity: Identity, entry: str, files: ConfigFiles) -> str:
    """Give the name of the ConfigMap whose keys become files."""
    return files.name or shortened(f"{identity.name}-{entry}", 253)


def config_maps(identity: Identity, options: PodOptions) -> dict[str, dict[str, Any]]:
    """Give the component's ConfigMaps by construct id."""
    bodies: dict[str, dict[str, Any]] = {}
    if options.config:
        bodies["Config"] = config_map(identity, config_map_name(identity), _texts(options.config))
    for entry, files in options.config_files.items():
        bodies[f"Files-{entry}"] = config_map(identity, files_name(identity, entry, files), files.data)
    return bodies


def config_map(identity: Identity, name: str, data: Mapping[str, str]) -> dict[str, Any]:
    """Give the body of one ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": identity.metadata(name), "data": dict(data)}


def config_checksum(options: PodOptions) -> str | None:
    """Hash exactly the configuration that the pod reads: data, no names, labels or order. None where there is none."""
    read: dict[str, Mapping[str, str]] = {entry: dict(files.data) for entry, files in options.config_files.items()}
    if options.config:
        read[""] = _texts(options.config)
    if not read:
        return None
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def _texts(config: Mapping[str, str | int | bool]) -> dict[str, str]:
    # The options made texts of numbers and truth values already.
    return {key: str(value) for key, value in config.items()}
