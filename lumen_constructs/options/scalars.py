"""The scalar types of the options: names, quantities, durations and ports that check themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from lumen_constructs import names
from lumen_constructs.durations import is_prometheus_duration
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Map
from lumen_constructs.quantities import Quantity

if TYPE_CHECKING:
    import cdk8s
    import cdk8s_plus_27 as kplus

    T = TypeVar("T")
    N = TypeVar("N", bound=str | None)

__all__ = [
    "AccountName",
    "Amount",
    "AnnotationMap",
    "ConfigKey",
    "ConfigMapName",
    "EnvName",
    "External",
    "FreeText",
    "HostName",
    "HttpPath",
    "LabelKey",
    "LabelMap",
    "Memory",
    "MountPath",
    "Name",
    "PodCount",
    "PodShare",
    "PortName",
    "PortNumber",
    "PortRef",
    "PrometheusDuration",
    "ResourceMap",
    "Seconds",
    "SecretName",
    "SecretOrConfigMapName",
    "ServiceName",
    "Subdomain",
    "Text",
    "from_jsii",
    "refuse_placeholder",
    "refuse_placeholder_text",
]


#: Something between angle brackets that a person is meant to replace.
_PLACEHOLDER = re.compile(r"<[\w -]*\w[\w -]*>")


def refuse_placeholder_text(value: str) -> str:
    """Refuse a placeholder in free text, where several pairs of brackets are markup and not places to fill in."""
    return refuse_placeholder(value) if value.count("<") <= 1 else value


def refuse_placeholder(value: str) -> str:
    """Refuse a text that still holds a placeholder such as ``<org>`` or ``CHANGE_ME``: nothing would be found by it."""
    if found := _PLACEHOLDER.search(value):
        message = f"{show(value)} still holds the placeholder {found[0]}; put the real value in its place"
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


def _path_of_url(value: str) -> str | None:
    return None if value.startswith("/") else "must start with '/'"


def _key_faults(given: Mapping[str, str]) -> list[Fault]:
    return [Fault((key,), f"key {fault}") for key in given if (fault := names.qualified_name_fault(key))]


def _checked_labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    values = ((key, value, names.label_value_fault(value)) for key, value in labels.items())
    raise_faults(
        [*_key_faults(labels), *(Fault((key,), f"{show(value)} {fault}") for key, value, fault in values if fault)]
    )
    return labels


def _checked_annotations(annotations: Mapping[str, str]) -> Mapping[str, str]:
    raise_faults(_key_faults(annotations))
    return annotations


def _checked_resources(amounts: Mapping[str, str]) -> Mapping[str, str]:
    def known(name: str) -> bool:
        extended = "/" in name and names.qualified_name_fault(name) is None
        return extended or name in _RESOURCES or name.startswith("hugepages-")

    bad = (name for name in amounts if not known(name))
    raise_faults(Fault((name,), f"is not a resource{names.did_you_mean(name, _RESOURCES)}") for name in bad)
    return amounts


def _external(value: str) -> str | None:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(?:/[^\s/]+){1,2}", value):
        return "must be 'Kind/name' or 'Kind/namespace/name', such as 'Secret/cart-db'"
    return None


def from_jsii(value: object) -> object:
    """Accept the types that a cdk8s-plus user would pass: sizes, CPU amounts, durations and named objects.

    They are told by their module and members, since importing cdk8s here would make every reader of options start Node.
    """
    # What jsii knows only by its interface, such as an imported Secret, is a proxy of its own.
    if type(value).__module__.partition(".")[0] not in {"cdk8s", "cdk8s_plus_27", "jsii"}:
        return value
    given: Any = value
    try:
        if hasattr(given, "to_kibibytes"):
            return f"{int(given.to_kibibytes())}Ki"
        if hasattr(given, "to_seconds"):
            return int(given.to_seconds())
    except RuntimeError as error:  # what jsii makes of cdk8s' error: the amount is no whole number of the unit
        message = str(error).partition("\n")[0]
        raise ValueError(message[:1].lower() + message[1:]) from None
    return getattr(given, "amount", getattr(given, "name", value))


def _quantity(value: object) -> object:
    """Keep a quantity in its canonical string: ``1000m`` is ``1``."""
    given: Any = from_jsii(value)
    if given is None:
        return None
    if isinstance(given, str):
        refuse_placeholder(given)
    quantity = Quantity.parse(given)
    if quantity.value < 0:
        message = f"{show(given)} must not be negative"
        raise ValueError(message)
    return str(quantity)


def _prometheus_duration(value: object) -> object:
    given = from_jsii(value)
    if isinstance(given, int) and not isinstance(given, bool) and given is not value:
        given = f"{given}s"
    if type(given) is int and given > 0:
        message = f"{given} needs a unit; write '{given}s'"
        raise ValueError(message)
    if isinstance(given, str) and not is_prometheus_duration(given):
        message = f"{show(given)} is not a duration; write it as '30s' or '1m30s'"
        raise ValueError(message)
    return given


def _pod_count(value: object) -> object:
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,4}%", value):
        return value
    message = f"{show(value)} must be a whole number or a percentage such as '25%'"
    raise ValueError(message)


def _at_most_all(pods: int | str) -> int | str:
    if isinstance(pods, str) and int(pods.removesuffix("%")) > 100:
        message = f"{show(pods)} must be at most 100%"
        raise ValueError(message)
    return pods


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


_RESOURCES = ("cpu", "memory", "ephemeral-storage")
_QUANTITY_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "number"}]}

#: A text that must not be a placeholder.
Text = Annotated[str, AfterValidator(refuse_placeholder)]
#: A text of any form; a single pair of angle brackets in it is taken for a placeholder.
FreeText = Annotated[str, AfterValidator(refuse_placeholder_text)]
#: A DNS-1123 label.
Name = Annotated[str, BeforeValidator(from_jsii), _checked(names.label_fault)]
#: A DNS-1123 subdomain: the name of most objects. An object of cdk8s-plus is taken by its name.
Subdomain = Annotated[str, BeforeValidator(from_jsii), _checked(names.subdomain_fault)]
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
#: A path of a URL, with its query where it has one.
HttpPath = Annotated[str, _checked(_path_of_url)]
#: A port number.
PortNumber = Annotated[int, Field(ge=1, le=65535)]
#: A port of the component, by name or number.
PortRef = Annotated[int | str, BeforeValidator(_port_ref)]
#: The key of a label or a taint.
LabelKey = Annotated[str, _checked(names.qualified_name_fault)]
#: Labels: keys and values as Kubernetes accepts them.
LabelMap = Annotated[Map[str], AfterValidator(_checked_labels)]
#: Something outside the rendered set: ``Kind/name`` or ``Kind/namespace/name``.
External = Annotated[str, _checked(_external)]
#: The name of a Service.
ServiceName = Annotated[str, BeforeValidator(from_jsii), _checked(names.service_name_fault)]
#: Annotations: keys as Kubernetes accepts them, any text as value.
AnnotationMap = Annotated[Map[str], AfterValidator(_checked_annotations)]
#: A whole number of pods, or a percentage of them.
PodCount = Annotated[int | str, BeforeValidator(_pod_count)]
#: A whole number of pods, or a percentage of them up to all.
PodShare = Annotated[int | str, BeforeValidator(_pod_count), AfterValidator(_at_most_all)]

if TYPE_CHECKING:

    class _NameOf(Generic[T, N]):
        """To type checkers, a field that is given as a name or an object that has one, and that is read as the name."""

        def __get__(self, instance: object, owner: type | None = None) -> N: ...
        def __set__(self, instance: object, value: N | T) -> None: ...

    SecretName = _NameOf[kplus.ISecret, str]
    ConfigMapName = _NameOf[kplus.IConfigMap, str]
    SecretOrConfigMapName = _NameOf[kplus.ISecret | kplus.IConfigMap, str]
    AccountName = _NameOf[kplus.IServiceAccount, str | None]
    Amount = str | int | float | kplus.Cpu | cdk8s.Size
    Memory = str | int | cdk8s.Size
    PrometheusDuration = str | cdk8s.Duration
    Seconds = int | cdk8s.Duration
else:
    #: The name of a Secret, or a Secret of cdk8s-plus.
    SecretName = Subdomain
    #: The name of a ConfigMap, or a ConfigMap of cdk8s-plus.
    ConfigMapName = Subdomain
    #: The name of either, or either of cdk8s-plus.
    SecretOrConfigMapName = Subdomain
    #: The name of a ServiceAccount, or a ServiceAccount of cdk8s-plus; may be left out.
    AccountName = Subdomain | None
    #: An amount of any resource or metric (``100m``, ``0.5``, ``2``, ``128Mi``), kept in canonical form.
    Amount = Annotated[str, BeforeValidator(_quantity), WithJsonSchema(_QUANTITY_SCHEMA)]
    #: An amount of memory or storage in bytes (``128Mi``), kept in canonical form.
    Memory = Annotated[str, BeforeValidator(_quantity), WithJsonSchema(_QUANTITY_SCHEMA)]
    #: A duration as Prometheus writes it.
    PrometheusDuration = Annotated[str, BeforeValidator(_prometheus_duration)]
    #: Whole seconds.
    Seconds = Annotated[int, BeforeValidator(from_jsii), Field(ge=0)]

#: Amounts of resources, by the name of the resource.
ResourceMap = Annotated[Map[Amount], AfterValidator(_checked_resources)]
