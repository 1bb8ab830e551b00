"""Which fields need not be listed below an object, since its headlines tell them, or follow from what these tell."""

from __future__ import annotations

from collections.abc import Sequence

from lumen_constructs.checks import kinds
from lumen_constructs.diff.context import CHECKSUM
from lumen_constructs.diff.fields import FieldChange
from lumen_constructs.diff.risks import Headline
from lumen_constructs.diff.wording import became, brief, image_became

#: What headlines leave out at the start of a path.
_IMPLIED = ("spec", "jobTemplate", "spec", "template", "spec")


def is_told_by(field: FieldChange, headlines: Sequence[Headline]) -> bool:
    """Tell whether a headline names a field and what it was and is, or names the reason that it follows from."""
    if _follows(field):
        return True
    if field.path[-1] == "image" and isinstance(field.before, str) and isinstance(field.after, str):
        told = f"image {image_became(field.before, field.after)}"
        return any(told in headline.text for headline in headlines)
    values, path = became(field), brief(_without_start(field.path))
    if field.path[-2:-1] in (("labels",), ("annotations",)):
        noun = str(field.path[-2]).removesuffix("s")
        if any(f"{noun} {field.path[-1]} {values}" in headline.text for headline in headlines):
            return True
    return any(path in headline.text and values in headline.text for headline in headlines)


def _follows(field: FieldChange) -> bool:
    """Tell whether a field is a label or an annotation that is made from another change."""
    if "labels" in field.path[:-1]:
        return field.path[-1] in kinds.VARYING_LABELS
    return "annotations" in field.path[:-1] and str(field.path[-1]).startswith(CHECKSUM)


def _without_start(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    for step in _IMPLIED:
        if len(path) > 1 and path[0] == step:
            path = path[1:]
    return path
