"""What a rendered set needs of the cluster and does not make: it must be there before its pods can start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lumen_constructs.emit.stages import annotations_of
from lumen_constructs.emit.tree import Placed
from lumen_constructs.options.reserved import EXTERNAL


class Needed(NamedTuple):
    """An object that must exist."""

    namespace: str
    """Its namespace, or that of the object that needs it."""
    name: str
    """Kind and name, as kubectl takes them: ``Secret/cart-db``."""
    item: str
    """The same, for a Secret with the keys that are read: ``Secret/cart-db=password,username``."""


def needed_from_outside(part: Sequence[Placed], objects: Sequence[Placed]) -> Iterator[Needed]:
    """Give what ``part`` declares as being outside of the set; ``objects``, the whole set, tell which keys are read."""
    for placed in part:
        own = str(placed.body["metadata"].get("namespace") or "default")
        for declared in annotations_of(placed.body).get(EXTERNAL, "").split():
            kind, _, rest = declared.partition("/")
            namespace, _, name = rest.rpartition("/")
            keys = _keys_read(objects, namespace or own, name) if kind == "Secret" else []
            needed = f"{kind}/{name}"
            yield Needed(namespace or own, needed, f"{needed}={','.join(keys)}" if keys else needed)


def _keys_read(objects: Sequence[Placed], namespace: str, secret: str) -> list[str]:
    found = {
        str(reference.get("key"))
        for placed in objects
        if str(placed.body["metadata"].get("namespace") or "default") == namespace
        for reference in _references(placed.body)
        if reference.get("name") == secret
    }
    return sorted(found)


def _references(node: Any) -> Iterator[dict[str, Any]]:
    """Give every ``secretKeyRef`` at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "secretKeyRef" and isinstance(value, dict):
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)
