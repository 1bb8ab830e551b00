"""The sync wave of each object of a set: its stage's, or what the objects that it serves need.

Waves that the manifests bring along (``argocd.argoproj.io/sync-wave``) are kept, and the others follow them:

- a PersistentVolumeClaim has the wave of the first workload that mounts it, and its stage too where it is kept;
- a NetworkPolicy has the wave of the first workload that it selects;
- an autoscaler does not come before what it scales.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lumen_constructs.emit.annotations import FLUX_PRUNE, SYNC_WAVE
from lumen_constructs.emit.kinds import group_of
from lumen_constructs.emit.stages import STAGE, Place, annotations_of, place_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

#: How many waves after that of its stage an object comes. Only rendering a system spells out the early waves: in a
#: plain app, a wave below zero on a single object would put it before all others there.
LATER = "lumen-constructs/later"

_INTEGER = re.compile(r"[-+]?[0-9]{1,9}")

#: Where the pods of a workload are described, by kind.
_POD_TEMPLATES: dict[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "Pod": (),
    "ReplicaSet": ("spec", "template"),
    "Rollout": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
}
_WORKLOAD_GROUPS = frozenset({"", "apps", "argoproj.io", "batch"})
_SCALERS = frozenset({("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")})


class _Workload(NamedTuple):
    namespace: str
    kind: str
    name: str
    labels: Mapping[str, Any]
    claims: frozenset[str]
    place: Place


def places(bodies: Sequence[Mapping[str, Any]]) -> list[Place]:
    """Give stage and wave of each of ``bodies``, which are all objects of one set.

    :raises LumenError: if an annotation gives no stage or no whole number; each line starts with the object
    """
    found: list[Place] = []
    faults: list[str] = []
    for body in bodies:
        try:
            found.append(_own(body))
        except LumenError as error:
            faults += error.at(object_name(body)).faults
    if faults:
        raise LumenError(*faults)
    workloads = [workload for body, place in zip(bodies, found, strict=True) for workload in _workloads(body, place)]
    followers = _Followers(workloads)
    return [
        place if SYNC_WAVE in annotations_of(body) else followers.place(body, place)
        for body, place in zip(bodies, found, strict=True)
    ]


def object_name(body: Mapping[str, Any]) -> str:
    """Give an object's name as messages show it: ``Deployment/shop/cart``, or ``Namespace/shop``."""
    metadata = body.get("metadata") or {}
    parts = (body.get("kind"), metadata.get("namespace"), metadata.get("name"))
    return "/".join(str(part) for part in parts if part)


def _own(body: Mapping[str, Any]) -> Place:
    place, annotations = place_of(body), annotations_of(body)
    wave, later = annotations.get(SYNC_WAVE), annotations.get(LATER, "0")
    if not _INTEGER.fullmatch(later):
        message = f"annotation {LATER} {show(later)} must be a whole number in quotes"
        raise LumenError(message)
    if wave is None:
        return place._replace(wave=place.wave + int(later))
    if not _INTEGER.fullmatch(wave):
        message = f"annotation {SYNC_WAVE} {show(wave)} must be a whole number in quotes"
        raise LumenError(message)
    return Place(place.stage, int(wave))


def _workloads(body: Mapping[str, Any], place: Place) -> Iterator[_Workload]:
    kind = body["kind"]
    path = _POD_TEMPLATES.get(kind)
    if path is None or group_of(body["apiVersion"]) not in _WORKLOAD_GROUPS:
        return
    template: Any = body
    for step in path:
        template = _mapping(template).get(step)
    metadata, pod = _mapping(_mapping(template).get("metadata")), _mapping(_mapping(template).get("spec"))
    volumes = pod.get("volumes") or ()
    claims = frozenset(
        str(claim["claimName"])
        for volume in volumes
        if "claimName" in (claim := _mapping(_mapping(volume).get("persistentVolumeClaim")))
    )
    yield _Workload(_namespace(body), kind, body["metadata"]["name"], _mapping(metadata.get("labels")), claims, place)


class _Followers:
    """Finds the place of the objects whose place follows from the workloads that they serve."""

    def __init__(self, workloads: Iterable[_Workload]) -> None:
        self._by_claim: dict[tuple[str, str], Place] = {}
        self._by_name: dict[tuple[str, str, str], Place] = {}
        self._by_label: dict[tuple[str, str, object], list[_Workload]] = {}
        self._by_namespace: dict[str, list[_Workload]] = {}
        for workload in sorted(workloads, key=lambda workload: workload.place.wave):
            for claim in sorted(workload.claims):
                self._by_claim.setdefault((workload.namespace, claim), workload.place)
            self._by_name.setdefault((workload.namespace, workload.kind, workload.name), workload.place)
            self._by_namespace.setdefault(workload.namespace, []).append(workload)
            for key, value in workload.labels.items():
                self._by_label.setdefault((workload.namespace, key, value), []).append(workload)

    def place(self, body: Mapping[str, Any], own: Place) -> Place:
        """Give the place of ``body``, which is ``own`` where nothing moves it."""
        group, kind = group_of(body["apiVersion"]), body["kind"]
        if (group, kind) == ("", "PersistentVolumeClaim"):
            return self._claim(body, own)
        if (group, kind) == ("networking.k8s.io", "NetworkPolicy"):
            return own._replace(wave=self._first_selected(body, own.wave))
        if (group, kind) in _SCALERS:
            target = _mapping(_mapping(body.get("spec")).get("scaleTargetRef"))
            key = (_namespace(body), str(target.get("kind", "Deployment")), str(target.get("name")))
            scaled = self._by_name.get(key, own)
            return own._replace(wave=max(own.wave, scaled.wave))
        return own

    def _claim(self, body: Mapping[str, Any], own: Place) -> Place:
        consumer = self._by_claim.get((_namespace(body), body["metadata"]["name"]))
        if consumer is None:
            return own
        annotations = annotations_of(body)
        may_move = annotations.get(FLUX_PRUNE) == "disabled" and STAGE not in annotations
        return consumer if may_move else own._replace(wave=consumer.wave)

    def _first_selected(self, body: Mapping[str, Any], otherwise: int) -> int:
        selector = _mapping(_mapping(body.get("spec")).get("podSelector"))
        wanted = _mapping(selector.get("matchLabels"))
        if selector.get("matchExpressions"):
            return otherwise  # rare, and a wave is only a preference
        candidates = self._by_namespace.get(_namespace(body), [])
        for key, value in wanted.items():
            with_label = self._by_label.get((_namespace(body), key, value), [])
            candidates = min(candidates, with_label, key=len)
        for workload in candidates:  # in the order of their waves
            if all(workload.labels.get(key) == value for key, value in wanted.items()):
                return workload.place.wave
        return otherwise


def _namespace(body: Mapping[str, Any]) -> str:
    return str(_mapping(body.get("metadata")).get("namespace") or "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
