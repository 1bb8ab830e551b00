"""Objects held against the schema of their kind, and what the validator finds in this library's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import CRD
from lumen_constructs.checks.plain import joined, text
from lumen_constructs.checks.schema.releases import registry, release, schema_of, version_of
from lumen_constructs.crds import CustomKind, custom_kinds, read_crds
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

#: How many faults of one object are told.
_MOST_FAULTS = 30


class Flaw(NamedTuple):
    """What a schema says about a field."""

    item: Item
    rule: str
    """``unknown-field``, ``missing-field``, ``wrong-type`` or ``wrong-value``."""
    path: str
    message: str
    known: tuple[str, ...] = ()
    """The fields that there are, where one is unknown or missing."""
    field: str = ""
    hint: str = ""


def flaws(graph: Graph) -> list[Flaw]:
    """Give what the schemas say about all objects of the set."""
    version = version_of(graph.settings.kubernetes)
    known = release(version)
    whole = graph.once(whole_kinds)
    compiled: dict[tuple[str, str], Validator | None] = {}
    found: list[Flaw] = []
    for item in graph.items:
        key = (item.api_version, item.kind)
        if definition := known.kinds.get(key):
            found += _flaws(item, _built_in(version, definition), {"$defs": known.definitions})
        elif key in whole:
            if key not in compiled:
                compiled[key] = _compiled(whole[key].schema)
            found += _flaws(item, compiled[key], whole[key].schema)
        if item.ours and graph.settings.short_crds and key in custom_kinds():
            found += _flaws(item, _short(key), custom_kinds()[key].schema)
    return list(dict.fromkeys(found))


def whole_kinds(graph: Graph) -> Mapping[tuple[str, str], CustomKind]:
    """Give the custom kinds that the set's CRDs and those of the settings define."""
    found = {}
    for body in [*(item.body for item in graph.of(CRD)), *graph.settings.crds]:
        if not text(body, "spec", "names", "kind"):
            continue
        try:
            found.update({(kind.api_version, kind.kind): kind for kind in read_crds([body])})
        except LumenError:
            # A CRD of another form than its kind has is reported as an object of that kind.
            continue
    return found


@lru_cache(maxsize=512)
def _built_in(version: str, definition: str) -> Validator | None:
    from jsonschema_rs import validator_for  # noqa: PLC0415  # see releases.registry

    return validator_for(schema_of(definition), registry=registry(version), offline=True)


@lru_cache(maxsize=128)
def _short(key: tuple[str, str]) -> Validator | None:
    return _compiled(custom_kinds()[key].schema)


def _compiled(schema: dict[str, Any]) -> Validator | None:
    from jsonschema_rs import validator_for  # noqa: PLC0415  # see releases.registry

    try:
        return validator_for(schema, offline=True)
    except ValueError:
        # A schema that is none is for the CRD's own validation to tell.
        return None


def _flaws(item: Item, validator: Validator | None, schema: Mapping[str, Any]) -> Iterator[Flaw]:
    if validator is None or validator.is_valid(item.body):
        return
    for error in islice(validator.iter_errors(item.body), _MOST_FAULTS):
        yield from _told(item, error, schema)


def _told(item: Item, error: ValidationError, schema: Mapping[str, Any]) -> Iterator[Flaw]:
    """Put what the validator says into words."""
    details = error.kind.as_dict()
    place = joined(*error.instance_path)
    keyword = error.kind.name
    if keyword == "additionalProperties":
        fields = tuple(_schema_at(schema, error.schema_path[:-1]).get("properties", ()))
        for field in details["unexpected"]:
            yield Flaw(
                item, "unknown-field", joined(place, field), f"'{field}' is not a field{_of(place)}", fields, field
            )
    elif keyword == "required":
        field = details["property"]
        fields = tuple(error.instance) if isinstance(error.instance, dict) else ()
        yield Flaw(item, "missing-field", joined(place, field), "is required", fields, field)
    elif keyword in {"anyOf", "oneOf"} and details.get("context"):
        yield from _of_branches(item, error, details["context"], schema)
    else:
        rule = "wrong-type" if keyword == "type" else "wrong-value"
        hint = _quoting(details, error.instance) if keyword == "type" else ""
        yield Flaw(item, rule, place, _fault(keyword, details, error.instance), hint=hint)


def _of_branches(
    item: Item, error: ValidationError, branches: Sequence[Sequence[ValidationError]], schema: Mapping[str, Any]
) -> Iterator[Flaw]:
    """Tell of several alternatives the one that came closest; of alternatives of type, all of them."""
    if all(len(branch) == 1 and branch[0].kind.name == "type" for branch in branches):
        types = list(dict.fromkeys(type_ for branch in branches for type_ in branch[0].kind.as_dict()["types"]))
        place = joined(*error.instance_path)
        yield Flaw(item, "wrong-type", place, f"must be {_types(types)}, not {show(error.instance)}")
        return
    told = [branch for branch in branches if branch and branch[0].kind.name != "type"] or list(branches)
    for inner in min(told, key=len):
        yield from _told(item, inner, schema)


_WORDS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def _types(types: Sequence[str]) -> str:
    return " or ".join(_WORDS[type_] for type_ in types if type_ != "null") or "left out"


def _quoting(details: Mapping[str, Any], value: object) -> str:
    """Say how to write a number or a truth value that was meant as text."""
    if "string" not in details["types"] or isinstance(value, (dict, list)) or value is None:
        return ""
    return f'write "{show(value)}"'


def _fault(keyword: str, details: Mapping[str, Any], value: object) -> str:
    shown = show(value)
    limit = details.get("limit")
    if keyword == "type":
        return f"must be {_types(details['types'])}, not {shown}"
    if keyword == "enum":
        options = ", ".join(str(option) for option in details["options"] if option is not None)
        return f"{shown} must be one of {options}"
    if keyword == "pattern":
        return f"{shown} does not match {details.get('pattern')}"
    words = {
        "minimum": f"{shown} must be at least {limit}",
        "maximum": f"{shown} must be at most {limit}",
        "exclusiveMinimum": f"{shown} must be above {limit}",
        "exclusiveMaximum": f"{shown} must be below {limit}",
        "minLength": "must not be empty" if limit == 1 else f"{shown} must have {limit} characters or more",
        "maxLength": f"{shown} must have {limit} characters or fewer",
        "minItems": "must not be empty" if limit == 1 else f"must have {limit} entries or more",
        "maxItems": f"must have {limit} entries or fewer",
        "minProperties": "must not be empty" if limit == 1 else f"must have {limit} fields or more",
        "maxProperties": f"must have {limit} fields or fewer",
        "format": f"{shown} is not of the form {details.get('format')}",
        "uniqueItems": "must not have an entry twice",
        "const": f"{shown} must be {show(details.get('expected_value'))}",
    }
    return words.get(keyword, f"{shown} is not allowed here ({keyword})")


def _of(place: str) -> str:
    return f" of {place}" if place else ""


def _schema_at(schema: Mapping[str, Any], path: Sequence[str | int]) -> Mapping[str, Any]:
    """Give the part of a schema that a path of the validator's leads to; definitions start anew."""
    steps = list(path)
    if "$defs" in steps:
        steps = steps[len(steps) - 1 - steps[::-1].index("$defs") :]
    found: Any = schema
    for step in steps:
        found = _below(found, step)
    return found if isinstance(found, Mapping) else {}


def _below(schema: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return schema[step] if isinstance(schema, list) and step < len(schema) else None
    return schema.get(step) if isinstance(schema, Mapping) else None
