"""Plain configuration of a component: what its ConfigMaps hold, and how the pod reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.names import config_key_fault
from lumen_constructs.options.base import Map, Options
from lumen_constructs.options.env import scalar_text
from lumen_constructs.options.scalars import MountPath, Subdomain, refuse_placeholder_text

if TYPE_CHECKING:
    ConfigValue = str | int | bool
else:
    #: A value of a ConfigMap: text; whole numbers and truth values are written as text.
    ConfigValue = Annotated[
        str, BeforeValidator(scalar_text), WithJsonSchema({"type": ["string", "integer", "boolean"]})
    ]


#: Bytes of data that the API server takes in one ConfigMap.
_LARGEST = 1024 * 1024


def data_faults(data: Map[ConfigValue]) -> Iterator[Fault]:
    """Find keys that a ConfigMap cannot hold, values that are placeholders, and too much of both."""
    for key, value in data.items():
        if fault := config_key_fault(key):
            yield Fault((key,), f"key {fault}")
        try:
            refuse_placeholder_text(str(value))
        except ValueError as error:
            yield Fault((key,), str(error))
    yield from _size_faults(data)


def _size_faults(data: Map[ConfigValue]) -> Iterator[Fault]:
    size = sum(len(str(value).encode("utf-8", "surrogatepass")) for value in data.values())
    if size > _LARGEST:
        yield Fault((), f"holds {size} bytes, and a ConfigMap at most {_LARGEST}; divide it")


class ConfigFiles(Options):
    """A ConfigMap whose keys are files below one directory of the container."""

    mount_path: MountPath
    """Directory in which the files stand, read-only; sets ``volumeMounts[].mountPath``. It is hidden otherwise."""
    data: Map[str] = Field(min_length=1)
    """The files: name and content; sets the ConfigMap's ``data``."""
    name: Subdomain | None = None
    """Name of the ConfigMap. Default: the component's name and the key of these files."""

    @model_validator(mode="after")
    def _check(self) -> ConfigFiles:
        bad = [(key, config_key_fault(key)) for key in self.data]
        raise_faults(
            [
                *(Fault(("data", key), f"file name {fault}") for key, fault in bad if fault),
                *(Fault(("data",), fault.message) for fault in _size_faults(self.data)),
            ]
        )
        return self
