"""Probes: they are there, and they leave a pod the time that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import at, mapping, number, sequence, text
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.workloads import strictly

_KINDS = (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.ROLLOUT)


def _serving(graph: Graph) -> Iterator[tuple[Pod, Container]]:
    """Give the containers that serve something: those with ports, and those that are alone in their pod."""
    for pod in graph.pods:
        if pod.item.type in _KINDS:
            main = [container for container in pod.containers if container.role == "containers"]
            yield from ((pod, container) for container in main if container.ports or len(main) == 1)


@rule("readiness-probe-missing", Severity.WARNING)
def readiness_probe_missing(graph: Graph) -> Iterator[Fault]:
    """Without a readiness probe a pod gets requests before it can answer them, and an update does not wait for it."""
    for pod, container in _serving(graph):
        if container.ports and not mapping(container.body, "readinessProbe"):
            path = f"{container.path}.readinessProbe"
            yield Fault(pod.item, path, f"container '{container.name}' has no readiness probe")


@rule("liveness-probe-missing", Severity.WARNING)
def liveness_probe_missing(graph: Graph) -> Iterator[Fault]:
    """Without a liveness probe a process that hangs stays as it is until somebody sees it."""
    for pod, container in _serving(graph):
        if not mapping(container.body, "livenessProbe"):
            path = f"{container.path}.livenessProbe"
            yield Fault(pod.item, path, f"container '{container.name}' has no liveness probe")


def _seconds(probe: dict[str, Any], field: str, default: int) -> int:
    return number(probe, field) or default


@rule("liveness-outruns-startup", Severity.WARNING)
def liveness_outruns_startup(graph: Graph) -> Iterator[Fault]:
    """A pod that liveness restarts before readiness could first succeed never becomes ready."""
    for pod in graph.pods:
        for container in pod.running:
            liveness, readiness = (mapping(container.body, f"{role}Probe") for role in ("liveness", "readiness"))
            if not liveness or not readiness or mapping(container.body, "startupProbe"):
                continue
            failures = _seconds(liveness, "failureThreshold", 3) - 1
            restart = (number(liveness, "initialDelaySeconds") or 0) + failures * _seconds(
                liveness, "periodSeconds", 10
            )
            successes = _seconds(readiness, "successThreshold", 1) - 1
            ready = (number(readiness, "initialDelaySeconds") or 0) + successes * _seconds(
                readiness, "periodSeconds", 10
            )
            if restart < ready:
                message = f"may restart the container after {restart} s, before it can be ready after {ready} s"
                hint = "add a startupProbe, which keeps liveness waiting"
                yield Fault(pod.item, f"{container.path}.livenessProbe", message, hint, strictly(pod.item))


def _answered(probe: dict[str, Any], times: int) -> int:
    """Give the seconds after which a probe has answered so many times, at the earliest."""
    return (number(probe, "initialDelaySeconds") or 0) + (times - 1) * _seconds(probe, "periodSeconds", 10)


@rule("probe-timeout-above-period", Severity.WARNING)
def probe_timeout_above_period(graph: Graph) -> Iterator[Fault]:
    """A probe that waits longer for its answer than its period asks less often than it says."""
    for pod in graph.pods:
        for container in pod.running:
            for role in ("startup", "readiness", "liveness"):
                probe = mapping(container.body, f"{role}Probe")
                timeout, period = _seconds(probe, "timeoutSeconds", 1), _seconds(probe, "periodSeconds", 10)
                if timeout > period:
                    path = f"{container.path}.{role}Probe.timeoutSeconds"
                    yield Fault(
                        pod.item,
                        path,
                        f"{timeout} s is longer than the period of {period} s",
                        f"write {period} or less",
                    )


@rule("grace-too-short", Severity.WARNING)
def grace_too_short(graph: Graph) -> Iterator[Fault]:
    """A pod whose grace period ends before its own shutdown is killed in the middle of its requests."""
    for pod in graph.pods:
        given = number(pod.spec, "terminationGracePeriodSeconds")
        grace = 30 if given is None else given
        if grace == 0 and pod.long_running:
            message = "kills the containers without giving them time to end"
            yield Fault(pod.item, pod.at("terminationGracePeriodSeconds"), message, "write 30, or leave it out")
        for container in pod.running:
            waits = _sleep(mapping(container.body, "lifecycle", "preStop"))
            if waits is not None and waits >= grace > 0:
                message = f"{grace} s are over before the preStop hook of '{container.name}' is ({waits} s)"
                yield Fault(pod.item, pod.at("terminationGracePeriodSeconds"), message, f"write {waits + 30}")


def _sleep(hook: dict[str, Any]) -> int | None:
    """Give how long a hook sleeps, where it says so."""
    if (seconds := number(hook, "sleep", "seconds")) is not None:
        return seconds
    words = " ".join(word for word in sequence(hook, "exec", "command") if isinstance(word, str)).split()
    for word, after in pairwise(words):
        digits = after.rstrip(";s")
        if word.endswith("sleep") and digits.isascii() and digits.isdigit() and len(digits) < 7:
            return int(digits)
    return None


@rule("service-link-clash", Severity.WARNING)
def service_link_clash(graph: Graph) -> Iterator[Fault]:
    """A variable such as KAFKA_PORT, which every pod gets for the Service 'kafka', breaks images that read it."""
    for pod in graph.pods:
        if at(pod.spec, "enableServiceLinks") is False:
            continue
        if pod.item.ours:
            message = "every Service of the namespace adds variables to its containers"
            yield Fault(pod.item, pod.at("enableServiceLinks"), message, "write false")
            continue
        for container in pod.containers:
            image = text(container.body, "image").rpartition("/")[2].partition(":")[0].partition("@")[0]
            known = next((name for name in _CLASHING if name in image), None)
            service = known and graph.find(kinds.SERVICE, pod.namespace, known)
            if service:
                message = f"the image of '{container.name}' reads variables that {service} adds"
                yield Fault(pod.item, pod.at("enableServiceLinks"), message, "write false")


#: Names in images that read variables by the name of the program: a Service of that name breaks them.
_CLASHING = ("kafka", "zookeeper", "schema-registry", "rabbitmq", "neo4j", "vault", "activemq", "graylog", "dgraph")
