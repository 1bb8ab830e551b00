"""What exists in the cluster outside the set, as its objects and the settings declare it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lumen_constructs.checks.items import Item

#: The annotation with which an object says what it needs from outside: space-separated ``Kind/name`` (in its own
#: namespace) or ``Kind/namespace/name``.
EXTERNAL = "lumen-constructs/external"

_ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class External:
    """What was declared to exist outside the set."""

    declared: set[tuple[str, str, str]] = field(default_factory=set)
    unreadable: list[tuple[Item, str]] = field(default_factory=list)
    """Declarations that say nothing, with the object that carries them."""

    def declares(self, kind: str, namespace: str, name: str) -> bool:
        """Tell whether an object was declared; one that is declared without a namespace is in any."""
        return any((kind, place, name) in self.declared for place in (namespace, _ANYWHERE, ""))


def externals_of(items: Iterable[Item], settings: Sequence[str]) -> External:
    """Collect the declarations of all objects and of the settings."""
    found = External()
    for item in items:
        for entry in item.annotations.get(EXTERNAL, "").split():
            parts = entry.split("/")
            if len(parts) not in (2, 3) or not all(parts):
                found.unreadable.append((item, entry))
            else:
                found.declared.add((parts[0], parts[1] if len(parts) == 3 else item.namespace, parts[-1]))
    for entry in settings:
        kind, _, rest = entry.strip().partition("/")
        namespace, slash, name = rest.rpartition("/")
        found.declared.add((kind, namespace if slash else _ANYWHERE, name))
    return found


def declare(item: Item, kind: str, name: str) -> str:
    """Give the hint how ``item``, which needs it, can say that an object exists outside the set."""
    # The annotation of an object of ours is written from an option.
    how = f"add {kind}/{name} to 'external'" if item.ours else f"say so with the annotation {EXTERNAL}: {kind}/{name}"
    return f"if it exists outside this set, {how}"


def within(namespace: str) -> str:
    """Give ``in namespace shop``, as the end of a message."""
    return f" in namespace {namespace}" if namespace else ""
