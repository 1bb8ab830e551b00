"""What a model expects at a path: its types, walked beside the data."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from lumen_constructs.values.merging import MergeByName
from lumen_constructs.values.paths import Named, Step


class Shape(NamedTuple):
    """One type that a value may have; a union is several."""

    kind: Any
    """The type, without ``Annotated``: a class, ``Mapping[str, V]``, ``Sequence[T]``, a ``Literal``, ``NoneType``."""
    marks: tuple[object, ...] = ()
    """What ``Annotated`` or the field added: constraints, validators, :class:`MergeByName`."""
    field: FieldInfo | None = None
    """The option's field that declares it, where the path ends at one."""
    owner: type[BaseModel] | None = None
    """The option type that has the field."""


def shapes(annotation: Any, marks: Iterable[object] = (), **of: Any) -> Iterator[Shape]:
    """Give the types that ``annotation`` allows, through unions, ``Annotated``, type aliases and root models."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *added = get_args(annotation)
        yield from shapes(inner, (*marks, *added), **of)
    elif origin in {Union, types.UnionType}:
        for choice in get_args(annotation):
            yield from shapes(choice, marks, **of)
    elif hasattr(annotation, "__value__"):  # a TypeAliasType, of typing or of typing_extensions
        yield from shapes(annotation.__value__, marks, **of)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        root = fields_of(annotation)["root"]
        yield from shapes(root.annotation, (*marks, *root.metadata), **of)
    else:
        yield Shape(annotation, tuple(_flat(marks)), **of)


def _flat(marks: Iterable[object]) -> Iterator[object]:
    """Put the constraints of a ``Field(ge=1)`` that stands inside ``Annotated`` beside the others."""
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        yield mark


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give a model's fields by Python name, with their types resolved."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()
    return model.model_fields


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Give a model's fields by the key that a values file has for them."""
    return {field.alias or name: field for name, field in fields_of(model).items()}


def descend(from_: Iterable[Shape], step: Step) -> list[Shape]:
    """Give the types below ``step``: a field's, a map's values', a list's items'."""
    found: list[Shape] = []
    for shape in from_:
        if model := as_model(shape):
            field = keys_of(model).get(step) if isinstance(step, str) else None
            if field is not None:
                found += shapes(field.annotation, field.metadata, field=field, owner=model)
        elif is_mapping(shape) and isinstance(step, str):
            found += shapes((get_args(shape.kind) or (str, Any))[1])
        elif is_list(shape) and isinstance(step, (int, Named)):
            found += shapes(_item(shape.kind, step))
    return found


def at_path(model: type[BaseModel], path: Iterable[Step]) -> list[Shape]:
    """Give the types at ``path`` of ``model``; none where the model has no such path."""
    found = list(shapes(model))
    for step in path:
        found = descend(found, step)
    return found


def as_model(shape: Shape) -> type[BaseModel] | None:
    """Give the option type, where the shape is one."""
    kind = get_origin(shape.kind) or shape.kind
    return shape.kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def is_mapping(shape: Shape) -> bool:
    """Tell whether the shape is a mapping with free keys."""
    origin = get_origin(shape.kind) or shape.kind
    return isinstance(origin, type) and issubclass(origin, Mapping)


def is_list(shape: Shape) -> bool:
    """Tell whether the shape is a list in a values file."""
    origin = get_origin(shape.kind) or shape.kind
    return isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, (str, bytes, Mapping))


def _item(kind: Any, step: int | Named) -> Any:
    arguments = get_args(kind) or (Any,)
    if get_origin(kind) is tuple and Ellipsis not in arguments:
        return arguments[step] if isinstance(step, int) and step < len(arguments) else Any
    return arguments[0]


def merge_key(of: Iterable[Shape]) -> str | None:
    """Give the key by which a list's items merge; None where a list replaces a list."""
    return next((mark.key for shape in of for mark in shape.marks if isinstance(mark, MergeByName)), None)


def known_keys(of: Iterable[Shape]) -> list[str] | None:
    """Give the keys that the options among the shapes have; None where any key may be right."""
    keys: dict[str, None] = {}
    for shape in of:
        if model := as_model(shape):
            keys.update(dict.fromkeys(keys_of(model)))
        elif shape.kind is Any or shape.kind is object or is_mapping(shape):
            return None
    return list(keys)


def expander(of: Sequence[Shape]) -> Callable[[Any], dict[str, Any] | None]:
    """Give a function that writes a short form (``8080`` for a port) in full; it gives None for what is none."""
    read = _reader([shape for shape in of if as_model(shape) or is_mapping(shape)])

    def expanded(value: Any) -> dict[str, Any] | None:
        found = read(value)
        return found if isinstance(found, dict) else None

    return expanded


def lister(of: Sequence[Shape]) -> Callable[[Any], list[Any] | None]:
    """Give a function that writes a mapping (``{LOG_LEVEL: info}`` for variables) as the list that it is short for."""
    read = _reader([shape for shape in of if is_list(shape)])

    def listed(value: Any) -> list[Any] | None:
        found = read(value)
        return found if isinstance(found, list) else None

    return listed


def _reader(of: Sequence[Shape]) -> Callable[[Any], Any]:
    """Give a function that reads a value as the options do, and gives plain data; None for what they refuse."""
    adapters: list[TypeAdapter[Any]] = []

    def read(value: Any) -> Any:
        if not adapters:
            adapters.extend(_adapter(shape) for shape in of)
        for adapter in adapters:
            try:
                found = adapter.validate_python(value, by_alias=True, by_name=False)
            except ValidationError:
                continue
            return adapter.dump_python(found, mode="json", by_alias=True, exclude_unset=True, warnings=False)
        return None

    return read


def _adapter(shape: Shape) -> TypeAdapter[Any]:
    annotation: Any = Annotated[shape.kind, *shape.marks] if shape.marks else shape.kind
    return TypeAdapter(annotation)


def default_of(of: Iterable[Shape], key: str) -> object:
    """Give the default of field ``key``, where the options among the shapes have one."""
    for shape in of:
        model = as_model(shape)
        field = keys_of(model).get(key) if model else None
        if field is not None and not field.is_required():
            return field.get_default(call_default_factory=False)
    return None


def displayed(path: Sequence[str | int], data: Any, model: type[BaseModel]) -> tuple[Step, ...]:
    """Give ``path`` as messages show it: the items of lists that merge by name are named."""
    steps: list[Step] = []
    of, here = list(shapes(model)), data
    for step in path:
        key = merge_key(of) if isinstance(step, int) else None
        of = descend(of, step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        name = here.get(key) if key and isinstance(here, Mapping) else None
        steps.append(Named(key, name) if key and isinstance(name, str) else step)
    return tuple(steps)
