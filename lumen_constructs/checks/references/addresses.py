"""Addresses of Services inside of text: URLs and host names in the environment, in arguments and in ConfigMaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, sequence, text, texts
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.references.lookup import Known, service_named, service_names, shown
from lumen_constructs.checks.references.uses import uses
from lumen_constructs.checks.rules import Fault, rule


class Address(NamedTuple):
    """An address in a text."""

    item: Item
    path: str
    namespace: str
    """The namespace that it means."""
    service: str
    """The first part of the host name: the name of a Service, if it is one."""
    port: int | None
    qualified: bool
    """Whether it says ``.svc``, so that it can be nothing but a Service."""
    certain: bool
    """Whether it stands where only an address can: in a URL, or behind a key such as ``DB_HOST``."""
    in_file: bool
    """Whether it stands in a text of several lines, whose language may have names of its own."""
    pods: tuple[Pod, ...]
    """The pods that read it."""


_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_URL = re.compile(
    rf"(?<![A-Za-z0-9+.-])([a-z][a-z0-9+.:-]{{1,20}})://(?:[^\s/@\"'<>]{{0,200}}@)?"
    rf"({_LABEL}(?:\.{_LABEL}){{0,6}})(?::([0-9]{{1,5}}))?(?![A-Za-z0-9_.@-])"
)
_QUALIFIED = re.compile(
    rf"(?<![A-Za-z0-9_.-])((?:{_LABEL}\.){{1,3}}svc(?:\.[a-z0-9-]+\.[a-z]+)?)\.?(?::([0-9]{{1,5}}))?(?![A-Za-z0-9_.-])"
)
_HOST_PORT = re.compile(rf"(?<![A-Za-z0-9_.@/:-])({_LABEL}):([0-9]{{2,5}})(?![A-Za-z0-9_.:-])")
_BARE = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,2}}")
#: Keys whose value is an address: ``DB_HOST``, ``kafka.brokers``, ``redisUrl``.
_HOST_KEY = re.compile(
    r"(?:^|[._-]|(?<=[a-z]))(?:hosts?|hostname|addr|address|brokers?|servers?|endpoints?|connect|peers)$", re.IGNORECASE
)

#: The ports that URLs mean where they say none.
_PORTS = {"http": "80", "ws": "80", "https": "443", "wss": "443"}

#: Hosts of one label that are no Services, and words that documentation puts where a host goes.
_NOT_SERVICES = {"localhost", "host", "hostname", "example", "your-host", "server", "kubernetes"}

#: Texts longer than this are files of programs, not addresses.
_LONGEST = 20_000


class _Text(NamedTuple):
    """A text that may hold addresses."""

    item: Item
    path: str
    namespace: str
    key: str
    value: str
    pods: tuple[Pod, ...]


def addresses(graph: Graph) -> list[Address]:
    """Give every address that pods read: in their environment, their arguments, and the ConfigMaps that they use."""
    found = [address for pod in graph.pods for read in _of_pod(pod) for address in _in_text(read)]
    for item, readers in graph.once(_read_config_maps).items():
        for key, value in texts(item.body, "data").items():
            pods = tuple(dict.fromkeys(reader.pod for reader in readers if reader.key in ("", key)))
            if pods:
                found += _in_text(_Text(item, f"data.{key}", item.namespace, key, value, pods))
    return found


def _of_pod(pod: Pod) -> Iterator[_Text]:
    for container in pod.containers:
        for place, variable in entries(container.body, "env"):
            path = joined(container.path, "env", place, "value")
            yield _Text(pod.item, path, pod.namespace, text(variable, "name"), text(variable, "value"), (pod,))
        for field in ("command", "args"):
            for position, argument in enumerate(sequence(container.body, field)):
                if isinstance(argument, str):
                    yield _Text(pod.item, joined(container.path, field, position), pod.namespace, "", argument, (pod,))


class _Reader(NamedTuple):
    """A pod that reads a ConfigMap."""

    pod: Pod
    key: str
    """The key that it reads; empty where it reads all."""


def _read_config_maps(graph: Graph) -> dict[Item, list[_Reader]]:
    """Give the ConfigMaps of the set that pods read, with these pods."""
    found: dict[Item, list[_Reader]] = {}
    for use in graph.once(uses):
        pod = graph.pod_of(use.item) if use.kind == "ConfigMap" else None
        item = graph.find(kinds.CONFIG_MAP, use.namespace, use.name) if pod else None
        if pod is not None and item is not None and (use.key or use.whole):
            found.setdefault(item, []).append(_Reader(pod, use.key))
    return found


class _Host(NamedTuple):
    """A host name in a text, before it is known whether it can be a Service."""

    name: str
    port: str | None
    certain: bool


def _in_text(read: _Text) -> Iterator[Address]:
    if not read.value or len(read.value) > _LONGEST:
        return
    for name, port, certain in dict.fromkeys(_hosts(read.key, read.value)):
        parts = name.split(".")
        qualified = "svc" in parts[1:]
        # One label is a Service of the same namespace, two are a Service and its namespace: anything else is a domain.
        if (len(parts) > 2 and not qualified) or name in _NOT_SERVICES or parts[0].isdigit():
            continue
        # The pods of a headless Service have names before that of the Service.
        end = parts.index("svc") if qualified else len(parts)
        service, place = (parts[end - 2], parts[end - 1]) if end > 1 else (parts[0], read.namespace)
        number = int(port) if port else None
        in_file = "\n" in read.value.strip()
        yield Address(read.item, read.path, place, service, number, qualified, certain, in_file, read.pods)


def _hosts(key: str, value: str) -> Iterator[_Host]:
    for match in _URL.finditer(value):
        yield _Host(match[2], match[3] or _PORTS.get(match[1]), certain=True)
    if ".svc" in value:
        for match in _QUALIFIED.finditer(value):
            yield _Host(match[1], match[2], certain=True)
    if ":" in value:
        for match in _HOST_PORT.finditer(value):
            yield _Host(match[1], match[2], certain=bool(_HOST_KEY.search(key)))
    if _HOST_KEY.search(key):
        for host in value.split(",")[:20]:
            if _BARE.fullmatch(host.strip()):
                yield _Host(host.strip(), None, certain=True)


def resolved(graph: Graph, address: Address) -> Known | None:
    """Give the Service that an address means, if it is one of the set's."""
    if address.qualified or graph.holds(address.namespace):
        return service_named(graph, address.namespace, address.service)
    return Known(None, None)


