"""The images of a rendered set that are built here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

from lumen_constructs.delivery.scripts.calls import Call
from lumen_constructs.delivery.scripts.options import Scripts
from lumen_constructs.emit.tree import Placed
from lumen_constructs.options.image import split_host


def build_calls(objects: Sequence[Placed], options: Scripts) -> list[Call]:
    """Give the calls of ``build-images``: one for each image that ``options`` name.

    An image with a digest is left out: what is built here would have another one.
    """
    calls: dict[Call, None] = {}
    for reference in (reference for placed in objects for reference in _images(placed.body)):
        registry, path, tag = parts_of(reference)
        if tag is not None and any(fnmatchcase(path, pattern) for pattern in options.images):
            dockerfile = options.dockerfile.replace("{name}", path.rpartition("/")[2])
            calls[Call("build", (dockerfile, registry or "", path, tag))] = None
    return list(calls)


def parts_of(reference: str) -> tuple[str | None, str, str | None]:
    """Split an image into registry, path and tag; there is no tag where a digest says what exactly is run."""
    name, _, digest = reference.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    registry, path = split_host(f"{head}{slash}{last}")
    return registry, path, None if digest else tag or "latest"


def _images(node: Any) -> Iterator[str]:
    """Give the images of all containers at any depth, in the order in which they stand."""
    if isinstance(node, dict):
        for key in ("initContainers", "containers"):
            for container in node.get(key) or ():
                if isinstance(container, dict) and isinstance(container.get("image"), str):
                    yield container["image"]
        for value in node.values():
            yield from _images(value)
    elif isinstance(node, list):
        for item in node:
            yield from _images(item)
