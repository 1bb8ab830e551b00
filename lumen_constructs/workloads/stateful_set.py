"""The StatefulSet of a component: pods that keep their name and their volumes."""

from __future__ import annotations

from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.external import external_annotation
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.pod import image_of
from lumen_constructs.options.volumes import Claim
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pod_template


def stateful_set(identity: Identity, options: StatefulSetOptions) -> dict[str, Any]:
    """Give the StatefulSet; each claim among its volumes becomes a claim template, whose claims are always kept."""
    claims = {volume.name: volume.claim for volume in options.volumes if volume.claim is not None}
    template = pod_template(identity, options, options.probes)
    # A claim template is a volume by itself.
    template["spec"]["volumes"] = [volume for volume in template["spec"]["volumes"] if volume["name"] not in claims]
    spec: dict[str, Any] = {
        "serviceName": options.governing_service,
        "replicas": options.replicas,
        "selector": {"matchLabels": identity.selector},
        "template": template,
        # With OrderedReady, a pod that never becomes ready holds up the update that would repair it.
        "podManagementPolicy": "Parallel",
        "updateStrategy": {"type": "RollingUpdate"},
        "revisionHistoryLimit": 10,
    }
    if claims:
        spec["volumeClaimTemplates"] = [_template(identity, name, claim) for name, claim in claims.items()]
        spec["persistentVolumeClaimRetentionPolicy"] = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    metadata = identity.metadata(
        labels={"app.kubernetes.io/version": image_of(options).version},
        annotations={**options.annotations, **external_annotation(identity, options)},
    )
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}


def _template(identity: Identity, name: str, claim: Claim) -> dict[str, Any]:
    """Give one claim template, spelled as the API server stores it, with just those labels that never change."""
    spec: dict[str, Any] = {
        "accessModes": list(claim.access_modes),
        "volumeMode": "Filesystem",
        "resources": {"requests": {"storage": str(claim.size)}},
    }
    if claim.storage_class is not None:
        spec["storageClassName"] = claim.storage_class
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": identity.selector, "annotations": dict(KEEP)},
        "spec": spec,
    }
