"""What all options share: frozen, typed, self-checking, the same from Python (snake_case) and from YAML (camelCase)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationError

from lumen_constructs.errors import LumenError
from lumen_constructs.faults import faults_of

T = TypeVar("T")
V = TypeVar("V")

#: Words that the Kubernetes API spells in capitals inside a camelCase name.
_ACRONYMS = {"ip": "IP", "ips": "IPs", "pid": "PID", "ipc": "IPC", "tls": "TLS", "url": "URL", "api": "API", "id": "ID"}


def camel(name: str) -> str:
    """Give the Kubernetes spelling of a Python name: ``load_balancer_ip`` is ``loadBalancerIP``."""
    first, *rest = name.split("_")
    return first + "".join(_ACRONYMS.get(word, word.capitalize()) for word in rest)


def snake(name: str) -> str:
    """Give the Python spelling of a Kubernetes name; the inverse of :func:`camel`."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


if TYPE_CHECKING:
    _OptionsBase = BaseModel
else:

    class _OptionsMeta(type(BaseModel)):
        """Turns what pydantic finds in a constructor call into a :class:`LumenError` in the caller's spelling."""

        def __call__(cls, *args: object, **kwargs: object) -> object:
            try:
                return super().__call__(*args, **kwargs)
            except ValidationError as error:
                faults = [f"{cls.__name__}: {fault}" for fault in faults_of(error, cls, by_alias=False)]
            raise LumenError(*faults)

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
        use_attribute_docstrings=True,
        defer_build=True,
        allow_inf_nan=False,
    )


#: A sequence that is kept as a tuple, so that a frozen option stays as it was checked.
Items = Annotated[Sequence[T], AfterValidator(tuple)]

#: A mapping that is kept read-only, so that a frozen option stays as it was checked.
Map = Annotated[Mapping[str, V], AfterValidator(lambda given: MappingProxyType(dict(given))), PlainSerializer(dict)]
