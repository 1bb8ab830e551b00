"""Where a fault is, and how the reader spells it: keys in camelCase in a values file, in snake_case in Python."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, RootModel

#: What ``X | Y`` and ``Union[X, Y]`` are made of.
_UNIONS = (Union, UnionType)

#: A text in quotes, or a word in camelCase.
_QUOTED_OR_KEY = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b[a-z]+[A-Z]\w*""")


class Place:
    """A location in options, from pydantic's steps, followed through the types of the models.

    The types tell a field, which has two spellings, from the key of a map, and from the names of union branches, which
    pydantic puts into locations and which no reader has written.
    """

    def __init__(self, model: type[BaseModel], *, by_alias: bool) -> None:
        self.location: list[str | int] = []
        self.is_key = False
        """Whether the fault is in the last key itself, not in what stands under it."""
        self._by_alias = by_alias
        self._types: list[Any] = [model]
        self._owners: list[type[BaseModel]] = []

    @property
    def known_keys(self) -> list[str]:
        """The keys that could have stood where the last step is."""
        fields = (item for owner in self._owners for item in owner.model_fields.items())
        return [(field.alias if self._by_alias else None) or name for name, field in fields]

    def follow(self, step: str | int) -> None:
        """Go one of pydantic's steps."""
        if any(_is_union(kind) for kind in self._types):
            self._open_unions()
        elif step == "[key]":
            self.is_key = True
        else:
            self._go(step)

    def below(self, steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Give the location of ``steps``, which hold no names of union branches, below this place."""
        inner = Place(BaseModel, by_alias=self._by_alias)
        inner._types = self._types
        for step in steps:
            inner._open_unions()
            inner._go(step)
        return (*self.location, *inner.location)

    def _open_unions(self) -> None:
        self._types = [branch for kind in self._types for branch in _branches(kind)]

    def _go(self, step: str | int) -> None:
        self._owners = [kind for kind in self._types if _is_model(kind)]
        fields = [
            (name, field)
            for owner in self._owners
            for name, field in owner.model_fields.items()
            if step in {name, field.alias}
        ]
        self.location.append(step if not fields or self._by_alias else fields[0][0])
        inside = [field.annotation for _, field in fields] or [
            arguments[-1 if isinstance(step, str) else 0] for kind in self._types if (arguments := _arguments(kind))
        ]
        self._types = [_bare(kind) for kind in inside]


def in_python(message: str, model: type[BaseModel]) -> str:
    """Spell the keys that a message names as Python does; what is quoted is the user's own and stays."""
    names = _python_names(model)
    return _QUOTED_OR_KEY.sub(lambda found: names.get(found[0], found[0]), message)


@cache
def _python_names(model: type[BaseModel]) -> dict[str, str]:
    """Give the Python names of all keys of a model and of what it holds, where the two differ."""
    names: dict[str, str] = {}
    seen: set[type[BaseModel]] = set()
    waiting = [model]
    while waiting:
        owner = waiting.pop()
        if owner in seen:
            continue
        seen.add(owner)
        for name, field in owner.model_fields.items():
            if field.alias is not None and field.alias != name:
                names.setdefault(field.alias, name)
            waiting += _models_in(field.annotation)
    return names


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is_model(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _bare(annotation: Any) -> Any:
    """Give a type without what ``Annotated``, an alias, a root model or ``None`` beside it put around it."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if hasattr(annotation, "__value__"):
        return _bare(annotation.__value__)
    if _is_model(annotation) and issubclass(annotation, RootModel):
        return _bare(annotation.model_fields["root"].annotation)
    choices = [choice for choice in get_args(annotation) if choice is not NoneType]
    return _bare(choices[0]) if get_origin(annotation) in _UNIONS and len(choices) == 1 else annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in _UNIONS


def _branches(annotation: Any) -> list[Any]:
    """Give the types of a union; a type that is none stands for itself."""
    if not _is_union(annotation):
        return [annotation]
    return [_bare(choice) for choice in get_args(annotation) if choice is not NoneType]


def _is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _arguments(annotation: Any) -> tuple[Any, ...]:
    """Give what a list or a mapping holds: the type of its items, or of its keys and values."""
    origin = get_origin(annotation)
    return get_args(annotation) if isinstance(origin, type) and issubclass(origin, Collection) else ()
