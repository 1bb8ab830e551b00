"""The order in which a rendered set is applied and removed by hand, and what is waited for in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from lumen_constructs.delivery.scripts.calls import Call
from lumen_constructs.delivery.scripts.outside import needed_from_outside
from lumen_constructs.emit.annotations import FLUX_PRUNE, SYNC_WAVE
from lumen_constructs.emit.kinds import group_of
from lumen_constructs.emit.stages import STAGES, annotations_of
from lumen_constructs.emit.tree import Placed

#: API groups and kinds that let requests in from outside.
_INGRESS_GROUPS = ("gateway.networking.k8s.io", "networking.istio.io", "traefik.io")
_INGRESS = ("networking.k8s.io", "Ingress")

#: Workloads that 'kubectl rollout status' knows.
_ROLLED_OUT = (("apps", "DaemonSet"), ("apps", "Deployment"), ("apps", "StatefulSet"))

_CONDITIONS = "{range .status.conditions[*]}{.type}={.status} {end}"
_PHASE = "phase={.status.phase}"
#: What else is waited for, by API group and kind: the template that tells how it is, the good words, and the bad.
_AWAITED: dict[tuple[str, str], tuple[str, str, str]] = {
    ("argoproj.io", "Rollout"): (_PHASE, "phase=Healthy phase=Paused", "phase=Degraded"),
    ("batch", "Job"): (_CONDITIONS, "Complete=True", "Failed=True"),
    ("bitnami.com", "SealedSecret"): (_CONDITIONS, "Synced=True", ""),
    ("external-secrets.io", "ExternalSecret"): (_CONDITIONS, "Ready=True", ""),
    ("kafka.strimzi.io", "Kafka"): (_CONDITIONS, "Ready=True", ""),
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): (_PHASE, "phase=Running", "phase=Failed"),
    ("postgresql.cnpg.io", "Cluster"): (_CONDITIONS, "Ready=True", ""),
}


def deploy_calls(objects: Sequence[Placed]) -> list[Call]:
    """Give the calls of ``deploy``: wave by wave, what each needs, what it applies, and what is waited for then."""
    asked: set[tuple[str, str]] = set()
    calls = [call for stage, part in stages_of(objects) for call in _deploy_stage(stage, part, asked, objects)]
    return _begun_once(calls)


def _begun_once(calls: Sequence[Call]) -> list[Call]:
    """Leave out the beginning of a wave whose stage has begun with the wave before."""
    kept: list[Call] = []
    current: Call | None = None
    for call in calls:
        if call != current:
            kept.append(call)
        if call.function == "begin":
            current = call
    return kept


def stages_of(objects: Sequence[Placed]) -> list[tuple[str, list[Placed]]]:
    """Divide objects, which stand in the order of apply, by their waves; each part has the name of its stage."""
    parts = [(wave, list(part)) for wave, part in groupby(objects, _wave)]
    return [(_stage_name(wave, part), part) for wave, part in parts]


def _stage_name(wave: int, part: Sequence[Placed]) -> str:
    """Give the stage that usually has the wave, or the first that has an object there.

    Policies, monitors and alerts have the stage of the services, and their own wave.
    """
    there = sorted({placed.file.partition("/")[0] for placed in part})
    return next((stage for stage in there if STAGES[stage] == wave), there[0])


def _wave(placed: Placed) -> int:
    return int(annotations_of(placed.body).get(SYNC_WAVE, "0"))


def _deploy_stage(
    stage: str, part: Sequence[Placed], asked: set[tuple[str, str]], objects: Sequence[Placed]
) -> Iterator[Call]:
    yield Call("begin", (stage,))
    yield from _needs(part, asked, objects)
    applied = tuple(placed.file for placed in part if not _is_ingress(placed))
    if applied:
        yield Call("apply", (), applied)
    if entrances := tuple(placed.file for placed in part if _is_ingress(placed)):
        yield Call("ingress", (), entrances)
    yield from _rollouts(part)
    for placed in part:
        awaited = _AWAITED.get(_type(placed))
        if awaited is not None:
            yield Call("await", (_namespace(placed), _resource(placed), *awaited))


def _needs(part: Sequence[Placed], asked: set[tuple[str, str]], objects: Sequence[Placed]) -> Iterator[Call]:
    """Ask for what nothing here makes, once, before the first stage that needs it."""
    by_namespace: dict[str, list[str]] = {}
    for namespace, name, item in needed_from_outside(part, objects):
        if (namespace, name) not in asked:
            asked.add((namespace, name))
            by_namespace.setdefault(namespace, []).append(item)
    for namespace, items in by_namespace.items():
        yield Call("need", (namespace,), tuple(items))


def _rollouts(part: Sequence[Placed]) -> Iterator[Call]:
    """Wait for workloads when all of the stage are there, since some find each other only then."""
    by_namespace: dict[str, list[str]] = {}
    for placed in part:
        if _type(placed) in _ROLLED_OUT:
            by_namespace.setdefault(_namespace(placed), []).append(_resource(placed))
    for namespace, names in by_namespace.items():
        yield Call("rollout", (namespace,), tuple(names))


def undeploy_calls(objects: Sequence[Placed]) -> list[Call]:
    """Give the calls of ``undeploy``: the order of ``deploy`` reversed, and apart what must not be lost."""
    return _begun_once(
        [call for stage, part in reversed(stages_of(objects)) for call in _undeploy_stage(stage, part[::-1])]
    )


def _undeploy_stage(stage: str, part: Sequence[Placed]) -> Iterator[Call]:
    yield Call("begin", (stage,))
    chosen: list[tuple[str, Callable[[Placed], bool]]] = [
        ("remove", lambda placed: not _is_kept(placed) and _kind(placed) != "Namespace"),
        ("data", lambda placed: _is_kept(placed) and _kind(placed) != "Namespace"),
        ("namespace", lambda placed: _kind(placed) == "Namespace"),
    ]
    for function, belongs in chosen:
        if files := tuple(placed.file for placed in part if belongs(placed)):
            yield Call(function, (), files)
        if function == "remove":
            yield from (_claims(placed) for placed in part if _has_claims(placed))


def _claims(placed: Placed) -> Call:
    """Delete the claims of a StatefulSet, which carry the labels of its selector."""
    labels: Mapping[str, str] = placed.body["spec"]["selector"].get("matchLabels") or {}
    selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return Call("claims", (_namespace(placed), selector, placed.body["metadata"]["name"]))


def _has_claims(placed: Placed) -> bool:
    return _type(placed) == ("apps", "StatefulSet") and bool(placed.body["spec"].get("volumeClaimTemplates"))


def _is_kept(placed: Placed) -> bool:
    return annotations_of(placed.body).get(FLUX_PRUNE) == "disabled"


def _is_ingress(placed: Placed) -> bool:
    return _type(placed) == _INGRESS or _type(placed)[0] in _INGRESS_GROUPS


def _type(placed: Placed) -> tuple[str, str]:
    return group_of(placed.body["apiVersion"]), _kind(placed)


def _kind(placed: Placed) -> str:
    kind: str = placed.body["kind"]
    return kind


def _namespace(placed: Placed) -> str:
    metadata: Mapping[str, Any] = placed.body["metadata"]
    return str(metadata.get("namespace") or "default")


def _resource(placed: Placed) -> str:
    """Give the object as kubectl takes it; a kind that is not Kubernetes' own with its group."""
    group, kind = _type(placed)
    built_in = group in {"", "apps", "batch"}
    return f"{kind.lower()}{'' if built_in else f'.{group}'}/{placed.body['metadata']['name']}"
