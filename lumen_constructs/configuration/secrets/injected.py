"""Injected Secrets: values from variables become plain Secrets, for a place that Git never sees."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.configuration.secrets.declared import Declared, secret_type
from lumen_constructs.workloads.identity import MANAGED_BY

#: Variables that a process has without anybody meaning a secret by them.
_OF_SHELLS = frozenset(
    (
        "DISPLAY",
        "EDITOR",
        "HOME",
        "HOST",
        "HOSTNAME",
        "LANG",
        "LOGNAME",
        "MAIL",
        "PATH",
        "PWD",
        "SHELL",
        "TERM",
        "TZ",
        "USER",
    )
)


def variable_names(declared: Declared) -> dict[tuple[str, str], list[str]]:
    """Give the variables that the value of each key may stand in, by Secret and key: the first that is set counts.

    ``<SECRET>_<KEY>`` in capitals is always one: for ``password`` of ``shop-db`` it is ``SHOP_DB_PASSWORD``. The key
    itself is another, where no other Secret has that key, and no shell sets it for its own ends.
    """
    owners: dict[str, int] = {}
    for keys in declared.values():
        for key in keys:
            owners[key] = owners.get(key, 0) + 1
    return {
        (name, key): list(
            dict.fromkeys([_long(name, key), *([key] if owners[key] == 1 and key not in _OF_SHELLS else [])])
        )
        for name, keys in declared.items()
        for key in keys
    }


def _long(name: str, key: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", f"{name}_{key}".upper()).strip("_")


def ambiguous_variables(declared: Declared) -> Iterator[str]:
    """Find variables that would be the value of two keys, such as of ``a-b``'s ``C`` and of ``a``'s ``B_C``."""
    owners: dict[str, tuple[str, str]] = {}
    for place, variables in variable_names(declared).items():
        for variable in variables:
            first = owners.setdefault(variable, place)
            if first != place:
                both = f"both {first[1]} of '{first[0]}' and {place[1]} of '{place[0]}'"
                yield f"the variable {variable} would be {both}; rename a key"


def injected_values(
    declared: Declared, variables: Mapping[str, bytes], optional: Sequence[str] = ()
) -> tuple[dict[str, dict[str, bytes]], list[str]]:
    """Give the values of each Secret, and a line for each key that has none.

    A Secret that is optional, and of which no key has a value, is left out.
    """
    values: dict[str, dict[str, bytes]] = {}
    missing: dict[str, list[str]] = {}
    for (name, key), names in variable_names(declared).items():
        value = next((variables[variable] for variable in names if variables.get(variable)), None)
        if value is not None:
            values.setdefault(name, {})[key] = value
        else:
            empty = [f"{variable} is empty" for variable in names if variable in variables]
            wanted = empty[0] if empty else f"set {' or '.join(names)}"
            missing.setdefault(name, []).append(f"secret '{name}' has no value for {key}; {wanted}")
    needed = [name for name in missing if name in values or name not in optional]
    return values, [fault for name in needed for fault in missing[name]]


def injected_secret(name: str, namespace: str | None, part_of: str, values: Mapping[str, bytes]) -> dict[str, Any]:
    """Give the body of a plain Secret."""
    labels = {"app.kubernetes.io/part-of": part_of, "app.kubernetes.io/managed-by": MANAGED_BY}
    metadata: dict[str, Any] = {"name": name, "labels": labels}
    if namespace is not None:
        metadata["namespace"] = namespace
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": secret_type(list(values)),
        "data": {key: base64.b64encode(value).decode() for key, value in values.items()},
    }
