"""Pydantic's findings in this library's words: for each fault where it is, and what was wrong with which value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lumen_constructs.names import did_you_mean, key_meant

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

#: What a value should have been, by the type of pydantic's finding.
_WANTED = {
    "string_type": "must be a string",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "sequence_str": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "none_required": "must be left out",
}

#: What a number was held against, by the type of pydantic's finding: the key of the bound, and its words.
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}

#: A whole number, or one of seconds.
_WHOLE = re.compile("(-?[0-9]{1,18})s?")

#: Texts that stand for a truth value elsewhere.
_TRUTHS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}

#: A key that can stand in a path as it is.
_PLAIN_KEY = re.compile(r"\w[\w/-]*")

#: How much of a value an error shows.
_LONGEST_SHOWN = 80

#: Findings of keys that no option has.
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}

#: A choice as pydantic lists it: 'Always', 'Never' or 3.
_CHOICE = re.compile(r"'([^']*)'|([^\s',]+)(?=,| or |$)")


class Fault(NamedTuple):
    """One thing that is wrong in what was given."""

    location: tuple[str | int, ...]
    message: str

    @property
    def path(self) -> str:
        """The location as ``a.b[0].c``; a key that could be taken for more than one step is in quotes: ``a['b.c']``."""
        text = ""
        for step in self.location:
            plain = isinstance(step, str) and _PLAIN_KEY.fullmatch(step)
            text += (f".{step}" if text else f"{step}") if plain else f"[{step!r}]"
        return text

    def __str__(self) -> str:
        return f"{self.path} {self.message}" if self.location else self.message


class FaultsError(ValueError):
    """What a validator found at several places below its own: raise it in place of a plain ``ValueError``.

    The locations are in camelCase, relative to the option whose validator raises.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def raise_faults(faults: Iterable[Fault]) -> None:
    """Raise one error with all of ``faults``; do nothing where there is none."""
    found = list(faults)
    if found:
        raise FaultsError(found)


def faults_of(error: ValidationError, model: type[BaseModel], *, by_alias: bool = True) -> list[Fault]:
    """Translate what pydantic found in data given to ``model``; unknown keys come with the key that was meant.

    Locations, messages and suggestions spell keys in camelCase, as in a values file, or with ``by_alias=False`` as
    Python does. A fault that several branches of a union report is reported once.
    """
    found = (fault for detail in error.errors(include_url=False) for fault in _translated(detail, model, by_alias))
    return list(dict.fromkeys(found))


def _translated(detail: ErrorDetails, model: type[BaseModel], by_alias: bool) -> Iterator[Fault]:  # noqa: FBT001  # private
    from lumen_constructs.fault_places import Place, in_python  # noqa: PLC0415  # who only shows values has no pydantic

    place = Place(model, by_alias=by_alias)
    for step in detail["loc"]:
        place.follow(step)
    spelled = (lambda message: message) if by_alias else partial(in_python, model=model)
    raised = detail.get("ctx", {}).get("error")
    if isinstance(raised, FaultsError):
        for fault in raised.faults:
            yield Fault(place.below(fault.location), spelled(fault.message))
    elif detail["type"] in _UNKNOWN:
        meant = key_meant(str(place.location[-1]), place.known_keys)
        yield Fault(tuple(place.location), f"is not a known key{meant}")
    else:
        yield Fault(tuple(place.location), spelled(("key " if place.is_key else "") + _message(detail)))


def _message(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        message = str(context["error"])
    elif kind == "missing":
        message = "is required"
    elif kind in {"literal_error", "enum"}:
        choices = [quoted or plain for quoted, plain in _CHOICE.findall(context["expected"])]
        listed = ", ".join(choice or "''" for choice in choices)
        message = f"{show(given)} must be one of {listed}{did_you_mean(str(given), choices)}"
    elif kind in {"too_short", "string_too_short"} and context["min_length"] == 1:
        message = "must not be empty"
    elif kind in _LIMITS:
        key, words = _LIMITS[kind]
        message = f"{show(given)} must be {words} {context[key]}"
    elif kind == "is_instance_of":
        message = f"must be {'a list' if context['class'] == 'Sequence' else 'a mapping'}, not {show(given)}"
    elif kind in _WANTED:
        message = f"{_WANTED[kind]}, not {show(given)}{_spelling_hint(kind, given)}"
    else:
        words = detail["msg"].removeprefix("Input should ")
        message = f"{show(given)} {'must ' + words if words != detail['msg'] else 'is refused: ' + words}"
    return message


def _spelling_hint(kind: str, given: object) -> str:
    """Say how to write a text that looks like a number or a truth value, and the other way round."""
    if kind == "string_type" and isinstance(given, (bool, int, float)):
        return f'; write "{show(given)}"'
    if kind == "int_type" and isinstance(given, str) and (number := _WHOLE.fullmatch(given)):
        return f"; write {_whole(number[1])}"
    if kind == "bool_type" and isinstance(given, str) and given.lower() in _TRUTHS:
        return f"; write {_TRUTHS[given.lower()]}"
    return ""


def _whole(digits: str) -> str:
    """Write digits as the number that any reader of YAML takes them for; those of a mode may be octal."""
    if re.fullmatch("0[0-7]+", digits):
        return f"{int(digits, 8)} (octal) or {int(digits)} (decimal)"
    return str(int(digits))


def show(value: object) -> str:
    """Show a value of the user's on one line, cut where it is long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    if not isinstance(value, (str, int, float)):
        return f"a {type(value).__name__}"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:60]}… ({len(text)} characters)"
