"""The objects of a set, read once: identity, labels, annotations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lumen_constructs.checks.border import Refused, plain
from lumen_constructs.checks.findings import Subject
from lumen_constructs.checks.kinds import NOT_FOR_A_CLUSTER, SYSTEM_NAMESPACES, is_built_in, kind_of, type_of
from lumen_constructs.checks.plain import mapping, text, texts
from lumen_constructs.checks.settings import Settings
from lumen_constructs.emit.kinds import is_cluster_scoped
from lumen_constructs.faults import show


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One object of the set."""

    position: int
    """The place of its subject in what was given."""
    where: str
    body: dict[str, Any]
    api_version: str
    type: str
    """The kind with its API group, such as ``Deployment.apps``."""
    name: str
    namespace: str
    """Empty for objects of the whole cluster, and where nothing says it."""
    labels: dict[str, str]
    annotations: dict[str, str]
    cluster_scoped: bool
    ours: bool

    @property
    def kind(self) -> str:
        """The kind alone."""
        return kind_of(self.type)

    @property
    def custom(self) -> bool:
        """Whether the kind is a custom resource."""
        return not is_built_in(self.type)

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return (self.namespace, self.name)

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind, self.namespace, self.name or self._generated) if part)

    @property
    def _generated(self) -> str:
        prefix = text(self.body, "metadata", "generateName")
        return f"{prefix}*" if prefix else ""


class Refusal(NamedTuple):
    """A subject that is no manifest: what could be read of it, and why it was refused."""

    item: Item
    reason: str


def items_of(subjects: Iterable[Subject], settings: Settings) -> tuple[list[Item], list[Refusal]]:
    """Read every subject; Lists give their entries, and what only kustomize reads is left out."""
    items: list[Item] = []
    refused: list[Refusal] = []
    for position, subject in enumerate(subjects):
        try:
            body = plain(subject.body)
        except Refused as refusal:
            refused.append(Refusal(_item(position, subject, _identity(subject.body), settings), str(refusal)))
            continue
        for entry in _unlisted(body):
            item = _item(position, subject, entry if isinstance(entry, dict) else {}, settings)
            if fault := _fault(entry):
                refused.append(Refusal(item, fault))
            elif item.type.partition(".")[2] not in NOT_FOR_A_CLUSTER:
                items.append(item)
    assumed = settings.namespace or _only_namespace(items)
    if assumed:
        items = [item if item.namespace or item.cluster_scoped else replace(item, namespace=assumed) for item in items]
    return items, refused


def _unlisted(body: dict[str, Any]) -> Iterator[object]:
    """Give the entries of a List, of Lists in it too, and any other object as it is."""
    left: list[object] = [body]
    while left:
        entry = left.pop()
        if isinstance(entry, dict) and text(entry, "kind").endswith("List") and isinstance(entry.get("items"), list):
            left.extend(reversed(entry["items"]))
        else:
            yield entry


def _fault(entry: object) -> str:
    """Say what keeps an entry from being an object at all."""
    if not isinstance(entry, dict):
        return f"must be a mapping, not {show(entry)}"
    missing = [key for key in ("apiVersion", "kind") if not text(entry, key)]
    return f"has no {' and no '.join(missing)}" if missing else ""


def _item(position: int, subject: Subject, body: dict[str, Any], settings: Settings) -> Item:
    api_version, kind = text(body, "apiVersion"), text(body, "kind")
    metadata = mapping(body, "metadata")
    cluster_scoped = is_cluster_scoped(api_version, kind)
    return Item(
        position=position,
        where=subject.where,
        body=body,
        api_version=api_version,
        type=type_of(api_version, kind),
        name=text(metadata, "name"),
        namespace="" if cluster_scoped else text(metadata, "namespace"),
        labels=texts(metadata, "labels"),
        annotations=texts(metadata, "annotations"),
        cluster_scoped=cluster_scoped,
        ours=settings.ours(subject),
    )


def _identity(body: object) -> dict[str, Any]:
    """Give of a refused body only what names it."""
    if not isinstance(body, dict):
        return {}
    metadata = {key: text(body, "metadata", key) for key in ("name", "namespace")}
    return {"apiVersion": text(body, "apiVersion"), "kind": text(body, "kind"), "metadata": metadata}


def _only_namespace(items: Iterable[Item]) -> str:
    """Give the namespace that the objects without one will be put into, where the others leave no doubt."""
    used = dict.fromkeys(item.namespace for item in items if item.namespace not in ("", *SYSTEM_NAMESPACES))
    return next(iter(used)) if len(used) == 1 else ""
