"""Custom resource definitions, read as JSON Schemas: our own short ones, and whole ones as a cluster prints them.

A CRD's schema is not quite JSON Schema: it says ``nullable`` and ``x-kubernetes-int-or-string``, it leaves unknown
fields to be pruned, and it takes ``metadata`` for granted. :func:`read_crds` translates, so that a validator refuses
what the API server refuses or drops. CEL rules (``x-kubernetes-validations``) are left out: no schema can say them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from lumen_constructs.errors import LumenError

_OURS = Path(__file__).parent / "_imports" / "crds.json"  # written by 'make imports' from imports/crds/*.yaml

_VALIDATING = (
    "type",
    "format",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
)
_BRANCHES = ("allOf", "anyOf", "oneOf")
_OPEN = "x-kubernetes-preserve-unknown-fields"
_METADATA = {"type": "object"}  # ObjectMeta is the same for all kinds, and judged once for all


class CustomKind(NamedTuple):
    """One kind of custom resource in one served version."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    schema: dict[str, Any]
    """JSON Schema of a whole object; unknown fields are refused wherever the API server would drop them."""


@functools.cache
def custom_kinds() -> Mapping[tuple[str, str], CustomKind]:
    """Give the custom resources that this library emits, by ``(apiVersion, kind)``, with just the fields that it emits.

    They judge our own output strictly, and say nothing about the fields that other people use.
    """
    entries = (CustomKind(**entry) for entry in json.loads(_OURS.read_bytes()))
    return MappingProxyType({(entry.api_version, entry.kind): entry for entry in entries})


def read_crds(manifests: Iterable[Mapping[str, Any]]) -> Iterator[CustomKind]:
    """Read every CustomResourceDefinition (``apiextensions.k8s.io/v1``) among ``manifests``, also inside Lists.

    Versions that are not served, and manifests of other kinds, are passed over. A version without a schema takes any
    field.

    :raises LumenError: if a CRD is not of the form that ``apiextensions.k8s.io/v1`` has, with its name
    """
    for manifest in manifests:
        if manifest.get("kind") == "List":
            yield from read_crds(manifest.get("items") or ())
        elif manifest.get("kind") == "CustomResourceDefinition":
            yield from _versions(manifest)


def _versions(crd: Mapping[str, Any]) -> Iterator[CustomKind]:
    try:
        yield from _served(crd["spec"])
    except (KeyError, TypeError, AttributeError) as error:
        metadata = crd.get("metadata")
        name = metadata.get("name") if isinstance(metadata, Mapping) else None
        missing = f"has no {error}" if isinstance(error, KeyError) else "is not of the form of apiextensions.k8s.io/v1"
        fault = f"CustomResourceDefinition/{name}: {missing}; write it as 'kubectl get crd -o yaml' prints it"
        raise LumenError(fault) from error


def _served(spec: Mapping[str, Any]) -> Iterator[CustomKind]:
    names = spec["names"]
    for version in spec["versions"]:
        if version["served"]:
            schema = (version.get("schema") or {}).get("openAPIV3Schema") or {_OPEN: True}
            yield CustomKind(
                api_version=f"{spec['group']}/{version['name']}",
                kind=names["kind"],
                plural=names["plural"],
                namespaced=spec["scope"] == "Namespaced",
                schema=_resource(schema),
            )


def _resource(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Translate the schema of a whole resource, which has a type and metadata even where the schema is silent."""
    form = _translated(schema, closing=True)
    text: dict[str, Any] = {"type": "string"}
    form["properties"] = {**form.get("properties", {}), "apiVersion": text, "kind": text, "metadata": _METADATA}
    return form


def _translated(schema: Mapping[str, Any], *, closing: bool) -> dict[str, Any]:
    """Translate one schema; ``closing`` refuses unknown fields, which branches of anyOf and the like must not do."""
    form = {key: schema[key] for key in _VALIDATING if key in schema}
    for bound in ("minimum", "maximum"):
        if schema.get(f"exclusive{bound.capitalize()}") is True:
            form[f"exclusive{bound.capitalize()}"] = form.pop(bound)
    if schema.get("x-kubernetes-int-or-string"):
        form["type"] = ["integer", "string"]
    else:
        form |= {key: [_translated(part, closing=False) for part in schema[key]] for key in _BRANCHES if key in schema}
    if "not" in schema:
        form["not"] = _translated(schema["not"], closing=False)
    if "items" in schema:
        form["items"] = _translated(schema["items"], closing=closing)
    form |= _fields(schema, closing=closing)
    return _nullable(form) if schema.get("nullable") else form


def _fields(schema: Mapping[str, Any], *, closing: bool) -> dict[str, Any]:
    form: dict[str, Any] = {}
    properties, rest = schema.get("properties"), schema.get("additionalProperties")
    if properties is not None:
        form["properties"] = {
            name: _resource(part) if part.get("x-kubernetes-embedded-resource") else _translated(part, closing=closing)
            for name, part in properties.items()
        }
    if isinstance(rest, Mapping):
        form["additionalProperties"] = _translated(rest, closing=closing)
    elif rest is False or (closing and properties is not None and rest is None and not schema.get(_OPEN)):
        form["additionalProperties"] = False
    return form


def _nullable(form: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [form, {"type": "null"}]}
