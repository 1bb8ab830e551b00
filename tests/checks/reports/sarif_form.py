"""The part of SARIF 2.1.0 that a log of ours may use, as a schema that refuses everything else.

Written after the standard (OASIS, errata 01): each object has the standard's required properties, and of the optional
ones those that we write, with their types, bounds and enumerations.
"""

from __future__ import annotations

from typing import Any


def _object(required: tuple[str, ...] = (), **properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {key.replace("schema_", "$schema"): form for key, form in properties.items()},
    }


def _list(items: object, **more: object) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_TEXT = {"type": "string"}
_LINE = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _object(("text",), text=_TEXT)
_MULTIFORMAT = _object(("text",), text=_TEXT, markdown=_TEXT)
_BAG = {"type": "object", "properties": {"tags": _list(_TEXT, uniqueItems=True)}}

_LOCATION = _object(
    physicalLocation=_object(
        ("artifactLocation",),
        artifactLocation=_object(uri={"type": "string", "format": "uri-reference"}),
        region=_object(startLine=_LINE, startColumn=_LINE),
    ),
    logicalLocations=_list(_object(fullyQualifiedName=_TEXT, kind=_TEXT), uniqueItems=True),
)

_RULE = _object(
    ("id",),
    id=_TEXT,
    shortDescription=_MULTIFORMAT,
    fullDescription=_MULTIFORMAT,
    help=_MULTIFORMAT,
    defaultConfiguration=_object(level=_LEVEL),
    properties=_BAG,
)

_RESULT = _object(
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
    suppressions=_list(_object(("kind",), kind={"enum": ["inSource", "external"]}, justification=_TEXT)),
)

_NOTIFICATION = _object(("message",), level=_LEVEL, message=_MESSAGE, locations=_list(_LOCATION, uniqueItems=True))

_RUN = _object(
    ("tool",),
    tool=_object(("driver",), driver=_object(("name",), name=_TEXT, version=_TEXT, rules=_list(_RULE))),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=_list(
        _object(
            ("executionSuccessful",),
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list(_NOTIFICATION),
        )
    ),
    results=_list(_RESULT),
)

#: The schema of a whole log.
SARIF = _object(
    ("version", "runs"), schema_={"type": "string", "format": "uri"}, version={"const": "2.1.0"}, runs=_list(_RUN)
)
