"""Images as kustomize finds and changes them: wherever an object has a list of containers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lumen_constructs.options.kustomize import ImageChange

#: What may stand behind an image's name, as kustomize reads it.
_BEHIND = r"(:[\w.{}-]*)?(@sha256:[\w.{}-]*)?"


def containers(value: object) -> Iterator[dict[str, Any]]:
    """Give every container of an object, whatever its kind."""
    if isinstance(value, list):
        for item in value:
            yield from containers(item)
    elif isinstance(value, dict) and value.get("kind") != "CustomResourceDefinition":
        for key, inner in value.items():
            if key in {"containers", "initContainers"} and isinstance(inner, list):
                yield from (item for item in inner if isinstance(item, dict) and isinstance(item.get("image"), str))
            yield from containers(inner)


def image_names(bodies: Iterable[Mapping[str, Any]]) -> list[str]:
    """Give the names of the images of a set, without tags and digests, sorted."""
    return sorted({_name(container["image"]) for body in bodies for container in containers(body)})


def change_images(bodies: Iterable[Mapping[str, Any]], change: ImageChange) -> int:
    """Change an image wherever it is, and give the number of containers that have it."""
    matching = re.compile(re.escape(change.name) + _BEHIND, re.ASCII)
    found = 0
    for container in (container for body in bodies for container in containers(body)):
        match = matching.fullmatch(container["image"])
        if match is None:
            continue
        found += 1
        tag, digest = match[1] or "", match[2] or ""
        if change.new_tag is not None:
            tag, digest = f":{change.new_tag}", ""
        elif change.digest is not None:
            tag, digest = "", f"@{change.digest}"
        container["image"] = f"{change.new_name or change.name}{tag}{digest}"
    return found


def _name(image: str) -> str:
    before = image.partition("@")[0]
    folder, slash, last = before.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"
