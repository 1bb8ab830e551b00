"""Cron schedules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumen_constructs.checks.schema.cron import schedule_fault


@pytest.mark.parametrize(
    "schedule",
    [
        *("* * * * *", "0 3 * * *", "*/5 * * * *", "0 0-6/2 1,15 * MON-FRI", "59 23 31 12 7", "0 0 29 2 *"),
        *("@daily", "@hourly", "@every 1h30m", "0 0 ? * SUN", "0 0 1 JAN *", "5/15 * * * *", "0 0 30 2 MON"),
    ],
)
def test_schedules_that_kubernetes_reads(schedule: str) -> None:
    """Numbers, names, ranges, steps, lists and macros are schedules."""
    assert schedule_fault(schedule) is None


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("", "has 0 fields, 5 are wanted"),
        ("* * * *", "has 4 fields, 5 are wanted"),
        ("0 0 0 * * *", "has 6 fields, 5 are wanted"),
        ("60 * * * *", "'60' for the minute, which must be within 0 and 59"),
        ("0 25 * * *", "'25' for the hour"),
        ("0 0 0 * *", "'0' for the day of the month"),
        ("0 0 * 13 *", "'13' for the month"),
        ("0 0 * * 8", "'8' for the day of the week"),
        ("0 0 * * MONDAY", "'MONDAY' for the day of the week"),
        ("5-1 * * * *", "'5-1' for the minute"),
        ("*/0 * * * *", "'*/0' for the minute"),
        ("1,,2 * * * *", "'1,,2' for the minute"),
        ("-1 * * * *", "'-1' for the minute"),
        ("٣ * * * *", "for the minute"),
        ("0 0 31 2 *", "is for a date that never comes"),
        ("0 0 31 4,6,9,11 *", "is for a date that never comes"),
        ("@sometimes", "must be one of @yearly"),
        ("TZ=Europe/Berlin 0 3 * * *", "write it into spec.timeZone"),
    ],
)
def test_refuses_schedules_that_start_nothing(schedule: str, said: str) -> None:
    """A schedule that cannot be read, or never comes, says why."""
    assert said in (schedule_fault(schedule) or "")


def test_schedule_with_seconds_has_six_fields() -> None:
    """CloudNativePG's schedules begin with seconds."""
    assert schedule_fault("0 0 2 * * *", seconds=True) is None
    assert "6 are wanted" in (schedule_fault("0 2 * * *", seconds=True) or "")


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    """Whatever is written, it is a schedule or it is told why not."""
    fault = schedule_fault(text)
    assert fault is None or fault
