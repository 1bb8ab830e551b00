"""How much memory the Java machine of a data store gets."""

from __future__ import annotations

from lumen_constructs.options.resources import Resources
from lumen_constructs.quantities import Quantity


def heap_mebibytes(resources: Resources) -> int | None:
    """Give the heap in MiB: half of the memory limit, since the page cache and the rest need the other half."""
    limit = resources.limit("memory")
    return None if limit is None else max(64, int(Quantity.parse(limit).value / 2 / 1024**2))
