"""Objects held against the schemas of their kinds."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from lumen_constructs.checks import Settings
from tests.checks.build import Body, changed, deployment, monitor, obj
from tests.checks.sets import found, report

CRD = yaml.safe_load("""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1}
                mode: {type: string, enum: [fast, safe]}
                name: {type: string, pattern: '^[a-z]+$', maxLength: 5}
                port: {x-kubernetes-int-or-string: true}
                when: {type: string, nullable: true}
                any: {type: object, x-kubernetes-preserve-unknown-fields: true}
    - {name: v1alpha1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
""")

FIRST = "spec.template.spec.containers.0"


def _widget(**spec: Any) -> Body:
    return obj("Widget", "w", api="example.com/v1", spec={"size": 1, **spec})


@pytest.mark.parametrize(
    ("path", "value", "rule", "said"),
    [
        (
            "spec.replica",
            2,
            "unknown-field",
            "spec.replica: 'replica' is not a field of spec; did you mean 'replicas'",
        ),
        ("spec.replicas", "2", "wrong-type", "spec.replicas: must be a whole number, not '2'"),
        ("spec.replicas", 1.5, "wrong-type", "must be a whole number, not 1.5"),
        (
            "spec.template.spec.containers.0.env",
            [{"name": "A", "value": 1}],
            "wrong-type",
            'must be a string, not 1; write "1"',
        ),
        (f"{FIRST}.env", [{"name": "A", "value": True}], "wrong-type", 'not true; write "true"'),
        (f"{FIRST}.env", {}, "wrong-type", "must be a list, not a mapping"),
        (
            f"{FIRST}.readinessProbe",
            {"httpGet": {"port": [1]}},
            "wrong-type",
            "readinessProbe.httpGet.port: must be a string or a whole number, not a list",
        ),
        (
            "spec.template.spec.containers",
            [{"image": "a:1"}],
            "missing-field",
            "spec.template.spec.containers[0].name: is required",
        ),
        ("metadata.labels", {"a": 1}, "wrong-type", "metadata.labels.a: must be a string, not 1"),
        ("metadata.annotations", {"a/b": True}, "wrong-type", "metadata.annotations.a/b: must be a string, not true"),
    ],
)
def test_fault_says_field_value_and_remedy(path: str, value: Any, rule: str, said: str) -> None:
    """A schema's finding says where, what was wrong with which value, and what to write."""
    (finding,) = found(changed(deployment(), path, value), rule=rule)
    assert said in str(finding)


def test_null_is_the_same_as_leaving_out() -> None:
    """Kubernetes drops null, wherever it stands; a required field cannot be null."""
    assert report(changed(deployment(), "spec.strategy", None)).errors == ()


@pytest.mark.parametrize(("kubernetes", "count"), [("1.27", 1), ("v1.27.3", 1), ("1.28", 1), ("1.29", 0), ("", 0)])
def test_release_decides_over_the_fields(kubernetes: str, count: int) -> None:
    """A field that a later release brought is unknown to an earlier one."""
    hook = {"preStop": {"sleep": {"seconds": 5}}}
    body = changed(deployment(), "spec.template.spec.containers.0.lifecycle", hook)
    assert len(found(body, rule="unknown-field", settings=Settings(kubernetes=kubernetes))) == count


@pytest.mark.parametrize(
    ("spec", "rule", "said"),
    [
        ({"sizes": 1}, "unknown-field", "did you mean 'size'?"),
        ({"size": None}, "wrong-type", "must be a whole number, not null"),
        ({"size": 0}, "wrong-value", "0 must be at least 1"),
        ({"mode": "slow"}, "wrong-value", "'slow' must be one of fast, safe"),
        ({"name": "A"}, "wrong-value", "'A' does not match ^[a-z]+$"),
        ({"name": "abcdef"}, "wrong-value", "must have 5 characters or fewer"),
        ({"port": []}, "wrong-type", "must be a whole number or a string, not a list"),
        ({"when": 1}, "wrong-type", "must be a string, not 1"),
    ],
)
def test_custom_resource_fits_its_definition(spec: Body, rule: str, said: str) -> None:
    """A CRD of the set, or of the settings, holds for the custom resources of its kind."""
    (finding,) = found(_widget(**spec), CRD, rule=rule)
    assert said in str(finding)
    assert len(found(_widget(**spec), rule=rule, settings=Settings(crds=[CRD]))) == 1
    assert found(_widget(**spec), rule=rule) == [], "without the definition nothing is known"


def test_custom_resource_that_fits_is_silent() -> None:
    """Numbers or text, null where it may be, and anything where anything goes."""
    body = _widget(mode="fast", name="abc", port="http", when=None, any={"a": [1, {"b": None}]})
    assert report(body, CRD).errors == ()


def test_version_that_is_not_served_is_told() -> None:
    """A custom resource of a version that its definition does not serve is refused."""
    body = {**_widget(), "apiVersion": "example.com/v1alpha1"}
    (finding,) = found(body, CRD, rule="api-version-unserved")
    assert finding.said == "its CustomResourceDefinition does not serve example.com/v1alpha1; write example.com/v1"


def test_definition_that_is_broken_is_told_itself() -> None:
    """A definition without versions is a fault of its own, and says nothing about its kind."""
    broken = changed(CRD, "spec.versions", [{"name": "v1"}])
    assert {finding.object for finding in report(broken, _widget(sizes=1)).errors} == {
        "CustomResourceDefinition/widgets.example.com"
    }


def test_our_own_custom_resources_fit_our_short_definitions() -> None:
    """What this library makes has only the fields that it means to make; of other people's nothing is said."""
    body = changed(monitor(), "spec.jobLabels", "x")
    strict = Settings(ours=lambda _: True, short_crds=True)
    assert len(found(body, rule="unknown-field", settings=strict)) == 1
    assert found(body, rule="unknown-field", settings=Settings(ours=lambda _: True)) == []
    assert found(body, rule="unknown-field") == []


def test_faults_of_one_object_are_bounded() -> None:
    """An object with a thousand wrong fields does not make a thousand lines."""
    labels = {f"l{n}": n for n in range(1000)}
    assert 10 < len(found(changed(deployment(), "metadata.labels", labels), rule="wrong-type")) < 100
