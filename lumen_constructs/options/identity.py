"""Who a component is to the API server, and what it may do there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.scalars import AccountName, AnnotationMap, Text

Verb = Literal[
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "escalate"
]


class PolicyRule(Options):
    """What a Role allows. Wildcards are refused: they allow what does not exist yet."""

    api_groups: Items[str] = ("",)
    """API groups, where ``""`` is the core group; sets ``rules[].apiGroups``."""
    resources: Items[Text] = Field(min_length=1)
    """Resources, such as ``configmaps`` or ``pods/log``; sets ``rules[].resources``."""
    resource_names: Items[Text] = ()
    """Names of the only objects that are meant; sets ``rules[].resourceNames``. Default: every object.
    ``create`` and ``deletecollection`` cannot be limited so."""
    verbs: Items[Verb] = Field(min_length=1)
    """What may be done; sets ``rules[].verbs``."""

    @model_validator(mode="after")
    def _check(self) -> PolicyRule:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for field, given in (("apiGroups", self.api_groups), ("resources", self.resources)):
            for index, value in enumerate(given):
                if "*" in value:
                    yield Fault(
                        (field, index), f"{show(value)} allows more than any component needs; name what it uses"
                    )
        for index, group in enumerate(self.api_groups):
            if "/" in group or group == "v1":
                meant = group.partition("/")[0] if "/" in group else ""
                yield Fault(("apiGroups", index), f"{show(group)} has a version; write {show(meant)}")
        for index, verb in enumerate(self.verbs):
            if self.resource_names and verb in {"create", "deletecollection"}:
                message = f"{verb} cannot be limited by resourceNames; put it into a rule of its own"
                yield Fault(("verbs", index), message)

    def body(self) -> dict[str, Any]:
        """Give the entry of the Role's ``rules``; the core group's empty name is a value, not an absence."""
        body: dict[str, Any] = {
            "apiGroups": list(self.api_groups),
            "resources": list(self.resources),
            "verbs": list(self.verbs),
        }
        return body | ({"resourceNames": list(self.resource_names)} if self.resource_names else {})


class ServiceAccount(Options):
    """The ServiceAccount of a component."""

    create: bool = True
    """Whether it is made with the component. If not, ``name`` must exist."""
    name: AccountName = Field(default=cast("Any", None))  # Any: to type checkers, the field takes more than it gives
    """Name. Default: the component's."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Annotations, such as a cloud's role."""
    automount_token: bool | None = None
    """Whether pods get a token for the API server; sets ``automountServiceAccountToken``. Default: where ``rbac`` gives
    rights."""

    @model_validator(mode="after")
    def _check(self) -> ServiceAccount:
        if not self.create and self.name is None:
            message = "needs the name of a ServiceAccount that exists, since create is false"
            raise ValueError(message)
        if not self.create and self.annotations:
            message = "annotations are for a ServiceAccount that is made here; create is false"
            raise ValueError(message)
        return self
