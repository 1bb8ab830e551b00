"""What the API server refuses, or drops in silence: fields that are fixed when an object is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, mapping, number, text
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.fields import ABSENT, FieldChange, changes
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import became
from lumen_constructs.errors import LumenError
from lumen_constructs.quantities import Quantity


class _Fixed(NamedTuple):
    paths: tuple[tuple[str, ...], ...]
    """Fields that cannot change."""
    remedy: str
    except_for: tuple[tuple[str, ...], ...] = ()
    """Fields below these paths that can."""


_ANEW = "delete the object first, or give the new one another name"
_ORPHAN = "delete it with --cascade=orphan before the sync: its pods stay, and the new one adopts them"
_SELECTOR = _Fixed((("spec", "selector"),), "give it another name, or delete it first; its pods stop meanwhile")

_STATEFUL = _Fixed(
    (("spec",),),
    _ORPHAN,
    tuple(
        ("spec", field)
        for field in (
            *("replicas", "ordinals", "template", "updateStrategy"),
            *("persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"),
        )
    ),
)
_CLAIM = _Fixed(
    (("spec",),),
    "make a new claim, and copy the data",
    (("spec", "resources", "requests", "storage"), ("spec", "volumeAttributesClassName")),
)
_JOB = _Fixed(
    tuple(
        ("spec", field)
        for field in ("template", "selector", "completions", "completionMode", "podFailurePolicy", "managedBy")
    ),
    "give the Job another name: one that ends with a hash of its content, as lumen_constructs.Job does",
)
_POD = _Fixed(
    (("spec", "containers"), ("spec", "volumes"), ("spec", "nodeSelector"), ("spec", "serviceAccountName")), _ANEW
)

_FIXED: dict[str, _Fixed] = {
    kinds.DEPLOYMENT: _SELECTOR,
    kinds.DAEMON_SET: _SELECTOR,
    kinds.REPLICA_SET: _SELECTOR,
    kinds.STATEFUL_SET: _STATEFUL,
    kinds.JOB: _JOB,
    kinds.POD: _POD,
    kinds.CLAIM: _CLAIM,
    kinds.SECRET: _Fixed((("type",),), _ANEW),
    kinds.ROLE_BINDING: _Fixed((("roleRef",),), _ANEW),
    kinds.CLUSTER_ROLE_BINDING: _Fixed((("roleRef",),), _ANEW),
    kinds.STORAGE_CLASS: _Fixed((("provisioner",), ("parameters",), ("reclaimPolicy",), ("volumeBindingMode",)), _ANEW),
    kinds.PRIORITY_CLASS: _Fixed((("value",), ("preemptionPolicy",)), _ANEW),
    kinds.RUNTIME_CLASS: _Fixed((("handler",),), _ANEW),
    kinds.INGRESS_CLASS: _Fixed((("spec", "controller"),), _ANEW),
    kinds.GATEWAY_CLASS: _Fixed((("spec", "controllerName"),), _ANEW),
    kinds.CRD: _Fixed(
        (("spec", "group"), ("spec", "scope"), ("spec", "names", "kind"), ("spec", "names", "plural")), _ANEW
    ),
    kinds.KAFKA_TOPIC: _Fixed(
        (("spec", "topicName"), ("spec", "replicas")), "the operator refuses it; make another topic, or reassign it"
    ),
    kinds.CNPG_CLUSTER: _Fixed(
        (("spec", "storage", "storageClass"),), "the operator refuses it; make a new cluster from a backup"
    ),
}

#: Numbers and quantities that may only grow, and who refuses less.
_GROWING: dict[str, tuple[tuple[str, ...], ...]] = {
    kinds.CLAIM: (("spec", "resources", "requests", "storage"),),
    kinds.CNPG_CLUSTER: (("spec", "storage", "size"), ("spec", "walStorage", "size")),
    kinds.KAFKA_NODE_POOL: (("spec", "storage", "size"),),
    kinds.KAFKA_TOPIC: (("spec", "partitions"),),
}


def refusals(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say what of a change is refused, and what to do instead."""
    if not pair.before or not pair.after or pair.replaces:
        return
    fixed = _FIXED.get(pair.key.type)
    if fixed is not None:
        for change in _first_of_each(_fixed_changes(pair, fixed)):
            yield f"{change.shown} cannot change ({became(change)}); {fixed.remedy}"
    for path in _GROWING.get(pair.key.type, ()):
        before, after = at(pair.before, *path), at(pair.after, *path)
        if _is_less(after, before):
            yield f"{'.'.join(path)} cannot shrink ({before} → {after}); {_CLAIM.remedy}"
    yield from _OTHERS.get(pair.key.type, _nothing)(pair)


