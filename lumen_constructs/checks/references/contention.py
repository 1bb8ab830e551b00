"""What two objects ask for and one alone can have: ports of the nodes, and requests of a Gateway."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, joined, mapping, number, strings, text
from lumen_constructs.checks.rules import Fault, rule


@rule("node-port-twice", Severity.ERROR)
def node_port_twice(graph: Graph) -> Iterator[Fault]:
    """A node has each port once: the second Service that asks for it is refused."""
    taken: dict[tuple[int, str], tuple[Item, str]] = {}
    for item in graph.of(kinds.SERVICE):
        for place, port in entries(item.body, "spec", "ports"):
            wanted = number(port, "nodePort")
            if not wanted:
                continue
            where = joined("spec.ports", place, "nodePort")
            first, path = taken.setdefault((wanted, text(port, "protocol") or "TCP"), (item, where))
            if (first, path) != (item, where):
                owner = path if first is item else str(first)
                # Namespaces of one set may belong to clusters of their own.
                severity = None if first.namespace == item.namespace else Severity.WARNING
                yield Fault(item, where, f"{wanted} is the port of {owner} too", "give it another one", severity)


@rule("route-match-twice", Severity.ERROR)
def route_match_twice(graph: Graph) -> Iterator[Fault]:
    """Of two rules that match the same requests of a Gateway only one ever gets them."""
    taken: dict[tuple[object, ...], tuple[Item, str]] = {}
    for item in graph.of(kinds.HTTP_ROUTE, kinds.GRPC_ROUTE):
        for where, words, match in _matches(item):
            for parent in _parents(item):
                clashes = (
                    taken.setdefault((item.type, parent, host, match), (item, where))
                    for host in strings(item.body, "spec", "hostnames") or [""]
                )
                clash = next((first for first in clashes if first != (item, where)), None)
                if clash is not None:
                    owner = clash[1] if clash[0] is item else f"{clash[0]}, {clash[1]}"
                    hint = "tell them apart by host, path, method, header or query"
                    yield Fault(item, where, f"{words} is matched by {owner} already", hint)
                    break


def _parents(item: Item) -> Iterator[tuple[object, ...]]:
    """Give what tells the listeners apart that a route attaches to."""
    for _, parent in entries(item.body, "spec", "parentRefs"):
        yield (
            text(parent, "kind") or "Gateway",
            text(parent, "namespace") or item.namespace,
            text(parent, "name"),
            text(parent, "sectionName"),
            number(parent, "port"),
        )


def _matches(item: Item) -> Iterator[tuple[str, str, tuple[object, ...]]]:
    """Give place, words and signature of each match; a rule without any matches everything."""
    for place, rule_ in entries(item.body, "spec", "rules"):
        where = joined("spec.rules", place)
        found = [(joined(where, "matches", index), match) for index, match in entries(rule_, "matches")]
        for path, match in found or [(where, {})]:
            words, signature = _grpc(match) if item.type == kinds.GRPC_ROUTE else _http(match)
            yield path, words, (*signature, _values(match, "headers"), _values(match, "queryParams"))


def _http(match: dict[str, object]) -> tuple[str, tuple[object, ...]]:
    type_ = text(match, "path", "type") or "PathPrefix"
    path, method = text(match, "path", "value") or "/", text(match, "method")
    compared = path.rstrip("/") if type_ == "PathPrefix" else path
    return f"'{method} {path}'" if method else f"'{path}'", (type_, compared, method)


def _grpc(match: dict[str, object]) -> tuple[str, tuple[object, ...]]:
    called = mapping(match, "method")
    service, method = text(called, "service"), text(called, "method")
    return f"'{service or '*'}/{method or '*'}'", (text(called, "type") or "Exact", service, method)


def _values(match: dict[str, object], field: str) -> tuple[tuple[str, str, str], ...]:
    """Give the headers or query parameters of a match; the names of headers are the same in any case."""
    fold = str.lower if field == "headers" else str
    values = (
        (fold(text(value, "name")), text(value, "type") or "Exact", text(value, "value"))
        for _, value in entries(match, field)
    )
    return tuple(sorted(values))
