"""Every place where an object names a ConfigMap or Secret, with the key that it wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, joined, mapping, text, walk
from lumen_constructs.checks.pods import Container, Pod


class Use(NamedTuple):
    """One place that names a ConfigMap or Secret."""

    item: Item
    path: str
    """The place of the name."""
    kind: str
    """``ConfigMap`` or ``Secret``."""
    namespace: str
    name: str
    key: str = ""
    """The wanted key; empty where all are."""
    key_path: str = ""
    optional: bool = False
    whole: bool = True
    """Whether all keys are read, where none is wanted by its name."""


#: Where custom resources and built-in kinds without pods name a Secret or ConfigMap: type, place of the name, kind, and
#: the key beside it (the field that holds it, or a fixed one after ``=``).
_FIELDS: tuple[tuple[str, str, str, str], ...] = (
    (kinds.SERVICE_ACCOUNT, "imagePullSecrets[].name", "Secret", ""),
    (kinds.INGRESS, "spec.tls[].secretName", "Secret", "=tls.crt"),
    *(
        (monitor, f"spec.{endpoints}[].{place}.name", "Secret", "key")
        for monitor, endpoints in ((kinds.SERVICE_MONITOR, "endpoints"), (kinds.POD_MONITOR, "podMetricsEndpoints"))
        for place in (
            *("basicAuth.username", "basicAuth.password", "authorization.credentials", "bearerTokenSecret"),
            *("tlsConfig.ca.secret", "tlsConfig.cert.secret", "tlsConfig.keySecret"),
            *("oauth2.clientId.secret", "oauth2.clientSecret"),
        )
    ),
    *(
        (monitor, f"spec.{endpoints}[].tlsConfig.{place}.configMap.name", "ConfigMap", "key")
        for monitor, endpoints in ((kinds.SERVICE_MONITOR, "endpoints"), (kinds.POD_MONITOR, "podMetricsEndpoints"))
        for place in ("ca", "cert")
    ),
    (kinds.CNPG_CLUSTER, "spec.bootstrap.initdb.secret.name", "Secret", "=password"),
    (kinds.CNPG_CLUSTER, "spec.superuserSecret.name", "Secret", "=password"),
    (kinds.CNPG_CLUSTER, "spec.managed.roles[].passwordSecret.name", "Secret", "=password"),
    (kinds.CNPG_CLUSTER, "spec.bootstrap.initdb.postInitApplicationSQLRefs.secretRefs[].name", "Secret", "key"),
    (kinds.CNPG_CLUSTER, "spec.bootstrap.initdb.postInitApplicationSQLRefs.configMapRefs[].name", "ConfigMap", "key"),
    (kinds.CNPG_CLUSTER, "spec.imagePullSecrets[].name", "Secret", ""),
    (kinds.MONGODB, "spec.users[].passwordSecretRef.name", "Secret", "key|password"),
    (kinds.MONGODB, "spec.security.tls.certificateKeySecretRef.name", "Secret", ""),
    (kinds.MONGODB, "spec.security.tls.caConfigMapRef.name", "ConfigMap", ""),
    (kinds.MONGODB, "spec.prometheus.passwordSecretRef.name", "Secret", "key|password"),
    (kinds.KAFKA, "spec.kafka.metricsConfig.valueFrom.configMapKeyRef.name", "ConfigMap", "key"),
    (kinds.KAFKA_USER, "spec.authentication.password.valueFrom.secretKeyRef.name", "Secret", "key"),
    (kinds.ISSUER, "spec.ca.secretName", "Secret", "=tls.crt"),
    (kinds.ANALYSIS_TEMPLATE, "spec.args[].valueFrom.secretKeyRef.name", "Secret", "key"),
    (kinds.FLUX_KUSTOMIZATION, "spec.decryption.secretRef.name", "Secret", ""),
    (kinds.GIT_REPOSITORY, "spec.secretRef.name", "Secret", ""),
)

#: Where volumes of drivers name the Secret of their credentials.
_DRIVERS = (
    ("csi", "nodePublishSecretRef"),
    *((driver, "secretRef") for driver in ("cephfs", "rbd", "iscsi", "flexVolume", "scaleIO", "storageos")),
)


def uses(graph: Graph) -> list[Use]:
    """Give every place in the set that names a ConfigMap or Secret."""
    found = [use for pod in graph.pods for use in _of_pod(pod)]
    for type_, place, kind, key in _FIELDS:
        for item in graph.of(type_):
            found += _of_field(item, place, kind, key)
    for item in graph.of(kinds.GATEWAY):
        found += _of_gateway(item)
    for item in graph.of(kinds.ISSUER, kinds.SECRET_STORE):
        found += _of_selectors(item)
    return found


def _of_pod(pod: Pod) -> Iterator[Use]:
    for place, reference in entries(pod.spec, "imagePullSecrets"):
        if name := text(reference, "name"):
            yield Use(pod.item, pod.at("imagePullSecrets", place, "name"), "Secret", pod.namespace, name)
    for container in pod.containers:
        yield from _of_env(pod, container)
    for place, volume in entries(pod.spec, "volumes"):
        yield from _of_volume(pod, pod.at("volumes", place), volume)


def _of_env(pod: Pod, container: Container) -> Iterator[Use]:
    for place, variable in entries(container.body, "env"):
        for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            reference = mapping(variable, "valueFrom", field)
            if name := text(reference, "name"):
                path = joined(container.path, "env", place, "valueFrom", field)
                yield Use(
                    pod.item,
                    f"{path}.name",
                    kind,
                    pod.namespace,
                    name,
                    text(reference, "key"),
                    f"{path}.key",
                    reference.get("optional") is True,
                )
    for place, source in entries(container.body, "envFrom"):
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
            reference = mapping(source, field)
            if name := text(reference, "name"):
                path = joined(container.path, "envFrom", place, field, "name")
                optional = reference.get("optional") is True
                yield Use(pod.item, path, kind, pod.namespace, name, optional=optional)


def _of_volume(pod: Pod, path: str, volume: dict[str, Any]) -> Iterator[Use]:
    sources = [(path, volume)]
    sources += [
        (joined(path, "projected", "sources", place), source)
        for place, source in entries(volume, "projected", "sources")
    ]
    for where, source in sources:
        for field, kind in (("configMap", "ConfigMap"), ("secret", "Secret")):
            reference = mapping(source, field)
            named = "secretName" if field == "secret" and "secretName" in reference else "name"
            name = text(reference, named)
            if not name:
                continue
            optional = reference.get("optional") is True
            at_name = joined(where, field, named)
            whole = "items" not in reference
            yield Use(pod.item, at_name, kind, pod.namespace, name, optional=optional, whole=whole)
            for place, wanted in entries(reference, "items"):
                at_key = joined(where, field, "items", place, "key")
                key = text(wanted, "key")
                yield Use(pod.item, at_name, kind, pod.namespace, name, key, at_key, optional)
            if source is volume and "items" not in reference:
                for at_key, key in _sub_paths(pod, text(volume, "name")):
                    yield Use(pod.item, at_name, kind, pod.namespace, name, key, at_key, optional)
    for driver, field in _DRIVERS:
        if name := text(volume, driver, field, "name"):
            yield Use(pod.item, joined(path, driver, field, "name"), "Secret", pod.namespace, name)


def _sub_paths(pod: Pod, volume: str) -> Iterator[tuple[str, str]]:
    """Give the single files that containers mount out of a volume: each is a key that must be there."""
    for container in pod.containers:
        for place, mount in entries(container.body, "volumeMounts"):
            sub_path = text(mount, "subPath")
            if text(mount, "name") == volume and sub_path:
                yield joined(container.path, "volumeMounts", place, "subPath"), sub_path.strip("/").partition("/")[0]


def _of_field(item: Item, place: str, kind: str, key: str) -> Iterator[Use]:
    parent, _, field = place.rpartition(".")
    for path, owner in walk(item.body, parent):
        name = text(owner, field)
        if not name:
            continue
        optional = at(owner, "optional") is True
        beside, _, fallback = key.partition("|")
        if beside.startswith("="):
            yield Use(item, f"{path}.{field}", kind, item.namespace, name, beside[1:], f"{path}.{field}", optional)
        else:
            wanted = (text(owner, beside) or fallback) if beside else ""
            yield Use(item, f"{path}.{field}", kind, item.namespace, name, wanted, f"{path}.{beside}", optional)


def _of_gateway(item: Item) -> Iterator[Use]:
    for path, reference in walk(item.body, "spec.listeners[].tls.certificateRefs[]"):
        name = text(reference, "name")
        if name and (text(reference, "kind") or "Secret") == "Secret" and not text(reference, "group"):
            namespace = text(reference, "namespace") or item.namespace
            yield Use(item, f"{path}.name", "Secret", namespace, name, "tls.crt", f"{path}.name")


def _of_selectors(item: Item) -> Iterator[Use]:
    """Give the credentials of an issuer or secret store: fields differ by provider, endings do not."""
    left: list[tuple[str, object]] = [("spec", item.body.get("spec"))]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            for field, below in value.items():
                place = f"{path}.{field}"
                if field.endswith("SecretRef") and field != "privateKeySecretRef" and text(below, "name"):
                    namespace = text(below, "namespace") or item.namespace
                    yield Use(
                        item,
                        f"{place}.name",
                        "Secret",
                        namespace,
                        text(below, "name"),
                        text(below, "key"),
                        f"{place}.key",
                    )
                else:
                    left.append((place, below))
        elif isinstance(value, list):
            left.extend((f"{path}[{place}]", below) for place, below in enumerate(value))
