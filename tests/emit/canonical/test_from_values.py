"""Every row of the canonical table, from a values file to the emitted file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from lumen_constructs.emit import canonical as package
from lumen_constructs.emit.canonical import canonical, canonical_table
from lumen_constructs.emit.canonical.rules import Fields
from lumen_constructs.emit.canonical.table import BUILT_IN_KINDS, CUSTOM_KINDS, SHAPES
from lumen_constructs.errors import LumenError
from tests.emit.canonical.built_in_cases import BUILT_IN, POD_TEMPLATE
from tests.emit.canonical.cases import Case, Option, Refused, Row, Written, entry_of, found, name_of
from tests.emit.canonical.custom_cases import CUSTOM
from tests.emit.canonical.spelling import Entry, Plain, bodies, emitted

ROWS = list(dict.fromkeys((kind, field) for kind, field, _ in canonical_table()))
CASES: Mapping[Row, list[Case]] = {**BUILT_IN, **CUSTOM}
ALL = [(name_of(number), row, case) for number, (row, case) in enumerate((r, c) for r in CASES for c in CASES[r])]
RENDERED = [(name, row, case) for name, row, case in ALL if not isinstance(case, Refused)]
REFUSED = [(name, row, case) for name, row, case in ALL if isinstance(case, Refused)]


#: Objects that hold no other spelling of anything, though it may look so.
ALIKE = [
    # Annotations, labels and configuration are text, with its line ends; what an application reads is its own.
    """{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: {cpu: 1000m, every: 1h, empty: ''},
       labels: {memory: 1024Mi, empty: ''}}, data: {limits: 1000m, yaml: "cpu: 1000m\\n", mode: '0644', empty: ''}}""",
    # Modes are numbers to the API server, and a number of pods is not the same as a share of them.
    """{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 0, paused: false,
       strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 0}}, template: {spec: {serviceAccountName: '',
       containers: [{name: c, command: [1000m, 1h], env: [{name: A, value: ''}, {name: B, value: 1024Mi}],
       ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP}],
       livenessProbe: {httpGet: {path: /, port: '8080'}}}],
       volumes: [{name: v, configMap: {name: a, defaultMode: 420}}]}}}}""",
    # An empty class of storage asks for none, and no class asks for the default.
    """{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {storageClassName: ''}}""",
    # Prometheus' durations are no Go durations, and its operator keeps them as they are.
    """{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: a}, spec: {groups: [{name: g,
       interval: 60s, rules: [{alert: A, expr: up == 0, for: 60s, labels: {size: 1000m}}]}]}}""",
    """{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: a}, spec: {selector: {},
       endpoints: [{port: web, interval: 60s}]}}""",
    # Rollouts and analyses keep durations as they are written, and so does Flux.
    """{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: a},
       spec: {strategy: {canary: {steps: [{setWeight: 20}, {pause: {duration: 10m}}, {pause: {}}]}}}}""",
    """{apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, metadata: {name: a},
       spec: {metrics: [{name: m, interval: 60s, provider: {prometheus: {query: up}}}]}}""",
    """{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: a},
       spec: {interval: 60m, prune: true}}""",
    # Sizes of data stores are text to their operators.
    """{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: a}, spec: {storage: {size: 1024Mi},
       postgresql: {parameters: {shared_buffers: 1024MB}}}}""",
    """{apiVersion: kafka.strimzi.io/v1, kind: KafkaNodePool, metadata: {name: a},
       spec: {storage: {type: persistent-claim, size: 1024Mi}}}""",
    """{apiVersion: kafka.strimzi.io/v1, kind: KafkaTopic, metadata: {name: a},
       spec: {config: {retention.ms: 604800000, min.insync.replicas: '2'}}}""",
    """{apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, metadata: {name: a},
       spec: {schedule: '0 0 2 * * *', cluster: {name: a}}}""",
    # A list of another meaning keeps its order.
    """{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: a},
       spec: {secretName: a, usages: [server auth, digital signature], dnsNames: [b.example.com, a.example.com]}}""",
    """{apiVersion: example.com/v1, kind: Widget, metadata: {name: a},
       spec: {duration: 1h, resources: {limits: {cpu: 1000m}}, metrics: [], ports: [{port: 1}]}}""",
]


def ids(cases: list[tuple[str, Row, Any]]) -> list[str]:
    """Name the tests by their rows."""
    return [f"{kind} {field} ({name})" for name, (kind, field), _ in cases]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Render all that can be rendered as one system."""
    return emitted(tmp_path_factory.mktemp("spelling"), (entry_of(row, case, name) for name, row, case in RENDERED))


