"""What a rule is, and the register of all rules.

A rule is a function that reads the graph and yields faults. Its id is stable: waivers, settings and other people's
dashboards hold on to it. Its good and its bad example stand in ``examples/<id>.yaml``: they are its tests, and its page
in the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item


class Topic(StrEnum):
    """What a rule is about; a topic is a folder of rules."""

    REFERENCES = "references"
    REACHABILITY = "reachability"
    SCHEMA = "schema"
    RELIABILITY = "reliability"
    SECURITY = "security"
    GITOPS = "gitops"
    WAIVERS = "waivers"


class Fault(NamedTuple):
    """What a rule found wrong."""

    item: Item
    path: str
    message: str
    hint: str = ""
    severity: Severity | None = None
    """The severity here, where it is not the rule's."""


RuleFunction = Callable[[Graph], Iterator[Fault]]


class Example(NamedTuple):
    """Manifests, as YAML, that a rule is silent about, and the same with the fault that it finds."""

    good: str
    bad: str
    ours: bool
    """Whether the manifests are to be taken as made by this library."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    id: str
    topic: Topic
    severity: Severity
    why: str
    """What happens in a cluster where the rule is broken, in one sentence."""
    find: RuleFunction

    @property
    def example(self) -> Example:
        """The rule's example, read from its file."""
        text = resources.files(__package__).joinpath("examples", f"{self.id}.yaml").read_text(encoding="utf-8")
        return read_example(text)


_RULES: dict[str, Rule] = {}


def rule(id_: str, severity: Severity) -> Callable[[RuleFunction], RuleFunction]:
    """Register a function as a rule; its docstring says why, and its topic is the folder that it stands in."""

    def register(find: RuleFunction) -> RuleFunction:
        if id_ in _RULES:
            message = f"two rules have the id '{id_}'"
            raise ValueError(message)
        why = (find.__doc__ or "").replace("\n    ", " ").strip()
        _RULES[id_] = Rule(id_, Topic(find.__module__.split(".")[-2]), severity, why, find)
        return find

    return register


@cache
def all_rules() -> dict[str, Rule]:
    """Give all rules by id, topic by topic."""
    from lumen_constructs.checks import catalogue  # noqa: PLC0415  # the rules import this module

    catalogue.load()
    order = list(Topic)
    return dict(sorted(_RULES.items(), key=lambda entry: order.index(entry[1].topic)))


class Row(NamedTuple):
    """A rule as a page of the documentation shows it."""

    id: str
    topic: str
    severity: str
    why: str
    good: str
    bad: str


def rules_table() -> list[Row]:
    """Give all rules with their examples, topic by topic."""
    return [
        Row(rule.id, rule.topic.value, rule.severity.value, rule.why, rule.example.good, rule.example.bad)
        for rule in all_rules().values()
    ]


_BAD_LINE = re.compile(r"^(?P<indent>\s*)(?P<good>.*?)\s*# bad:(?P<bad>.*)$")


def read_example(text: str) -> Example:
    """Read an example: the good manifests, in which ``# bad: …`` says what the line is in the bad ones.

    ``key: good  # bad: key: bad`` changes a line, ``# bad: key: bad`` alone adds one, ``key: good  # bad:`` drops one.
    A first line ``# ours`` takes the manifests as made by this library.
    """
    good, bad = [], []
    lines = text.splitlines()
    ours = bool(lines) and lines[0].strip() == "# ours"
    for line in lines[ours:]:
        found = _BAD_LINE.match(line)
        if found is None:
            good.append(line)
            bad.append(line)
            continue
        indent = found["indent"]
        if found["good"]:
            good.append(indent + found["good"])
        if found["bad"].strip():
            bad.append(indent + found["bad"].removeprefix(" ").rstrip())
    return Example("\n".join(good) + "\n", "\n".join(bad) + "\n", ours)
