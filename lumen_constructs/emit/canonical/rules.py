"""What the table of the canonical form can say about a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from lumen_constructs.durations import go_duration
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.quantities import Quantity


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to one field; for the documentation, ``words`` say it, with the reason and an example."""

    words: str
    why: str = field(default="", kw_only=True)
    example: str = field(default="", kw_only=True)


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
    given = isinstance(value, (dict, list))
    words = SPELLED_OUT.words if given else f"{show(value)} where missing"
    return Default(words, value, why=SPELLED_OUT.why)


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


QUANTITY: Final = Convert(
    "canonical quantity",
    _quantity,
    why="The API server and operators read an amount, and print it anew.",
    example="1024Mi",
)
RESOURCE: Final = Convert(
    "canonical quantity, rounded up to thousandths",
    _resource,
    why="The API server rounds lists of resources up to thousandths.",
    example="0.0625",
)
GO_DURATION: Final = Convert(
    "canonical Go duration",
    go_duration,
    why="The operator prints durations anew when it writes to the object.",
    example="90m",
)
SPELLED_OUT: Final = Rule(
    "spelled out where missing",
    why="The API server or the operator adds it, and a list is compared item by item as a whole.",
    example="a port without `protocol` → `protocol: TCP`",
)
HOLLOW: Final = Rule(
    "left out where empty",
    why="The operator leaves it out when it prints the object anew.",
    example="`pg_hba: []` → nothing",
)
KEEP: Final = Rule(
    "kept where empty",
    why="Empty is not the same as missing: an empty selector selects all, a missing one none.",
    example="`podSelector: {matchLabels: {}}` → `podSelector: {}`",
)
CPU_LAST: Final = Arrange(
    "the share of CPU last, the others in their order",
    _cpu_last,
    why="Some clusters store autoscalers as `autoscaling/v1`, with a field for this metric alone: it comes back last.",
    example="CPU, memory → memory, CPU",
)
DROP: Final = Rule(
    "left out", why="It is the API server's to write, or drops it.", example="`creationTimestamp: …` → nothing"
)
TEXT: Final = Convert(
    "must be text",
    _text,
    why="A number is refused by the API server, or made text by a webhook: an error before.",
    example="8080",
)
UNIQUE: Final = Rule(
    "no name twice",
    why="Server-side apply tells the items by their names: an error before.",
    example="two variables `A` → an error",
)
OPAQUE: Final = Rule(
    "kept as written",
    why="Another program reads it, to which empty and missing are two things.",
    example="`valuesObject: {a: null}` stays",
)

#: All of them, in the order in which the documentation explains them; a default is one by its value.
RULES: Final = (
    *(QUANTITY, RESOURCE, GO_DURATION, SPELLED_OUT, HOLLOW, KEEP),
    *(CPU_LAST, DROP, TEXT, UNIQUE, OPAQUE),
)
