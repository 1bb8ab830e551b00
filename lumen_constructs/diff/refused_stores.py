"""What the operators of data stores refuse, or leave as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, mapping, text
from lumen_constructs.diff.fields import ABSENT, changes
from lumen_constructs.diff.growing import is_less
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import became, brief

_COPY = "make a new claim, and copy the data"


def store_refusals(pair: Pair) -> Iterator[str]:
    """Say what of a data store's change its operator refuses."""
    look = _LOOKS.get(pair.key.type)
    if look is not None:
        yield from look(pair)


def _cluster(pair: Pair) -> Iterator[str]:
    if mapping(pair.before, "spec", "walStorage") and not mapping(pair.after, "spec", "walStorage"):
        yield "spec.walStorage cannot go once it is there; make a new cluster from a backup"
    after = {text(one, "name"): one for _, one in entries(pair.after, "spec", "tablespaces")}
    for _, space in entries(pair.before, "spec", "tablespaces"):
        name = text(space, "name")
        if name not in after:
            yield f"spec.tablespaces[{name}] cannot go once it is there; keep it"
            continue
        size, wanted = (at(one, "storage", "size") for one in (space, after[name]))
        if is_less(wanted, size):
            yield f"spec.tablespaces[{name}] cannot shrink ({size} → {wanted}); keep its size"


def _pool(pair: Pair) -> Iterator[str]:
    old, new = (text(body, "spec", "storage", "type") for body in (pair.before, pair.after))
    if old != new:
        yield f"spec.storage.type cannot change ({old} → {new}); the operator ignores it: make a new pool"
    if at(pair.before, "spec", "storage", "class") != at(pair.after, "spec", "storage", "class") and old == new:
        yield "spec.storage.class cannot change; the operator ignores it: make a new pool"
    before, after = (
        {str(volume.get("id")): volume for _, volume in entries(body, "spec", "storage", "volumes")}
        for body in (pair.before, pair.after)
    )
    for place in (place for place in before if place in after):
        if is_less(after[place].get("size"), before[place].get("size")):
            sizes = f"{before[place].get('size')} → {after[place].get('size')}"
            yield f"spec.storage.volumes[{place}].size cannot shrink ({sizes}); {_COPY}"
        if before[place].get("class") != after[place].get("class"):
            yield f"spec.storage.volumes[{place}].class cannot change; the operator ignores it: add another volume"


def _topic(pair: Pair) -> Iterator[str]:
    old, new = (text(body, "spec", "topicName") or pair.key.name for body in (pair.before, pair.after))
    if old != new:
        yield f"spec.topicName cannot change ({old} → {new}); the operator refuses it: make another topic"
    before, after = (at(body, "spec", "replicas") for body in (pair.before, pair.after))
    if before is not None and after is not None and before != after:
        yield f"spec.replicas cannot change ({before} → {after}) without Cruise Control; move the partitions by hand"


def _mongodb(pair: Pair) -> Iterator[str]:
    path = ("spec", "statefulSet", "spec", "volumeClaimTemplates")
    before, after = (at(body, *path) for body in (pair.before, pair.after))
    found = changes(ABSENT if before is None else before, ABSENT if after is None else after, path)
    if change := next(found, None):
        yield (
            f"{brief(change.path)} cannot change ({became(change)}): the operator's StatefulSet keeps its claims; "
            "make a new database, and copy the data"
        )


_LOOKS: dict[str, Callable[[Pair], Iterator[str]]] = {
    kinds.CNPG_CLUSTER: _cluster,
    kinds.KAFKA_NODE_POOL: _pool,
    kinds.KAFKA_TOPIC: _topic,
    kinds.MONGODB: _mongodb,
}
