"""What the rest of a set has to do with a change of one object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import mapping, text
from lumen_constructs.diff.objects import Pair

_CONFIG = {kinds.CONFIG_MAP: ("data", "binaryData"), kinds.SECRET: ("data", "stringData")}
_SEALED = {kinds.SEALED_SECRET: ("spec", "encryptedData")}


class Context:
    """The changes of one set, by what other objects refer to them with."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._config: dict[tuple[str, str, str], list[str]] = {}
        self._autoscalers: dict[tuple[str, str, str], Pair] = {}
        for pair in pairs:
            if pair.before and pair.after and (keys := _changed_keys(pair)):
                kind = "ConfigMap" if pair.key.type == kinds.CONFIG_MAP else "Secret"
                self._config[kind, pair.key.namespace, pair.key.name] = keys
            if pair.key.type in (kinds.AUTOSCALER, kinds.SCALED_OBJECT):
                target = mapping(pair.after or pair.before, "spec", "scaleTargetRef")
                kind = text(target, "kind") or "Deployment"
                self._autoscalers[kind, pair.key.namespace, text(target, "name")] = pair

    def config_keys(self, namespace: str, references: Iterable[tuple[str, str]]) -> list[str]:
        """Say which keys change of the ConfigMaps and Secrets, ``(kind, name)``, that are referred to."""
        found = []
        for kind, name in dict.fromkeys(references):
            if keys := self._config.get((kind, namespace, name)):
                found.append(f"{', '.join(keys)} of {kind} {name}")
        return found

    def autoscaler(self, pair: Pair) -> Pair | None:
        """Give the change of the autoscaler of a workload, if there is one."""
        return self._autoscalers.get((kinds.kind_of(pair.key.type), pair.key.namespace, pair.key.name))


def _changed_keys(pair: Pair) -> list[str]:
    if pair.key.type in _CONFIG:
        paths: list[tuple[str, ...]] = [(field,) for field in _CONFIG[pair.key.type]]
    elif pair.key.type in _SEALED:
        paths = [_SEALED[pair.key.type]]
    else:
        return []
    changed: dict[str, None] = {}
    for path in paths:
        old, new = mapping(pair.before, *path), mapping(pair.after, *path)
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
