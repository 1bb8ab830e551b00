"""The schemas of Kubernetes' own kinds, release by release, as the package ``kubernetes-validate`` brings them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.names import did_you_mean

if TYPE_CHECKING:
    from jsonschema_rs import Registry

_FOLDER = re.compile(r"v(1\.[0-9]+)\.[0-9]+-local-strict")
_ADDRESS = "json-schema:///kubernetes/definitions.json"

#: How stable a version of an API is: v1 before v1beta2 before v1beta1 before v1alpha1.
_VERSION = re.compile(r"v([0-9]{1,6})(?:(alpha|beta)([0-9]{1,6}))?")


class Release(NamedTuple):
    """The kinds of one release of Kubernetes."""

    version: str
    definitions: Mapping[str, Any]
    kinds: Mapping[tuple[str, str], str]
    """The name of the definition of each ``(apiVersion, kind)``."""


@cache
def versions() -> list[str]:
    """Give the releases whose schemas are known, oldest first."""
    return sorted(_folders(), key=lambda version: int(version.partition(".")[2]))


@cache
def _folders() -> dict[str, Path]:
    # The package itself is not imported: it would bring another validator along.
    spec = find_spec("kubernetes_validate")
    places = (spec.submodule_search_locations or ()) if spec else ()
    return {
        found[1]: folder
        for place in places
        for folder in sorted((Path(place) / "kubernetes-json-schema").iterdir())
        if (found := _FOLDER.fullmatch(folder.name))
    }


def version_of(wanted: str) -> str:
    """Give the release that ``1.30``, ``v1.30`` or ``1.30.4`` means; the newest that is known where it is empty.

    :raises LumenError: if the schemas of that release are not known
    """
    if not wanted:
        return versions()[-1]
    found = re.match(r"v?(1\.[0-9]+)(?![0-9])", wanted)
    if found and found[1] in _folders():
        return found[1]
    known = versions()
    message = (
        f"kubernetes: {show(wanted)} is not a release whose schemas are known ({known[0]} to {known[-1]})"
        f"{did_you_mean(wanted, known)}"
    )
    raise LumenError(message)


@lru_cache(maxsize=2)
def release(version: str) -> Release:
    """Read the kinds of a release."""
    definitions = json.loads((_folders()[version] / "_definitions.json").read_bytes())["$defs"]
    return Release(version, definitions, dict(_kinds(definitions)))


def _kinds(definitions: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", ()):
            # Options of requests, such as DeleteOptions, stand in every group and are no objects.
            if "metadata" in definition.get("properties", {}):
                api_version = f"{kind['group']}/{kind['version']}" if kind["group"] else kind["version"]
                yield (api_version, kind["kind"]), name


@lru_cache(maxsize=2)
def registry(version: str) -> Registry:
    """Give the definitions of a release so that schemas can refer to them without any network."""
    from jsonschema_rs import Registry  # noqa: PLC0415  # imported where it is used: other topics need no schemas

    resource = {"$id": _ADDRESS, "$defs": release(version).definitions}
    return Registry([(_ADDRESS, resource)])


def schema_of(definition: str) -> dict[str, Any]:
    """Give a schema that refers to a definition."""
    return {"$ref": f"{_ADDRESS}#/$defs/{definition}"}


def stability(version: str) -> tuple[int, int, int]:
    """Order API versions: the higher, the more stable."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return (-1, 0, 0)
    return ({"alpha": 0, "beta": 1, None: 2}[found[2]], int(found[1]), int(found[3] or 0))


def served_in(api_version: str, kind: str) -> list[str]:
    """Give the known releases that serve a kind at an API version."""
    return [version for version in versions() if (api_version, kind) in _kinds_of(version)]


@cache
def _kinds_of(version: str) -> frozenset[tuple[str, str]]:
    """Give the kinds of a release without keeping its definitions: all of them together are large."""
    definitions = json.loads((_folders()[version] / "_definitions.json").read_bytes())["$defs"]
    return frozenset(kind for kind, _ in _kinds(definitions))


def versions_serving(wanted: Release, group: str, kind: str) -> list[str]:
    """Give the API versions at which a release serves a kind of a group, the most stable first."""
    prefix = f"{group}/" if group else ""
    found = [
        api_version
        for api_version, known in wanted.kinds
        if known == kind and api_version.startswith(prefix) and ("/" in api_version) == bool(group)
    ]
    return sorted(found, key=lambda api_version: stability(api_version.rpartition("/")[2]), reverse=True)
