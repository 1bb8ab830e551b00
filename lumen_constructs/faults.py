"""Pydantic's findings in this library's words: for each fault where it is, and what was wrong with which value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lumen_constructs.names import did_you_mean

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
    "is_instance_of": "has the wrong type",
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

#: How much of a value an error shows.
_LONGEST_SHOWN = 80

#: Findings of keys that no option has.
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}


class Fault(NamedTuple):
    """One thing that is wrong in what was given."""

    location: tuple[str | int, ...]
    message: str

    @property
    def path(self) -> str:
        """The location as ``a.b[0].c``."""
        text = ""
        for step in self.location:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
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


def faults_of(error: ValidationError, model: type[BaseModel], *, by_alias: bool = True) -> list[Fault]:
    """Translate what pydantic found in data given to ``model``; unknown keys come with the key that was meant.

    Locations and suggestions are in camelCase, as in a values file, or with ``by_alias=False`` in Python's spelling.
    """
    return [
        fault for detail in error.errors(include_url=False) for fault in _translated(detail, model, by_alias=by_alias)
    ]


def _translated(detail: ErrorDetails, model: type[BaseModel], *, by_alias: bool) -> Iterator[Fault]:
    raised = detail.get("ctx", {}).get("error")
    below = raised.faults if isinstance(raised, FaultsError) else (Fault((), ""),)
    own = tuple(step for step in detail["loc"] if not _is_tag(step))
    for fault in below:
        yield _located(detail, own + fault.location, fault.message, model, by_alias=by_alias)


def _located(
    detail: ErrorDetails, steps: tuple[str | int, ...], message: str, model: type[BaseModel], *, by_alias: bool
) -> Fault:
    """Spell each step as the reader does, with the models that the step leads through to tell keys from fields."""
    location: list[str | int] = []
    models = [model]
    for step in steps:
        fields = [
            (name, field) for m in models for name, field in m.model_fields.items() if step in {name, field.alias}
        ]
        location.append(fields[0][0] if fields and not by_alias else step)
        if detail["type"] in _UNKNOWN and len(location) == len(steps):
            keys = [(by_alias and field.alias) or name for m in models for name, field in m.model_fields.items()]
            return Fault(tuple(location), f"is not a known key{did_you_mean(str(step), keys)}")
        # A step that is no field is the key of a map or a place in a list: the models stay those of its values.
        models = [found for _, field in fields for found in _models_in(field.annotation)] or models
    return Fault(tuple(location), message or _message(detail))


def _is_tag(step: str | int) -> bool:
    """Tell the names of union branches and validators, which pydantic puts into locations, from keys."""
    return isinstance(step, str) and ("[" in step or step.startswith("function-"))


def _message(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    context: dict[str, Any] = detail.get("ctx", {})
    if kind == "value_error":
        message = str(context["error"])
    elif kind == "missing":
        message = "is required"
    elif kind in {"literal_error", "enum"}:
        choices = context["expected"].replace(" or ", ", ").replace("'", "")
        message = f"{show(given)} must be one of {choices}{did_you_mean(str(given), choices.split(', '))}"
    elif kind in _LIMITS:
        key, words = _LIMITS[kind]
        message = f"{show(given)} must be {words} {context[key]}"
    elif kind in _WANTED:
        message = f"{_WANTED[kind]}, not {show(given)}{_quoting_hint(kind, given)}"
    else:
        message = f"{show(given)}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return message


def _quoting_hint(kind: str, given: object) -> str:
    """Say how to write a number or a truth value that was meant as text."""
    if kind != "string_type" or isinstance(given, (list, dict)) or given is None:
        return ""
    text = str(given).lower() if isinstance(given, bool) else str(given)
    return f'; write "{text}"'


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


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
