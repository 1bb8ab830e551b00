"""What the rest of a set has to do with a change of one object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, mapping, text, texts
from lumen_constructs.diff.objects import Key, Pair
from lumen_constructs.diff.successors import Move

_CONFIG = {kinds.CONFIG_MAP: ("data", "binaryData"), kinds.SECRET: ("data", "stringData")}

#: The library's annotations that change when configuration does.
CHECKSUM = "checksum/"


class Context:
    """The changes of one set, by what other objects refer to them with."""

    def __init__(self, pairs: Sequence[Pair], moves: Iterable[Move] = ()) -> None:
        self._config: dict[tuple[str, str, str], list[str]] = {}
        self._autoscalers: dict[tuple[str, str, str], Pair] = {}
        self._readers: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._ended: dict[str, list[dict[str, str]]] = defaultdict(list)
        found = list(moves)
        self._to = {move.old: move for move in found}
        self._from = {move.new: move for move in found}
        for pair in pairs:
            self._add(pair)

    def _add(self, pair: Pair) -> None:
        type_, namespace = pair.key.type, pair.key.namespace
        if pair.before and pair.after and (keys := _changed_keys(pair)):
            self._config[kinds.kind_of(type_), namespace, pair.key.name] = keys
        if type_ in (kinds.AUTOSCALER, kinds.SCALED_OBJECT):
            target = mapping(pair.after or pair.before, "spec", "scaleTargetRef")
            self._autoscalers[text(target, "kind") or "Deployment", namespace, text(target, "name")] = pair
        if type_ in kinds.TEMPLATES and not pair.after:
            labels = texts(pair.before, *kinds.TEMPLATES[type_], "metadata", "labels")
            self._ended[namespace].append(labels)
        elif (
            type_ in kinds.LONG_RUNNING
            and pair.before
            and _checksums(pair.before, type_) != _checksums(pair.after, type_)
        ):
            for kind, name in dict.fromkeys(config_references(at(pair.after, *kinds.TEMPLATES[type_], "spec"))):
                self._readers[kind, namespace, name].append(f"{kinds.kind_of(type_)} {pair.key.name}")

    def config_keys(self, namespace: str, references: Iterable[tuple[str, str]]) -> list[str]:
        """Say which keys change of the ConfigMaps and Secrets, ``(kind, name)``, that are referred to."""
        found = []
        for kind, name in dict.fromkeys(references):
            if keys := self._config.get((kind, namespace, name)):
                found.append(f"{', '.join(keys)} of {kind} {name}")
        return found

    def restarted_by(self, key: Key) -> list[str]:
        """Name the workloads whose pods restart for a change of this ConfigMap or Secret."""
        return self._readers.get((kinds.kind_of(key.type), key.namespace, key.name), [])

    def autoscaler(self, pair: Pair) -> Pair | None:
        """Give the change of the autoscaler of a workload, if there is one."""
        return self._autoscalers.get((kinds.kind_of(pair.key.type), pair.key.namespace, pair.key.name))

    def successor(self, key: Key) -> Move | None:
        """Tell what takes the place of an object that goes."""
        return self._to.get(key)

    def predecessor(self, key: Key) -> Move | None:
        """Tell what an object that comes takes the place of."""
        return self._from.get(key)

    def ends_with_its_pods(self, namespace: str, selector: Mapping[str, Any]) -> bool:
        """Tell whether the pods that a selector names go with a workload that goes."""
        wanted = texts(selector, "matchLabels").items()
        return bool(wanted) and any(wanted <= labels.items() for labels in self._ended.get(namespace, ()))


def _checksums(body: Mapping[str, Any], type_: str) -> dict[str, str]:
    found = texts(body, *kinds.TEMPLATES[type_], "metadata", "annotations")
    return {key: value for key, value in found.items() if key.startswith(CHECKSUM)}


def _changed_keys(pair: Pair) -> list[str]:
    changed: dict[str, None] = {}
    for field in _CONFIG.get(pair.key.type, ()):
        old, new = mapping(pair.before, field), mapping(pair.after, field)
        changed |= {key: None for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)}
    return list(changed)


def config_references(pod: Any) -> list[tuple[str, str]]:
    """Give the ConfigMaps and Secrets, ``(kind, name)``, that a pod's spec names anywhere."""
    found: list[tuple[str, str]] = []
    left = [pod]
    while left:
        value = left.pop(0)
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            for key, inside in value.items():
                if key in ("configMapRef", "configMapKeyRef", "configMap") and text(inside, "name"):
                    found.append(("ConfigMap", text(inside, "name")))
                elif key in ("secretRef", "secretKeyRef", "secret"):
                    name = text(inside, "name") or text(inside, "secretName")
                    found += [("Secret", name)] if name else []
                left.append(inside)
    return found
