"""What the API server refuses although every field has the right type: contradictions between fields."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, joined, mapping, number, sequence, text, texts
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.quantities import Quantity

Found = Iterator[tuple[str, str, str]]
"""The place of a contradiction, what it is, and what to write instead."""


@rule("contradiction", Severity.ERROR)
def contradiction(graph: Graph) -> Iterator[Fault]:
    """An object whose fields contradict each other is refused."""
    for pod in graph.pods:
        if pod.known:
            for path, message, hint in _of_pod(pod):
                yield Fault(pod.item, path, message, hint)
    for type_, find in _KINDS.items():
        for item in graph.of(type_):
            for path, message, hint in find(item):
                yield Fault(item, path, message, hint)


def _of_pod(pod: Pod) -> Found:
    policy = text(pod.spec, "restartPolicy")
    if pod.item.type in kinds.LONG_RUNNING and policy not in ("", "Always"):
        yield pod.at("restartPolicy"), f"'{policy}' is not for a {pod.item.kind}", "write Always, or leave it out"
    if pod.item.type in (kinds.JOB, kinds.CRON_JOB) and policy in ("", "Always"):
        yield pod.at("restartPolicy"), "a Job's pods cannot restart always", "write OnFailure or Never"
    for place, volume in entries(pod.spec, "volumes"):
        sources = [key for key in volume if key != "name" and volume[key] is not None]
        if len(sources) > 1:
            yield pod.at("volumes", place), f"has {len(sources)} sources ({', '.join(sources)})", "leave one"
    if number(pod.spec, "terminationGracePeriodSeconds") is not None:
        seconds = number(pod.spec, "terminationGracePeriodSeconds") or 0
        if seconds < 0:
            yield pod.at("terminationGracePeriodSeconds"), f"{seconds} is below zero", "write 30, or leave it out"
    for container in pod.containers:
        yield from _of_container(pod, container)


def _of_container(pod: Pod, container: Container) -> Found:
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        if probe in container.body:
            yield from _of_probe(container, probe)
    yield from _of_resources(container)
    for place, variable in entries(container.body, "env"):
        yield from _of_variable(joined(container.path, "env", place), variable)
    security = mapping(container.body, "securityContext")
    if security.get("privileged") is True and security.get("allowPrivilegeEscalation") is False:
        path = joined(container.path, "securityContext", "allowPrivilegeEscalation")
        yield path, "a privileged container can always escalate", "drop privileged"
    if at(pod.spec, "hostNetwork") is True:
        for place, port in entries(container.body, "ports"):
            if number(port, "hostPort") and number(port, "hostPort") != number(port, "containerPort"):
                path = joined(container.path, "ports", place, "hostPort")
                yield path, "differs from containerPort although the pod is on the host's network", "write the same"


def _of_resources(container: Container) -> Found:
    for name, most in amounts(container, "limits").items():
        least = amounts(container, "requests").get(name)
        if least is not None and _amount(least) > _amount(most):
            path = joined(container.path, "resources", "requests", name)
            yield path, f"{show(least)} is more than the limit of {show(most)}", f"write {most} or less"


def _of_variable(path: str, variable: dict[str, Any]) -> Found:
    sources = [key for key, value in mapping(variable, "valueFrom").items() if value is not None]
    if variable.get("value") and sources:
        yield path, "has both value and valueFrom", "leave one"
    elif len(sources) > 1:
        yield f"{path}.valueFrom", f"has {len(sources)} sources ({', '.join(sources)})", "leave one"


def _of_probe(container: Container, probe: str) -> Found:
    body = mapping(container.body, probe)
    path = joined(container.path, probe)
    handlers = [key for key in ("exec", "httpGet", "tcpSocket", "grpc") if body.get(key) is not None]
    if len(handlers) != 1:
        message = f"does {' and '.join(handlers)} at once" if handlers else "says not what to try"
        yield path, message, "write one of httpGet, tcpSocket, grpc and exec"
    if probe != "readinessProbe" and number(body, "successThreshold") not in (None, 1):
        yield f"{path}.successThreshold", f"must be 1 for a {probe}", "leave it out"
    if probe == "readinessProbe" and "terminationGracePeriodSeconds" in body:
        yield f"{path}.terminationGracePeriodSeconds", "is not for a readinessProbe", "leave it out"
    for field, least in (
        ("periodSeconds", 1),
        ("timeoutSeconds", 1),
        ("failureThreshold", 1),
        ("initialDelaySeconds", 0),
    ):
        value = number(body, field)
        # Zero is the same as leaving it out, except for the delay, where it is what it says.
        if value is not None and value < 0:
            yield f"{path}.{field}", f"{value} must be at least {least}", "leave it out for the default"


def amounts(container: Container, field: str) -> dict[str, Any]:
    """Give the amounts of a container's requests or limits that can be read."""
    return {
        name: amount
        for name, amount in mapping(container.body, "resources", field).items()
        if isinstance(amount, (str, int, float)) and not isinstance(amount, bool) and _amount(amount) >= 0
    }