def _fixed_changes(pair: Pair, fixed: _Fixed) -> Iterator[FieldChange]:
    for path in fixed.paths:
        before, after = _at(pair.before, path), _at(pair.after, path)
        for change in changes(before, after, path):
            if not any(change.path[: len(free)] == free for free in fixed.except_for):
                yield change


def _first_of_each(found: Iterator[FieldChange]) -> list[FieldChange]:
    """Name a field once, however much of it changes: a Job's template may change in twenty places."""
    first: dict[tuple[str | int, ...], FieldChange] = {}
    for change in found:
        first.setdefault(change.path[:3] if "selector" in change.path else change.path[:2], change)
    return list(first.values())


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found = at(body, *path)
    return ABSENT if found is None else found


def _is_less(after: object, before: object) -> bool:
    try:
        return Quantity.parse(str(after)).value < Quantity.parse(str(before)).value if before and after else False
    except LumenError:
        return False


def _nothing(pair: Pair) -> Iterator[str]:  # noqa: ARG001  # stands in for the looks of _OTHERS
    yield from ()


def _service(pair: Pair) -> Iterator[str]:
    before, after = mapping(pair.before, "spec"), mapping(pair.after, "spec")
    if "ExternalName" in (before.get("type"), after.get("type")):
        return
    old, new = text(before, "clusterIP"), text(after, "clusterIP")
    if old != new and (old == "None" or new):
        shown = f"{old or 'an address of the cluster'} → {new or 'an address of the cluster'}"
        yield f"spec.clusterIP cannot change ({shown}); {_ANEW}"
    first_old, first_new = (next(iter(spec.get("ipFamilies") or ()), None) for spec in (before, after))
    if first_old and first_new and first_old != first_new:
        yield f"spec.ipFamilies cannot change its first family ({first_old} → {first_new}); {_ANEW}"
    same_type = before.get("type") == after.get("type") == "LoadBalancer"
    if same_type and before.get("loadBalancerClass") != after.get("loadBalancerClass"):
        yield f"spec.loadBalancerClass cannot change while the type is LoadBalancer; {_ANEW}"


def _immutable(pair: Pair) -> Iterator[str]:
    """Look at a ConfigMap or Secret that says of itself that it never changes."""
    if pair.before.get("immutable") is True:
        for field in ("immutable", "data", "binaryData", "stringData"):
            if pair.before.get(field) != pair.after.get(field):
                yield f"{field} cannot change, since the object is immutable; {_ANEW}"


def _stateful_set(pair: Pair) -> Iterator[str]:
    before, after = (number(body, "spec", "revisionHistoryLimit") for body in (pair.before, pair.after))
    if before != after:
        yield f"spec.revisionHistoryLimit cannot change before Kubernetes 1.33 ({before} → {after}); {_ORPHAN}"


def _pool(pair: Pair) -> Iterator[str]:
    old, new = (text(body, "spec", "storage", "type") for body in (pair.before, pair.after))
    if old != new:
        yield f"spec.storage.type cannot change ({old} → {new}); the operator ignores it: make a new pool"
    before, after = (
        {volume.get("id"): volume for _, volume in entries(body, "spec", "storage", "volumes")}
        for body in (pair.before, pair.after)
    )
    for place in (place for place in before if place in after):
        if _is_less(after[place].get("size"), before[place].get("size")):
            sizes = f"{before[place].get('size')} → {after[place].get('size')}"
            yield f"spec.storage.volumes[id={place}].size cannot shrink ({sizes}); {_CLAIM.remedy}"


_OTHERS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.SERVICE: _service,
    kinds.CONFIG_MAP: _immutable,
    kinds.SECRET: _immutable,
    kinds.STATEFUL_SET: _stateful_set,
    kinds.KAFKA_NODE_POOL: _pool,
}
