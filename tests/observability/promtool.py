"""Rules under Prometheus' own test tool: which alerts fire over given series. One process runs all cases."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="promtool is not installed (Debian: apt-get install prometheus), so that no rule was tried on series",
)


@dataclass(frozen=True)
class Case:
    """Series, and the alerts that fire over them at one time."""

    name: str
    groups: Sequence[Mapping[str, Any]]
    """The groups of rules."""
    series: Mapping[str, str]
    """Each series and its values, in promtool's notation."""
    at: str
    """When it is looked."""
    firing: Mapping[str, int]
    """How many alerts of each name fire then; every other one is quiet."""
    interval: str = "1m"
    """Time from one value of a series to the next."""
    evaluation: str = "1m"
    """Time from one evaluation of the rules to the next."""
    values: Mapping[str, float] = field(default_factory=dict)
    """Values of expressions then."""


def failures(cases: Sequence[Case], folder: Path) -> dict[str, str]:
    """Run all cases, and give what promtool says of those that failed, by name."""
    for case in cases:
        (folder / f"{case.name}.rules.json").write_text(json.dumps({"groups": case.groups}))
        (folder / f"{case.name}.test.json").write_text(json.dumps(_test(case)))
    files = [f"{case.name}.test.json" for case in cases]
    command = ["promtool", "test", "rules", *files]
    # One stream, so that what is said of a file follows its name.
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    said = done.stdout
    told = {}
    for part in said.split("Unit Testing:")[1:]:
        file, _, result = part.strip().partition("\n")
        if "SUCCESS" not in result:
            told[file.removesuffix(".test.json")] = result
    if done.returncode != 0 and not told:
        raise RuntimeError(said)
    return told


def check(groups: Sequence[Mapping[str, Any]], folder: Path) -> str:
    """Have promtool check rules, their templates included; give what it says where they are wrong."""
    file = folder / "rules.json"
    file.write_text(json.dumps({"groups": groups}))
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _test(case: Case) -> dict[str, Any]:
    alerts = [rule["alert"] for group in case.groups for rule in group["rules"] if "alert" in rule]
    counts = [
        {
            "expr": f'count by (alertname) (ALERTS{{alertname="{alert}",alertstate="firing"}})',
            "eval_time": case.at,
            "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": case.firing[alert]}]
            if alert in case.firing
            else [],
        }
        for alert in alerts
    ]
    values = [
        {"expr": expr, "eval_time": case.at, "exp_samples": [{"labels": "{}", "value": value}]}
        for expr, value in case.values.items()
    ]
    return {
        "rule_files": [f"{case.name}.rules.json"],
        "evaluation_interval": case.evaluation,
        "tests": [
            {
                "interval": case.interval,
                "input_series": [{"series": series, "values": values} for series, values in case.series.items()],
                "promql_expr_test": counts + values,
            }
        ],
    }
