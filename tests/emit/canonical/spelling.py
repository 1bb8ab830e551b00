"""A system whose values files hold spellings: what stands in them comes out as a user's would.

Each spelling is an entry of the values of its own, given through an option of the library where there is one, and
otherwise as the whole body of an object, as a stack of a user's own would hand it to ``manifest``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from cdk8s import ApiObject, App, Chart, JsonPatch
from pydantic import Field

from lumen_constructs import (
    Certificate,
    CertificateOptions,
    CronJob,
    CronJobOptions,
    Gateway,
    GatewayOptions,
    GRPCRoute,
    GRPCRouteOptions,
    HTTPRoute,
    HTTPRouteOptions,
    Kafka,
    KafkaOptions,
    Map,
    MongoDB,
    MongoDBOptions,
    MonitoredService,
    MonitoredServiceOptions,
    Namespace,
    Options,
    PostgreSQL,
    PostgreSQLOptions,
    SecretProvision,
    SecretSet,
    System,
    UmbrellaStack,
)
from lumen_constructs.emit.tree import placed_set, set_files
from lumen_constructs.manifest import manifest, rendered
from lumen_constructs.options.base import empty
from lumen_constructs.rendering import Target, chart_of
from lumen_constructs.system import Stack
from tests.options.reading import BASE

#: What every entry of a kind of options needs, and is not about: the layer below the spellings.
BELOW: Mapping[str, Mapping[str, Any]] = {
    "services": BASE,
    "cronJobs": {
        "image": "acme/report:1.4.2",
        "resources": BASE["resources"],
        "schedule": "0 3 * * *",
        "command": ["report"],
    },
    "certificates": {"dnsNames": ["shop.example.com"], "issuerRef": "letsencrypt"},
    "gateways": {"className": "istio"},
    "postgresql": {"mode": "operator", "resources": BASE["resources"], "version": "16.4"},
    "kafka": {"mode": "operator", "resources": BASE["resources"], "version": "4.0.0"},
    "mongodb": {
        "mode": "operator",
        "resources": BASE["resources"],
        "auth": {"username": "root", "secret": {"name": "mongodb", "keys": ["password"]}},
    },
}


class Values(Options):
    """Values of a system that holds one of everything, by name."""

    namespace: Namespace = Field(default_factory=Namespace)
    """What the Namespace enforces and allows."""
    services: Map[MonitoredServiceOptions] = Field(default_factory=empty)
    """Services."""
    cron_jobs: Map[CronJobOptions] = Field(default_factory=empty)
    """CronJobs."""
    certificates: Map[CertificateOptions] = Field(default_factory=empty)
    """Certificates."""
    gateways: Map[GatewayOptions] = Field(default_factory=empty)
    """Gateways."""
    http_routes: Map[HTTPRouteOptions] = Field(default_factory=empty)
    """HTTPRoutes."""
    grpc_routes: Map[GRPCRouteOptions] = Field(default_factory=empty)
    """GRPCRoutes."""
    secrets: Map[SecretProvision] = Field(default_factory=empty)
    """Secrets with the keys ``user`` and ``password``, and how they are provided."""
    postgresql: Map[PostgreSQLOptions] = Field(default_factory=empty)
    """PostgreSQL clusters."""
    kafka: Map[KafkaOptions] = Field(default_factory=empty)
    """Kafka clusters."""
    mongodb: Map[MongoDBOptions] = Field(default_factory=empty)
    """MongoDB replica sets."""
    objects: Map[Any] = Field(default_factory=empty)
    """Bodies of objects of any kind."""
    patches: Map[Any] = Field(default_factory=empty)
    """Patches of Deployments that cdk8s itself makes: values by their JSON pointers."""


class Spelling(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: App, id: str, /, *, environment: str, values: Values) -> None:
        name = "spelling"
        super().__init__(scope, id, name=name, environment=environment, namespace_options=values.namespace)
        constructs: Sequence[tuple[Any, Mapping[str, Any]]] = (
            (MonitoredService, values.services),
            (CronJob, values.cron_jobs),
            (Certificate, values.certificates),
            (Gateway, values.gateways),
            (HTTPRoute, values.http_routes),
            (GRPCRoute, values.grpc_routes),
            (PostgreSQL, values.postgresql),
            (Kafka, values.kafka),
            (MongoDB, values.mongodb),
        )
        for construct, entries in constructs:
            for entry, options in entries.items():
                construct.from_options(self, entry, options)
        for entry, provision in values.secrets.items():
            SecretSet(self, entry, declared={entry: ["user", "password"]}, provision=provision).ref(entry)
        for entry, body in values.objects.items():
            metadata = {"name": entry, **body.get("metadata", {})}
            manifest(self, entry, {**body, "metadata": metadata})
        for entry, patch in values.patches.items():
            plain = ApiObject(self, entry, api_version="apps/v1", kind="Deployment", metadata={"name": entry})
            plain.add_json_patch(*(JsonPatch.add(pointer, value) for pointer, value in patch.items()))


class Plain(Chart):
    """A system of whole objects, with nothing around them."""

    def __init__(self, scope: App, id: str, /, *, environment: str, values: Values) -> None:  # noqa: ARG002  # as called
        super().__init__(scope, id)
        for entry, body in values.objects.items():
            manifest(self, entry, body)


class Entry(NamedTuple):
    """A spelling, as it stands in a values file."""

    through: str
    """The key of the values that it stands below."""
    name: str
    """Its own key."""
    text: str
    """YAML."""


def emitted(folder: Path, entries: Iterable[Entry], stack: Stack[Values] = Spelling) -> dict[str, bytes]:
    """Write values files that hold the entries, render the system that they belong to, and give its files."""
    below: dict[str, dict[str, Any]] = {}
    above: dict[str, list[str]] = {}
    for entry in entries:
        if entry.through in BELOW:
            below.setdefault(entry.through, {})[entry.name] = dict(BELOW[entry.through])
        above.setdefault(entry.through, []).append(f"  {entry.name}: {entry.text}\n")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "values.yaml").write_text(yaml.safe_dump(below), encoding="utf-8")
    layer = "".join(f"{through}:\n{''.join(lines)}" for through, lines in above.items())
    (folder / "values-test.yaml").write_text(layer, encoding="utf-8")
    system = System(name="spelling", stack=stack, values=Values, directory=folder)
    target = Target(system, "test")
    chart = chart_of(App(), target, system.load("test").values)
    return set_files(target.folder, placed_set(target.folder, rendered(chart)))


def bodies(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Read the objects back from the files, as any reader of YAML does."""
    return [
        yaml.load(text, yaml.CSafeLoader) for path, text in files.items() if not path.endswith("/kustomization.yaml")
    ]


class Gone:
    """What stands where there is nothing."""

    def __repr__(self) -> str:
        """Give the word for a failing test."""
        return "GONE"


GONE = Gone()


def at(body: Any, path: str) -> Any:
    """Look a path such as ``spec.ports[0].name`` up; GONE where it leads nowhere."""
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(body, list):
            body = body[int(step)]
        elif step not in body:
            return GONE
        else:
            body = body[step]
    return body


def nested(path: str, text: str) -> str:
    """Write YAML in which ``text`` stands at ``path``."""
    for step in reversed(re.findall(r"[^.\[\]]+|\[0\]", path)):
        text = f"[{text}]" if step == "[0]" else f"{{{step}: {text}}}"
    return text
