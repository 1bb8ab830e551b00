"""A check from end to end: read the set, run the rules, sort out what is waived."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lumen_constructs.checks.findings import Finding, Report, Severity, Subject, Waived
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import items_of
from lumen_constructs.checks.rules import Fault, Rule, Topic, all_rules
from lumen_constructs.checks.settings import Settings
from lumen_constructs.checks.waivers.reading import waivers_of
from lumen_constructs.errors import raise_all
from lumen_constructs.names import did_you_mean

_EVERYDAY = Settings()

#: How many findings of one rule are told: nobody reads more, and they would take more memory than the set.
_MOST_TOLD = 2000


def check(objects: Iterable[Subject], settings: Settings = _EVERYDAY) -> Report:
    """Check a whole set at once: everything of one system in one environment, or whatever is applied together.

    The report is the same for the same objects in the same order, on any machine. Nothing is read and nothing is
    written, except for the schemas that belong to this package and its dependencies.

    :raises LumenError: if the settings name a rule or release that does not exist, or the set is so entangled that it
        could not be checked in bounded time
    """
    rules = all_rules()
    raise_all(
        f"severities: '{id_}' is not a rule{did_you_mean(id_, rules)}"
        for id_ in settings.severities
        if id_ not in rules
    )
    items, refused = items_of(objects, settings)
    graph = Graph(items, refused, settings)
    reasons = {(item, waiver.rule): waiver.reason for item in items for waiver in waivers_of(item) if waiver.reason}

    standing: list[Finding] = []
    waived: list[Waived] = []
    for rule in rules.values():
        if settings.severities.get(rule.id) == "off":
            continue
        told = 0
        for fault in dict.fromkeys(rule.find(graph)):
            finding = _finding(rule, fault, settings)
            reason = reasons.get((fault.item, rule.id)) if rule.topic is not Topic.WAIVERS else None
            if reason is not None:
                graph.waived.add((fault.item, rule.id))
                waived.append(Waived(finding, reason))
                continue
            told += 1
            if told <= _MOST_TOLD:
                standing.append(finding)
        if told > _MOST_TOLD:
            more = f"and {told - _MOST_TOLD} more findings of this rule, which are not shown"
            standing.append(replace(standing[-1], message=more, hint=""))
    standing.sort(key=_order)
    waived.sort(key=lambda entry: _order(entry.finding))
    return Report(tuple(standing), tuple(waived), len(items) + len(refused))


def _finding(rule: Rule, fault: Fault, settings: Settings) -> Finding:
    return Finding(
        rule=rule.id,
        severity=_severity(rule, fault, settings),
        where=fault.item.where,
        object=str(fault.item),
        path=fault.path,
        message=fault.message,
        hint=fault.hint,
        subject=fault.item.position,
    )


def _severity(rule: Rule, fault: Fault, settings: Settings) -> Severity:
    chosen = settings.severities.get(rule.id)
    if chosen is not None and chosen != "off":
        return chosen
    if settings.foreign_as_warnings and not fault.item.ours:
        return Severity.WARNING
    return fault.severity or rule.severity


def _order(finding: Finding) -> tuple[int, bool, str, str, str]:
    return (finding.subject, finding.severity is not Severity.ERROR, finding.path, finding.rule, finding.message)
