"""The label that says which version runs follows the tag of the image that an overlay changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lumen_constructs.delivery.kustomize.images import containers
from lumen_constructs.delivery.kustomize.kinds import in_template, template_of
from lumen_constructs.options.image import version_of

#: The recommended label of Kubernetes.
VERSION = "app.kubernetes.io/version"


def images_of(body: dict[str, Any]) -> list[str]:
    """Give the images of a workload whose pods may change."""
    return [container["image"] for container in containers(template_of(body) or {})]


def follow(
    bodies: Sequence[dict[str, Any]], images: Sequence[list[str]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Label each workload that said the tag of an image, one of its ``images`` before, with the version that it has.

    Gives the workload and what is merged into it.
    """
    for body, before in zip(bodies, images, strict=True):
        said = (body["metadata"].get("labels") or {}).get(VERSION)
        new = next(
            (_version(now) for old, now in zip(before, images_of(body), strict=True) if _version(old) == said), ""
        )
        if not said or not new or new == said:
            continue
        labels = {"labels": {VERSION: new}}
        merge: dict[str, Any] = {"metadata": labels}
        body["metadata"]["labels"] = {**body["metadata"]["labels"], VERSION: new}
        metadata = (template_of(body) or {}).get("metadata") or {}
        if (metadata.get("labels") or {}).get(VERSION) == said:
            metadata["labels"] = {**metadata["labels"], VERSION: new}
            merge["spec"] = in_template(body, {"metadata": labels})
        yield body, merge


def _version(reference: str) -> str:
    before, _, digest = reference.partition("@")
    return version_of(before.rpartition("/")[2].partition(":")[2], digest)
