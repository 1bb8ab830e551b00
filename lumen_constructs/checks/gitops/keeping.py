"""What must not be lost when an application is pruned or deleted."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import sequence
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.emit.annotations import COMPARE_OPTIONS, FLUX_PRUNE, SYNC_OPTIONS

#: Kinds whose loss is a disaster: volumes, data stores, and what only they know.
KEPT = (
    *(kinds.CLAIM, kinds.VOLUME, kinds.SEALED_SECRET, kinds.EXTERNAL_SECRET),
    *(kinds.CNPG_CLUSTER, kinds.KAFKA, kinds.KAFKA_NODE_POOL, kinds.MONGODB),
)

_TEMPLATES = "volumeClaimTemplates"
_HOOKS = ("argocd.argoproj.io/hook", "helm.sh/hook")


@rule("not-kept", Severity.ERROR)
def not_kept(graph: Graph) -> Iterator[Fault]:
    """A volume, data store or secret that is pruned is gone, and dies with its namespace too."""
    holding = {item.namespace for item in graph.of(*KEPT)}
    holding |= {item.namespace for item in graph.of(kinds.STATEFUL_SET) if sequence(item.body, "spec", _TEMPLATES)}
    for item in graph.items:
        held = item.type in KEPT or (item.type == kinds.NAMESPACE and item.name in holding)
        if item.ours and held and (missing := _missing(item)):
            key, value = missing[0]
            yield Fault(
                item,
                f"metadata.annotations[{key}]",
                "is lost when the application is pruned or deleted",
                f"write {value}",
            )


def _missing(item: Item) -> list[tuple[str, str]]:
    options = {option.strip() for option in item.annotations.get(SYNC_OPTIONS, "").split(",")}
    wanted = []
    if not options >= {"Prune=false", "Delete=false"}:
        wanted.append((SYNC_OPTIONS, "Prune=false,Delete=false"))
    if "IgnoreExtraneous" not in item.annotations.get(COMPARE_OPTIONS, ""):
        wanted.append((COMPARE_OPTIONS, "IgnoreExtraneous"))
    if item.annotations.get(FLUX_PRUNE) != "disabled":
        wanted.append((FLUX_PRUNE, "disabled"))
    return wanted


@rule("hook-replaces-data", Severity.ERROR)
def hook_replaces_data(graph: Graph) -> Iterator[Fault]:
    """A hook is deleted and made anew with every sync: what it held is lost."""
    for item in graph.of(*KEPT, kinds.STATEFUL_SET, kinds.NAMESPACE):
        for key in _HOOKS:
            if key in item.annotations:
                severity = Severity.WARNING if key == "helm.sh/hook" else None
                yield Fault(
                    item, f"metadata.annotations[{key}]", "is made anew with every sync", "leave it out", severity
                )
