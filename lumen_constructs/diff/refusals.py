"""What the API server or an operator refuses, or drops in silence: fields that are fixed when an object is made.

The tables follow Kubernetes' own validation of updates, and that of the operators' webhooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.fields import ABSENT, FieldChange, changes
from lumen_constructs.diff.growing import is_less, is_same_amount, shrinkages
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.refused_services import ANEW, service_refusals
from lumen_constructs.diff.refused_stores import store_refusals
from lumen_constructs.diff.wording import became, brief

_ORPHAN = "delete it with --cascade=orphan before the sync: its pods stay, and the new one adopts them"

_Path = tuple[str, ...]


class _Fixed(NamedTuple):
    paths: tuple[_Path, ...]
    """Fields that cannot change."""
    remedy: str = ANEW
    except_for: tuple[_Path, ...] = ()
    """Fields below these paths that can."""
    defaults: Mapping[_Path, Any] = {}
    """What the API server puts where nothing is said: to say it, or no longer to say it, changes nothing."""


def _below(parent: str, *fields: str) -> tuple[_Path, ...]:
    return tuple((parent, field) for field in fields)


_SELECTOR = _Fixed((("spec", "selector"),), "give it another name, or delete it first; its pods stop meanwhile")
_MUTABLE_OF_STATEFUL_SETS = (
    *("replicas", "ordinals", "template", "updateStrategy", "minReadySeconds"),
    "persistentVolumeClaimRetentionPolicy",
)
_STATEFUL_SET_DEFAULTS: Mapping[_Path, Any] = {
    ("spec", "podManagementPolicy"): "OrderedReady",
    ("spec", "revisionHistoryLimit"): 10,
}

_FIXED: dict[str, _Fixed] = {
    kinds.DEPLOYMENT: _SELECTOR,
    kinds.DAEMON_SET: _SELECTOR,
    kinds.REPLICA_SET: _SELECTOR,
    kinds.STATEFUL_SET: _Fixed(
        (("spec",),), _ORPHAN, _below("spec", *_MUTABLE_OF_STATEFUL_SETS), _STATEFUL_SET_DEFAULTS
    ),
    kinds.JOB: _Fixed(
        _below(
            "spec",
            *("template", "selector", "completionMode", "podFailurePolicy", "successPolicy", "backoffLimitPerIndex"),
            "managedBy",
        ),
        "give the Job another name: one that ends with a hash of its content, as lumen_constructs.Job does",
        defaults={("spec", "completionMode"): "NonIndexed"},
    ),
    kinds.POD: _Fixed(
        (("spec",),), except_for=_below("spec", "activeDeadlineSeconds", "tolerations", "schedulingGates")
    ),
    kinds.CLAIM: _Fixed(
        (("spec",),),
        "make a new claim, and copy the data",
        (("spec", "resources", "requests", "storage"), ("spec", "volumeAttributesClassName")),
        {("spec", "volumeMode"): "Filesystem"},
    ),
    kinds.VOLUME: _Fixed(
        (("spec",),),
        except_for=(
            *_below("spec", "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy"),
            *_below("spec", "storageClassName", "mountOptions", "volumeAttributesClassName"),
            ("spec", "csi", "controllerExpandSecretRef"),
        ),
        defaults={("spec", "volumeMode"): "Filesystem"},
    ),
    kinds.SECRET: _Fixed((("type",),), defaults={("type",): "Opaque"}),
    kinds.ROLE_BINDING: _Fixed((("roleRef",),)),
    kinds.CLUSTER_ROLE_BINDING: _Fixed((("roleRef",),)),
    kinds.RESOURCE_QUOTA: _Fixed(_below("spec", "scopes")),
    kinds.STORAGE_CLASS: _Fixed(
        (("provisioner",), ("parameters",), ("reclaimPolicy",), ("volumeBindingMode",)),
        defaults={("reclaimPolicy",): "Delete", ("volumeBindingMode",): "Immediate"},
    ),
    kinds.PRIORITY_CLASS: _Fixed(
        (("value",), ("preemptionPolicy",)), defaults={("preemptionPolicy",): "PreemptLowerPriority"}
    ),
    kinds.RUNTIME_CLASS: _Fixed((("handler",),)),
    kinds.INGRESS_CLASS: _Fixed((("spec", "controller"),)),
    kinds.GATEWAY_CLASS: _Fixed((("spec", "controllerName"),)),
    kinds.CRD: _Fixed((("spec", "group"), ("spec", "scope"), ("spec", "names", "kind"), ("spec", "names", "plural"))),
}

#: What the API server fills in in each claim of a StatefulSet.
_CLAIM_TEMPLATE = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "volumeMode": "Filesystem"}


def refusals(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say what of a change is refused, and what to do instead."""
    if not pair.before or not pair.after or pair.replaces:
        return
    fixed = _FIXED.get(pair.key.type)
    if fixed is not None:
        for change in _first_of_each(_fixed_changes(pair, fixed)):
            yield _refused(pair, change, fixed.remedy)
    yield from shrinkages(pair)
    yield from _OTHERS.get(pair.key.type, store_refusals)(pair)


