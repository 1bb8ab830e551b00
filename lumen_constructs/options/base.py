"""What all options share: frozen, typed, self-checking, the same from Python (snake_case) and from YAML (camelCase)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Annotated, Any, Never, Self, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    WrapSerializer,
)
from pydantic_core import CoreSchema, core_schema

from lumen_constructs.errors import LumenError, OptionError
from lumen_constructs.faults import Fault, FaultsError, faults_of, show

T = TypeVar("T")
V = TypeVar("V")

#: Words that the Kubernetes API spells in capitals inside a camelCase name.
_ACRONYMS = {
    "ip": "IP",
    "ips": "IPs",
    "pid": "PID",
    "ipc": "IPC",
    "tls": "TLS",
    "url": "URL",
    "api": "API",
    "id": "ID",
    "ca": "CA",
}


def camel(name: str) -> str:
    """Give the Kubernetes spelling of a Python name: ``load_balancer_ip`` is ``loadBalancerIP``."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(_ACRONYMS.get(word, word.capitalize()) for word in rest)


if TYPE_CHECKING:
    _OptionsBase = BaseModel
else:

    class _OptionsMeta(type(BaseModel)):
        """Turns what pydantic finds in a constructor call into a :class:`LumenError` in the caller's spelling."""

        def __call__(cls, *args: object, **kwargs: object) -> object:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                faults = [str(fault) for fault in faults_of(error, cls, by_alias=False)]
            raise OptionError(cls.__name__, *faults)

    class _OptionsBase(BaseModel, metaclass=_OptionsMeta):
        pass


