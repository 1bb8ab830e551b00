"""Custom resources judged by our own short schemas, and by the whole ones where they are present."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from constructs import IConstruct

from lumen_constructs.crds import CustomKind, custom_kinds, read_crds
from lumen_constructs.manifest import rendered
from lumen_constructs.validation import checked

WHOLE = Path(__file__).parents[3] / "shared" / "crds"


@functools.cache
def whole_kinds(group: str) -> Mapping[tuple[str, str], CustomKind]:
    """Read the whole CRDs of an API group; none where the folder is not there."""
    path = WHOLE / f"{group}.yaml"
    if not path.is_file():
        return {}
    documents = list(yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    return {(kind.api_version, kind.kind): kind for kind in read_crds(documents)}


def schema_faults(body: Mapping[str, Any]) -> list[str]:
    """Give what the schemas of the body's kind refuse."""
    key = body["apiVersion"], body["kind"]
    group = body["apiVersion"].partition("/")[0]
    schemas = [known[key].schema for known in (custom_kinds(), whole_kinds(group)) if key in known]
    assert schemas, f"{key} has no schema"
    return [error.message for schema in schemas for error in jsonschema_rs.validator_for(schema).iter_errors(body)]


def findings(scope: IConstruct) -> list[str]:
    """Give what the checks of the whole set find below ``scope``, and what the schemas of custom resources refuse."""
    manifests = rendered(scope)
    report = checked(manifests)
    found = [str(finding) for finding in (*report.errors, *report.warnings)]
    custom = [entry.body for entry in manifests if "." in entry.body["apiVersion"].partition("/")[0]]
    known = {group for group, _ in custom_kinds()}
    return found + [fault for body in custom if body["apiVersion"] in known for fault in schema_faults(body)]
