"""``lumen explain``: where a value comes from, what it may be, and what it means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lumen_constructs.cli.failures import UsageError, plain
from lumen_constructs.cli.tables import table
from lumen_constructs.errors import LumenError, UnknownNameError
from lumen_constructs.names import did_you_mean
from lumen_constructs.rendering import named
from lumen_constructs.system import System
from lumen_constructs.values import Explanation, Loaded, Origin, Source


def explained(
    systems: Sequence[System[Any]], subject: str, environment: str | None, overrides: Sequence[Source] = ()
) -> str:
    """Explain ``<system>.<path>``, or for a bare ``<system>`` list its effective values, as text.

    :raises UsageError: if the environment is needed, and not named
    :raises LumenError: if there is no such system, environment or path, or its values are wrong
    """
    name, _, path = subject.partition(".")
    try:
        (system,) = named(systems, [name])
    except UnknownNameError as error:
        known = [system.name for system in systems]
        if not known or did_you_mean(name, known):
            raise
        message = f"{error}; a path starts with its system, such as {known[0]}.{subject}"
        raise UnknownNameError(message) from None
    chosen = _environment(system, environment)
    loaded = system.load(chosen, overrides)
    if not path:
        return _effective(loaded)
    try:
        explanation = loaded.explain(path)
    except LumenError as error:
        raise error.at(f"{name} ({chosen})") from None
    return f"{name}.{explanation.path} ({chosen})\n" + _explanation(explanation)


def _environment(system: System[Any], wanted: str | None) -> str:
    """Give the environment that was named, or the only one that there is."""
    known = system.environments
    if wanted is None and len(known) == 1:
        return known[0]
    if wanted is None:
        message = f"{system.name}: --environment is needed; there are {', '.join(known)}"
        raise UsageError(message)
    if wanted not in known:
        message = f"{system.name}: there is no environment '{wanted}' ({', '.join(known)}){did_you_mean(wanted, known)}"
        raise UnknownNameError(message)
    return wanted


def _explanation(found: Explanation) -> str:
    value = "unset, like what holds it" if found.state == "unset" else _shown(found.value)
    facts = {
        "value": f"{value} (the default)" if found.state == "default" else value,
        "type": found.type,
        "default": "none, it is required" if found.required else _shown(found.default),
        "meaning": found.documentation,
    }
    width = max(map(len, facts))
    lines = "".join(f"  {key:<{width}}  {plain(fact)}\n" for key, fact in facts.items() if fact)
    if not found.layers:
        return f"{lines}  no layer sets it\n"
    rows = [(*_layer(origin), "wins" if origin is found.won else "") for origin in found.layers]
    layers = table(("layer", "value", ""), rows)
    return lines + "".join(f"  {line}\n" for line in layers.splitlines())


def _layer(origin: Origin) -> tuple[str, str]:
    done = {"set": "", "removed": "removed", "replaced": "replaced", "item removed": "item removed"}[origin.action]
    return origin.where, done or _shown(origin.value)


def _effective(loaded: Loaded[Any]) -> str:
    rows = [
        (leaf.path, _shown(leaf.value), leaf.origin.where if leaf.origin else "default") for leaf in loaded.effective()
    ]
    return table(("path", "value", "layer"), rows)


def _shown(value: Any) -> str:
    """Give plain data as a values file may hold it: JSON, which is YAML."""
    return json.dumps(value, ensure_ascii=False)
