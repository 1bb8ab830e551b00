"""How an option says that its list merges by name. This module imports nothing, so that every option can use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MergeByName:
    """Marks a list whose items are merged by ``key`` when values are layered; without it, a list replaces a list.

    ``ports: Annotated[Items[Port], MergeByName()] = ()``: a higher layer's item named ``web`` changes the lower
    layer's item named ``web``, and an item with a new name is added at the end. ``ports: {web: null}`` removes it.
    """

    key: str = "name"
    """The item's key, as values files spell it, that tells the items apart."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Say it in the JSON Schema in Kubernetes' own words."""
        described: dict[str, Any] = handler(schema)
        return {**described, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [self.key]}
