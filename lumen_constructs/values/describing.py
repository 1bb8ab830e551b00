"""Types and documentation of options, in words."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from lumen_constructs.values.docstrings import descriptions
from lumen_constructs.values.shapes import Shape, as_model, descend, fields_of, is_list, is_mapping, merge_key

_WORDS: dict[Any, str] = {
    str: "string",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Any: "anything",
    object: "anything",
}

#: How a constraint is said, by the attribute that holds its bound.
_BOUNDS = {
    "ge": "at least {}",
    "gt": "above {}",
    "le": "at most {}",
    "lt": "below {}",
    "multiple_of": "a multiple of {}",
    "min_length": "at least {} long",
    "max_length": "at most {} long",
    "pattern": "matching {}",
}


def type_in_words(of: Sequence[Shape]) -> str:
    """Say which values the shapes take: ``whole number, at least 1``, ``list of Port, merged by name``."""
    said = dict.fromkeys(_said(shape) for shape in of if shape.kind is not type(None))
    return " or ".join(said) or "null"


def _said(shape: Shape) -> str:
    if get_origin(shape.kind) is Literal:
        text = "one of " + ", ".join(str(choice) for choice in get_args(shape.kind))
    elif model := as_model(shape):
        text = model.__name__
    elif is_mapping(shape):
        text = f"mapping of {type_in_words(descend([shape], ''))}"
    elif is_list(shape):
        text = f"list of {type_in_words(descend([shape], 0))}"
    else:
        text = _WORDS.get(shape.kind) or str(getattr(shape.kind, "__name__", shape.kind))
    bounds = dict.fromkeys(said for mark in shape.marks for said in _bounds(mark))
    key = merge_key([shape])
    return ", ".join([text, *bounds, *([f"merged by {key}"] if key else [])])


def _bounds(mark: object) -> list[str]:
    # The classes of annotated-types and pydantic's own metadata name their bounds alike.
    return [form.format(value) for name, form in _BOUNDS.items() if (value := getattr(mark, name, None)) is not None]


def documentation(of: Sequence[Shape]) -> str:
    """Give what the option's field says about itself, otherwise what its type says, as one paragraph a line."""
    texts = [text for shape in of if (text := _below_field(shape))]
    if not texts:
        # A model without a docstring would inherit pydantic's own.
        models = [model for shape in of if (model := as_model(shape))]
        texts = [model.__doc__ for model in models if model.__doc__ and model.__doc__ != BaseModel.__doc__]
    text = texts[0] if texts else ""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _below_field(shape: Shape) -> str | None:
    """Give what the option type that has the field says about it."""
    if shape.field is None or shape.owner is None:
        return None
    names = (name for name, field in fields_of(shape.owner).items() if field is shape.field)
    return next((descriptions(shape.owner).get(name) for name in names), None)
