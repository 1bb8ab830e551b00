"""The bodies of a Gateway and of a ReferenceGrant."""

from __future__ import annotations

from typing import Any

from lumen_constructs.options.gateway import GatewayOptions
from lumen_constructs.options.reference_grant import ReferenceGrantOptions

API_VERSION = "gateway.networking.k8s.io/v1"
CLUSTER_ISSUER = "cert-manager.io/cluster-issuer"


def gateway(metadata: dict[str, Any], options: GatewayOptions) -> dict[str, Any]:
    """Give the Gateway."""
    spec: dict[str, Any] = {
        "gatewayClassName": options.class_name,
        "listeners": [listener.body() for listener in options.listeners],
    }
    if options.addresses:
        spec["addresses"] = [address.body() for address in options.addresses]
    if infrastructure := options.infrastructure.body():
        spec["infrastructure"] = infrastructure
    if options.cluster_issuer is not None:
        annotations = metadata.get("annotations", {})
        metadata = {**metadata, "annotations": {**annotations, CLUSTER_ISSUER: options.cluster_issuer}}
    return {"apiVersion": API_VERSION, "kind": "Gateway", "metadata": metadata, "spec": spec}


def reference_grant(metadata: dict[str, Any], options: ReferenceGrantOptions) -> dict[str, Any]:
    """Give the ReferenceGrant."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ReferenceGrant",
        "metadata": metadata,
        "spec": {
            "from": [
                {"group": origin.group, "kind": origin.kind, "namespace": origin.namespace} for origin in options.from_
            ],
            # The core group's empty name is a value, not an absence.
            "to": [
                {"group": target.group, "kind": target.kind} | ({"name": target.name} if target.name else {})
                for target in options.to
            ],
        },
    }
