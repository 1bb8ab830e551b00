"""Checks of a whole set of manifests: plain data in, findings out; knows no construct."""

from lumen_constructs.checks.engine import check
from lumen_constructs.checks.findings import Finding, Report, Severity, Subject, Waived
from lumen_constructs.checks.rules import Rule, Topic, all_rules, rules_table
from lumen_constructs.checks.settings import Settings

__all__ = [
    "Finding",
    "Report",
    "Rule",
    "Settings",
    "Severity",
    "Subject",
    "Topic",
    "Waived",
    "all_rules",
    "check",
    "rules_table",
]