class Options(_OptionsBase):
    """Base of all option types.

    Instances are immutable and compare by value. From Python, fields are keywords in snake_case; from a values file,
    keys are in camelCase, read with ``by_alias=True, by_name=False``. Unknown keys are refused.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=camel,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
        allow_inf_nan=False,
    )

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Copy it as deeply as it can change, which is not at all: pydantic copies a default such as ``Cluster()``."""
        return self.__copy__()

    def __getstate__(self) -> dict[Any, Any]:
        """Give what pickle keeps: its own form for read-only mappings, which it cannot keep."""
        state = super().__getstate__()
        return state | {"__dict__": {name: _thawed(value) for name, value in state["__dict__"].items()}}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        """Take what :meth:`__getstate__` gave."""
        super().__setstate__(state | {"__dict__": {name: _frozen(value) for name, value in state["__dict__"].items()}})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Give a copy with ``update``, by the Python names of fields; what is changed is checked as if it were new.

        :raises LumenError: if the options would not have been accepted together
        """
        if not update:
            return super().model_copy(deep=deep)
        kept = {name: value for name, value in self if name in self.model_fields_set}
        return type(self)(**(kept | dict(update)))

    @classmethod
    def model_rebuild(cls, *, _parent_namespace_depth: int = 2, **how: Any) -> bool | None:
        """Build the validator, which pydantic does when it is needed first; those of the options inside come before.

        Pydantic puts a model that was built into the next, and describes one that was not again wherever it occurs.
        """
        if not cls.__pydantic_complete__:
            for model in _unbuilt_inside(cls, {cls: None}):
                super(Options, model).model_rebuild(raise_errors=False)
        # One frame more than pydantic expects lies between it and the names around the caller.
        return super().model_rebuild(_parent_namespace_depth=_parent_namespace_depth + 1, **how)

    def body(self) -> dict[str, Any]:
        """Give the Kubernetes form of this option: camelCase keys, without the fields that were left at None or empty.

        It serves the options whose fields are the Kubernetes fields; others make their own.
        """
        body: dict[str, Any] = _without_empty(self.model_dump(by_alias=True, exclude_none=True, mode="json"))
        return body


class _Thawed(dict[str, Any]):
    """A read-only mapping on its way through pickle."""


def _thawed(value: Any) -> Any:
    if isinstance(value, MappingProxyType):
        return _Thawed((key, _thawed(one)) for key, one in value.items())
    return tuple(map(_thawed, value)) if type(value) is tuple else value


def _frozen(value: Any) -> Any:
    if isinstance(value, _Thawed):
        return MappingProxyType({key: _frozen(one) for key, one in value.items()})
    return tuple(map(_frozen, value)) if type(value) is tuple else value


def _unbuilt_inside(model: type[Options], seen: dict[type[Options], None]) -> Iterator[type[Options]]:
    """Give the options inside a model that have no validator yet, the inner before the outer."""
    for field in model.model_fields.values():
        for inside in _options_in(field.annotation):
            if inside not in seen and not inside.__pydantic_complete__:
                seen[inside] = None
                yield from _unbuilt_inside(inside, seen)
                yield inside


def _options_in(annotation: object) -> Iterator[type[Options]]:
    if arguments := get_args(annotation):
        for argument in arguments:
            yield from _options_in(argument)
    elif isinstance(annotation, type) and issubclass(annotation, Options):
        yield annotation


def _without_empty(value: Any) -> Any:
    """Leave out empty lists and mappings, at any depth."""
    if isinstance(value, dict):
        inside = {key: _without_empty(one) for key, one in value.items()}
        return {key: one for key, one in inside.items() if one not in ([], {})}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


def _as_tuple(given: Sequence[T]) -> tuple[T, ...]:
    return tuple(given)


def _read_only(given: Mapping[str, V]) -> Mapping[str, V]:
    return MappingProxyType(dict(given))


def _as_dict(given: Mapping[str, V], dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
    dumped: dict[str, Any] = dump(dict(given))
    return dumped


# Pydantic asks for the signature of each of these functions, which takes long for a class such as tuple.

#: A sequence that is kept as a tuple, so that a frozen option stays as it was checked.
Items = Annotated[Sequence[T], AfterValidator(_as_tuple)]

#: A mapping that is kept read-only, so that a frozen option stays as it was checked.
Map = Annotated[Mapping[str, V], AfterValidator(_read_only), WrapSerializer(_as_dict)]


def empty() -> Mapping[str, Never]:
    """Give the default of a mapping: one that nobody can fill, as those that were given."""
    return _EMPTY


_EMPTY: Mapping[str, Never] = MappingProxyType({})


#: What the full form of an option may be given as, where that is a list or a mapping. None is for the field to judge.
_FULL_LIST = (list, tuple, NoneType)
_FULL_MAPPING = (Mapping, BaseModel, NoneType)

_KIND_WORDS = {
    bool: "true or false",
    str: "a string",
    int: "a number",
    float: "a number",
    dict: "a mapping",
    list: "a list",
    tuple: "a list",
}


class Short:
    """Marks an option that may also be written in a shorter form, such as ``"100m:500m"`` for a range.

    ``kinds`` are the types of the short form; ``read`` makes the full form of it. The JSON Schema offers both.
    """

    def __init__(
        self, kinds: type | tuple[type, ...], read: Callable[[Any], object], schema: Mapping[str, object]
    ) -> None:
        self.kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        is_list = get_origin(source) is Sequence
        wanted = dict.fromkeys(_KIND_WORDS[kind] for kind in (*self.kinds, list if is_list else dict))
        read = partial(self._read, full_kinds=_FULL_LIST if is_list else _FULL_MAPPING, wanted=" or ".join(wanted))
        return core_schema.no_info_before_validator_function(read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [dict(self.schema), handler(schema)]}

    def _read(self, given: object, full_kinds: tuple[type, ...], wanted: str) -> object:
        # Exact types: a bool is no number here, and an option that is a str subclass is not a short form.
        if type(given) not in self.kinds:
            if isinstance(given, full_kinds):
                return given
            message = f"must be {wanted}, not {show(given)}"
            raise ValueError(message)
        try:
            return self.read(given)
        except LumenError as error:
            # The full form named itself in the error; the field that holds the short form is the better place.
            faults = error.bare if isinstance(error, OptionError) else error.faults
            raise FaultsError([Fault((), fault) for fault in faults]) from None


def full(value: T | object, kind: type[T]) -> T:
    """Narrow an option that may be given in short form: once checked, it always holds the full form."""
    if not isinstance(value, kind):
        message = f"expected {kind.__name__}, not {type(value).__name__}"
        raise TypeError(message)
    return value
