"""Waivers: an object's own word that a rule does not hold for it, with the reason."""

from __future__ import annotations

from typing import NamedTuple

from lumen_constructs.checks.items import Item

#: The annotation that holds an object's waivers, one ``rule-id: reason`` a line.
WAIVE = "lumen-constructs/waive"


class Waiver(NamedTuple):
    """One line of the annotation."""

    rule: str
    reason: str


def waivers_of(item: Item) -> list[Waiver]:
    """Read the waivers of an object; lines that name no rule are left out."""
    written = item.annotations.get(WAIVE)
    if written is None:
        return []
    lines = (line.partition(":") for line in written.splitlines())
    return [Waiver(rule.strip(), reason.strip()) for rule, _, reason in lines if rule.strip()]
