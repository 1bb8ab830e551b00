from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.options.base import full
from lumen_constructs.options.delivery import Canary, CanaryStep, Delivery, Pause
from lumen_constructs.options.monitored import MonitoredServiceOptions
from tests.options.reading import BASE, faults, read

MEASURED: dict[str, Any] = {**BASE, "metrics": {"requests": "http"}}


def test_the_strategy_alone_is_enough() -> None:
    """The short form names the strategy; everything else has its default."""
    short = read(MonitoredServiceOptions, {**MEASURED, "delivery": "canary"})
    assert short == read(MonitoredServiceOptions, {**MEASURED, "delivery": {"strategy": "canary"}})
    assert short == MonitoredServiceOptions(**dict(short) | {"delivery": Delivery(strategy="canary")})


def test_steps_of_a_canary_by_default() -> None:
    """A canary goes 5 %, pause, 50 %, ten minutes, 100 %."""
    assert [step.step_body() for step in Canary().all_steps] == [
        {"setWeight": 5},
        {"pause": {}},
        {"setWeight": 50},
        {"pause": {"duration": "10m"}},
        {"setWeight": 100},
    ]


def test_short_steps_read_as_the_full_ones() -> None:
    """Percents, waits and pauses may be written as text."""
    short = read(Canary, {"steps": ["5%", "pause", "50%", "10m", "100%"]})
    assert short == Canary()
    waiting = CanaryStep(pause=Pause(duration=cdk8s.Duration.minutes(1)))
    assert waiting.step_body() == {"pause": {"duration": "60s"}}


@settings(deadline=None, max_examples=50, derandomize=True)
@given(st.integers(0, 100), st.integers(1, 10_000), st.sampled_from("smh"))
def test_every_weight_and_wait_has_a_short_form(weight: int, amount: int, unit: str) -> None:
    """Any weight from 0 to 100, and any Go duration, is a step."""
    wait = f"{amount}{unit}"
    steps = read(Canary, {"steps": [f"{weight}%", wait, "1%"]}).all_steps
    assert [step.step_body() for step in steps[:2]] == [{"setWeight": weight}, {"pause": {"duration": wait}}]


@pytest.mark.parametrize(
    ("steps", "first"),
    [(["5%", "pause", "100%"], 1), (["0%", "1m", "5%", "100%"], 3), (["100%"], 0), (["pause", "5%"], 1)],
)
def test_measuring_starts_when_requests_arrive(steps: list[str], first: int) -> None:
    """The step after the first weight above zero is where the new version has something to be measured by."""
    assert Canary(steps=steps).first_weighed == first


@pytest.mark.parametrize(
    ("delivery", "line"),
    [
        ("recreate", "delivery 'recreate' must be one of 'rolling', 'canary', 'blueGreen'"),
        ("canarry", "delivery 'canarry' must be one of 'rolling', 'canary', 'blueGreen'; did you mean 'canary'?"),
        ({"strategy": "bluegreen"}, "delivery.strategy 'bluegreen' must be one of 'rolling', 'canary', 'blueGreen'"),
        ({"strategy": "canary", "steps": []}, "delivery.steps is not a known key"),
        ({"canary": {"steps": []}}, "delivery.canary.steps must not be empty"),
        ({"canary": {"steps": ["pause"]}}, "delivery.canary.steps give the new version no requests"),
        ({"canary": {"steps": ["5"]}}, "delivery.canary.steps[0] '5' must be a weight from '0%' to '100%', a wait"),
        (
            {"canary": {"steps": ["101%"]}},
            "delivery.canary.steps[0] '101%' must be a weight from '0%' to '100%'",
        ),
        ({"canary": {"steps": [{"setWeight": 101}]}}, "delivery.canary.steps[0].setWeight 101 must be at most 100"),
        ({"canary": {"steps": [{}]}}, "delivery.canary.steps[0] needs either setWeight or pause"),
        ({"canary": {"steps": [{"pause": {"duration": "0s"}}]}}, "delivery.canary.steps[0].pause.duration '0s' must"),
        ({"canary": {"steps": [{"pause": {"duration": "1d"}}]}}, "delivery.canary.steps[0].pause.duration '1d' is not"),
        (
            {"blueGreen": {"autoPromotion": False, "autoPromotionSeconds": 5}},
            "delivery.blueGreen.autoPromotionSeconds needs autoPromotion",
        ),
        ({"analysis": {"maxErrorRate": 1.5}}, "delivery.analysis.maxErrorRate 1.5 must be below 1"),
        ({"analysis": {"interval": "1d"}}, "delivery.analysis.interval '1d' is not a Go duration"),
        ({"analysis": "off"}, "delivery.analysis must be true or false or a mapping, not 'off'"),
    ],
)
def test_refuses_a_delivery_that_makes_no_sense(delivery: object, line: str) -> None:
    """Each fault is named at its place."""
    found = faults(MonitoredServiceOptions, {**MEASURED, "delivery": delivery})
    assert [one for one in found if one.startswith(line)], found


CLAIM = {"name": "data", "mountPath": "/data", "claim": {"size": "1Gi"}}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"delivery": "canary", "metrics": {}},
            "delivery.analysis needs metrics.requests: errors and latency of the new version; declare them, or set",
        ),
        (
            {"delivery": "blueGreen", "metrics": {"requests": {"total": "calls_total"}}},
            "delivery.analysis needs metrics.requests to say which requests failed or how long they took",
        ),
        (
            {"delivery": "canary", "strategy": {"type": "Recreate"}},
            "strategy.type Recreate ends the old pods first, and delivery canary runs the old and the new version",
        ),
        ({"delivery": "canary", "volumes": [CLAIM]}, "delivery canary needs claims that two versions can mount"),
        (
            {"delivery": "blueGreen", "service": {"enabled": False}, "metrics": {"monitor": "pod", "requests": "http"}},
            "delivery blueGreen switches the Service, which service.enabled turns off",
        ),
    ],
)
def test_refuses_what_stands_in_the_way(changes: dict[str, Any], line: str) -> None:
    """What contradicts a delivery is found with the other contradictions of the component."""
    found = faults(MonitoredServiceOptions, {**MEASURED, **changes})
    assert [one for one in found if one.startswith(line)], found


@pytest.mark.parametrize("strategy", ["rolling", "canary", "blueGreen"])
def test_settings_of_all_strategies_stand_side_by_side(strategy: str) -> None:
    """Choosing a strategy is one line, whatever is said for the others."""
    chosen = {
        "strategy": strategy,
        "canary": {"steps": ["10%", "100%"]},
        "blueGreen": {"autoPromotion": False},
        "analysis": False,
    }
    options = read(MonitoredServiceOptions, {**BASE, "delivery": chosen})
    assert full(options.delivery, Delivery).strategy == strategy
    assert options.is_rollout == (strategy != "rolling")
