"""PersistentVolumeClaims: storage that outlives the component."""

from __future__ import annotations

from typing import Any

from lumen_constructs.emit.annotations import COMPARE_OPTIONS, FLUX_PRUNE, SYNC_OPTIONS
from lumen_constructs.names import shortened
from lumen_constructs.options.volumes import Claim, Volume
from lumen_constructs.workloads.identity import Identity

#: What keeps an object when it is pruned or its application is deleted, with Argo CD and with Flux.
KEEP = {
    SYNC_OPTIONS: "Prune=false,Delete=false",
    COMPARE_OPTIONS: "IgnoreExtraneous",
    FLUX_PRUNE: "disabled",
}


def claim_name(identity: Identity, volume: Volume) -> str:
    """Give the name of the claim that the component makes for a volume."""
    given = volume.claim.name if volume.claim is not None else None
    return given or shortened(f"{identity.name}-{volume.name}", 253)


def claims(identity: Identity, volumes: tuple[Volume, ...]) -> dict[str, dict[str, Any]]:
    """Give the component's claims by construct id."""
    return {
        f"Claim-{volume.name}": _body(identity, claim_name(identity, volume), volume.claim)
        for volume in volumes
        if volume.claim is not None
    }


def _body(identity: Identity, name: str, claim: Claim) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "accessModes": list(claim.access_modes),
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": str(claim.size)}},
    }
    if claim.storage_class is not None:
        spec["storageClassName"] = claim.storage_class
    metadata = identity.metadata(name, annotations=KEEP)
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
