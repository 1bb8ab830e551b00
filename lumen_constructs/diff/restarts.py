"""Which pods are replaced, and why: the image, a variable, a key of a ConfigMap, an annotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, mapping, text
from lumen_constructs.diff.context import CHECKSUM, Context, config_references
from lumen_constructs.diff.fields import ABSENT, FieldChange, changes
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.overlays import KUSTOMIZATION, overlay_restarts
from lumen_constructs.diff.wording import became, brief, image_became, listed

#: Kinds that replace their pods when the template changes.
_ROLLING = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.ROLLOUT)

#: Kinds that make later pods from another template, and leave alone those that run.
_LATER = (kinds.REPLICA_SET, kinds.REPLICATION_CONTROLLER)

#: Fields of data stores for which an operator replaces the pods, always or for some values.
_OPERATED: dict[str, tuple[tuple[str, ...], ...]] = {
    kinds.CNPG_CLUSTER: (("spec", "imageName"), ("spec", "resources"), ("spec", "postgresql"), ("spec", "affinity")),
    kinds.KAFKA: (("spec", "kafka"),),
    kinds.KAFKA_NODE_POOL: (("spec", "resources"), ("spec", "template"), ("spec", "jvmOptions")),
    kinds.MONGODB: (("spec", "version"), ("spec", "statefulSet"), ("spec", "additionalMongodConfig")),
}

_REQUESTED = "kubectl.kubernetes.io/restartedAt"


def restarts(pair: Pair, context: Context) -> Iterator[str]:
    """Say whether pods are replaced, and for which reasons."""
    if not pair.before or not pair.after:
        return
    if pair.key.type == kinds.JOB and pair.replaces:
        yield f"runs again{_since(reasons(pair, kinds.TEMPLATES[kinds.JOB], context))} (replaces {pair.replaces})"
    elif pair.key.type in (*_ROLLING, *_LATER):
        yield from _of_workload(pair, context)
    elif pair.key.type == KUSTOMIZATION:
        yield from overlay_restarts(pair)
    elif pair.key.type in _OPERATED:
        found = [f"{brief(change.path[1:])} {became(change)}" for change in _operated(pair)]
        if found:
            yield f"its operator may restart the pods: {listed(found)}"


def _of_workload(pair: Pair, context: Context) -> Iterator[str]:
    if found := reasons(pair, kinds.TEMPLATES[pair.key.type], context):
        manner = _manner(pair) if pair.key.type in _ROLLING else "pods that are made from now on differ"
        yield f"{manner}{_since(found)}"
    if pair.key.type == kinds.ROLLOUT and at(pair.before, "spec", "selector") != at(pair.after, "spec", "selector"):
        yield "the pods that spec.selector no longer selects run on, and belong to nobody: delete their ReplicaSets"


def _operated(pair: Pair) -> Iterator[FieldChange]:
    for path in _OPERATED[pair.key.type]:
        before, after = (at(body, *path) for body in (pair.before, pair.after))
        found = changes(ABSENT if before is None else before, ABSENT if after is None else after, path)
        yield from (change for change in found if "volumeClaimTemplates" not in change.path)


def _since(found: list[str]) -> str:
    return f": {listed(found)}" if found else ""


def _manner(pair: Pair) -> str:
    """Say how the workload replaces its pods."""
    if at(pair.after, "spec", "paused") is True:
        return "pods restart once it is no longer paused"
    strategy = text(pair.after, "spec", "strategy", "type") or text(pair.after, "spec", "updateStrategy", "type")
    if strategy == "Recreate":
        return "all pods stop, then new ones start"
    if strategy == "OnDelete":
        return "pods restart when somebody deletes them"
    if mapping(pair.after, "spec", "strategy", "canary"):
        return "a canary starts"
    if mapping(pair.after, "spec", "strategy", "blueGreen"):
        return "a new set of pods starts beside the old one"
    return "pods restart"


def reasons(pair: Pair, path: tuple[str, ...], context: Context) -> list[str]:
    """Name what changes of the template at ``path``: configuration, then images, then fields, then labels."""
    before, after = mapping(pair.before, *path), mapping(pair.after, *path)
    if before == after:
        return []
    found = sorted(changes(before, after), key=_rank)
    checksums = [change for change in found if _is_checksum(change)]
    named = [_reason(change) for change in found if not _is_checksum(change) and not _repeats(change)]
    if checksums:
        references = config_references(at(after, "spec")) + config_references(at(before, "spec"))
        keys = context.config_keys(pair.key.namespace, references)
        named = [*(f"config {key}" for key in keys), *named]
        if not keys and not named:
            named = [f"annotation {change.path[-1]}" for change in checksums]
    return list(dict.fromkeys(named)) or [_reason(change) for change in found]


def _rank(change: FieldChange) -> int:
    """Order changes of a template: what somebody did on purpose first, what follows from it last."""
    return 0 if change.path[-1] == "image" else 2 if change.path[:1] == ("metadata",) else 1


def _is_checksum(change: FieldChange) -> bool:
    return change.path[:2] == ("metadata", "annotations") and str(change.path[-1]).startswith(CHECKSUM)


def _repeats(change: FieldChange) -> bool:
    return change.path[:2] == ("metadata", "labels") and change.path[-1] in kinds.VARYING_LABELS


def _reason(change: FieldChange) -> str:
    """Name the reason by what people call it."""
    path = change.path
    if path[-1] == _REQUESTED:
        return "somebody asked for it"
    if path[:2] == ("metadata", "annotations"):
        return f"annotation {path[-1]} {became(change)}" if len(path) > 2 else "annotations"
    if path[:2] == ("metadata", "labels"):
        return f"label {path[-1]} {became(change)}" if len(path) > 2 else "labels"
    if path[-1] == "image" and isinstance(change.before, str) and isinstance(change.after, str):
        return f"image {image_became(change.before, change.after)}"
    if "env" in path and len(path) > (place := path.index("env") + 1):
        name = str(path[place]).removeprefix("[name=").removesuffix("]")
        return f"env {name} {_value_became(change)}"
    return f"{brief(path[1:] if path[:1] == ('spec',) else path)} {became(change)}"


def _value_became(change: FieldChange) -> str:
    """Show the value of a variable that comes or goes, not the mapping around it."""
    return became(change._replace(before=_value(change.before), after=_value(change.after)))


def _value(entry: Any) -> Any:
    return entry["value"] if isinstance(entry, dict) and "value" in entry else entry