def _amount(amount: str | float) -> float:
    try:
        return float(Quantity.parse(amount).value)
    except LumenError:
        return -1.0


def _autoscaler(item: Item) -> Found:
    least, most = number(item.body, "spec", "minReplicas"), number(item.body, "spec", "maxReplicas")
    if most is not None and most < 1:
        yield "spec.maxReplicas", f"{most} must be at least 1", "write how many there may be"
    elif least is not None and most is not None and least > most:
        yield "spec.minReplicas", f"{least} is more than maxReplicas ({most})", f"write {most} or less"


def _budget(item: Item) -> Found:
    spec = mapping(item.body, "spec")
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield "spec", "has both minAvailable and maxUnavailable", "leave one"


def _deployment(item: Item) -> Found:
    strategy = mapping(item.body, "spec", "strategy")
    update = mapping(strategy, "rollingUpdate")
    if text(strategy, "type") == "Recreate" and update:
        yield "spec.strategy.rollingUpdate", "is not for the strategy Recreate", "leave it out"
    deadline, ready = number(item.body, "spec", "progressDeadlineSeconds"), number(item.body, "spec", "minReadySeconds")
    if deadline is not None and ready is not None and deadline <= ready:
        yield "spec.progressDeadlineSeconds", f"{deadline} is not more than minReadySeconds ({ready})", "raise it"
    if _is_zero(update.get("maxSurge")) and _is_zero(update.get("maxUnavailable", "25%")):
        yield "spec.strategy.rollingUpdate", "maxSurge and maxUnavailable are both 0", "make one of them 1"


def _is_zero(value: object) -> bool:
    return value in (0, "0", "0%") and value is not False


def _service(item: Item) -> Found:
    spec = mapping(item.body, "spec")
    type_ = text(spec, "type") or "ClusterIP"
    ports = list(entries(spec, "ports"))
    if type_ == "ExternalName":
        if not text(spec, "externalName"):
            yield "spec.externalName", "is required for the type ExternalName", "write a host name"
        return
    if text(spec, "clusterIP") == "None" and type_ in ("NodePort", "LoadBalancer"):
        yield "spec.clusterIP", f"None is not for the type {type_}", "write ClusterIP, or leave clusterIP out"
    if not ports and text(spec, "clusterIP") != "None":
        yield "spec.ports", "must not be empty", "add a port, or make it headless with clusterIP: None"
    for place, port in ports:
        path = joined("spec.ports", place)
        if len(ports) > 1 and not text(port, "name"):
            yield f"{path}.name", "is required where there is more than one port", "give every port a name"
        if type_ == "ClusterIP" and number(port, "nodePort"):
            yield f"{path}.nodePort", "is not for the type ClusterIP", "write NodePort, or leave it out"


def _config(item: Item) -> Found:
    data, binary = mapping(item.body, "data"), mapping(item.body, "binaryData")
    for key in data:
        if key in binary:
            yield f"binaryData.{key}", f"'{key}' stands in data too", "leave one"
    size = sum(len(value) for field in (data, binary) for value in field.values() if isinstance(value, str))
    if size > 1024 * 1024:
        yield "data", f"holds {size} bytes, 1048576 are allowed", "split it, or put it into a volume"


#: The keys that a Secret of a type must have.
_SECRET_KEYS = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def _secret(item: Item) -> Found:
    encoded = texts(item.body, "data")
    for key, value in encoded.items():
        if _decoded(value) is None:
            yield f"data.{key}", "is not base64", "write plain text into stringData"
    type_ = text(item.body, "type")
    has = {**encoded, **texts(item.body, "stringData")}
    for key in _SECRET_KEYS.get(type_, ()):
        if key not in has:
            yield f"data.{key}", f"is required for the type {type_}", "add it, or write another type"
    if type_ == "kubernetes.io/dockerconfigjson" and (found := encoded.get(".dockerconfigjson")):
        try:
            json.loads(_decoded(found) or b"{}")
        except ValueError:
            yield "data[.dockerconfigjson]", "is not JSON", "write what 'docker login' leaves in config.json"


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _sealed(item: Item) -> Found:
    for key, value in texts(item.body, "spec", "encryptedData").items():
        if _decoded(value) is None:
            yield f"spec.encryptedData.{key}", "is not base64, so that nobody can open it", "seal the value again"


