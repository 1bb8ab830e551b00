"""What operators make of their custom resources: Secrets, Services and pods that exist although no manifest shows them.

For operators that are not known here, see ``sources``: their objects may make whatever carries or mentions a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, mapping, number, strings, text, texts
from lumen_constructs.checks.pods import Port


class Made(NamedTuple):
    """An object that an operator makes."""

    kind: str
    name: str
    keys: tuple[str, ...] | None = None
    """Keys of a Secret or ConfigMap; None where they are not known."""
    ports: tuple[Port, ...] | None = None
    """Ports of a Service; None where they are not known."""


class MadePods(NamedTuple):
    """Pods that an operator makes: their labels, and the keys that some of them carry with any value."""

    labels: dict[str, str]
    varying: tuple[str, ...]
    ports: tuple[Port, ...]


_POSTGRES = (Port("postgres", 5432, "TCP"),)
_CNPG_APP_KEYS = (
    *("username", "user", "password", "dbname", "host", "port", "pgpass"),
    *("uri", "jdbc-uri", "fqdn-uri", "fqdn-jdbc-uri"),
)


def _cnpg_cluster(item: Item) -> Iterator[Made]:
    disabled = strings(item.body, "spec", "managed", "services", "disabledDefaultServices")
    for suffix in ("rw", "ro", "r"):
        if suffix not in disabled:
            yield Made("Service", f"{item.name}-{suffix}", ports=_POSTGRES)
    for _, service in entries(item.body, "spec", "managed", "services", "additional"):
        yield Made("Service", text(service, "serviceTemplate", "metadata", "name"), ports=_POSTGRES)
    yield Made("Secret", f"{item.name}-app", _CNPG_APP_KEYS)
    if at(item.body, "spec", "enableSuperuserAccess") is True:
        yield Made("Secret", f"{item.name}-superuser", _CNPG_APP_KEYS)
    yield Made("Secret", f"{item.name}-ca", ("ca.crt", "ca.key"))
    yield Made("Secret", f"{item.name}-server", ("tls.crt", "tls.key"))
    yield Made("Secret", f"{item.name}-replication", ("tls.crt", "tls.key"))
    yield Made("ServiceAccount", item.name)
    yield Made("ConfigMap", "cnpg-default-monitoring", ("queries",))


def _cnpg_pooler(item: Item) -> Iterator[Made]:
    yield Made("Service", item.name, ports=(Port("pgbouncer", 5432, "TCP"),))


def _kafka(item: Item) -> Iterator[Made]:
    listeners = [
        (text(listener, "name"), number(listener, "port"), text(listener, "type"))
        for _, listener in entries(item.body, "spec", "kafka", "listeners")
    ]
    inside = (
        Port("tcp-replication", 9091, "TCP"),
        *(Port(f"tcp-{name}", port, "TCP") for name, port, _ in listeners),
    )
    yield Made("Service", f"{item.name}-kafka-bootstrap", ports=inside)
    yield Made("Service", f"{item.name}-kafka-brokers")
    for name, port, type_ in listeners:
        if type_ != "internal":
            yield Made("Service", f"{item.name}-kafka-{name}-bootstrap", ports=(Port(f"tcp-{name}", port, "TCP"),))
    if "zookeeper" in mapping(item.body, "spec"):
        yield Made("Service", f"{item.name}-zookeeper-client")
        yield Made("Service", f"{item.name}-zookeeper-nodes")
    for authority in ("cluster-ca", "clients-ca"):
        yield Made("Secret", f"{item.name}-{authority}-cert", ("ca.crt", "ca.p12", "ca.password"))
        yield Made("Secret", f"{item.name}-{authority}", ("ca.key",))
    for part in ("kafka", "entity-operator", "zookeeper", "cruise-control", "kafka-exporter"):
        yield Made("ServiceAccount", f"{item.name}-{part}")


def _kafka_user(item: Item) -> Iterator[Made]:
    keys = {
        "tls": ("ca.crt", "user.crt", "user.key", "user.p12", "user.password"),
        "scram-sha-512": ("password", "sasl.jaas.config"),
    }
    yield Made("Secret", item.name, keys.get(text(item.body, "spec", "authentication", "type")))


def _mongodb(item: Item) -> Iterator[Made]:
    ports = (Port("mongodb", 27017, "TCP"), Port("prometheus", 9216, "TCP"))
    named = text(item.body, "spec", "statefulSet", "spec", "serviceName")
    yield Made("Service", named or f"{item.name}-svc", ports=ports)
    for _, user in entries(item.body, "spec", "users"):
        own = f"{item.name}-{text(user, 'db') or 'admin'}-{text(user, 'name')}"
        yield Made(
            "Secret",
            text(user, "connectionStringSecretName") or own,
            ("connectionString.standard", "connectionString.standardSrv", "username", "password"),
        )
    for suffix in ("config", "keyfile", "agent-password"):
        yield Made("Secret", f"{item.name}-{suffix}")


def _certificate(item: Item) -> Iterator[Made]:
    keys = ["tls.crt", "tls.key", "ca.crt"]
    for _, output in entries(item.body, "spec", "additionalOutputFormats"):
        keys.append("key.der" if text(output, "type") == "DER" else "tls-combined.pem")
    for store in ("jks", "pkcs12"):
        if at(item.body, "spec", "keystores", store, "create") is True:
            keys += [f"keystore.{_suffix(store)}", f"truststore.{_suffix(store)}"]
    yield Made("Secret", text(item.body, "spec", "secretName"), tuple(keys))


def _suffix(store: str) -> str:
    return "p12" if store == "pkcs12" else store


def _prometheus(item: Item) -> Iterator[Made]:
    yield Made("Service", text(item.body, "spec", "serviceName") or "prometheus-operated")


def _alertmanager(item: Item) -> Iterator[Made]:
    yield Made("Service", text(item.body, "spec", "serviceName") or "alertmanager-operated")


def _thanos_ruler(_: Item) -> Iterator[Made]:
    yield Made("Service", "thanos-ruler-operated")


_MAKERS: dict[str, Callable[[Item], Iterator[Made]]] = {
    kinds.CNPG_CLUSTER: _cnpg_cluster,
    kinds.CNPG_POOLER: _cnpg_pooler,
    kinds.KAFKA: _kafka,
    kinds.KAFKA_USER: _kafka_user,
    kinds.MONGODB: _mongodb,
    kinds.CERTIFICATE: _certificate,
    kinds.PROMETHEUS: _prometheus,
    kinds.PROMETHEUS_AGENT: _prometheus,
    kinds.ALERTMANAGER: _alertmanager,
    kinds.THANOS_RULER: _thanos_ruler,
}


def made_by(item: Item) -> Iterator[Made]:
    """Give what the operator of ``item``'s kind makes of it."""
    maker = _MAKERS.get(item.type)
    return (made for made in maker(item) if made.name) if maker else iter(())


