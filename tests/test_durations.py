from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.durations import go_duration, is_prometheus_duration, seconds_of
from lumen_constructs.errors import LumenError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1h", "1h0m0s"),
        ("90s", "1m30s"),
        ("60m", "1h0m0s"),
        ("2160h", "2160h0m0s"),
        ("1.5h", "1h30m0s"),
        ("0", "0s"),
        ("-0", "0s"),
        ("0h", "0s"),
        ("1.5s", "1.5s"),
        ("61.25s", "1m1.25s"),
        ("1500ms", "1.5s"),
        ("1ms", "1ms"),
        ("100us", "100µs"),
        ("100μs", "100µs"),
        ("1500ns", "1.5µs"),
        ("7ns", "7ns"),
        (".5s", "500ms"),
        ("1.s", "1s"),
        ("+5s", "5s"),
        ("-1h30m", "-1h30m0s"),
        ("1m1m", "2m0s"),
        ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
    ],
)
def test_prints_durations_as_go_does(text: str, canonical: str) -> None:
    """The canonical form is that of Go's ``time.Duration.String``."""
    assert go_duration(text) == canonical


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_keeps_every_nanosecond(nanos: int) -> None:
    """Printing loses nothing, and a printed duration prints as itself."""
    printed = go_duration(f"{nanos}ns")
    assert seconds_of(printed) == Fraction(nanos, 10**9)
    assert go_duration(printed) == printed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("1m30s", 90), ("1d", 86400), ("2w", 1209600), ("1y", 31536000), ("1d12h", 129600), ("250ms", 0.25)],
)
def test_counts_seconds_in_both_spellings(text: str, seconds: float) -> None:
    """Go's and Prometheus' durations both have a length."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("30s", True),
        ("1h30m", True),
        ("15d", True),
        ("1y2w3d4h5m6s7ms", True),
        ("0", True),
        ("", False),
        ("1.5h", False),
        ("1m1h", False),
        ("1h1h", False),
        ("-1h", False),
        ("30", False),
        ("30 s", False),
        ("1us", False),
        ("300y", False),
    ],
)
def test_tells_prometheus_durations(text: str, *, good: bool) -> None:
    """Prometheus reads whole numbers of falling units, without sign, up to 292 years."""
    assert is_prometheus_duration(text) is good


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("90d", "write 2160h"),
        ("1d12h30s", "write 36h30s"),
        ("1d0m", "write 24h"),
        ("1h30", "write it as '30s' or '1h30m'"),
        ("", "write it as"),
        (" 1h", "write it as"),
        ("1 h", "write it as"),
        ("--0", "write it as"),
        ("2562048h", "write it as"),
        ("9" * 200 + "s", "write it as"),
    ],
)
def test_refuses_what_go_does_not_read(text: str, remedy: str) -> None:
    """Days are said in hours, and what overflows 64 bits of nanoseconds is no duration."""
    with pytest.raises(LumenError) as error:
        go_duration(text)
    assert remedy in str(error.value)


@pytest.mark.parametrize("value", [True, None, 3600, 1.5, float("nan"), [], "1x", "300y", "inf"])
def test_refuses_what_has_no_length(value: Any) -> None:
    """A number without a unit, other types and nonsense are errors."""
    with pytest.raises(LumenError, match="is not a duration"):
        seconds_of(value)
    assert not is_prometheus_duration(value)