@rule("address-unknown", Severity.ERROR)
def address_unknown(graph: Graph) -> Iterator[Fault]:
    """A host name that is no Service of the cluster cannot be resolved: every connection fails."""
    for address in graph.once(addresses):
        if resolved(graph, address) is not None:
            continue
        near = graph.near(address.service, service_names(graph, address.namespace), cutoff=0.75)
        # A word in a file, or before a colon and a number, is an address only where it looks like one that exists.
        if near or address.qualified or (address.certain and not address.in_file):
            message = f"no Service '{address.service}' exists{within(address.namespace)}"
            hint = f"did you mean '{near}'?" if near else declare(address.item, "Service", address.service)
            sure = address.qualified or (near and address.certain)
            yield Fault(address.item, address.path, message, hint, None if sure else Severity.WARNING)


@rule("address-port-missing", Severity.ERROR)
def address_port_missing(graph: Graph) -> Iterator[Fault]:
    """A connection to a port that the Service does not have is refused."""
    for address in graph.once(addresses):
        service = resolved(graph, address)
        if service is None or service.ports is None or address.port is None:
            continue
        # A headless Service gives the pods' addresses: whatever they listen on can be reached.
        headless = service.item is not None and text(service.item.body, "spec", "clusterIP") == "None"
        if headless or any(port.number == address.port for port in service.ports):
            continue
        have = ", ".join(shown(port) for port in service.ports[:10])
        message = f"Service '{address.service}' has no port {address.port}"
        severity = None if address.certain else Severity.WARNING
        yield Fault(address.item, address.path, message, f"it has {have}" if have else "it has none", severity)
