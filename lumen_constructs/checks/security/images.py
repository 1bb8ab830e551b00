"""Images that may be another tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import text
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.schema.images import read_image


@rule("image-tag-mutable", Severity.WARNING)
def image_tag_mutable(graph: Graph) -> Iterator[Fault]:
    """Behind 'latest' stands another image tomorrow: nobody knows what runs, and no rollback brings it back."""
    for pod in graph.pods:
        for container in pod.containers:
            image = read_image(text(container.body, "image"))
            if image and not image.digest and image.tag in ("", "latest"):
                message = "names no tag, which is 'latest'" if not image.tag else "'latest' is whatever was pushed last"
                yield Fault(pod.item, f"{container.path}.image", message, "write a version, or a digest")
