"""Namespaces that let pods do more than they need."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.rules import Fault, rule

_PREFIX = "pod-security.kubernetes.io/"
_LEVELS = ("privileged", "baseline", "restricted")


@rule("namespace-not-restricted", Severity.WARNING)
def namespace_not_restricted(graph: Graph) -> Iterator[Fault]:
    """A namespace that does not enforce a Pod Security level takes a privileged pod from whoever may make one."""
    for item in graph.of(kinds.NAMESPACE):
        for mode in ("enforce", "audit", "warn"):
            key = f"{_PREFIX}{mode}"
            level = item.labels.get(key)
            path = f"metadata.labels[{key}]"
            if level is not None and level not in _LEVELS:
                message = f"'{level}' is not a Pod Security level ({', '.join(_LEVELS)})"
                yield Fault(item, path, message, graph.meant(level, _LEVELS), Severity.ERROR)
            elif mode == "enforce" and level != "restricted" and item.ours:
                yield Fault(item, path, "its pods may do more than 'restricted' lets them", "write restricted")