@pytest.fixture(scope="module")
def objects(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Give the emitted objects."""
    return bodies(files)


def test_every_row_of_the_table_has_a_case() -> None:
    """A new row without a spelling from values fails here, by its name, and so does a case of a row that is gone."""
    assert [row for row in ROWS if not CASES.get(row)] == []
    assert [row for row in CASES if row not in ROWS] == []


@pytest.mark.parametrize(("name", "row", "case"), RENDERED, ids=ids(RENDERED))
def test_is_emitted_in_its_canonical_form(name: str, row: Row, case: Any, objects: list[dict[str, Any]]) -> None:
    """What a values file spells in another way stands in the emitted file as the API server stores it."""
    assert found(row, case, name, objects) == case.wanted


@pytest.mark.parametrize(("name", "row", "case"), REFUSED, ids=ids(REFUSED))
def test_refuses_what_has_no_canonical_form(name: str, row: Row, case: Any, tmp_path: Path) -> None:
    """What the API server would refuse, or keep half of, is an error with its place, and what to write instead."""
    with pytest.raises(LumenError) as error:
        emitted(tmp_path, [entry_of(row, case, name)])
    assert len(error.value.faults) == 1
    assert error.value.faults[0].startswith(f"spelling-test/{name}: ")
    assert error.value.faults[0].endswith(case.message)


def test_every_case_writes_what_is_not_canonical() -> None:
    """A case whose spelling is the canonical one would show nothing, but for fields that are kept as they are."""
    kept = {(kind, field) for kind, field, words in canonical_table() if words.startswith("kept")}
    same = [
        row
        for _, row, case in RENDERED
        if isinstance(case, Written) and yaml.safe_load(case.text) == case.wanted and row not in kept
    ]
    assert same == []


def test_every_case_fails_without_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that holds without the rule would show nothing of it."""
    idle = []
    for row, cases in CASES.items():
        part, kinds = part_of(row)
        if part is None:
            continue
        with monkeypatch.context() as patched:
            patched.setitem(part, kinds, {field: rule for field, rule in part[kinds].items() if field != row[1]})
            patched.setattr(package, "_KINDS", package.compiled_kinds())
            if all(holds(row, case) for case in cases if not isinstance(case, Option)):
                idle.append(row)
    assert idle == []


def part_of(row: Row) -> tuple[dict[str, Fields] | None, str]:
    """Give the part of the table that holds a row, and its key there; None for what the walk does everywhere."""
    for part in (SHAPES, BUILT_IN_KINDS, CUSTOM_KINDS):
        for kinds, fields in part.items():
            if row[0] in kinds.split() and row[1] in fields:
                return part, kinds
    assert " " in row[0]
    return None, ""


def holds(row: Row, case: Case) -> bool:
    """Tell whether a whole body becomes what the case says."""
    body = {"metadata": {}, **yaml.safe_load(entry_of(row, case, "x").text)}
    body["metadata"] = {"name": "x", **body["metadata"]}
    try:
        form = canonical(body)
    except LumenError as error:
        return isinstance(case, Refused) and error.faults[0].endswith(case.message)
    return not isinstance(case, Refused) and found(row, case, "x", [form]) == case.wanted


def test_what_is_canonical_stays_as_it_is(files: dict[str, bytes], tmp_path: Path) -> None:
    """The emitted objects as values of another run give the same files, byte by byte."""
    entries = [Entry("objects", f"object-{number}", json.dumps(body)) for number, body in enumerate(bodies(files))]
    assert emitted(tmp_path, entries, Plain) == files


def test_what_cdk8s_makes_and_patches_is_emitted_in_its_canonical_form(tmp_path: Path) -> None:
    """The form is that of the output, whoever made the object, and after the last patch."""
    patch = (
        f"{{/spec: {{template: {POD_TEMPLATE.text}}}, /spec/template/spec/overhead: {{cpu: 1000m}}, /status: {{a: 1}}}}"
    )
    plain = bodies(emitted(tmp_path, [Entry("patches", "plain", patch)]))[-1]
    assert plain["metadata"]["name"] == "plain"
    assert plain["spec"] == {"template": {"spec": {**POD_TEMPLATE.wanted["spec"], "overhead": {"cpu": "1"}}}}
    assert "status" not in plain


def test_what_only_looks_alike_is_left_alone(tmp_path: Path) -> None:
    """Text that could be a quantity, a duration or a number is left alone where it is none."""
    entries = [Entry("objects", f"object-{number}", text) for number, text in enumerate(ALIKE)]
    done = {body["kind"]: without_wave(body) for body in bodies(emitted(tmp_path, entries, Plain))}
    assert done == {body["kind"]: body for body in map(yaml.safe_load, ALIKE)}


def without_wave(body: dict[str, Any]) -> dict[str, Any]:
    """Give an object without the annotation that it got on its way."""
    annotations = dict(body["metadata"].pop("annotations", {}))
    annotations.pop("argocd.argoproj.io/sync-wave", None)
    return {**body, "metadata": body["metadata"] | ({"annotations": annotations} if annotations else {})}
