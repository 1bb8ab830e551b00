"""Objects that are there twice, and objects that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.externals import EXTERNAL
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.rules import Fault, rule


@rule("not-an-object", Severity.ERROR)
def not_an_object(graph: Graph) -> Iterator[Fault]:
    """A document that is not an object of apiVersion and kind, or no plain data, cannot be applied."""
    for item, reason in graph.refused:
        yield Fault(item, "", reason)


@rule("duplicate-object", Severity.ERROR)
def duplicate_object(graph: Graph) -> Iterator[Fault]:
    """Of two objects with one name only the last applied one stays, and a sync never ends."""
    first: dict[tuple[str, str, str], Item] = {}
    for item in graph.items:
        if not item.name:
            continue
        before = first.setdefault((item.type, *item.key), item)
        if before is not item:
            yield Fault(item, "metadata.name", f"is there already: {before.where}", "give one of them another name")


@rule("external-unreadable", Severity.ERROR)
def external_unreadable(graph: Graph) -> Iterator[Fault]:
    """A declaration of what exists outside the set that cannot be read declares nothing."""
    for item, entry in graph.externals.unreadable:
        message = f"'{entry}' names nothing"
        yield Fault(item, f"metadata.annotations[{EXTERNAL}]", message, "write Kind/name or Kind/namespace/name")


@rule("namespace-missing", Severity.ERROR)
def namespace_missing(graph: Graph) -> Iterator[Fault]:
    """An object in a namespace that does not exist is refused."""
    known = graph.names("Namespace", "")
    if not known:
        return
    for item in graph.items:
        namespace = item.namespace
        if not namespace or namespace in known or graph.is_external("Namespace", "", namespace):
            continue
        # Where the set makes other namespaces this one may be the cluster's; only a near name is surely a slip.
        if (near := graph.once(_near_namespaces).get(namespace)) and namespace not in _USUAL:
            yield Fault(item, "metadata.namespace", f"no Namespace '{namespace}' exists", f"did you mean '{near}'?")


_USUAL = {"default", "kube-system", "kube-public", "kube-node-lease"}


def _near_namespaces(graph: Graph) -> dict[str, str]:
    known = graph.names("Namespace", "")
    return {name: graph.near(name, known, cutoff=0.85) for name in graph.namespaces if name and name not in known}
