"""Where an object stands in the order of apply: its stage, which is a directory, and its usual sync wave.

**The stage depends on the kind alone.** Flux deletes an object that a Kustomization no longer lists, so an object must
never move from one directory to another. Two things bend the rule without breaking it:

- A construct may say with the annotation ``lumen-constructs/stage`` that its objects belong to another stage, such as
  the Service of a data store to ``30-data``. It must say so by what it is, not by an option that may change.
- A PersistentVolumeClaim stands with the first of its consumers, since a claim that waits for its first consumer would
  hold up every stage before that one. It may move because it is kept: Flux deletes nothing that is annotated
  ``kustomize.toolkit.fluxcd.io/prune: disabled``. A claim that is not kept stays in ``50-services`` (see ``waves``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean

__all__ = ["STAGE", "STAGES", "Place", "annotations_of", "is_cluster_scoped", "place_of", "stages_table"]

#: The annotation by which a construct moves its objects to another stage.
STAGE = "lumen-constructs/stage"

#: The directories in the order of apply, each with its usual wave.
STAGES: dict[str, int] = {
    "00-namespace": -40,
    "10-config": -35,
    "20-secrets": -31,
    "30-data": -20,
    "40-init": -10,
    "50-services": 0,
    "60-traffic": 10,
    "70-rollouts": 20,
}


class Place(NamedTuple):
    """Where an object stands in the order of apply."""

    stage: str
    """Directory; directories sort in the order of apply."""
    wave: int
    """Argo CD's sync wave."""


_SERVICES = Place("50-services", STAGES["50-services"])
_SEALED = Place("20-secrets", -32)
_STORES = Place("20-secrets", -31)
_EXTERNAL = Place("20-secrets", -30)

#: Kinds by stage and API group. What is not listed here or in _GROUPS stands in 50-services.
_STAGED: dict[str, dict[str, tuple[str, ...]]] = {
    # What other objects live in or are defined by, and what pods and claims name.
    "00-namespace": {
        "": ("LimitRange", "Namespace", "ResourceQuota"),
        "apiextensions.k8s.io": ("CustomResourceDefinition",),
        "flowcontrol.apiserver.k8s.io": ("FlowSchema", "PriorityLevelConfiguration"),
        "gateway.networking.k8s.io": ("GatewayClass",),
        "networking.k8s.io": ("IngressClass",),
        "node.k8s.io": ("RuntimeClass",),
        "resource.k8s.io": ("DeviceClass",),
        "scheduling.k8s.io": ("PriorityClass",),
        "snapshot.storage.k8s.io": ("VolumeSnapshotClass",),
        "storage.k8s.io": ("CSIDriver", "StorageClass", "VolumeAttributesClass"),
    },
    "10-config": {
        "": ("ConfigMap", "PersistentVolume", "ServiceAccount"),
        "admissionregistration.k8s.io": ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
        "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    },
    "30-data": {"apps": ("StatefulSet",), "snapshot.storage.k8s.io": ("VolumeSnapshot", "VolumeSnapshotContent")},
    "40-init": {"batch": ("Job",)},
    # What brings traffic to the services or changes their number, and what is healthy only when they are: an issuer may
    # wait for a Certificate, and a webhook that is registered before its service runs refuses everything.
    "60-traffic": {
        "admissionregistration.k8s.io": ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
        "apiregistration.k8s.io": ("APIService",),
        "autoscaling": ("HorizontalPodAutoscaler",),
        "autoscaling.k8s.io": ("VerticalPodAutoscaler",),
        "batch": ("CronJob",),
        "keda.sh": ("ScaledJob", "ScaledObject"),
        "networking.k8s.io": ("Ingress",),
    },
    "70-rollouts": {"argoproj.io": ("Rollout",)},
}

#: Stages of whole API groups, for the kinds that are not listed above.
_GROUPS: dict[str, str] = {
    "acme.cert-manager.io": "60-traffic",
    "cert-manager.io": "60-traffic",
    "gateway.networking.k8s.io": "60-traffic",
    "k8s.mariadb.com": "30-data",
    "kafka.strimzi.io": "30-data",
    "mongodb.com": "30-data",
    "mongodbcommunity.mongodb.com": "30-data",
    "networking.istio.io": "60-traffic",
    "postgresql.cnpg.io": "30-data",
    "psmdb.percona.com": "30-data",
    "rabbitmq.com": "30-data",
    "redis.redis.opstreelabs.in": "30-data",
    "traefik.io": "60-traffic",
}

#: Secrets, by what must be there before the next can be read: a store's credentials may be sealed.
_SECRETS: dict[tuple[str, str], Place] = {
    ("", "Secret"): _SEALED,
    ("bitnami.com", "SealedSecret"): _SEALED,
    ("external-secrets.io", "ClusterSecretStore"): _STORES,
    ("external-secrets.io", "SecretStore"): _STORES,
    ("external-secrets.io", "ClusterExternalSecret"): _EXTERNAL,
    ("external-secrets.io", "ClusterPushSecret"): _EXTERNAL,
    ("external-secrets.io", "ExternalSecret"): _EXTERNAL,
    ("external-secrets.io", "PushSecret"): _EXTERNAL,
}
_SECRET_GROUPS: dict[str, Place] = {"generators.external-secrets.io": _STORES}

_KINDS: dict[tuple[str, str], Place] = {
    (group, kind): Place(stage, STAGES[stage])
    for stage, groups in _STAGED.items()
    for group, kinds in groups.items()
    for kind in kinds
} | _SECRETS
_GROUP_PLACES: dict[str, Place] = {group: Place(stage, STAGES[stage]) for group, stage in _GROUPS.items()} | (
    _SECRET_GROUPS
)


def place_of(body: Mapping[str, Any]) -> Place:
    """Give the stage of an object and its usual wave; other objects of the set may still move the wave.

    :raises LumenError: if the annotation ``lumen-constructs/stage`` names a stage that does not exist
    """
    group, kind = group_of(body["apiVersion"]), body["kind"]
    annotated = annotations_of(body).get(STAGE)
    if annotated is not None:
        place = _annotated(annotated)
    else:
        place = _KINDS.get((group, kind)) or _GROUP_PLACES.get(group) or _SERVICES
    if kind == "Service" and group == "" and _spec(body).get("type") == "LoadBalancer":
        # Its health waits for the cloud's address; the directory is still that of every Service.
        return Place(place.stage, max(place.wave, STAGES["60-traffic"]))
    return place


def stages_table() -> list[tuple[str, int, str, str]]:
    """Give stage, usual wave, API group and kind of all that is listed here, in the order of apply; for the docs.

    The kind ``*`` stands for every kind of the group that has no row of its own; what has no row stands in
    ``50-services``.
    """
    rows = [(*place, group, kind) for (group, kind), place in _KINDS.items()]
    rows += [(*place, group, "*") for group, place in _GROUP_PLACES.items()]
    return sorted(rows)


def annotations_of(body: Mapping[str, Any]) -> Mapping[str, str]:
    """Give an object's annotations."""
    found: Mapping[str, str] = (body.get("metadata") or {}).get("annotations") or {}
    return found


def _annotated(stage: str) -> Place:
    if stage not in STAGES:
        message = f"annotation {STAGE} {show(stage)} is not a stage ({', '.join(STAGES)}){did_you_mean(stage, STAGES)}"
        raise LumenError(message)
    return Place(stage, STAGES[stage])


def _spec(body: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = body.get("spec")
    return spec if isinstance(spec, Mapping) else {}
