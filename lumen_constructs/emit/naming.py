"""The name of each object's file: ``deployment.cart.yaml``, with as much before the name as the set needs.

A set with more than one namespace has the namespace in each name, ``deployment.shop.cart.yaml``; a kind that two API
groups share has the group, ``service.serving.knative.dev.cart.yaml``, except in the core group.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lumen_constructs.emit.kinds import group_of, is_cluster_scoped
from lumen_constructs.emit.waves import object_name
from lumen_constructs.errors import raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import shortened

#: What file systems allow in a name, in bytes.
_LONGEST = 255
_SUFFIX = ".yaml"

#: What a file's name keeps of an object's name; RBAC names may have anything but ``/`` and ``%``.
_UNSAFE = re.compile(r"[^a-z0-9.-]")


def file_names(objects: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Give the name of each object's file; ``objects`` are the whole set, each with its construct path.

    :raises LumenError: if an object has no name, or two objects are one
    """
    raise_all(_faults(objects))
    bodies = [body for _, body in objects]
    with_namespace = len({_namespace(body) for body in bodies if _namespace(body)}) > 1
    groups: dict[str, set[str]] = {}
    for body in bodies:
        groups.setdefault(body["kind"].lower(), set()).add(group_of(body["apiVersion"]))
    return [
        _file_name(body, with_namespace=with_namespace, with_group=len(groups[body["kind"].lower()]) > 1)
        for body in bodies
    ]


def _file_name(body: Mapping[str, Any], *, with_namespace: bool, with_group: bool) -> str:
    group, kind = group_of(body["apiVersion"]), body["kind"]
    parts = [kind.lower()]
    if with_group and group:
        parts.append(group)
    if with_namespace and not is_cluster_scoped(body["apiVersion"], kind):
        parts.append(_namespace(body))
    parts.append(body["metadata"]["name"])
    return shortened(_safe(".".join(part for part in parts if part)), _LONGEST - len(_SUFFIX)) + _SUFFIX


def _safe(name: str) -> str:
    """Replace what a file system may refuse or take for another name; a hash keeps two names two."""
    safe = _UNSAFE.sub("_", name)
    digest = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    return safe if safe == name else f"{safe}-{digest}"


def _namespace(body: Mapping[str, Any]) -> str:
    return body["metadata"].get("namespace") or ""


def _faults(objects: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Find objects without a name, and names given twice: by identity, since a cluster keeps one object of each."""
    seen: dict[tuple[str, str, str, str], str] = {}
    for path, body in objects:
        if fault := metadata_fault(body):
            yield f"{path}: {body['kind']} {fault}"
            continue
        identity = (group_of(body["apiVersion"]), body["kind"], _namespace(body), body["metadata"]["name"])
        first = seen.setdefault(identity, path)
        if first is not path:
            yield f"{path}: {object_name(body)} is made here and by {first}; give one of them another name"


def metadata_fault(body: Mapping[str, Any]) -> str | None:
    """Tell what keeps an object from being applied: a patch may have left anything."""
    metadata = body.get("metadata")
    if not isinstance(metadata, Mapping) or not metadata.get("name"):
        return "has no metadata.name, and cannot be applied without one"
    for key in ("name", "namespace"):
        if not isinstance(metadata.get(key, ""), str):
            return f"has metadata.{key} {show(metadata[key])}, which must be a string"
    for key in ("annotations", "labels"):
        entries = metadata.get(key) or {}
        if not isinstance(entries, Mapping):
            return f"has metadata.{key} {show(entries)}, which must be a mapping"
        for name, value in entries.items():
            if not isinstance(value, str):
                return f"has metadata.{key}.{name} {show(value)}, which must be a string"
    return None
