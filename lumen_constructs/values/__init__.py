"""Layered values: files and command-line settings, merged, typed once, each leaf remembering where it comes from.

``load(model, [*layers("apps/shop", "production"), Set("cart.replicas=3")])`` gives the typed values, or one error with
a line for each fault in any layer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lumen_constructs.values.explaining import Effective, Explanation
    from lumen_constructs.values.loading import Loaded, load
    from lumen_constructs.values.merging import MergeByName
    from lumen_constructs.values.reading import Document, Limits, read_documents
    from lumen_constructs.values.schema import json_schema, schema_text
    from lumen_constructs.values.sources import File, Set, SetFile, SetString, Source, environments, layers
    from lumen_constructs.values.trail import Origin

#: Where each public name is; options import ``merging`` from here, and need not pay for a YAML parser.
_HOMES = {
    "Document": "reading",
    "Effective": "explaining",
    "Explanation": "explaining",
    "File": "sources",
    "Limits": "reading",
    "Loaded": "loading",
    "MergeByName": "merging",
    "Origin": "trail",
    "Set": "sources",
    "SetFile": "sources",
    "SetString": "sources",
    "Source": "sources",
    "environments": "sources",
    "json_schema": "schema",
    "layers": "sources",
    "load": "loading",
    "read_documents": "reading",
    "schema_text": "schema",
}

__all__ = [
    "Document",
    "Effective",
    "Explanation",
    "File",
    "Limits",
    "Loaded",
    "MergeByName",
    "Origin",
    "Set",
    "SetFile",
    "SetString",
    "Source",
    "environments",
    "json_schema",
    "layers",
    "load",
    "read_documents",
    "schema_text",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
