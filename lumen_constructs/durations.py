"""Durations as Go writes them (``1h0m0s``) and as Prometheus writes them (``1d12h``)."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

_GO = re.compile(r"[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+")
_GO_PART = re.compile(r"([0-9]*\.?[0-9]*)([a-zµμ]+)")
_PROMETHEUS = re.compile(
    r"(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?"
)

_MICRO, _MILLI, _SECOND = 10**3, 10**6, 10**9
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86400 * _SECOND
_GO_NANOS = {"ns": 1, "us": _MICRO, "µs": _MICRO, "μs": _MICRO, "ms": _MILLI, "s": _SECOND, "m": _MINUTE, "h": _HOUR}
_PROMETHEUS_NANOS = (365 * _DAY, 7 * _DAY, _DAY, _HOUR, _MINUTE, _SECOND, _MILLI)

#: Both kinds are held in 64 bits of nanoseconds, which is about 292 years.
_TOO_MANY_NANOS = 2**63
#: Longer texts are no duration that anybody meant, and would only cost time.
_LONGEST = 128


def go_duration(text: str) -> str:
    """Give the form in which Go's ``time.Duration`` prints itself: ``1h`` is ``1h0m0s``, ``90s`` is ``1m30s``.

    Raises LumenError for what Go does not read; days, weeks and years, which Prometheus reads, are not in it.
    """
    nanos = _go_nanos(text)
    if nanos is None:
        raise LumenError(_no_go_duration(text))
    return _printed(nanos)


def seconds_of(text: str) -> Fraction:
    """Give the seconds in a duration as Go (``1.5h``) or Prometheus (``1d12h``) reads it.

    Raises LumenError where neither does.
    """
    nanos = _go_nanos(text)
    if nanos is None:
        nanos = _prometheus_nanos(text)
    if nanos is None:
        message = f"{show(text)} is not a duration; write it as '30s', '1h30m' or '1d'"
        raise LumenError(message)
    return Fraction(nanos, _SECOND)


def is_prometheus_duration(text: str) -> bool:
    """Tell whether Prometheus reads ``text`` as a duration: whole numbers of y, w, d, h, m, s and ms, in this order."""
    return _prometheus_nanos(text) is not None


def _go_nanos(given: object) -> int | None:
    return _read_go(str(given)) if isinstance(given, str) and len(given) <= _LONGEST else None


def _prometheus_nanos(given: object) -> int | None:
    return _read_prometheus(str(given)) if isinstance(given, str) and len(given) <= _LONGEST else None


@lru_cache(maxsize=1024)
def _read_go(text: str) -> int | None:
    if text in {"0", "-0", "+0"}:
        return 0
    if not _GO.fullmatch(text):
        return None
    # Go drops what is finer than a nanosecond in each part.
    nanos = sum(int(Fraction(f"0{number}") * _GO_NANOS[unit]) for number, unit in _GO_PART.findall(text))
    if nanos >= _TOO_MANY_NANOS:
        return None
    return -nanos if text.startswith("-") else nanos


@lru_cache(maxsize=1024)
def _read_prometheus(text: str) -> int | None:
    if text == "0":
        return 0
    parts = _PROMETHEUS.fullmatch(text)
    if parts is None or not text:
        return None
    nanos = sum(int(number or 0) * unit for number, unit in zip(parts.groups(), _PROMETHEUS_NANOS, strict=True))
    return nanos if nanos < _TOO_MANY_NANOS else None


def _printed(nanos: int) -> str:
    sign, nanos = ("-", -nanos) if nanos < 0 else ("", nanos)
    if nanos == 0:
        return "0s"
    for unit, size, above in (("ns", 1, _MICRO), ("µs", _MICRO, _MILLI), ("ms", _MILLI, _SECOND)):
        if nanos < above:
            return f"{sign}{_decimal(nanos, size)}{unit}"
    hours, rest = divmod(nanos, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    text = f"{_decimal(rest, _SECOND)}s"
    if nanos >= _MINUTE:
        text = f"{minutes}m{text}"
    if nanos >= _HOUR:
        text = f"{hours}h{text}"
    return sign + text


def _decimal(nanos: int, size: int) -> str:
    whole, rest = divmod(nanos, size)
    if not rest:
        return str(whole)
    # One digit fewer than `size` has: 10**9 has nine places below the point.
    return f"{whole}.{rest:0{len(str(size)) - 1}d}".rstrip("0")


def _no_go_duration(text: object) -> str:
    nanos = _prometheus_nanos(text)
    remedy = (
        "write it as '30s' or '1h30m'" if nanos is None else f"Go has no days, weeks and years; write {_hours(nanos)}"
    )
    return f"{show(text)} is not a Go duration; {remedy}"


def _hours(nanos: int) -> str:
    """Give the shortest spelling that Go reads: ``2160h`` for 90 days."""
    return re.sub(r"(?<=[hm])0[ms]", "", re.sub(r"(?<=h)0m0s$", "", _printed(nanos)))
