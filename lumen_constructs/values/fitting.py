"""Values of the command line, fitted to what the field takes: a shell has only text."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from lumen_constructs.values.assignments import Assignment, Given
from lumen_constructs.values.scalars import Scalar
from lumen_constructs.values.shapes import Shape, descend

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def fitted(assignment: Assignment, of: Sequence[Shape]) -> Given:
    """Give the value of ``assignment`` in the type that the shapes leave as the only one.

    Where a field takes text and nothing else, ``--set image.tag=20240101`` is text; where it takes numbers with
    fractions, ``0.5`` is a number. In all other cases, the type is the one that Helm infers.
    """
    value, text = assignment.value, assignment.text
    if assignment.fixed or value is None:
        return value
    if isinstance(value, list):
        items = descend(of, 0)
        return [_fit(item, written, items) for item, written in zip(value, text, strict=True)]
    return _fit(value, str(text), of)


def _fit(value: Scalar, text: str, of: Sequence[Shape]) -> Scalar:
    kinds = [kind for shape in of for kind in _plain_kinds(shape)]
    takes = [kind for kind in kinds if kind is not type(None)]
    if takes and all(kind is str for kind in takes):
        return text
    if float in takes and str not in takes and isinstance(value, str) and _NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else value
    return value


def _plain_kinds(shape: Shape) -> list[Any]:
    if get_origin(shape.kind) is Literal:
        return [type(choice) for choice in get_args(shape.kind)]
    return [shape.kind]
