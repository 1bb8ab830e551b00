"""The environment variables of a container."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import did_you_mean, env_name_fault
from lumen_constructs.options.base import Items, Options, Short
from lumen_constructs.options.scalars import (
    Amount,
    ConfigKey,
    EnvName,
    FreeText,
    Name,
    SecretOrConfigMapName,
    Text,
    refuse_placeholder_text,
)


class KeyRef(Options):
    """One key of a ConfigMap or a Secret."""

    name: SecretOrConfigMapName
    """Name of the ConfigMap or Secret, in the pod's namespace; sets ``name``."""
    key: ConfigKey
    """The key whose value the variable gets; sets ``key``."""
    optional: bool = False
    """Whether the container may start without it; sets ``optional``. Otherwise it waits until object and key exist."""


class FieldRef(Options):
    """A field of the pod itself."""

    field_path: Text
    """Path of the field, such as ``metadata.name``, ``metadata.labels['tier']`` or ``status.podIP``; sets
    ``fieldRef.fieldPath``."""

    @model_validator(mode="after")
    def _check(self) -> FieldRef:
        if self.field_path not in _POD_FIELDS and not _POD_FIELD_OF_MAP.fullmatch(self.field_path):
            message = f"{show(self.field_path)} is not a field that a variable can read"
            raise_faults([Fault(("fieldPath",), message + did_you_mean(self.field_path, _POD_FIELDS))])
        return self


_POD_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_POD_FIELD_OF_MAP = re.compile(r"metadata\.(?:labels|annotations)\['[^']+'\]")


class ResourceFieldRef(Options):
    """A resource figure of a container."""

    resource: Text
    """The figure, such as ``limits.memory``; sets ``resourceFieldRef.resource``."""
    container_name: Name | None = None
    """Name of the container; sets ``resourceFieldRef.containerName``. Default: the variable's own."""
    divisor: Amount | None = None
    """Unit of the figure, such as ``1Mi``; sets ``resourceFieldRef.divisor``. Default: 1."""

    @model_validator(mode="after")
    def _check(self) -> ResourceFieldRef:
        if self.resource not in _FIGURES and not re.fullmatch(r"(?:limits|requests)\.hugepages-\w+", self.resource):
            message = f"{show(self.resource)} is not a figure that a variable can read"
            raise_faults([Fault(("resource",), message + did_you_mean(self.resource, _FIGURES))])
        return self


_FIGURES = tuple(
    f"{kind}.{resource}" for kind in ("limits", "requests") for resource in ("cpu", "memory", "ephemeral-storage")
)


class EnvSource(Options):
    """Where the value of a variable comes from: exactly one place."""

    config_map_key_ref: KeyRef | None = None
    """A key of a ConfigMap; sets ``valueFrom.configMapKeyRef``."""
    secret_key_ref: KeyRef | None = None
    """A key of a Secret; sets ``valueFrom.secretKeyRef``."""
    field_ref: FieldRef | None = None
    """A field of the pod; sets ``valueFrom.fieldRef``."""
    resource_field_ref: ResourceFieldRef | None = None
    """A resource figure of a container; sets ``valueFrom.resourceFieldRef``."""

    @model_validator(mode="after")
    def _check(self) -> EnvSource:
        places = (self.config_map_key_ref, self.secret_key_ref, self.field_ref, self.resource_field_ref)
        if sum(place is not None for place in places) != 1:
            message = "needs exactly one of configMapKeyRef, secretKeyRef, fieldRef and resourceFieldRef"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give ``valueFrom``."""
        dumped: dict[str, Any] = self.model_dump(by_alias=True, exclude_none=True)
        return {k: {f: v for f, v in ref.items() if v is not False} for k, ref in dumped.items()}


class EnvVar(Options):
    """An environment variable: a value, or where it comes from."""

    name: EnvName
    """Name of the variable; sets ``env[].name``."""
    value: FreeText | None = None
    """The value; sets ``env[].value``. A secret does not belong here: declare it under ``secrets``."""
    value_from: EnvSource | None = None
    """Where the value comes from; sets ``env[].valueFrom``."""

    @model_validator(mode="after")
    def _check(self) -> EnvVar:
        if (self.value is None) == (self.value_from is None):
            message = f"{show(self.name)} needs either a value or valueFrom"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give the entry of the container's ``env``."""
        if self.value_from is None:
            return {"name": self.name, "value": self.value}
        return {"name": self.name, "valueFrom": self.value_from.body()}


def scalar_text(value: object) -> object:
    """Give a whole number or a truth value as the text that a ConfigMap or a variable holds."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        message = f'must be a string, not {show(value)}: a fraction can be spelled in several ways; write "{value}"'
        raise ValueError(message)  # noqa: TRY004  # pydantic collects ValueErrors, not TypeErrors
    return value


def _from_mapping(variables: Mapping[str, object]) -> list[EnvVar]:
    raise_faults(fault for name, value in variables.items() for fault in _variable_faults(name, value))
    return [EnvVar(name=name, value=str(scalar_text(value))) for name, value in variables.items()]


def _variable_faults(name: object, value: object) -> Iterator[Fault]:
    if not isinstance(name, str):
        yield Fault((str(name),), f"key must be a string, not {show(name)}")
    elif fault := env_name_fault(name):
        yield Fault((name,), f"key {fault}")
    if not isinstance(value, (str, bool, int, float)):
        yield Fault((str(name),), f"must be a string, not {show(value)}")
        return
    try:
        refuse_placeholder_text(str(scalar_text(value)))
    except ValueError as error:
        yield Fault((str(name),), str(error))


class EnvFromRef(Options):
    """The name of a ConfigMap or Secret whose keys all become variables."""

    name: SecretOrConfigMapName
    """Name of the ConfigMap or Secret, in the pod's namespace."""
    optional: bool = False
    """Whether the container may start without it."""


class EnvFrom(Options):
    """A ConfigMap or a Secret of which every key becomes a variable."""

    config_map_ref: EnvFromRef | None = None
    """The ConfigMap; sets ``envFrom[].configMapRef``."""
    secret_ref: EnvFromRef | None = None
    """The Secret; sets ``envFrom[].secretRef``."""
    prefix: str = ""
    """What stands before each key in the variable's name; sets ``envFrom[].prefix``."""

    @model_validator(mode="after")
    def _check(self) -> EnvFrom:
        if self.prefix and (fault := env_name_fault(self.prefix)):
            raise_faults([Fault(("prefix",), f"{show(self.prefix)} {fault}")])
        if (self.config_map_ref is None) == (self.secret_ref is None):
            message = "needs either configMapRef or secretRef"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give the entry of the container's ``envFrom``."""
        kind, ref = ("configMapRef", self.config_map_ref) if self.config_map_ref else ("secretRef", self.secret_ref)
        body: dict[str, Any] = {"prefix": self.prefix} if self.prefix else {}
        if ref is not None:
            body[kind] = {"name": ref.name} | ({"optional": True} if ref.optional else {})
        return body


if TYPE_CHECKING:
    Env = Items[EnvVar] | Mapping[str, str | int | bool]
else:
    #: Variables: a list in the Kubernetes form, merged by name across layers, or a mapping of names to values.
    Env = Annotated[
        Items[EnvVar],
        Short(
            dict, _from_mapping, {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}}
        ),
    ]
