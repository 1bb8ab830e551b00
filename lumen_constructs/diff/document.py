"""A comparison as JSON for programs, in a form that has a version."""

from __future__ import annotations

import json
from typing import Any, Final

from lumen_constructs.diff.fields import ABSENT, FieldChange
from lumen_constructs.diff.report import Comparison, ObjectChange

#: Raised when a key goes or gets another meaning; a key that comes raises nothing.
VERSION: Final = 1


def as_json(comparison: Comparison) -> str:
    """Give one JSON document; a value that is not there is left out of its field."""
    return json.dumps(plain(comparison), ensure_ascii=False, indent=2) + "\n"


def plain(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison as plain data."""
    return {
        "version": VERSION,
        "counts": {str(risk): number for risk, number in comparison.counts().items()},
        "sets": [
            {"set": group.folder, "risk": str(group.risk), "objects": [_plain_object(one) for one in group.objects]}
            for group in comparison.sets
        ],
    }


def _plain_object(changed: ObjectChange) -> dict[str, Any]:
    kind, _, group = changed.key.type.partition(".")
    return {
        "object": changed.object,
        "group": group,
        "kind": kind,
        "namespace": changed.key.namespace,
        "name": changed.key.name,
        "risk": str(changed.risk),
        "headlines": [{"risk": str(headline.risk), "text": headline.text} for headline in changed.headlines],
        "fields": [_plain_field(field) for field in changed.fields],
    }


def _plain_field(field: FieldChange) -> dict[str, Any]:
    values = {"before": field.before, "after": field.after}
    return {"path": field.shown, **{key: value for key, value in values.items() if value is not ABSENT}}
