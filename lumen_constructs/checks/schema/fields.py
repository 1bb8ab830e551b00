"""Fields that a kind does not have, lacks, or has with another type or value."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.schema.validation import Flaw, flaws


def _of(graph: Graph, rule_: str) -> Iterator[Flaw]:
    return (flaw for flaw in graph.once(flaws) if flaw.rule == rule_)


@rule("unknown-field", Severity.ERROR)
def unknown_field(graph: Graph) -> Iterator[Fault]:
    """A field that the kind does not have is refused or dropped without a word, and what it says never happens."""
    for flaw in _of(graph, "unknown-field"):
        yield Fault(flaw.item, flaw.path, flaw.message, graph.meant(flaw.field, flaw.known))


@rule("missing-field", Severity.ERROR)
def missing_field(graph: Graph) -> Iterator[Fault]:
    """An object without a required field is refused."""
    for flaw in _of(graph, "missing-field"):
        near = graph.near(flaw.field, flaw.known, cutoff=0.8)
        yield Fault(flaw.item, flaw.path, flaw.message, f"'{near}' may be meant to be it" if near else "")


@rule("wrong-type", Severity.ERROR)
def wrong_type(graph: Graph) -> Iterator[Fault]:
    """An object with a value of another type than its field has is refused."""
    for flaw in _of(graph, "wrong-type"):
        yield Fault(flaw.item, flaw.path, flaw.message, flaw.hint)


@rule("wrong-value", Severity.ERROR)
def wrong_value(graph: Graph) -> Iterator[Fault]:
    """An object with a value that its field does not take is refused."""
    for flaw in _of(graph, "wrong-value"):
        yield Fault(flaw.item, flaw.path, flaw.message)
