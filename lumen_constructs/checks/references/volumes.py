"""Volumes inside a pod, and the claims that they name."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.creators import may_create
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.kinds import CLAIM, STATEFUL_SET
from lumen_constructs.checks.plain import entries, joined, text
from lumen_constructs.checks.pods import Container, Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.sources import may_be_made


def _mounts(container: Container) -> Iterator[tuple[str, str]]:
    """Give the volume names that a container mounts, each with its place."""
    for field in ("volumeMounts", "volumeDevices"):
        for place, mount in entries(container.body, field):
            if name := text(mount, "name"):
                yield joined(container.path, field, place, "name"), name


def _volumes(pod: Pod) -> dict[str, str]:
    """Give the names of a pod's volumes with their places; those of claim templates have none."""
    found = {text(volume, "name"): pod.at("volumes", place) for place, volume in entries(pod.spec, "volumes")}
    if pod.item.type == STATEFUL_SET:
        for _, template in entries(pod.item.body, "spec", "volumeClaimTemplates"):
            found.setdefault(text(template, "metadata", "name"), "")
    return found


@rule("volume-missing", Severity.ERROR)
def volume_missing(graph: Graph) -> Iterator[Fault]:
    """The API server refuses a container that mounts a volume which its pod does not have."""
    for pod in graph.pods:
        if not pod.known:
            continue
        volumes = _volumes(pod)
        for container in pod.containers:
            for path, name in _mounts(container):
                if name not in volumes:
                    hint = graph.meant(name, volumes) or _have("volumes", volumes)
                    yield Fault(pod.item, path, f"the pod has no volume '{name}'", hint)


@rule("volume-unused", Severity.WARNING)
def volume_unused(graph: Graph) -> Iterator[Fault]:
    """A volume that no container mounts does nothing, or the mount that it was meant for is missing."""
    for pod in graph.pods:
        if not pod.known:
            continue
        mounted = {name for container in pod.containers for _, name in _mounts(container)}
        for name, path in _volumes(pod).items():
            if path and name not in mounted:
                yield Fault(
                    pod.item, path, f"no container mounts the volume '{name}'", graph.meant(name, sorted(mounted))
                )


@rule("claim-missing", Severity.ERROR)
def claim_missing(graph: Graph) -> Iterator[Fault]:
    """A pod that names a claim which does not exist stays Pending."""
    for pod in graph.pods:
        for place, volume in entries(pod.spec, "volumes"):
            name = text(volume, "persistentVolumeClaim", "claimName")
            if not name or graph.find(CLAIM, pod.namespace, name) or _from_template(graph, pod.namespace, name):
                continue
            if not graph.holds(pod.namespace) or graph.is_external("PersistentVolumeClaim", pod.namespace, name):
                continue
            if may_be_made(graph, "PersistentVolumeClaim", pod.namespace, name):
                continue
            path = pod.at("volumes", place, "persistentVolumeClaim", "claimName")
            hint = graph.meant(name, graph.names(CLAIM, pod.namespace))
            made = not hint and may_create(graph, "PersistentVolumeClaim", pod.namespace)
            hint = hint or declare(pod.item, "PersistentVolumeClaim", name)
            message = f"no PersistentVolumeClaim '{name}' exists{within(pod.namespace)}"
            yield Fault(pod.item, path, message, hint, Severity.WARNING if made else None)


def _from_template(graph: Graph, namespace: str, name: str) -> bool:
    """Tell whether a StatefulSet makes the claim from a template: ``data-postgresql-0``."""
    stem = name.rpartition("-")[0]
    return (namespace, stem) in graph.once(_claims_of_templates)


def _claims_of_templates(graph: Graph) -> set[tuple[str, str]]:
    return {
        (item.namespace, f"{text(template, 'metadata', 'name')}-{item.name}")
        for item in graph.of(STATEFUL_SET)
        for _, template in entries(item.body, "spec", "volumeClaimTemplates")
    }


def _have(what: str, names: dict[str, str]) -> str:
    return f"its {what} are {', '.join(list(names)[:10])}" if names else f"it has no {what}"