#: Where custom resources say which further labels their pods have.
_FURTHER_LABELS = {
    kinds.PROMETHEUS: ("spec", "podMetadata", "labels"),
    kinds.PROMETHEUS_AGENT: ("spec", "podMetadata", "labels"),
    kinds.ALERTMANAGER: ("spec", "podMetadata", "labels"),
    kinds.THANOS_RULER: ("spec", "podMetadata", "labels"),
    kinds.CNPG_CLUSTER: ("spec", "inheritedMetadata", "labels"),
    kinds.CNPG_POOLER: ("spec", "template", "metadata", "labels"),
    kinds.KAFKA: ("spec", "kafka", "template", "pod", "metadata", "labels"),
    kinds.MONGODB: ("spec", "statefulSet", "spec", "template", "metadata", "labels"),
}


def pods_made_by(item: Item) -> MadePods | None:
    """Give the pods that the operator of ``item``'s kind makes of it."""
    pods = _pods_made_by(item)
    steps = _FURTHER_LABELS.get(item.type)
    if pods is None or steps is None:
        return pods
    return pods._replace(labels={**pods.labels, **texts(item.body, *steps)})


def _pods_made_by(item: Item) -> MadePods | None:
    name = item.name
    if item.type == kinds.CNPG_CLUSTER:
        return MadePods(
            {"cnpg.io/cluster": name, "cnpg.io/podRole": "instance", "postgresql": name},
            ("role", "cnpg.io/instanceRole", "cnpg.io/instanceName"),
            (Port("postgresql", 5432, "TCP"), Port("metrics", 9187, "TCP"), Port("status", 8000, "TCP")),
        )
    if item.type == kinds.CNPG_POOLER:
        ports = (Port("pgbouncer", 5432, "TCP"), Port("metrics", 9127, "TCP"))
        return MadePods({"cnpg.io/poolerName": name, "cnpg.io/podRole": "pooler"}, ("cnpg.io/cluster",), ports)
    if item.type == kinds.KAFKA:
        labels = {"strimzi.io/cluster": name, "app.kubernetes.io/instance": name}
        varying = (
            *(f"strimzi.io/{key}" for key in ("name", "kind", "component-type", "pool-name", "broker-role")),
            *("strimzi.io/controller-role", "strimzi.io/pod-name", "strimzi.io/controller"),
            *(f"app.kubernetes.io/{key}" for key in ("name", "part-of", "managed-by")),
        )
        listeners = tuple(
            Port(f"tcp-{text(listener, 'name')}", number(listener, "port"), "TCP")
            for _, listener in entries(item.body, "spec", "kafka", "listeners")
        )
        return MadePods(labels, varying, (*listeners, Port("tcp-prometheus", 9404, "TCP")))
    if item.type == kinds.MONGODB:
        return MadePods({"app": f"{name}-svc"}, (), (Port("mongodb", 27017, "TCP"), Port("prometheus", 9216, "TCP")))
    if item.type in (kinds.PROMETHEUS, kinds.PROMETHEUS_AGENT, kinds.ALERTMANAGER, kinds.THANOS_RULER):
        application = {"ThanosRuler": "thanos-ruler"}.get(item.kind, item.kind.lower())
        return MadePods(
            {
                "app.kubernetes.io/name": application,
                "app.kubernetes.io/instance": name,
                "operator.prometheus.io/name": name,
                application: name,
            },
            ("app.kubernetes.io/managed-by", "app.kubernetes.io/version", "operator.prometheus.io/shard"),
            (),
        )
    return None
