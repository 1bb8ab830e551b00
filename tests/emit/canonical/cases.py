"""What a case of the canonical form says: how a field is written in a values file, and how it is emitted."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

from tests.emit.canonical.spelling import Entry, at, nested

#: Where the cases of a shape write it: the version and kind of an object that holds it, and the place in that.
HOLDERS = {
    "BackendRef": ("gateway.networking.k8s.io/v1 HTTPRoute", "spec.rules[0].backendRefs[0]"),
    "Container": ("v1 Pod", "spec.containers[0]"),
    "EnvVarSource": ("v1 Pod", "spec.containers[0].env[0].valueFrom"),
    "GeneratorRef": ("external-secrets.io/v1 ExternalSecret", "spec.dataFrom[0].sourceRef.generatorRef"),
    "JobTemplate": ("batch/v1 CronJob", "spec.jobTemplate"),
    "MetricTarget": ("autoscaling/v2 HorizontalPodAutoscaler", "spec.metrics[0].resource.target"),
    "ObjectMeta": ("v1 ConfigMap", "metadata"),
    "ParentReference": ("gateway.networking.k8s.io/v1 HTTPRoute", "spec.parentRefs[0]"),
    "PersistentVolumeClaimSpec": ("v1 PersistentVolumeClaim", "spec"),
    "PodSpec": ("v1 Pod", "spec"),
    "PodTemplate": ("apps/v1 Deployment", "spec.template"),
    "RelabelConfig": ("monitoring.coreos.com/v1 ServiceMonitor", "spec.endpoints[0].relabelings[0]"),
    "RemoteRef": ("external-secrets.io/v1 ExternalSecret", "spec.data[0].remoteRef"),
    "RequestMirror": ("gateway.networking.k8s.io/v1 HTTPRoute", "spec.rules[0].filters[0].requestMirror"),
    "ResourceRequirements": ("v1 Pod", "spec.containers[0].resources"),
    "Volume": ("v1 Pod", "spec.volumes[0]"),
}

#: Versions of the groups whose objects are not at v1.
VERSIONS = {
    "argoproj.io": "v1alpha1",
    "autoscaling": "v2",
    "bitnami.com": "v1alpha1",
    "generators.external-secrets.io": "v1alpha1",
    "mongodbcommunity.mongodb.com": "v1",
}


class Written(NamedTuple):
    """The field of an object, as a whole body in the values has it, and as it is emitted."""

    text: str
    wanted: Any


class Missing(NamedTuple):
    """A field that the map around it lacks in the values, and has where it is emitted."""

    around: str
    wanted: Any


class Refused(NamedTuple):
    """A field that no object may have so, and what the error says after its place."""

    text: str
    message: str
    whole: bool = False
    """Whether the text is the body of an object, and not the field."""


class Option(NamedTuple):
    """An option of the library, as the values have it, and what it becomes in an object."""

    through: str
    """The key of the values: a kind of construct."""
    text: str
    kind: str
    """Kind of the object that it becomes."""
    path: str
    wanted: Any


class Whole(NamedTuple):
    """The body of an object, and what becomes of a place in it."""

    text: str
    path: str
    wanted: Any


Case: TypeAlias = Written | Missing | Refused | Option | Whole

#: A row of the canonical table: its kind and its field.
Row: TypeAlias = tuple[str, str]


def name_of(number: int) -> str:
    """Give the key of a case in the values, which is also the name of its object."""
    return f"case-{number:03}"


def place_of(row: Row) -> tuple[str, str]:
    """Give the version and kind of an object that has the row's field, and the path of the field in it."""
    kind, field = row
    path = field.replace("[]", "[0]").replace("*", "any")
    if kind in HOLDERS and field != "template":
        holder, above = HOLDERS[kind]
        return holder, f"{above}.{path}"
    group, _, name = kind.rpartition("/")
    version = VERSIONS.get(group, "v1")
    return f"{group}/{version} {name}" if group else f"{version} {name}", path


def entry_of(row: Row, case: Case, name: str) -> Entry:
    """Give what stands in the values files for a case."""
    match case:
        case Option():
            return Entry(case.through, name, case.text)
        case Whole() | Refused(whole=True):
            return Entry("objects", name, case.text)
        case Missing():
            version, path = place_of(row)
            above = re.sub(r"\.?[^.]+$", "", path)
            return Entry("objects", name, _body(version, nested(above, case.around) if above else case.around))
        case _:
            version, path = place_of(row)
            return Entry("objects", name, _body(version, nested(path, case.text)))


def _body(version_and_kind: str, text: str) -> str:
    version, kind = version_and_kind.split()
    return f"{{apiVersion: {version}, kind: {kind}, {text[1:-1]}}}"


def found(row: Row, case: Case, name: str, bodies: list[dict[str, Any]]) -> Any:
    """Look up, among the emitted objects, what became of a case."""
    path = case.path if isinstance(case, (Option, Whole)) else place_of(row)[1]
    kind = case.kind if isinstance(case, Option) else None
    mine = [
        body
        for body in bodies
        if f"{body['metadata']['name']}-".startswith(f"{name}-") and kind in (None, body["kind"])
    ]
    assert len(mine) == 1, f"{len(mine)} objects are a {kind} of {name}"
    return at(mine[0], path)
