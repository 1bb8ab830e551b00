"""Plain configuration of a component: what its ConfigMaps hold, and how the pod reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from lumen_constructs.faults import show
from lumen_constructs.names import config_key_fault
from lumen_constructs.options.base import Map, Options
from lumen_constructs.options.env import scalar_text
from lumen_constructs.options.scalars import MountPath, Subdomain, refuse_placeholder

if TYPE_CHECKING:
    ConfigValue = str | int | bool
else:
    #: A value of a ConfigMap: text; whole numbers and truth values are written as text.
    ConfigValue = Annotated[
        str, BeforeValidator(scalar_text), WithJsonSchema({"type": ["string", "integer", "boolean"]})
    ]


def check_data(data: Map[ConfigValue]) -> None:
    """Refuse keys that a ConfigMap cannot hold, and values that are placeholders."""
    for key, value in data.items():
        if fault := config_key_fault(key):
            message = f"key {show(key)} {fault}"
            raise ValueError(message)
        try:
            refuse_placeholder(str(value))
        except ValueError as error:
            message = f"{key} {error}"
            raise ValueError(message) from None


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
        for key in self.data:
            if fault := config_key_fault(key):
                message = f"file name {show(key)} {fault}"
                raise ValueError(message)
        return self
