"""What the table of the canonical form can say about a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from lumen_constructs.durations import go_duration
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to one field; ``words`` say it for the documentation."""

    words: str


@dataclass(frozen=True, slots=True)
class Convert(Rule):
    """The value is written in one spelling; what ``to`` refuses (with a LumenError) is an error of the object."""

    to: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Arrange(Rule):
    """The items of the list are written in one order."""

    to: Callable[[list[Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Default(Rule):
    """Where the field is missing, it is spelled out."""

    value: Any


@dataclass(frozen=True, slots=True)
class Like(Rule):
    """The field holds a shape that occurs in many kinds, and follows the rules of that shape."""

    shape: str


#: The rules of one kind or shape, by the path of the field: ``a.b``, ``a[]`` for a list's items, ``a.*`` for any key.
Fields = Mapping[str, Rule | tuple[Rule, ...]]


def default(value: object) -> Default:
    """Spell ``value`` out where the field is missing."""
    words = "spelled out where missing" if isinstance(value, (dict, list)) else f"{show(value)} where missing"
    return Default(words, value)


def like(shape: str) -> Like:
    """Treat the field as ``shape``."""
    return Like(f"as {shape}", shape)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    hint = f'; write "{show(value)}"' if isinstance(value, (bool, int, float)) else ""
    message = f"must be text, not {show(value)}{hint}"
    raise LumenError(message)


# The same few quantities stand in every object. Typed, since True is no 1 here.
@lru_cache(maxsize=4096, typed=True)
def _quantity(value: str | float) -> str:
    return Quantity.parse(value).canonical


@lru_cache(maxsize=4096, typed=True)
def _resource(value: str | float) -> str:
    return Quantity.parse(value).to_milli().canonical


def _is_cpu_utilization(metric: object) -> bool:
    match metric:
        case {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": _}}}:
            return True
        case _:
            return False


def _cpu_last(metrics: list[Any]) -> list[Any]:
    return sorted(metrics, key=_is_cpu_utilization)


QUANTITY: Final = Convert("canonical quantity", _quantity)
#: The API server rounds every resource list up to thousandths.
RESOURCE: Final = Convert("canonical quantity, rounded up to thousandths", _resource)
GO_DURATION: Final = Convert("canonical Go duration", go_duration)
TEXT: Final = Convert("must be text", _text)
KEEP: Final = Rule("kept where empty")
DROP: Final = Rule("left out")
HOLLOW: Final = Rule("left out where empty")
OPAQUE: Final = Rule("kept as written")
UNIQUE: Final = Rule("no name twice")
#: ``autoscaling/v1``, the form in which autoscalers are stored, has a field for this metric, and keeps the others in an
#: annotation: read back, it comes after them.
CPU_LAST: Final = Arrange("the share of CPU last, the others in their order", _cpu_last)