def _refused(pair: Pair, change: FieldChange, remedy: str) -> str:
    since = ""
    if pair.key.type == kinds.STATEFUL_SET and change.path[:2] == ("spec", "volumeClaimTemplates"):
        grows = is_less(change.before, change.after)
        remedy = f"{remedy}; {'enlarge their claims by hand' if grows else 'their claims stay as they are'}"
    elif change.path == ("spec", "revisionHistoryLimit"):
        since = " before Kubernetes 1.33"
    return f"{brief(change.path)} cannot change{since} ({became(change)}); {remedy}"


def _fixed_changes(pair: Pair, fixed: _Fixed) -> Iterator[FieldChange]:
    for path in fixed.paths:
        before, after = _at(pair.before, path), _at(pair.after, path)
        for change in changes(before, after, path):
            is_free = any(change.path[: len(free)] == free for free in fixed.except_for)
            is_image = pair.key.type == kinds.POD and change.path[-1] == "image"
            if not is_free and not is_image and not _is_idle(change, fixed):
                yield change


def _is_idle(change: FieldChange, fixed: _Fixed) -> bool:
    """Tell whether a change says the same to the API server: a default spelled out, or an amount in other words."""
    path = tuple(str(step) for step in change.path)
    if path == ("spec", "nodeAffinity") and change.before is ABSENT:
        return True  # of a volume, which may be given one once
    default = fixed.defaults.get(path, ABSENT)
    if path[:2] == ("spec", "volumeClaimTemplates"):
        default = _CLAIM_TEMPLATE.get(path[-1], default)
    values = [default if value is ABSENT else value for value in (change.before, change.after)]
    return values[0] == values[1] or is_same_amount(path, *values)


def _first_of_each(found: Iterator[FieldChange]) -> list[FieldChange]:
    """Name a field once, however much of it changes: a Job's template may change in twenty places."""
    first: dict[tuple[str | int, ...], FieldChange] = {}
    for change in found:
        first.setdefault(change.path[:3] if "selector" in change.path else change.path[:2], change)
    return list(first.values())


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found = at(body, *path)
    return ABSENT if found is None else found


def _immutable(pair: Pair) -> Iterator[str]:
    """Look at a ConfigMap or Secret that says of itself that it never changes."""
    if pair.before.get("immutable") is True:
        for field in ("immutable", "data", "binaryData", "stringData"):
            if pair.before.get(field) != pair.after.get(field):
                yield f"{field} cannot change, since the object is immutable; {ANEW}"


def _job(pair: Pair) -> Iterator[str]:
    """Look at the number of completions, which only an indexed Job may change, and only with its parallelism."""
    before, after = (at(body, "spec", "completions") for body in (pair.before, pair.after))
    is_elastic = at(pair.before, "spec", "completionMode") == "Indexed" and after == at(
        pair.after, "spec", "parallelism"
    )
    if (before or 1) != (after or 1) and not is_elastic:
        yield f"spec.completions cannot change ({before or 1} → {after or 1}); {_FIXED[kinds.JOB].remedy}"


_OTHERS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.SERVICE: service_refusals,
    kinds.CONFIG_MAP: _immutable,
    kinds.SECRET: _immutable,
    kinds.JOB: _job,
}
