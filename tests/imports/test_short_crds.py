"""Our short CRDs say nothing that the whole ones, as a cluster has them, would refuse."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WHOLE = ROOT.parent / "shared" / "crds"
GROUPS = sorted(path.name for path in (ROOT / "imports" / "crds").glob("*.yaml"))

Schema = Mapping[str, Any]
OPEN = "x-kubernetes-preserve-unknown-fields"

needs_whole_crds = pytest.mark.skipif(
    not WHOLE.is_dir(), reason=f"NOT COMPARED WITH THE WHOLE CRDs: there is no ../{WHOLE.relative_to(ROOT.parent)}"
)


@functools.cache
def crds_of(path: Path) -> dict[str, Mapping[str, Any]]:
    """Read the CRDs of a file, in one List or as documents, by kind."""
    documents = list(yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    manifests = [item for document in documents for item in document.get("items", [document])]
    return {manifest["spec"]["names"]["kind"]: manifest["spec"] for manifest in manifests}


def ours() -> list[tuple[str, str]]:
    """Give the file and kind of each of our CRDs."""
    return [(name, kind) for name in GROUPS for kind in crds_of(ROOT / "imports" / "crds" / name)]


def schema_of(version: Mapping[str, Any]) -> Schema:
    """Give the schema of a version, without the demand for metadata, which every object has."""
    schema: Schema = version["schema"]["openAPIV3Schema"]
    return {**schema, "required": [name for name in schema.get("required", ()) if name != "metadata"]}


def is_open(schema: Schema) -> bool:
    """Whether the schema takes any field."""
    return schema.get(OPEN) is True or not ("properties" in schema or "additionalProperties" in schema)


def type_of(schema: Schema) -> object:
    """Give the type, with the word that we use for the one that JSON Schema lacks."""
    return "int-or-string" if schema.get("x-kubernetes-int-or-string") else schema.get("type")


def faults(short: Schema, whole: Schema, where: str) -> Iterator[str]:
    """Give each place where ``short`` accepts what ``whole`` refuses, or says another thing."""
    if type_of(whole) not in (type_of(short), None):
        yield f"{where}: is {type_of(short)}, the whole schema says {type_of(whole)}"
        return
    if extra := [value for value in short.get("enum", ()) if value not in whole.get("enum", [value])]:
        yield f"{where}: the whole schema does not know the values {extra}"
    if "enum" in whole and "enum" not in short:
        yield f"{where}: takes any value, the whole schema only {whole['enum']}"
    if "items" in short:
        yield from faults(short["items"], whole["items"], f"{where}[]")
    if isinstance(values := short.get("additionalProperties"), Mapping) and not is_open(whole):
        yield from faults(values, whole["additionalProperties"], f"{where}{{}}")
    if not is_open(whole) and "properties" in short:
        yield from field_faults(short, whole, where)


def field_faults(short: Schema, whole: Schema, where: str) -> Iterator[str]:
    """Compare the fields of two objects."""
    for name, field in short["properties"].items():
        if name not in whole.get("properties", {}):
            yield f"{where}.{name}: the whole schema has no such field"
        else:
            yield from faults(field, whole["properties"][name], f"{where}.{name}")
    for name in whole.get("required", ()):
        has_default = "default" in whole["properties"][name]
        if name not in short.get("required", ()) and not has_default:
            yield f"{where}.{name}: is required by the whole schema"


@needs_whole_crds
@pytest.mark.parametrize(("name", "kind"), ours())
def test_whole_schema_accepts_what_ours_accepts(name: str, kind: str) -> None:
    """Each field of ours exists in the whole schema with its type, and each required field is required by ours."""
    short, whole = crds_of(ROOT / "imports" / "crds" / name)[kind], crds_of(WHOLE / name)[kind]
    served = {version["name"]: version for version in whole["versions"] if version["served"]}
    assert short["scope"] == whole["scope"]
    assert short["names"] == whole["names"] | {
        key: short["names"][key] for key in short["names"].keys() - whole["names"]
    }
    for version in short["versions"]:
        assert list(faults(schema_of(version), schema_of(served[version["name"]]), kind)) == []


@needs_whole_crds
def test_comparison_sees_each_kind_of_difference() -> None:
    """The comparison above reports a type, a value, an unknown field and a missing requirement."""
    whole: Schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string", "enum": ["x"]}, "b": {"type": "array", "items": {"type": "integer"}}},
    }
    short: Schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": ["y"]},
            "b": {"type": "array", "items": {"type": "string"}},
            "c": {"type": "string"},
        },
    }
    assert list(faults(short, whole, "Kind")) == [
        "Kind.a: the whole schema does not know the values ['y']",
        "Kind.b[]: is string, the whole schema says integer",
        "Kind.c: the whole schema has no such field",
        "Kind.a: is required by the whole schema",
    ]


@pytest.mark.parametrize(("name", "kind"), ours())
def test_file_is_named_after_its_group(name: str, kind: str) -> None:
    """A second file of one group would overwrite the L1 classes of the first."""
    spec = crds_of(ROOT / "imports" / "crds" / name)[kind]
    assert f"{spec['group']}.yaml" == name


@pytest.mark.parametrize(("name", "kind"), ours())
def test_every_field_is_typed(name: str, kind: str) -> None:
    """A field without a type would let anything through, unless it says so with preserve-unknown-fields."""

    def untyped(schema: Schema, where: str) -> Iterator[str]:
        known = "type" in schema or "x-kubernetes-int-or-string" in schema or schema.get(OPEN)
        if not known or (schema.get("type") == "object" and is_open(schema) and not schema.get(OPEN)):
            yield where
        for field, part in schema.get("properties", {}).items():
            yield from untyped(part, f"{where}.{field}")
        for key in ("items", "additionalProperties"):
            if key in schema:
                yield from untyped(schema[key], f"{where}.{key}")

    for version in crds_of(ROOT / "imports" / "crds" / name)[kind]["versions"]:
        root = schema_of(version)
        fields = {field: part for field, part in root["properties"].items() if field != "metadata"}
        assert list(untyped({**root, "properties": fields}, kind)) == []
