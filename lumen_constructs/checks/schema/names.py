"""Names, labels and annotations, as the API server checks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from lumen_constructs import names
from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, mapping, text, walk
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.faults import show

_Check = Callable[[str], str | None]

# The same few labels stand on every object of a set.
_key_fault = lru_cache(maxsize=4096)(names.qualified_name_fault)
_value_fault = lru_cache(maxsize=4096)(names.label_value_fault)

#: Kinds whose names follow another rule than that of most objects.
_RULES: dict[str, _Check] = {
    kinds.NAMESPACE: names.label_fault,
    kinds.SERVICE: names.service_name_fault,
}
#: Kinds whose names need only stand in a path of a URL.
_PATH_SEGMENTS = (kinds.ROLE, kinds.CLUSTER_ROLE, kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING)

#: The longest names of kinds whose controllers add to them.
_LONGEST = {kinds.CRON_JOB: 52, kinds.STATEFUL_SET: 63, kinds.JOB: 63, kinds.DEPLOYMENT: 253}

#: The most that all annotations of an object may hold.
_ANNOTATIONS = 256 * 1024

#: Fields of built-in kinds that hold a name, and the rule that it follows.
_FIELDS: tuple[tuple[str, str, _Check], ...] = (
    (kinds.SERVICE, "spec.ports[].name", names.label_fault),
    (kinds.INGRESS, "spec.rules[].host", names.host_fault),
    (kinds.INGRESS, "spec.tls[].hosts[]", names.host_fault),
    (kinds.GATEWAY, "spec.listeners[].hostname", names.host_fault),
    *((route, "spec.hostnames[]", names.host_fault) for route in kinds.ROUTES),
)


@rule("name-invalid", Severity.ERROR)
def name_invalid(graph: Graph) -> Iterator[Fault]:
    """An object whose name, or a name in it, has another form than Kubernetes takes is refused."""
    for item in graph.items:
        yield from _own_name(item)
    for type_, field, check in _FIELDS:
        for item in graph.of(type_):
            for path, value in walk(item.body, field):
                if isinstance(value, str) and value and (fault := check(value)):
                    yield _fault(item, path, value, fault)
    for pod in graph.pods:
        yield from _in_pod(pod)
    for item in graph.of(kinds.CONFIG_MAP, kinds.SECRET):
        yield from _keys(item)
    yield from _keys_to_be(graph)


def _keys_to_be(graph: Graph) -> Iterator[Fault]:
    """Check the keys of Secrets that controllers are to make."""
    for item in graph.of(kinds.SEALED_SECRET):
        for key in mapping(item.body, "spec", "encryptedData"):
            if fault := names.config_key_fault(key):
                yield _fault(item, f"spec.encryptedData.{key}", key, fault)
    for item in graph.of(kinds.EXTERNAL_SECRET):
        for place, entry in entries(item.body, "spec", "data"):
            key = text(entry, "secretKey")
            if key and (fault := names.config_key_fault(key)):
                yield _fault(item, joined("spec.data", place, "secretKey"), key, fault)


def _keys(item: Item) -> Iterator[Fault]:
    for field in ("data", "binaryData", "stringData"):
        for key in mapping(item.body, field):
            if fault := names.config_key_fault(key):
                yield _fault(item, f"{field}.{key}", key, fault)


def _own_name(item: Item) -> Iterator[Fault]:
    if not item.name:
        # One that is no text is the schema's to tell.
        given = mapping(item.body, "metadata").get("name") or None
        if given is None and not text(item.body, "metadata", "generateName"):
            yield Fault(item, "metadata.name", "is required")
        return
    fault = None
    if item.type in _PATH_SEGMENTS:
        if item.name in (".", "..") or "/" in item.name or "%" in item.name:
            fault = "must not be '.' or '..', or hold '/' or '%'"
    else:
        fault = _RULES.get(item.type, names.subdomain_fault)(item.name)
    longest = _LONGEST.get(item.type, 253)
    if fault is None and len(item.name) > longest:
        fault = f"has {len(item.name)} characters, {longest} are allowed"
    if fault:
        yield _fault(item, "metadata.name", item.name, fault)
    if item.namespace and (fault := names.label_fault(item.namespace)):
        yield _fault(item, "metadata.namespace", item.namespace, fault)


def _in_pod(pod: Pod) -> Iterator[Fault]:
    for container in pod.containers:
        checks: list[tuple[str, str, _Check]] = [(f"{container.path}.name", container.name, names.label_fault)]
        checks += [
            (joined(container.path, "ports", place, "name"), text(port, "name"), names.port_name_fault)
            for place, port in entries(container.body, "ports")
        ]
        checks += [
            (joined(container.path, "env", place, "name"), text(variable, "name"), _variable_fault)
            for place, variable in entries(container.body, "env")
        ]
        for path, value, check in checks:
            if value and (fault := check(value)):
                yield _fault(pod.item, path, value, fault)
    for place, volume in entries(pod.spec, "volumes"):
        name = text(volume, "name")
        if name and (fault := names.label_fault(name)):
            yield _fault(pod.item, pod.at("volumes", place, "name"), name, fault)


def _variable_fault(name: str) -> str | None:
    """Check the name of a variable as every cluster since 1.30 does: printable, without '='."""
    if "=" in name or not name.isascii() or not name.isprintable():
        return "must be printable ASCII without '='"
    return None


@rule("label-invalid", Severity.ERROR)
def label_invalid(graph: Graph) -> Iterator[Fault]:
    """An object with a label that has another form than Kubernetes takes is refused."""
    for item in graph.items:
        yield from _labels(item, "metadata.labels", item.labels)
        for field in _SELECTORS.get(item.type, ()):
            for path, labels in walk(item.body, field):
                yield from _labels(item, path, labels)
    for pod in graph.pods:
        if pod.path:
            yield from _labels(pod.item, joined(pod.path, "metadata.labels"), pod.labels)


_SELECTORS = {
    kinds.SERVICE: ("spec.selector",),
    **dict.fromkeys(kinds.LONG_RUNNING, ("spec.selector.matchLabels",)),
    kinds.BUDGET: ("spec.selector.matchLabels",),
    kinds.NETWORK_POLICY: ("spec.podSelector.matchLabels",),
    kinds.SERVICE_MONITOR: ("spec.selector.matchLabels",),
    kinds.POD_MONITOR: ("spec.selector.matchLabels",),
}


def _labels(item: Item, path: str, labels: object) -> Iterator[Fault]:
    for key, value in mapping({"": labels}, "").items():
        if not isinstance(value, str):
            continue
        if fault := _key_fault(key):
            yield _fault(item, f"{path}.{key}", key, fault)
        if fault := _value_fault(value):
            yield _fault(item, f"{path}.{key}", value, fault)


@rule("annotation-invalid", Severity.ERROR)
def annotation_invalid(graph: Graph) -> Iterator[Fault]:
    """An object with an annotation key of another form than Kubernetes takes, or too long annotations, is refused."""
    for item in graph.items:
        for key in item.annotations:
            # Keys of annotations may be written in capitals, and are compared without them.
            if fault := _key_fault(key.lower()):
                yield _fault(item, f"metadata.annotations.{key}", key, fault)
        size = sum(len(key) + len(value) for key, value in item.annotations.items())
        if size > _ANNOTATIONS:
            yield Fault(item, "metadata.annotations", f"hold {size} bytes, {_ANNOTATIONS} are allowed")


def _fault(item: Item, path: str, value: str, fault: str) -> Fault:
    return Fault(item, path, f"{show(value)} {fault}")
