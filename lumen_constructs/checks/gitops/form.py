"""The form in which objects stand in Git: as the API server stores them, and without what only it may write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import at, joined, mapping, texts, walk
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.workloads import strictly
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show


@rule("not-canonical", Severity.WARNING)
def not_canonical(graph: Graph) -> Iterator[Fault]:
    """What the API server stores in another spelling is out of sync for ever."""
    for item in graph.items:
        if not item.ours:
            continue
        try:
            form = canonical(item.body)
        except LumenError:
            # What cannot be read at all is told by the rules of that field.
            continue
        if form != item.body:
            path, found, wanted = next(_differences("", item.body, form))
            hint = f"write {show(wanted)}" if wanted is not None else "leave it out"
            yield Fault(item, path, f"{show(found)} is not what the API server stores", hint)


def _differences(path: str, one: Any, other: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in (*one, *(key for key in other if key not in one)):
            if key not in one or key not in other or one[key] != other[key]:
                yield from _differences(joined(path, key), one.get(key), other.get(key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                yield from _differences(joined(path, place), left, right)
    else:
        yield path, one, other


_OF_THE_SERVER = ("uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink")


@rule("server-field", Severity.WARNING)
def server_field(graph: Graph) -> Iterator[Fault]:
    """Fields that only the API server writes are refused or out of sync when they come from Git."""
    for item in graph.items:
        metadata = mapping(item.body, "metadata")
        for field in _OF_THE_SERVER:
            if metadata.get(field):
                yield Fault(item, f"metadata.{field}", "is the API server's to write", "leave it out")
        if item.body.get("status") and item.type != kinds.CRD:
            yield Fault(item, "status", "is the controllers' to write", "leave it out")


@rule("selector-varies", Severity.WARNING)
def selector_varies(graph: Graph) -> Iterator[Fault]:
    """A workload's selector cannot be changed: with a version in it, the next version is refused."""
    for item in graph.of(*kinds.LONG_RUNNING):
        for key in texts(item.body, "spec", "selector", "matchLabels"):
            path = f"spec.selector.matchLabels.{key}"
            if key in kinds.VARYING_LABELS:
                yield Fault(
                    item, path, "changes with every version, and the selector cannot", "leave it out", strictly(item)
                )
            elif key == "app.kubernetes.io/instance" and item.ours:
                yield Fault(item, path, "is Argo CD's to set", "leave it out")


@rule("claim-template-varies", Severity.WARNING)
def claim_template_varies(graph: Graph) -> Iterator[Fault]:
    """The claim templates of a StatefulSet cannot be changed: with a version in them, the next version is refused."""
    for item in graph.of(kinds.STATEFUL_SET):
        for path, labels in walk(item.body, "spec.volumeClaimTemplates[].metadata.labels"):
            for key in kinds.VARYING_LABELS:
                if at(labels, key) is not None:
                    message = "changes with every version, and claim templates cannot"
                    yield Fault(item, f"{path}.{key}", message, "leave it out", strictly(item))
