"""The canonical table says nothing that the API server's schemas do not know, and leaves out none of their defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.canonical.rules import Default, Fields, Rule
from lumen_constructs.emit.canonical.table import BUILT_IN_KINDS, CUSTOM_KINDS
from tests.emit.canonical.cases import VERSIONS
from tests.emit.canonical.test_table import NOTHING, built, found, rules_of

Schema = Mapping[str, Any]

WHOLE = Path(__file__).parents[4] / "shared" / "crds"
SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
NEWEST = max(
    SCHEMAS.glob("v*-local-strict"), key=lambda folder: [int(n) for n in folder.name.split("-")[0][1:].split(".")]
)

needs_whole_crds = pytest.mark.skipif(
    not WHOLE.is_dir(), reason="NOT COMPARED WITH THE WHOLE CRDs: there is no ../shared/crds"
)

#: Kinds that only drivers and controllers write.
OF_CONTROLLERS = ("resource.k8s.io/ResourceSlice", "storage.k8s.io/VolumeAttachment")

#: Defaults that External Secrets wrote until it dropped them from its schema: clusters have both versions.
FORMER = ("conversionStrategy", "decodingStrategy", "metadataPolicy")


@cache
def whole_crds() -> dict[str, Schema]:
    """Read the whole schema of each kind, as a cluster has it."""
    return {
        f"{crd['spec']['group']}/{crd['spec']['names']['kind']}": crd["spec"]["versions"][-1]["schema"][
            "openAPIV3Schema"
        ]
        for path in sorted(WHOLE.glob("*.yaml"))
        for crd in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if crd
    }


@cache
def definitions() -> dict[str, Schema]:
    """Read what the schemas of the built-in kinds refer to."""
    read: dict[str, Schema] = json.loads((NEWEST / "_definitions.json").read_text(encoding="utf-8"))["$defs"]
    return read


def below(schema: Schema, step: str) -> Schema | None:
    """Give the schema one step below; None where the schema knows no such field."""
    while "$ref" in schema:
        schema = definitions()[schema["$ref"].rpartition("/")[2]]
    if schema.get("x-kubernetes-preserve-unknown-fields"):
        return schema
    if step == "*":
        values = schema.get("additionalProperties")
        return values if isinstance(values, Mapping) else schema if schema.get("properties") else None
    found_below: Schema | None = schema.get("items") if step == "[]" else schema.get("properties", {}).get(step)
    return found_below


def knows(schema: Schema, path: str) -> Schema | None:
    """Give the schema of a field by its path; None where there is no such field."""
    now: Schema | None = schema
    for step in path.replace("[]", ".[]").split("."):
        now = below(now, step) if now is not None else None
    return now


def fields_of(table: Mapping[str, Fields]) -> list[tuple[str, str, Rule]]:
    """Give every kind and field of a part of the table."""
    return [
        (kind, field, rule)
        for kinds, fields in table.items()
        for kind in kinds.split()
        for field, rule in rules_of(fields)
        if "metadata" not in field
    ]


def built_in_schema(kind: str) -> Schema:
    """Read the schema of a built-in kind."""
    group, _, name = kind.rpartition("/")
    version = VERSIONS.get(group, "v1")
    file = f"{name.lower()}-{group.split('.')[0]}-{version}" if group else f"{name.lower()}-v1"
    read: Schema = json.loads((NEWEST / f"{file}.json").read_text(encoding="utf-8"))
    return read


def test_every_field_of_a_built_in_kind_is_one() -> None:
    """A field that Kubernetes does not know would be a row that never does anything."""
    unknown = [
        (kind, field) for kind, field, _ in fields_of(BUILT_IN_KINDS) if knows(built_in_schema(kind), field) is None
    ]
    assert unknown == []


def quantities_of(schema: Schema, path: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Give the path of every field that the API server reads as a quantity."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name.endswith(".resource.Quantity"):
            yield path
        if name in seen:  # the schema of schemas holds itself
            return
        schema, seen = definitions().get(name, {}), (*seen, name)
    for name, field in schema.get("properties", {}).items():
        yield from quantities_of(field, f"{path}.{name}" if path else name, seen)
    if "items" in schema:
        yield from quantities_of(schema["items"], f"{path}[]", seen)
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        yield from quantities_of(values, f"{path}.*", seen)


def stable_kinds() -> Iterator[tuple[str, Schema]]:
    """Give every kind that Kubernetes serves in a stable version, with its schema."""
    for file in sorted(NEWEST.glob("*.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        for known in schema.get("x-kubernetes-group-version-kind", ()):
            if not re.search("alpha|beta", known["version"]) and not known["kind"].endswith("List"):
                yield f"{known['group']}/{known['kind']}".lstrip("/"), schema


def test_every_quantity_of_kubernetes_becomes_canonical() -> None:
    """Whatever the API server reads as a quantity, in any kind that can stand in Git, it stores in one spelling."""
    fields = [
        (kind, path)
        for kind, schema in stable_kinds()
        for path in quantities_of(schema)
        if kind not in OF_CONTROLLERS and "status" not in path.split(".")
    ]
    other = [(kind, path) for kind, path in fields if found(canonical(built(kind, path, "1000m")), path) != "1"]
    assert ("apps/Deployment", "spec.template.spec.containers[].resources.limits.*") in fields
    assert other == []


@needs_whole_crds
def test_every_field_of_a_custom_resource_is_one() -> None:
    """A field that the CRD does not know would be a row that never does anything."""
    unknown = [
        (kind, field)
        for kind, field, _ in fields_of(CUSTOM_KINDS)
        if kind in whole_crds() and knows(whole_crds()[kind], field) is None
    ]
    assert unknown == []


@needs_whole_crds
def test_every_amount_of_a_custom_resource_becomes_canonical() -> None:
    """Operators in Go read and write these as Kubernetes does."""
    fields = [
        (kind, path)
        for kind, schema in whole_crds().items()
        for path in numbers_or_texts_of(schema)
        if re.search(r"\.(limits|requests)\.\*$|divisor$|sizeLimit$|Factor$", path) and not path.startswith("status")
    ]
    other = [(kind, path) for kind, path in fields if found(canonical(built(kind, path, "1000m")), path) != "1"]
    assert ("postgresql.cnpg.io/Cluster", "spec.resources.limits.*") in fields
    assert other == []


def numbers_or_texts_of(schema: Schema, path: str = "") -> Iterator[str]:
    """Give the path of every field that may be a number or a text: a quantity, a port, or a share."""
    if schema.get("x-kubernetes-int-or-string"):
        yield path
    for name, field in schema.get("properties", {}).items():
        yield from numbers_or_texts_of(field, f"{path}.{name}" if path else name)
    if "items" in schema:
        yield from numbers_or_texts_of(schema["items"], f"{path}[]")
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        yield from numbers_or_texts_of(values, f"{path}.*")


@needs_whole_crds
def test_every_default_is_that_of_the_schema() -> None:
    """What is spelled out where it is missing is what the API server would add."""
    wrong = [
        (kind, field, rule.value, schema.get("default"))
        for kind, field, rule in fields_of(CUSTOM_KINDS)
        if isinstance(rule, Default) and not field.endswith(FORMER) and (schema := _schema(kind, field)) is not None
        if schema.get("default", ...) != found(canonical(built(kind, field, NOTHING)), field)
    ]
    assert wrong == []


def _schema(kind: str, field: str) -> Schema | None:
    return knows(whole_crds()[kind], field) if kind in whole_crds() else None


def defaults_of(schema: Schema, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give the path and the value of every default in a schema."""
    if "default" in schema:
        yield path, schema["default"]
    for name, field in schema.get("properties", {}).items():
        yield from defaults_of(field, f"{path}.{name}" if path else name)
    if "items" in schema:
        yield from defaults_of(schema["items"], f"{path}[]")
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        yield from defaults_of(values, f"{path}.*")


@needs_whole_crds
def test_every_default_inside_a_list_is_spelled_out() -> None:
    """A list is compared item by item as a whole, so that a default that is added to an item is a difference."""
    missing = [
        (kind, path, value)
        for kind, schema in whole_crds().items()
        for path, value in defaults_of(schema)
        if "[]" in path and not path.startswith("status")
        # A reference that names nothing refers to nothing: the checks refuse it.
        if not (path.endswith(".name") and value == "") and not path.endswith("[].name")
        if found(canonical(built(kind, path, NOTHING)), path) != value
    ]
    assert missing == []
