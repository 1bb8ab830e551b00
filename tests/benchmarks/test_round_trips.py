"""How often Python and Node.js talk to each other: each message costs a third of a millisecond."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.measure import ROOT


def test_a_construct_costs_two_messages() -> None:
    """One makes the construct, one makes all of its objects; what changes an object later is one more."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.round_trips"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, int] = json.loads(done.stdout)
    assert found == {
        "MonitoredService, the first of an app": 16,
        "MonitoredService": 4,  # it holds a ProbedDeployment
        "ProbedDeployment": 2,
        "CronJob": 2,
        "Redis": 2,
        "SecretSet of one generated Secret": 3,  # one asks for its chart, within which each is declared once
        "one component needs another": 3,  # a rule at both ends, and the wave
        "App.synth() of one chart, checks included": 5,
        "App.synth() of two charts": 7,
    }
