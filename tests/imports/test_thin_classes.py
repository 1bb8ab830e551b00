"""The L1 classes that ``make imports`` makes keep every field, known to our short CRDs or not."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import cdk8s
import pytest
from cdk8s import ApiObject, Chart, JsonPatch

from lumen_constructs.crds import custom_kinds

KINDS = sorted(custom_kinds())


def thin_class(api_version: str, kind: str) -> type[ApiObject]:
    """Find a kind's class where ``cdk8s import`` puts it: below its group, last part first, as ``HttpRoute``."""
    group = api_version.partition("/")[0]
    name = ".".join(reversed(group.split("."))).replace("-", "_")
    module = importlib.import_module(f"lumen_constructs._imports.{name}")
    found: type[ApiObject] = {name.lower(): value for name, value in vars(module).items()}[kind.lower()]
    return found


def rendered(chart: Chart) -> Mapping[str, Any]:
    """Render the one object of a chart."""
    objects: list[Mapping[str, Any]] = cdk8s.Testing.synth(chart)
    (only,) = objects
    return only


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
def test_class_keeps_fields_that_the_schema_does_not_know(api_version: str, kind: str) -> None:
    """Unknown fields survive as arguments, inside lists, in snake case, and as patches."""
    chart = cdk8s.Testing.chart()
    spec = {"newerField": {"snake_case": [{"also_this": 1}]}}
    made = thin_class(api_version, kind)(chart, "Resource", spec=spec)  # type: ignore[call-arg]  # generated classes differ
    made.add_json_patch(JsonPatch.add("/spec/patched", {"in_a": [{"list_of": True}]}))
    body = rendered(chart)
    assert body["spec"] == {"newerField": {"snake_case": [{"also_this": 1}]}, "patched": {"in_a": [{"list_of": True}]}}
    assert (body["apiVersion"], body["kind"]) == (api_version, kind)


def test_class_is_an_api_object() -> None:
    """The escape hatch finds it as it finds any L1."""
    chart = cdk8s.Testing.chart()
    made = thin_class("monitoring.coreos.com/v1", "ServiceMonitor")(chart, "Resource", spec={})  # type: ignore[call-arg]  # as above
    assert ApiObject.of(made) is made
