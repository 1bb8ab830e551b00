"""The scalar types of the options: names, quantities, durations and ports that check themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from lumen_constructs import names
from lumen_constructs.durations import is_prometheus_duration
from lumen_constructs.faults import show
from lumen_constructs.options.base import Map
from lumen_constructs.quantities import Quantity

if TYPE_CHECKING:
    import cdk8s
    import cdk8s_plus_27 as kplus

__all__ = [
    "AnnotationMap",
    "ConfigKey",
    "Cpu",
    "EnvName",
    "HostName",
    "LabelMap",
    "Memory",
    "MountPath",
    "Name",
    "Percent",
    "PortName",
    "PortNumber",
    "PortRef",
    "PrometheusDuration",
    "Seconds",
    "Subdomain",
    "Text",
    "refuse_placeholder",
]


def refuse_placeholder(value: str) -> str:
    """Refuse a text that still holds a placeholder such as ``<org>`` or ``CHANGE_ME``: nothing would be found by it."""
    start, end = value.find("<"), value.find(">")
    if 0 <= start < end and value[start + 1 : end].replace("-", "").replace("_", "").replace(" ", "").isalnum():
        message = f"{show(value)} still holds the placeholder {value[start : end + 1]}; put the real value in its place"
        raise ValueError(message)
    if value.upper().replace("-", "_").replace("_", "") in {"CHANGEME", "TODO", "FIXME", "REPLACEME"}:
        message = f"{show(value)} is a placeholder; put the real value in its place"
        raise ValueError(message)
    return value


def _checked(fault: Callable[[str], str | None]) -> AfterValidator:
    def check(value: str) -> str:
        refuse_placeholder(value)
        if found := fault(value):
            message = f"{show(value)} {found}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


def _absolute(value: str) -> str | None:
    if not value.startswith("/"):
        return "must be an absolute path, such as '/data'"
    if ":" in value:
        return "must not contain ':'"
    if ".." in value.split("/"):
        return "must not contain '..'"
    return None


def _checked_labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    for key, value in labels.items():
        if fault := names.qualified_name_fault(key):
            message = f"key {show(key)} {fault}"
            raise ValueError(message)
        if fault := names.label_value_fault(value):
            message = f"{key} {show(value)} {fault}"
            raise ValueError(message)
    return labels


def _checked_annotations(annotations: Mapping[str, str]) -> Mapping[str, str]:
    for key in annotations:
        if fault := names.qualified_name_fault(key):
            message = f"key {show(key)} {fault}"
            raise ValueError(message)
    return annotations


def _from_jsii(value: object) -> object:
    """Accept the types that a cdk8s-plus user would pass: sizes, CPU amounts, durations and named objects.

    They are told by their module and members, since importing cdk8s here would make every reader of options start Node.
    """
    if type(value).__module__.partition(".")[0] not in {"cdk8s", "cdk8s_plus_27"}:
        return value
    given: Any = value
    if hasattr(given, "to_kibibytes"):
        return f"{int(given.to_kibibytes())}Ki"
    if hasattr(given, "to_seconds"):
        return int(given.to_seconds())
    return getattr(given, "amount", getattr(given, "name", value))


def _quantity(value: object) -> object:
    """Keep a quantity in its canonical string: ``1000m`` is ``1``."""
    given = _from_jsii(value)
    if isinstance(given, (str, int, float)) and not isinstance(given, bool):
        if isinstance(given, str):
            refuse_placeholder(given)
        quantity = Quantity.parse(given)
        if quantity.value < 0:
            message = f"{show(given)} must not be negative"
            raise ValueError(message)
        return str(quantity)
    return given


def _prometheus_duration(value: object) -> object:
    given = _from_jsii(value)
    if isinstance(given, int) and not isinstance(given, bool) and given is not value:
        given = f"{given}s"
    if isinstance(given, str) and not is_prometheus_duration(given):
        message = f"{show(given)} is not a duration; write it as '30s' or '1m30s'"
        raise ValueError(message)
    return given


def _percent(value: object) -> object:
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and value.endswith("%") and value[:-1].isascii() and value[:-1].isdigit():
        return value
    message = f"{show(value)} must be a whole number or a percentage such as '25%'"
    raise ValueError(message)


def _port_ref(value: object) -> object:
    if type(value) is int and 1 <= value <= 65535:
        return value
    if isinstance(value, str):
        fault = names.port_name_fault(value)
        if fault is None:
            return value
        message = f"{show(value)} {fault}, or be a number from 1 to 65535"
        raise ValueError(message)
    message = f"{show(value)} must be the name of a port or a number from 1 to 65535"
    raise ValueError(message)


_QUANTITY_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "number"}]}

#: A text that must not be a placeholder.
Text = Annotated[str, AfterValidator(refuse_placeholder)]
#: A DNS-1123 label.
Name = Annotated[str, BeforeValidator(_from_jsii), _checked(names.label_fault)]
#: A DNS-1123 subdomain: the name of most objects. An object of cdk8s-plus is taken by its name.
Subdomain = Annotated[str, BeforeValidator(_from_jsii), _checked(names.subdomain_fault)]
#: A host name, whose first label may be ``*``.
HostName = Annotated[str, _checked(names.host_fault)]
#: The name of a port.
PortName = Annotated[str, _checked(names.port_name_fault)]
#: The name of an environment variable.
EnvName = Annotated[str, _checked(names.env_name_fault)]
#: A key of a ConfigMap or a Secret.
ConfigKey = Annotated[str, _checked(names.config_key_fault)]
#: A path inside a container.
MountPath = Annotated[str, _checked(_absolute)]
#: A port number.
PortNumber = Annotated[int, Field(ge=1, le=65535)]
#: A port of the component, by name or number.
PortRef = Annotated[int | str, BeforeValidator(_port_ref)]
#: Labels: keys and values as Kubernetes accepts them.
LabelMap = Annotated[Map[str], AfterValidator(_checked_labels)]
#: Annotations: keys as Kubernetes accepts them, any text as value.
AnnotationMap = Annotated[Map[str], AfterValidator(_checked_annotations)]
#: A whole number of pods, or a percentage of them.
Percent = Annotated[int | str, BeforeValidator(_percent)]

if TYPE_CHECKING:
    Cpu = str | int | float | kplus.Cpu
    Memory = str | int | cdk8s.Size
    PrometheusDuration = str | cdk8s.Duration
    Seconds = int | cdk8s.Duration
else:
    #: An amount of CPU (``100m``, ``0.5``, ``2``), kept in canonical form.
    Cpu = Annotated[str, BeforeValidator(_quantity), WithJsonSchema(_QUANTITY_SCHEMA)]
    #: An amount of memory or storage in bytes (``128Mi``), kept in canonical form.
    Memory = Annotated[str, BeforeValidator(_quantity), WithJsonSchema(_QUANTITY_SCHEMA)]
    #: A duration as Prometheus writes it.
    PrometheusDuration = Annotated[str, BeforeValidator(_prometheus_duration)]
    #: Whole seconds.
    Seconds = Annotated[int, BeforeValidator(_from_jsii), Field(ge=0)]