def _certificate(item: Item) -> Found:
    named = ("dnsNames", "commonName", "ipAddresses", "uris", "emailAddresses", "otherNames", "literalSubject")
    if not any(at(item.body, "spec", field) for field in named):
        yield "spec.dnsNames", "is for no name at all", "write the host names that it is for"


def _rules(item: Item) -> Found:
    first: dict[str, str] = {}
    for place, group in entries(item.body, "spec", "groups"):
        name, path = text(group, "name"), joined("spec.groups", place)
        if name and first.setdefault(name, path) != path:
            yield f"{path}.name", f"the group '{name}' is there already", f"see {first[name]}"
        for position, rule_ in entries(group, "rules"):
            if bool(text(rule_, "alert")) == bool(text(rule_, "record")):
                what = "both alert and record" if text(rule_, "alert") else "neither alert nor record"
                yield joined(path, "rules", position), f"has {what}", "write one of them"


def _binding(item: Item) -> Found:
    for place, subject in entries(item.body, "subjects"):
        if text(subject, "kind") == "ServiceAccount":
            if item.type == kinds.CLUSTER_ROLE_BINDING and not text(subject, "namespace"):
                yield joined("subjects", place, "namespace"), "is required for a ServiceAccount", "add its namespace"
            if text(subject, "apiGroup"):
                yield joined("subjects", place, "apiGroup"), "a ServiceAccount has no API group", "leave it out"
    kind = text(item.body, "roleRef", "kind")
    if item.type == kinds.CLUSTER_ROLE_BINDING and kind == "Role":
        yield "roleRef.kind", "a ClusterRoleBinding cannot bind a Role", "write ClusterRole"
    elif kind and kind not in ("Role", "ClusterRole"):
        yield "roleRef.kind", f"'{kind}' is neither Role nor ClusterRole", "write one of them"


def _ingress(item: Item) -> Found:
    for place, rule_ in entries(item.body, "spec", "rules"):
        for position, path in entries(rule_, "http", "paths"):
            value, type_ = text(path, "path"), text(path, "pathType")
            where = joined("spec.rules", place, "http.paths", position, "path")
            if value and not value.startswith("/") and type_ in ("Exact", "Prefix"):
                yield where, f"{show(value)} must begin with '/'", f"write '/{value}'"
            if not value and type_ in ("Exact", "Prefix"):
                yield where, f"is required for the pathType {type_}", "write '/'"
    if not sequence(item.body, "spec", "rules") and not mapping(item.body, "spec", "defaultBackend"):
        yield "spec", "has neither rules nor a defaultBackend", "add one"


def _policy(item: Item) -> Found:
    for rules in ("ingress", "egress"):
        for place, rule_ in entries(item.body, "spec", rules):
            for position, port in entries(rule_, "ports"):
                first, last = port.get("port"), number(port, "endPort")
                path = joined("spec", rules, place, "ports", position, "endPort")
                if last is not None and not isinstance(first, int):
                    yield path, "needs a port that is a number", "write both as numbers"
                elif last is not None and isinstance(first, int) and last < first:
                    yield path, f"{last} is less than port ({first})", "write the higher of the two"
            for peers in ("from", "to"):
                for position, peer in entries(rule_, peers):
                    if "ipBlock" in peer and len(peer) > 1:
                        path = joined("spec", rules, place, peers, position)
                        yield path, "has an ipBlock and a selector", "make them two entries"


def _stateful_set(item: Item) -> Found:
    for place, template in entries(item.body, "spec", "volumeClaimTemplates"):
        if not text(template, "metadata", "name"):
            yield joined("spec.volumeClaimTemplates", place, "metadata.name"), "is required", "write the volume's name"


def _namespace_of_crd(item: Item) -> Found:
    wanted = f"{text(item.body, 'spec', 'names', 'plural')}.{text(item.body, 'spec', 'group')}"
    if item.name != wanted and len(wanted) > 1:
        yield "metadata.name", f"'{item.name}' must be plural and group", f"write {wanted}"


_KINDS: dict[str, Callable[[Item], Found]] = {
    kinds.AUTOSCALER: _autoscaler,
    kinds.BUDGET: _budget,
    kinds.DEPLOYMENT: _deployment,
    kinds.SERVICE: _service,
    kinds.CONFIG_MAP: _config,
    kinds.SECRET: _secret,
    kinds.SEALED_SECRET: _sealed,
    kinds.CERTIFICATE: _certificate,
    kinds.PROMETHEUS_RULE: _rules,
    kinds.ROLE_BINDING: _binding,
    kinds.CLUSTER_ROLE_BINDING: _binding,
    kinds.INGRESS: _ingress,
    kinds.NETWORK_POLICY: _policy,
    kinds.STATEFUL_SET: _stateful_set,
    kinds.CRD: _namespace_of_crd,
}
