"""What is wrong with waivers."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.rules import Fault, all_rules, rule
from lumen_constructs.checks.waivers.reading import WAIVE, Waiver, waivers_of

_PATH = f"metadata.annotations[{WAIVE}]"


def _waivers(graph: Graph) -> list[tuple[Item, Waiver]]:
    return [(item, waiver) for item in graph.items for waiver in waivers_of(item)]


@rule("waiver-of-unknown-rule", Severity.ERROR)
def waiver_of_unknown_rule(graph: Graph) -> Iterator[Fault]:
    """A waiver that names no rule allows nothing, and the finding that it was meant for comes back or is another."""
    for item, waiver in graph.once(_waivers):
        if waiver.rule not in all_rules():
            yield Fault(item, _PATH, f"'{waiver.rule}' is not a rule", graph.meant(waiver.rule, all_rules()))


@rule("waiver-without-reason", Severity.ERROR)
def waiver_without_reason(graph: Graph) -> Iterator[Fault]:
    """A waiver without a reason tells the next reader nothing, so it allows nothing."""
    for item, waiver in graph.once(_waivers):
        if waiver.rule in all_rules() and not waiver.reason:
            hint = f"write '{waiver.rule}: ' and why"
            yield Fault(item, _PATH, f"'{waiver.rule}' is waived without a reason", hint)


@rule("waiver-unused", Severity.WARNING)
def waiver_unused(graph: Graph) -> Iterator[Fault]:
    """A waiver that allows nothing hides the fault that may come tomorrow."""
    for item, waiver in graph.once(_waivers):
        known = waiver.rule in all_rules() and graph.settings.severities.get(waiver.rule) != "off"
        if known and waiver.reason and (item, waiver.rule) not in graph.waived:
            yield Fault(item, _PATH, f"'{waiver.rule}' finds nothing on this object", "remove the waiver")
