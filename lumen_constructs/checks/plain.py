"""Reading plain data of any shape: what is absent or of the wrong type reads as empty, and never raises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def at(value: object, *keys: str) -> Any:
    """Give what stands below ``keys``, or None."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def mapping(value: object, *keys: str) -> dict[Any, Any]:
    """Give the mapping below ``keys``."""
    found = at(value, *keys)
    return found if isinstance(found, dict) else {}


def sequence(value: object, *keys: str) -> list[Any]:
    """Give the list below ``keys``."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def entries(value: object, *keys: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the mappings in the list below ``keys``, each with its place."""
    for place, entry in enumerate(sequence(value, *keys)):
        if isinstance(entry, dict):
            yield place, entry


def text(value: object, *keys: str) -> str:
    """Give the string below ``keys``."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def number(value: object, *keys: str) -> int | None:
    """Give the whole number below ``keys``."""
    found = at(value, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def port_number(value: object) -> int | None:
    """Read a port that is a number, or written as one; None where it is a name, or nothing that can be a port."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def texts(value: object, *keys: str) -> dict[str, str]:
    """Give the pairs of strings in the mapping below ``keys``: labels, annotations, data."""
    found = mapping(value, *keys)
    if all(isinstance(key, str) and isinstance(entry, str) for key, entry in found.items()):
        return found
    return {key: entry for key, entry in found.items() if isinstance(key, str) and isinstance(entry, str)}


def names(value: object, *keys: str) -> list[str]:
    """Give the strings among the keys of the mapping below ``keys``."""
    return [key for key in mapping(value, *keys) if isinstance(key, str)]


def strings(value: object, *keys: str) -> list[str]:
    """Give the strings in the list below ``keys``."""
    return [entry for entry in sequence(value, *keys) if isinstance(entry, str)]


def walk(value: object, path: str) -> Iterator[tuple[str, Any]]:
    """Give each value that ``path`` leads to, with its place: ``spec.tls[].secretName`` goes through every entry.

    ``[]`` goes through a list and ``{}`` through the values of a mapping.
    """
    found: list[tuple[str, Any]] = [("", value)]
    for step in path.split("."):
        key = step.removesuffix("[]").removesuffix("{}")
        found = [
            (f"{place}.{key}" if place else key, entry[key])
            for place, entry in found
            if isinstance(entry, dict) and key in entry
        ]
        if step.endswith("[]"):
            found = [
                (f"{place}[{position}]", below)
                for place, entry in found
                if isinstance(entry, list)
                for position, below in enumerate(entry)
            ]
        elif step.endswith("{}"):
            found = [
                (f"{place}.{name}", below)
                for place, entry in found
                if isinstance(entry, dict)
                for name, below in entry.items()
            ]
        if not found:
            return
    yield from found


def joined(*steps: str | int) -> str:
    """Give a place as ``a.b[0].c``; empty steps are left out."""
    place = ""
    for step in steps:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step:
            place += f".{step}" if place else step
    return place
