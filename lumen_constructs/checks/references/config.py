"""ConfigMaps and Secrets that are named: they exist, with the keys that are wanted."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.creators import may_create
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.references.uses import Use, uses
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.sources import Sources, config_maps, may_be_made, secrets


def _sources(graph: Graph, kind: str) -> Sources:
    return graph.once(config_maps if kind == "ConfigMap" else secrets)


def _missing(graph: Graph, kind: str) -> Iterator[Fault]:
    sources = _sources(graph, kind)
    names = graph.once(_config_map_names if kind == "ConfigMap" else _secret_names)
    reported: set[tuple[str, str, str]] = set()
    for use in graph.once(uses):
        if use.kind != kind or use.optional or _exists(graph, use, sources):
            continue
        # A file of a volume names the volume's object once more.
        seen = (str(use.item.position), use.path, use.name)
        if seen in reported:
            continue
        reported.add(seen)
        if may_be_made(graph, kind, use.namespace, use.name):
            continue
        hint = graph.meant(use.name, names.get(use.namespace, []))
        if not hint and (elsewhere := graph.once(_places).get((kind, use.name))):
            hint = f"there is one in namespace {elsewhere}, but it can only be read there"
        message = f"no {kind} '{use.name}' exists{within(use.namespace)}"
        severity = Severity.WARNING if not hint and may_create(graph, kind, use.namespace) else None
        yield Fault(use.item, use.path, message, hint or declare(use.item, kind, use.name), severity)


def _exists(graph: Graph, use: Use, sources: Sources) -> bool:
    return (
        (use.namespace, use.name) in sources
        or ("", use.name) in sources
        or not graph.holds(use.namespace)
        or graph.is_external(use.kind, use.namespace, use.name)
    )


def _names(sources: Sources) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for namespace, name in sources:
        found.setdefault(namespace, []).append(name)
    return found


def _places(graph: Graph) -> dict[tuple[str, str], str]:
    """Give one namespace for every name of a ConfigMap or Secret."""
    return {
        (kind, name): namespace
        for kind in ("ConfigMap", "Secret")
        for namespace, name in reversed(_sources(graph, kind))
        if namespace
    }


def _config_map_names(graph: Graph) -> dict[str, list[str]]:
    return _names(graph.once(config_maps))


def _secret_names(graph: Graph) -> dict[str, list[str]]:
    return _names(graph.once(secrets))


def _missing_keys(graph: Graph, kind: str) -> Iterator[Fault]:
    sources = _sources(graph, kind)
    for use in graph.once(uses):
        if use.kind != kind or not use.key or use.optional:
            continue
        source = sources.get((use.namespace, use.name)) or sources.get(("", use.name))
        if source is None or source.keys is None or use.key in source.keys:
            continue
        if graph.is_external(use.kind, use.namespace, use.name):
            continue
        keys = ", ".join(source.keys[:10]) + (", …" if len(source.keys) > 10 else "")
        hint = graph.meant(use.key, source.keys) or (f"it has {keys}" if keys else "it has none")
        yield Fault(use.item, use.key_path, f"{kind} '{use.name}' has no key '{use.key}'", hint)


@rule("config-map-missing", Severity.ERROR)
def config_map_missing(graph: Graph) -> Iterator[Fault]:
    """A pod that names a ConfigMap which does not exist waits in CreateContainerConfigError or ContainerCreating."""
    yield from _missing(graph, "ConfigMap")


@rule("config-key-missing", Severity.ERROR)
def config_key_missing(graph: Graph) -> Iterator[Fault]:
    """A pod that wants a key which its ConfigMap does not have never starts, or finds no file where it looks."""
    yield from _missing_keys(graph, "ConfigMap")


@rule("secret-missing", Severity.ERROR)
def secret_missing(graph: Graph) -> Iterator[Fault]:
    """What names a Secret that does not exist does not start, pulls no image, or serves no certificate."""
    yield from _missing(graph, "Secret")


@rule("secret-key-missing", Severity.ERROR)
def secret_key_missing(graph: Graph) -> Iterator[Fault]:
    """A pod that wants a key which its Secret does not have never starts."""
    yield from _missing_keys(graph, "Secret")
