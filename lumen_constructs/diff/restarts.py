"""Which pods are replaced, and why: the image, a variable, a key of a ConfigMap, an annotation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, mapping, text
from lumen_constructs.diff.context import Context, config_references
from lumen_constructs.diff.fields import FieldChange, changes
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import became, listed

#: Kinds that replace their pods when the template changes.
_ROLLING = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.ROLLOUT, kinds.REPLICATION_CONTROLLER)

#: Fields of data stores for which an operator replaces the pods.
_OPERATED: dict[str, tuple[tuple[str, ...], ...]] = {
    kinds.CNPG_CLUSTER: (("spec", "imageName"), ("spec", "resources"), ("spec", "postgresql"), ("spec", "affinity")),
    kinds.KAFKA: (("spec", "kafka"),),
    kinds.KAFKA_NODE_POOL: (("spec", "resources"), ("spec", "template"), ("spec", "jvmOptions")),
    kinds.MONGODB: (("spec", "version"), ("spec", "statefulSet"), ("spec", "additionalMongodConfig")),
}

#: The library's annotations that change when configuration does.
_CHECKSUM = "checksum/"


def restarts(pair: Pair, context: Context) -> Iterator[str]:
    """Say whether pods are replaced, and for which reasons."""
    if not pair.before or not pair.after:
        return
    if pair.key.type == kinds.JOB and pair.replaces:
        path = kinds.TEMPLATES[kinds.JOB]
        reasons = _reasons(pair, path, context)
        yield f"runs again{_since(reasons)} (replaces {pair.replaces})"
    elif pair.key.type in _ROLLING:
        if reasons := _reasons(pair, kinds.TEMPLATES[pair.key.type], context):
            yield f"{_manner(pair)}{_since(reasons)}"
    elif pair.key.type in _OPERATED:
        found = [
            change
            for path in _OPERATED[pair.key.type]
            for change in changes(at(pair.before, *path) or {}, at(pair.after, *path) or {}, path)
        ]
        if found:
            yield f"its operator restarts the pods: {listed([f'{one.shown} {became(one)}' for one in found])}"


def _since(reasons: list[str]) -> str:
    return f": {listed(reasons)}" if reasons else ""


def _manner(pair: Pair) -> str:
    """Say how the workload replaces its pods."""
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


def _reasons(pair: Pair, path: tuple[str, ...], context: Context) -> list[str]:
    before, after = mapping(pair.before, *path), mapping(pair.after, *path)
    found = list(changes(before, after))
    checksums = [change for change in found if _is_checksum(change)]
    reasons = [_reason(change) for change in found if not _is_checksum(change)]
    if checksums:
        references = config_references(at(after, "spec")) + config_references(at(before, "spec"))
        keys = context.config_keys(pair.key.namespace, references)
        reasons = [*(f"config {key}" for key in keys), *reasons]
        if not keys:
            reasons += [f"annotation {change.path[-1]}" for change in checksums]
    return list(dict.fromkeys(reasons))


def _is_checksum(change: FieldChange) -> bool:
    return change.path[:2] == ("metadata", "annotations") and str(change.path[-1]).startswith(_CHECKSUM)


def _reason(change: FieldChange) -> str:
    """Name the reason by what people call it."""
    path = change.path
    if path[:2] == ("metadata", "annotations"):
        return f"annotation {path[-1]} {became(change)}" if len(path) > 2 else "annotations"
    if path[:2] == ("metadata", "labels"):
        return f"label {path[-1]} {became(change)}" if len(path) > 2 else "labels"
    if path[-1] == "image":
        return f"image {became(change)}"
    if "env" in path and len(path) > (place := path.index("env") + 1):
        name = str(path[place]).removeprefix("[name=").removesuffix("]")
        return f"env {name} {_value_became(change)}"
    inside = FieldChange(path[1:] if path[:1] == ("spec",) else path, change.before, change.after)
    return f"{inside.shown} {became(inside)}"


def _value_became(change: FieldChange) -> str:
    """Show the value of a variable that comes or goes, not the mapping around it."""
    return became(change._replace(before=_value(change.before), after=_value(change.after)))


def _value(entry: Any) -> Any:
    return entry["value"] if isinstance(entry, dict) and "value" in entry else entry
