"""How many pods run, and who decides it."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, number, text
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.fields import ABSENT, FieldChange
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import became

#: Fields that hold the number of pods, by kind.
_REPLICAS: dict[str, tuple[tuple[str, ...], ...]] = {
    kinds.DEPLOYMENT: (("spec", "replicas"),),
    kinds.STATEFUL_SET: (("spec", "replicas"),),
    kinds.REPLICA_SET: (("spec", "replicas"),),
    kinds.ROLLOUT: (("spec", "replicas"),),
    kinds.AUTOSCALER: (("spec", "minReplicas"), ("spec", "maxReplicas")),
    kinds.SCALED_OBJECT: (("spec", "minReplicaCount"), ("spec", "maxReplicaCount")),
    kinds.CNPG_CLUSTER: (("spec", "instances"),),
    kinds.KAFKA_NODE_POOL: (("spec", "replicas"),),
    kinds.MONGODB: (("spec", "members"),),
    kinds.JOB: (("spec", "parallelism"),),
}
_SCALERS = (kinds.AUTOSCALER, kinds.SCALED_OBJECT)
_SCALED = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.ROLLOUT)


def scalings(pair: Pair, context: Context) -> Iterator[str]:
    """Say how the number of pods changes."""
    if pair.key.type in _SCALERS and not (pair.before and pair.after):
        kind, name = (text(pair.after or pair.before, "spec", "scaleTargetRef", key) for key in ("kind", "name"))
        verb = "decides from now on" if pair.after else "no longer decides"
        yield f"{verb} how many pods {kind} {name} has"
        return
    if not pair.before or not pair.after:
        return
    for path in _REPLICAS.get(pair.key.type, ()):
        before, after = at(pair.before, *path), at(pair.after, *path)
        if before == after:
            continue
        if pair.key.type in _SCALED and after is None:
            yield _taken_over(pair, context, number(pair.before, *path))
        elif pair.key.type in _SCALED and before is None and after != 1:
            yield _taken_back(pair, context, after)
        else:
            values = (ABSENT if value is None else value for value in (before, after))
            stops = "; nothing of it runs then" if after == 0 else ""
            yield f"{path[-1]} {became(FieldChange(path, *values))}{stops}"


def _taken_back(pair: Pair, context: Context, replicas: object) -> str:
    """Say what happens when Git gives a number that it did not give before."""
    scaler = context.autoscaler(pair)
    if scaler is not None and not scaler.after:
        kind = kinds.kind_of(scaler.key.type)
        return f"replicas is {replicas} from now on; {kind} {scaler.key.name}, which goes, decided it before"
    return f"replicas is {replicas} from now on; an autoscaler that is still there would fight it"


def _taken_over(pair: Pair, context: Context, replicas: int | None) -> str:
    """Say what happens when Git no longer gives a number: the API server puts 1 in its place."""
    scaler = context.autoscaler(pair)
    now = f"replicas {replicas} leaves Git: " if replicas is not None else ""
    if scaler is not None and scaler.after:
        return f"{now}it falls to one pod until {kinds.kind_of(scaler.key.type)} {scaler.key.name} has scaled it up"
    return f"{now}it falls to one pod, unless an autoscaler is there already"
