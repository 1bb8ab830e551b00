"""Entries of lists that are there twice where each may be there once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, number, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule


def _twice(item: Item, keyed: Iterable[tuple[str, str | tuple[int, str]]], what: str) -> Iterator[Fault]:
    first: dict[str | tuple[int, str], str] = {}
    for path, key in keyed:
        if key and first.setdefault(key, path) != path:
            shown = "/".join(str(part) for part in key if part) if isinstance(key, tuple) else key
            yield Fault(item, path, f"the {what} '{shown}' is there already", f"see {first[key]}")


@rule("entry-twice", Severity.ERROR)
def entry_twice(graph: Graph) -> Iterator[Fault]:
    """An object that has two containers, volumes, ports or mounts of one name or place is refused."""
    for pod in graph.pods:
        yield from _in_pod(pod)
    for item in graph.of(kinds.SERVICE):
        ports = [(joined("spec.ports", place), port) for place, port in entries(item.body, "spec", "ports")]
        yield from _twice(item, [(f"{path}.name", text(port, "name")) for path, port in ports], "port name")
        numbers = [(path, (number(port, "port") or 0, text(port, "protocol") or "TCP")) for path, port in ports]
        yield from _twice(item, [(f"{path}.port", key) for path, key in numbers if key[0]], "port")
    for item in graph.of(kinds.GATEWAY):
        listeners = entries(item.body, "spec", "listeners")
        names = [(joined("spec.listeners", place, "name"), text(listener, "name")) for place, listener in listeners]
        yield from _twice(item, names, "listener")


def _in_pod(pod: Pod) -> Iterator[Fault]:
    named = [(f"{container.path}.name", container.name) for container in pod.containers]
    yield from _twice(pod.item, named, "container")
    volumes = [
        (pod.at("volumes", place, "name"), text(volume, "name")) for place, volume in entries(pod.spec, "volumes")
    ]
    yield from _twice(pod.item, volumes, "volume")
    for container in pod.containers:
        ports = [(joined(container.path, "ports", place), port) for place, port in entries(container.body, "ports")]
        yield from _twice(pod.item, [(f"{path}.name", text(port, "name")) for path, port in ports], "port name")
        mounts = [
            (joined(container.path, "volumeMounts", place, "mountPath"), text(mount, "mountPath"))
            for place, mount in entries(container.body, "volumeMounts")
        ]
        yield from _twice(pod.item, mounts, "mount path")


@rule("variable-twice", Severity.WARNING)
def variable_twice(graph: Graph) -> Iterator[Fault]:
    """Of two variables of one name only the last is seen, and server-side apply refuses the pair."""
    for pod in graph.pods:
        for container in pod.containers:
            variables = [
                (joined(container.path, "env", place, "name"), text(variable, "name"))
                for place, variable in entries(container.body, "env")
            ]
            yield from _twice(pod.item, variables, "variable")


@rule("port-twice", Severity.WARNING)
def port_twice(graph: Graph) -> Iterator[Fault]:
    """Two containers of a pod cannot listen on one port: they share an address."""
    for pod in graph.pods:
        ports = [
            (joined(container.path, "ports", place, "containerPort"), (port.number, port.protocol))
            for container in pod.running
            for place, port in enumerate(container.ports)
            if port.number
        ]
        yield from _twice(pod.item, ports, "port")
