"""Where ConfigMaps, Secrets and other named things come from: the set itself, operators, or whoever mentions them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.operators import MadePods, made_by, pods_made_by
from lumen_constructs.checks.plain import at, entries, mapping, names, sequence, strings, text
from lumen_constructs.checks.pods import Port
from lumen_constructs.checks.selectors import Selector


class Source(NamedTuple):
    """A ConfigMap or Secret that exists, or will."""

    keys: tuple[str, ...] | None
    """The keys that it has; None where they are not known."""
    item: Item | None
    """The object that it comes from."""


Sources = dict[tuple[str, str], Source]

#: API groups whose kinds are known well enough to say that they make nothing that another object could name, except as
#: ``operators`` says.
_QUIET_GROUPS = {
    *("cert-manager.io", "acme.cert-manager.io", "bitnami.com", "external-secrets.io", "kafka.strimzi.io"),
    *("generators.external-secrets.io", "gateway.networking.k8s.io", "monitoring.coreos.com", "postgresql.cnpg.io"),
    *("mongodbcommunity.mongodb.com", "keda.sh", "autoscaling.k8s.io", "snapshot.storage.k8s.io", "cilium.io"),
    "source.toolkit.fluxcd.io",
}
_QUIET_TYPES = {
    kinds.ROLLOUT,
    kinds.ANALYSIS_TEMPLATE,
    kinds.CLUSTER_ANALYSIS_TEMPLATE,
    kinds.APP_PROJECT,
    "AnalysisRun.argoproj.io",
    "Experiment.argoproj.io",
}
#: Kinds that bring whole applications along, and where they say into which namespace.
_BRINGERS = {
    kinds.APPLICATION: ("spec", "destination", "namespace"),
    kinds.APPLICATION_SET: ("spec", "template", "spec", "destination", "namespace"),
    kinds.FLUX_KUSTOMIZATION: ("spec", "targetNamespace"),
    "HelmRelease.helm.toolkit.fluxcd.io": ("spec", "targetNamespace"),
    "HelmChart.helm.cattle.io": ("spec", "targetNamespace"),
}
_WORD = re.compile(r"[a-z0-9][-a-z0-9.]*[a-z0-9]")


def config_maps(graph: Graph) -> Sources:
    """Give every ConfigMap that exists."""
    found: Sources = {}
    for item in graph.of(kinds.CONFIG_MAP):
        found.setdefault(item.key, Source((*names(item.body, "data"), *names(item.body, "binaryData")), item))
    _add_refused(graph, kinds.CONFIG_MAP, found)
    for namespace in graph.namespaces:
        found.setdefault((namespace, "kube-root-ca.crt"), Source(("ca.crt",), None))
        found.setdefault((namespace, "openshift-service-ca.crt"), Source(("service-ca.crt",), None))
    _add_made(graph, "ConfigMap", found)
    return found


def secrets(graph: Graph) -> Sources:
    """Give every Secret that exists: plain, sealed, external, generated, or made by an operator."""
    found: Sources = {}
    for item in graph.of(kinds.SECRET):
        keys: tuple[str, ...] | None = (*names(item.body, "data"), *names(item.body, "stringData"))
        if text(item.body, "type") == "kubernetes.io/service-account-token":
            keys = (*(keys or ()), "token", "ca.crt", "namespace")
        elif not keys:
            # An empty Secret waits for somebody to fill it: a controller, a cert injector, a user.
            keys = None
        found.setdefault(item.key, Source(keys, item))
    _add_refused(graph, kinds.SECRET, found)
    for item in graph.of(kinds.SEALED_SECRET):
        # The controller gives the Secret the name of the SealedSecret, whatever its template says.
        template = mapping(item.body, "spec", "template")
        keys = (*names(item.body, "spec", "encryptedData"), *names(template, "data"))
        _add(found, item.namespace, item.name, Source(keys, item))
    _add_external(graph, found)
    _add_made(graph, "Secret", found)
    for item in graph.of(kinds.INGRESS, kinds.GATEWAY):
        if any(key.startswith(("cert-manager.io/", "kubernetes.io/tls-acme")) for key in item.annotations):
            for namespace, name in _certificates_asked_for(item):
                _add(found, namespace, name, Source(("tls.crt", "tls.key", "ca.crt"), item))
    return found


def _add_external(graph: Graph, found: Sources) -> None:
    for item in graph.of(kinds.EXTERNAL_SECRET):
        target = mapping(item.body, "spec", "target")
        if text(target, "creationPolicy") != "None":
            _add(found, item.namespace, text(target, "name") or item.name, Source(_external_keys(item), item))
    for item in graph.of(kinds.CLUSTER_EXTERNAL_SECRET):
        name = text(item.body, "spec", "externalSecretSpec", "target", "name")
        name = name or text(item.body, "spec", "externalSecretName") or item.name
        for namespace in graph.namespaces:
            _add(found, namespace, name, Source(None, item))


def _external_keys(item: Item) -> tuple[str, ...] | None:
    spec = mapping(item.body, "spec")
    template = mapping(spec, "target", "template")
    rendered = tuple(names(template, "data"))
    if sequence(template, "templateFrom"):
        return None
    if rendered and text(template, "mergePolicy") != "Merge":
        return rendered
    drawn = [_drawn_key(entry) for _, entry in entries(spec, "dataFrom")]
    if None in drawn:
        return None
    named = (text(entry, "secretKey") for _, entry in entries(spec, "data"))
    return (*named, *(key for key in drawn if key), *rendered)


def _drawn_key(entry: dict[str, Any]) -> str | None:
    """Give the key that a generator makes; None where it is not known, or given another name."""
    generator = text(entry, "sourceRef", "generatorRef", "kind")
    return "password" if generator == "Password" and not sequence(entry, "rewrite") else None


def _certificates_asked_for(item: Item) -> list[tuple[str, str]]:
    """Give the Secrets that cert-manager fills because an Ingress or Gateway asks for it with an annotation."""
    if item.type == kinds.INGRESS:
        return [(item.namespace, text(entry, "secretName")) for _, entry in entries(item.body, "spec", "tls")]
    return [
        (text(reference, "namespace") or item.namespace, text(reference, "name"))
        for _, listener in entries(item.body, "spec", "listeners")
        for _, reference in entries(listener, "tls", "certificateRefs")
    ]


def _add(found: Sources, namespace: str, name: str, source: Source) -> None:
    """Add a source; where two provide one Secret (a Merge, a rotation), it has the keys of both."""
    before = found.get((namespace, name))
    if before is not None:
        keys = None if before.keys is None or source.keys is None else (*before.keys, *source.keys)
        source = Source(keys, before.item)
    found[(namespace, name)] = source


def _add_refused(graph: Graph, type_: str, found: Sources) -> None:
    """Add what is there but could not be read, so that one fault does not become many."""
    for refusal in graph.refused:
        if refusal.item.type == type_:
            found.setdefault(refusal.item.key, Source(None, refusal.item))


def _add_made(graph: Graph, kind: str, found: Sources) -> None:
    for (made_kind, namespace, name), (item, keys, _) in graph.once(made).items():
        if made_kind == kind:
            found.setdefault((namespace, name), Source(keys, item))


class MadeBy(NamedTuple):
    """An object that an operator makes, and of what."""

    item: Item
    keys: tuple[str, ...] | None
    ports: tuple[Port, ...] | None


def made(graph: Graph) -> dict[tuple[str, str, str], MadeBy]:
    """Give what operators make, by kind, namespace and name."""
    found: dict[tuple[str, str, str], MadeBy] = {}
    for item in graph.items:
        if item.custom:
            for thing in made_by(item):
                found.setdefault((thing.kind, item.namespace, thing.name), MadeBy(item, thing.keys, thing.ports))
    return found


def operator_pods_selected(graph: Graph, namespace: str, selector: Selector) -> bool:
    """Tell whether a selector selects pods that an operator makes, or may make."""
    if namespace in graph.once(_unknown_makers) or namespace in graph.once(_brought_into):
        return True
    return any(selector.matches(pods.labels, pods.varying) for pods in graph.once(_operator_pods).get(namespace, []))


def _operator_pods(graph: Graph) -> dict[str, list[MadePods]]:
    found: dict[str, list[MadePods]] = defaultdict(list)
    for item in graph.items:
        if item.custom and (pods := pods_made_by(item)):
            found[item.namespace].append(pods)
    return dict(found)


def _is_unknown(item: Item) -> bool:
    """Tell whether nobody here knows what the operator of a custom resource makes of it."""
    group = item.type.partition(".")[2]
    return item.custom and not item.ours and group not in _QUIET_GROUPS and item.type not in _QUIET_TYPES


def _unknown_makers(graph: Graph) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in graph.items:
        if _is_unknown(item) and item.type not in _BRINGERS and graph.pod_of(item) is None:
            found[item.namespace].append(item)
    return dict(found)


def _names_of_makers(graph: Graph) -> dict[str, set[str]]:
    return {namespace: {item.name for item in items} for namespace, items in graph.once(_unknown_makers).items()}


def _stems(name: str) -> Iterator[str]:
    """Give a name and what it begins with, up to each of its dashes."""
    yield name
    yield from (name[:place] for place, sign in enumerate(name[:253]) if sign == "-" and place)


def _brought_into(graph: Graph) -> dict[str, Item]:
    """Give the namespaces that another application is brought into."""
    found: dict[str, Item] = {}
    for type_, steps in _BRINGERS.items():
        for item in graph.of(type_):
            if not item.ours and (namespace := text(item.body, *steps)):
                found.setdefault(namespace, item)
    return found


def may_be_made(graph: Graph, kind: str, namespace: str, name: str) -> bool:
    """Tell whether somebody in the set may make an object of that name while it runs.

    An operator that is not known here may make whatever its custom resource mentions or whatever starts with the
    resource's name; a Job may make what its arguments name; a workload may make what its Role names and lets it create.
    """
    if namespace in graph.once(_brought_into):
        return True
    makers = graph.once(_names_of_makers)
    if any(stem in makers.get(place, ()) for stem in _stems(name) for place in (namespace, "")):
        return True
    if name in graph.once(_mentioned).get(namespace, ()) or name in graph.once(_mentioned).get("", ()):
        return True
    return kind in ("Secret", "ConfigMap") and (kind, namespace, name) in graph.once(_may_be_created)


def _mentioned(graph: Graph) -> dict[str, set[str]]:
    """Give the words that unknown custom resources and the arguments of Jobs mention, by namespace."""
    found: dict[str, set[str]] = defaultdict(set)
    for namespace, makers in graph.once(_unknown_makers).items():
        for item in makers:
            found[namespace].update(_words(at(item.body, "spec")))
    for pod in graph.pods:
        if pod.item.type in (kinds.JOB, kinds.CRON_JOB):
            for container in pod.containers:
                found[pod.namespace].update(_words([container.body.get("command"), container.body.get("args")]))
    return dict(found)


def _words(value: object) -> set[str]:
    found: set[str] = set()
    left = [value]
    while left:
        entry = left.pop()
        if isinstance(entry, str):
            found.update(_WORD.findall(entry))
        elif isinstance(entry, dict):
            left.extend(entry.values())
        elif isinstance(entry, list):
            left.extend(entry)
    return found


def _may_be_created(graph: Graph) -> dict[tuple[str, str, str], Item]:
    """Give the Secrets and ConfigMaps that a Role names beside the right to create them."""
    found: dict[tuple[str, str, str], Item] = {}
    for role in graph.of(kinds.ROLE):
        rules = [rule for _, rule in entries(role.body, "rules")]
        for kind, resource in (("Secret", "secrets"), ("ConfigMap", "configmaps")):
            about = [rule for rule in rules if resource in strings(rule, "resources")]
            if any("create" in strings(rule, "verbs") and not strings(rule, "resourceNames") for rule in about):
                for rule in about:
                    for name in strings(rule, "resourceNames"):
                        found.setdefault((kind, role.namespace, name), role)
    return found
