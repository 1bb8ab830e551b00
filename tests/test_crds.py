from __future__ import annotations

import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest

from lumen_constructs.crds import custom_kinds, read_crds
from lumen_constructs.errors import LumenError


def crd(schema: dict[str, Any] | None, **version: Any) -> dict[str, Any]:
    """Make a CRD of one version around a schema."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.acme.dev"},
        "spec": {
            "group": "acme.dev",
            "scope": "Cluster",
            "names": {"kind": "Thing", "plural": "things"},
            "versions": [
                {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}} | version
            ],
        },
    }


def spec_is_valid(spec_schema: dict[str, Any], spec: object) -> bool:
    """Judge a spec by the translation of its schema inside a CRD."""
    (kind,) = read_crds([crd({"type": "object", "properties": {"spec": spec_schema}})])
    thing = {"apiVersion": "acme.dev/v1", "kind": "Thing", "metadata": {"name": "x"}, "spec": spec}
    return jsonschema_rs.validator_for(kind.schema).is_valid(thing)


def test_reads_names_scope_and_version() -> None:
    """A CRD gives its kind in each served version."""
    (kind,) = read_crds([crd({"type": "object"})])
    assert kind[:4] == ("acme.dev/v1", "Thing", "things", False)


def test_reads_crds_inside_lists_and_passes_over_the_rest() -> None:
    """Lists are opened, also nested; other kinds and versions that are not served are passed over."""
    inner = {"kind": "List", "items": [crd({"type": "object"}), {"kind": "ConfigMap"}]}
    outer = {"kind": "List", "items": [inner, crd(None, served=False)]}
    assert [kind.kind for kind in read_crds([outer])] == ["Thing"]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        pytest.param({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "x"}, {"b": 1}, id="closed"),
        pytest.param(
            {"type": "array", "items": {"type": "object", "properties": {}}}, [{}], [{"b": 1}], id="closed-in-list"
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {"type": "string"}}, "x-kubernetes-preserve-unknown-fields": True},
            {"a": "x", "b": 1},
            {"a": 1},
            id="open",
        ),
        pytest.param({"type": "object", "additionalProperties": {"type": "string"}}, {"a": "x"}, {"a": 1}, id="map"),
        pytest.param(
            {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]},
            "http",
            True,
            id="int-or-string",
        ),
        pytest.param({"type": "string", "nullable": True}, None, 1, id="nullable"),
        pytest.param({"type": "string"}, "x", None, id="not-nullable"),
        pytest.param({"type": "integer", "minimum": 0, "exclusiveMinimum": True}, 1, 0, id="exclusive-bound"),
        pytest.param({"type": "string", "pattern": "^[0-9]+s$"}, "30s", "30", id="pattern"),
        pytest.param(
            {
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                "oneOf": [{"required": ["a"]}, {"properties": {"b": {"minLength": 2}}, "required": ["b"]}],
            },
            {"b": "xx"},
            {"a": "x", "b": "xx"},
            id="branches-do-not-close",
        ),
        pytest.param(
            {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"data": {"type": "object"}}},
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"labels": {"a": "b"}}, "data": {}},
            {"apiVersion": "v1", "kind": "ConfigMap", "datum": {}},
            id="embedded-resource",
        ),
    ],
)
def test_translation_judges_as_the_api_server_does(schema: dict[str, Any], good: object, bad: object) -> None:
    """Each word that CRDs have and JSON Schema lacks, or reads differently, is translated."""
    assert spec_is_valid(schema, good)
    assert not spec_is_valid(schema, bad)


def test_version_without_schema_takes_any_field() -> None:
    """Nothing is refused where the CRD says nothing."""
    (kind,) = read_crds([crd(None)])
    assert jsonschema_rs.validator_for(kind.schema).is_valid({"kind": "Thing", "anything": [1]})


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        pytest.param({"spec": None}, "is not of the form of", id="no-spec"),
        pytest.param({"spec": {"group": "acme.dev", "versions": []}}, "has no 'names'", id="no-names"),
        pytest.param({"metadata": "x", "spec": []}, "is not of the form of", id="wrong-types"),
    ],
)
def test_refuses_what_is_not_a_v1_crd(broken: dict[str, Any], words: str) -> None:
    """The fault names the CRD and how to write it."""
    with pytest.raises(LumenError, match=words):
        list(read_crds([crd({"type": "object"}) | broken]))


def test_our_kinds_refuse_unknown_fields_at_every_depth() -> None:
    """A typo deep in a ServiceMonitor is a fault; the monitor without it is none."""
    kind = custom_kinds()["monitoring.coreos.com/v1", "ServiceMonitor"]
    endpoint: dict[str, object] = {"port": "metrics", "interval": "30s"}
    body = {
        "apiVersion": kind.api_version,
        "kind": kind.kind,
        "metadata": {"name": "cart"},
        "spec": {"selector": {"matchLabels": {"app": "cart"}}, "endpoints": [endpoint]},
    }
    validator = jsonschema_rs.validator_for(kind.schema)
    assert validator.is_valid(body)
    endpoint["intervall"] = "30s"
    assert [error.message for error in validator.iter_errors(body)] == [
        "Additional properties are not allowed ('intervall' was unexpected)"
    ]


def test_our_kinds_load_without_jsii() -> None:
    """The checks need no Node."""
    program = "import sys, lumen_constructs.crds as crds; crds.custom_kinds(); sys.exit('jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
