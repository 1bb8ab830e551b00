"""Sync waves: what an object needs comes before it, since Argo CD waits for a wave to be healthy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, text
from lumen_constructs.checks.references.uses import uses
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.sources import config_maps, secrets
from lumen_constructs.emit.annotations import SYNC_WAVE

HOOK = "argocd.argoproj.io/hook"
_PHASES = {"PreSync": 0, "Sync": 1, "PostSync": 2}

#: Kinds whose health Argo CD waits for: what such an object needs may not come after it.
_AWAITED = {
    *kinds.LONG_RUNNING,
    *(
        kinds.POD,
        kinds.JOB,
        kinds.EXTERNAL_SECRET,
        kinds.CERTIFICATE,
        kinds.AUTOSCALER,
        kinds.CNPG_CLUSTER,
        kinds.KAFKA,
    ),
}


class Moment(NamedTuple):
    """When an object is applied."""

    phase: int
    wave: int


def moment_of(item: Item) -> Moment:
    """Give the phase and wave of an object, as Argo CD reads its annotations."""
    hooks = [_PHASES[hook] for hook in item.annotations.get(HOOK, "").split(",") if hook in _PHASES]
    return Moment(min(hooks, default=1), _wave(item) or 0)


def _wave(item: Item) -> int | None:
    given = item.annotations.get(SYNC_WAVE, "0").strip()
    digits = given.removeprefix("-").removeprefix("+")
    return int(given) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


@rule("wave-invalid", Severity.ERROR)
def wave_invalid(graph: Graph) -> Iterator[Fault]:
    """A wave that is not a whole number counts as none: the object is applied among the first."""
    for item in graph.items:
        if _wave(item) is None:
            path = f"metadata.annotations[{SYNC_WAVE}]"
            yield Fault(
                item, path, f"'{item.annotations[SYNC_WAVE]}' is not a whole number", 'write a number such as "10"'
            )


@rule("wave-before-need", Severity.ERROR)
def wave_before_need(graph: Graph) -> Iterator[Fault]:
    """Argo CD waits for an object to be healthy before it applies what the object needs, for ever."""
    if not any(SYNC_WAVE in item.annotations or HOOK in item.annotations for item in graph.items):
        return
    for item, path, needed in graph.once(_needs):
        if moment_of(needed) > moment_of(item):
            own, later = moment_of(item), moment_of(needed)
            when = f"wave {later.wave}" if own.phase == later.phase else "a later phase"
            message = f"needs {needed}, which is applied in {when}, after it (wave {own.wave})"
            yield Fault(item, path, message, f"put it at wave {own.wave} or before")


def _needs(graph: Graph) -> list[tuple[Item, str, Item]]:
    """Give what objects need of each other: the one that needs, where it says so, the one that is needed."""
    return [
        *_namespaces(graph),
        *_config(graph),
        *_pods(graph),
        *_targets(graph),
    ]


def _namespaces(graph: Graph) -> Iterator[tuple[Item, str, Item]]:
    for item in graph.items:
        namespace = graph.find(kinds.NAMESPACE, "", item.namespace) if item.namespace else None
        if namespace is not None:
            yield item, "metadata.namespace", namespace
        definition = graph.custom_types.get(item.type)
        if definition is not None:
            yield item, "kind", definition


def _config(graph: Graph) -> Iterator[tuple[Item, str, Item]]:
    for use in graph.once(uses):
        if use.item.type in _AWAITED and not use.optional:
            source = graph.once(config_maps if use.kind == "ConfigMap" else secrets).get((use.namespace, use.name))
            if source is not None and source.item is not None and source.item is not use.item:
                yield use.item, use.path, source.item


def _pods(graph: Graph) -> Iterator[tuple[Item, str, Item]]:
    for pod in graph.pods:
        if pod.item.type not in _AWAITED:
            continue
        account = graph.find(kinds.SERVICE_ACCOUNT, pod.namespace, text(pod.spec, "serviceAccountName"))
        if account is not None:
            yield pod.item, pod.at("serviceAccountName"), account
        for place, volume in entries(pod.spec, "volumes"):
            claim = graph.find(kinds.CLAIM, pod.namespace, text(volume, "persistentVolumeClaim", "claimName"))
            if claim is not None:
                yield pod.item, pod.at("volumes", place, "persistentVolumeClaim", "claimName"), claim


def _targets(graph: Graph) -> Iterator[tuple[Item, str, Item]]:
    for item in graph.of(kinds.AUTOSCALER):
        target = at(item.body, "spec", "scaleTargetRef")
        type_ = kinds.type_of(text(target, "apiVersion"), text(target, "kind"))
        found = graph.find(type_, item.namespace, text(target, "name"))
        if found is not None:
            yield item, "spec.scaleTargetRef", found
    for type_, owner, named in (
        (kinds.CERTIFICATE, "issuerRef", kinds.ISSUER),
        (kinds.EXTERNAL_SECRET, "secretStoreRef", kinds.SECRET_STORE),
    ):
        for item in graph.of(type_):
            found = graph.find(named, item.namespace, text(item.body, "spec", owner, "name"))
            if found is not None and text(item.body, "spec", owner, "kind") in ("", found.kind):
                yield item, f"spec.{owner}", found


@rule("claim-before-consumer", Severity.WARNING)
def claim_before_consumer(graph: Graph) -> Iterator[Fault]:
    """A claim that waits for its first consumer never becomes healthy before a wave that its consumer is not in."""
    if not any(SYNC_WAVE in item.annotations for item in graph.items):
        return
    users: dict[Item, list[Item]] = {}
    for item, _, needed in graph.once(_needs_of_every_pod):
        users.setdefault(needed, []).append(item)
    for claim, consumers in users.items():
        first = min(consumers, key=moment_of)
        if moment_of(claim) < moment_of(first):
            path = f"metadata.annotations[{SYNC_WAVE}]"
            message = f"is applied in wave {moment_of(claim).wave}, before its first consumer {first}"
            severity = Severity.ERROR if claim.ours else None
            yield Fault(claim, path, message, f"put it at wave {moment_of(first).wave}", severity)


def _needs_of_every_pod(graph: Graph) -> list[tuple[Item, str, Item]]:
    return [
        (pod.item, "", claim)
        for pod in graph.pods
        for _, volume in entries(pod.spec, "volumes")
        if (claim := graph.find(kinds.CLAIM, pod.namespace, text(volume, "persistentVolumeClaim", "claimName")))
    ]
