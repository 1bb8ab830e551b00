"""The JSON Schema of a values file, for editors."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from lumen_constructs.values.docstrings import descriptions

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/"

#: Keywords that describe a value and do not constrain it; they stay outside when null is added as a choice.
_ANNOTATIONS = ("title", "description", "default", "deprecated", "examples")


class _Documented(GenerateJsonSchema):
    """Takes what stands below the fields, and leaves out pydantic's titles, which say nothing that a key does not."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # the signature is pydantic's
        return False

    def model_schema(self, schema: Any) -> dict[str, Any]:
        """Describe each property as the option type does."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        properties = made.get("properties", {})
        for name, text in descriptions(model).items():
            properties.get(model.model_fields[name].alias or name, {})["description"] = text
        return made


def json_schema(model: type[BaseModel], *, whole: bool = False) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of one values file of ``model``, by the keys that the file has.

    A file is one layer of several, so nothing is required that another layer may give: ``required`` stands only where
    a list replaces a list, and its items must be whole. Every key that is not required may be null, which removes what
    lower layers set. Whether the merged values are complete is for :func:`lumen_constructs.values.load` to say.

    :param whole: the file has no other layers, so that what must be given is required everywhere
    """
    return _Layered(model, partial=not whole).schema()


def schema_text(model: type[BaseModel], *, whole: bool = False) -> str:
    """Give the JSON Schema as the text of a file: indented, in the order of the options' fields."""
    return json.dumps(json_schema(model, whole=whole), indent=2, ensure_ascii=False) + "\n"


class _Layered:
    """Makes the schema of a layer from the schema of whole values.

    An option that stands both where layers merge and in a list that replaces a list has two definitions: ``Port``, of
    which a layer may give a part, and ``Port-whole``. Where there are no layers, all is whole.
    """

    def __init__(self, model: type[BaseModel], *, partial: bool) -> None:
        self._partial = partial
        self._whole = model.model_json_schema(by_alias=True, schema_generator=_Documented, mode="validation")
        self._given: dict[str, Any] = self._whole.pop("$defs", {})
        self._made: dict[str, Any] = {}

    def schema(self) -> dict[str, Any]:
        """Give the whole schema."""
        schema = self._layered(self._whole, partial=self._partial)
        definitions = {"$defs": dict(sorted(self._made.items()))} if self._made else {}
        return {"$schema": _DIALECT, **definitions, **schema}

    def _layered(self, schema: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        made = self._keywords(schema, partial=partial)
        return _removable(made) if partial else made

    def _keywords(self, schema: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for keyword, value in _on_the_list(schema).items():
            match keyword:
                case "$ref":
                    made["$ref"] = self._reference(value, partial=partial)
                case "properties" | "patternProperties":
                    made[keyword] = self._properties(value, schema.get("required", []), partial=partial)
                case "additionalProperties" if isinstance(value, dict):
                    made[keyword] = _nullable(self._layered(value, partial=partial))
                case "items" if isinstance(value, dict):
                    made[keyword] = self._layered(value, partial=partial and _merges(schema))
                case "anyOf" | "allOf" | "prefixItems":
                    made[keyword] = [self._keywords(choice, partial=partial) for choice in value]
                case "oneOf":
                    # A part may not tell the choices apart.
                    made["anyOf" if partial else "oneOf"] = [self._keywords(one, partial=partial) for one in value]
                case "required" if partial:
                    pass
                case "discriminator":  # OpenAPI's; it means nothing to JSON Schema
                    pass
                case _:
                    made[keyword] = value
        return made

    def _properties(self, properties: dict[str, Any], required: list[str], *, partial: bool) -> dict[str, Any]:
        made = {name: self._layered(value, partial=partial) for name, value in properties.items()}
        return {name: value if name in required else _nullable(value) for name, value in made.items()}

    def _reference(self, reference: str, *, partial: bool) -> str:
        name = reference.removeprefix(_REF)
        made_as = name if partial == self._partial else f"{name}-whole"
        if made_as not in self._made:
            self._made[made_as] = {}  # before the definition is made, since it may refer to itself
            self._made[made_as] = self._layered(self._given[name], partial=partial)
        return _REF + made_as


def _merges(schema: dict[str, Any]) -> bool:
    return schema.get("x-kubernetes-list-type") == "map"


def _on_the_list(schema: dict[str, Any]) -> dict[str, Any]:
    """Move what ``MergeByName`` says from a choice of forms to the form that is a list."""
    if not _merges(schema) or "anyOf" not in schema:
        return schema
    said = {keyword: value for keyword, value in schema.items() if keyword.startswith("x-kubernetes-list-")}
    rest = {keyword: value for keyword, value in schema.items() if keyword not in said}
    return {**rest, "anyOf": [choice | said if choice.get("type") == "array" else choice for choice in rest["anyOf"]]}


def _removable(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a list that merges by name also be a mapping of names to null, which removes the items of these names."""
    choices = schema.get("anyOf", [schema])
    if not any(map(_merges, choices)) or any(choice.get("type") == "object" for choice in choices):
        return schema
    outside = {keyword: schema[keyword] for keyword in _ANNOTATIONS if keyword in schema}
    if "anyOf" not in schema:
        choices = [{keyword: value for keyword, value in schema.items() if keyword not in outside}]
    return {**outside, "anyOf": [*choices, {"type": "object", "additionalProperties": {"type": "null"}}]}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a value also be null."""
    kind = schema.get("type")
    if not schema.keys() - set(_ANNOTATIONS) or kind == "null" or "null" in (kind if isinstance(kind, list) else ()):
        return schema
    if isinstance(schema.get("anyOf"), list):
        choices = schema["anyOf"]
        return schema if {"type": "null"} in choices else {**schema, "anyOf": [*choices, {"type": "null"}]}
    if kind is not None and not schema.keys() & {"enum", "const"}:
        return {**schema, "type": [*(kind if isinstance(kind, list) else [kind]), "null"]}
    outside = {keyword: schema[keyword] for keyword in _ANNOTATIONS if keyword in schema}
    inside = {keyword: value for keyword, value in schema.items() if keyword not in outside}
    return {**outside, "anyOf": [inside, {"type": "null"}]}
