from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.slos import CounterEvents, Slo
from tests.options.test_metrics import from_yaml


def test_budget_is_exact() -> None:
    """What may be bad is computed from the digits as written, not from a float near them."""
    assert Slo(name="x", objective=99.9).budget == Fraction(1, 1000)
    assert Slo(name="x", objective=99.95).budget == Fraction(5, 10000)


def test_reads_values_in_camel_case() -> None:
    """A values file says the same."""
    text = "{name: jobs, objective: 99, kind: events, events: {total: jobs_total, badMatchers: 'result=\"failed\"'}}"
    events = CounterEvents(total="jobs_total", bad_matchers='result="failed"')
    assert from_yaml(Slo, text) == Slo(name="jobs", objective=99, kind="events", events=events)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slo(name="x", objective=100), "objective 100 must be below 100"),
        (lambda: Slo(name="x", objective=0), "objective 0 must be above 0"),
        (lambda: Slo(name="X Y", objective=99), "name 'X Y' must be lower-case letters"),
        (lambda: Slo(name="x", objective=99, window="1d"), "window '1d' must be from 7d to 1y"),
        (lambda: Slo(name="x", objective=99, window="2y"), "window '2y' must be from 7d to 1y"),
        (lambda: Slo(name="x", objective=99, kind="latency"), "threshold is required for kind latency"),
        (lambda: Slo(name="x", objective=99, threshold="1s"), "threshold needs kind latency, not availability"),
        (lambda: Slo(name="x", objective=99, kind="events"), "events is required for kind events"),
        (lambda: Slo(name="x", objective=99, kind="latency", threshold="0s"), "'0s' must be longer than nothing"),
        (lambda: CounterEvents(total="x"), "needs bad, a counter of bad events, or bad_matchers"),
    ],
)
def test_refuses_objectives_that_cannot_be(make: Callable[[], object], message: str) -> None:
    """Each contradiction is one line that says what is wrong."""
    with pytest.raises(LumenError) as raised:
        make()
    assert message in str(raised.value)
