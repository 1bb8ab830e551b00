"""Amounts that may only grow: volumes, and the partitions of a topic."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at
from lumen_constructs.diff.objects import Pair
from lumen_constructs.errors import LumenError
from lumen_constructs.quantities import Quantity

_GROWING: dict[str, tuple[tuple[str, ...], ...]] = {
    kinds.CLAIM: (("spec", "resources", "requests", "storage"),),
    kinds.CNPG_CLUSTER: (("spec", "storage", "size"), ("spec", "walStorage", "size")),
    kinds.KAFKA_NODE_POOL: (("spec", "storage", "size"),),
    kinds.KAFKA_TOPIC: (("spec", "partitions"),),
}


#: What to do instead.
_REMEDIES = {
    kinds.CLAIM: "make a new claim, and copy the data",
    kinds.CNPG_CLUSTER: "make a new cluster from a backup",
    kinds.KAFKA_NODE_POOL: "make a new pool, and move the data",
    kinds.KAFKA_TOPIC: "make another topic",
}


def shrinkages(pair: Pair) -> Iterator[str]:
    """Say which amounts shrink and may not, and what to do instead."""
    for path in _GROWING.get(pair.key.type, ()):
        before, after = at(pair.before, *path), at(pair.after, *path)
        if is_less(after, before):
            yield f"{'.'.join(path)} cannot shrink ({before} → {after}); {_REMEDIES[pair.key.type]}"


def is_less(after: object, before: object) -> bool:
    """Tell whether an amount is smaller than another; what is no amount is not."""
    one, other = _amount(after), _amount(before)
    return one is not None and other is not None and one.value < other.value


def is_same_amount(path: tuple[str, ...], before: object, after: object) -> bool:
    """Tell whether two spellings below ``resources`` are one amount: ``1024Mi`` and ``1Gi``."""
    if "resources" not in path:
        return False
    one, other = _amount(before), _amount(after)
    return one is not None and one == other


def _amount(value: object) -> Quantity | None:
    try:
        return Quantity.parse(value) if isinstance(value, (str, int, float)) and value != "" else None
    except LumenError:
        return None
