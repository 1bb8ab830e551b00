"""How much a container asks for, and how much it may use."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults
from lumen_constructs.options.base import Options, Short, empty, full
from lumen_constructs.options.scalars import Amount, ResourceMap, from_jsii
from lumen_constructs.quantities import Quantity


class Range(Options):
    """A request and a limit; in short form ``"100m:500m"``, ``"100m"`` for both, ``"100m:"`` for a request alone."""

    request: Amount | None = None
    """What the scheduler reserves; sets ``resources.requests``."""
    limit: Amount | None = None
    """What the container may use at most; sets ``resources.limits``. Default: none."""

    @model_validator(mode="after")
    def _check(self) -> Range:
        if self.request is None and self.limit is None:
            message = "needs a request or a limit"
            raise ValueError(message)
        if self.request is not None and self.limit is not None and _value(self.request) > _value(self.limit):
            message = f"request {self.request} is above the limit {self.limit}"
            raise ValueError(message)
        return self


def _value(quantity: Any) -> Any:
    return Quantity.parse(quantity).value


def _from_text(text: object) -> Range:
    """Read ``request:limit``, ``both``, ``request:`` or ``:limit``."""
    request, colon, limit = str(text).partition(":")
    if not colon:
        both = str(Quantity.parse(request.strip()))
        return Range(request=both, limit=both)
    return Range(request=request.strip() or None, limit=limit.strip() or None)


if TYPE_CHECKING:
    import cdk8s
    import cdk8s_plus_27 as kplus

    RangeLike = Range | str | int | float | kplus.Cpu | cdk8s.Size
else:
    #: A range, or its short form.
    RangeLike = Annotated[
        Range,
        Short(
            (str, int, float),
            _from_text,
            {"type": ["string", "number"], "description": "request:limit, such as 100m:500m; one value is both"},
        ),
        # Outermost, since the amounts of cdk8s become texts first.
        BeforeValidator(from_jsii),
    ]


class Resources(Options):
    """Compute resources of a container: ``Resources(cpu="100m:500m", memory="128Mi:256Mi")``.

    The same can be said in the Kubernetes form, ``requests`` and ``limits``; one resource is said in one form.
    """

    cpu: RangeLike | None = None
    """CPU, in cores (``0.5``) or thousandths (``500m``)."""
    memory: RangeLike | None = None
    """Memory, in bytes (``256Mi``)."""
    ephemeral_storage: RangeLike | None = None
    """Local storage: logs, writable layers and ``emptyDir`` volumes, in bytes (``1Gi``)."""
    requests: ResourceMap = Field(default_factory=empty)
    """What the scheduler reserves, by the name of the resource; sets ``resources.requests``."""
    limits: ResourceMap = Field(default_factory=empty)
    """What the container may use at most, by the name of the resource; sets ``resources.limits``."""

    @model_validator(mode="after")
    def _check(self) -> Resources:
        raise_faults([*self._given_twice(), *self._requests_above_limits(), *self._tiny_amounts()])
        return self

    def _given_twice(self) -> Iterator[Fault]:
        for resource in self._ranges():
            if resource in self.requests or resource in self.limits:
                field = "ephemeralStorage" if resource == "ephemeral-storage" else resource
                yield Fault((field,), "is given twice, here and in requests or limits; leave one out")

    def _requests_above_limits(self) -> Iterator[Fault]:
        for resource, request in self.requests.items():
            limit = self.limits.get(resource)
            if limit is not None and _value(request) > _value(limit):
                yield Fault(("requests", resource), f"{request} is above the limit {limit}")

    def _tiny_amounts(self) -> Iterator[Fault]:
        """Find bytes that were meant as mebibytes: ``256``, or ``128m``, which is a fraction of a byte."""
        for resource, field in (("memory", "memory"), ("ephemeral-storage", "ephemeralStorage")):
            for amounts in (self._requests(), self._limits()):
                amount = amounts.get(resource, "0")
                if 0 < _value(amount) < 2**20:
                    yield Fault((field,), f"{amount} is less than 1Mi; write {amount.rstrip(ascii_letters)}Mi")

    def _ranges(self) -> dict[str, Range]:
        given = {"cpu": self.cpu, "memory": self.memory, "ephemeral-storage": self.ephemeral_storage}
        return {name: full(value, Range) for name, value in given.items() if value is not None}

    def request(self, resource: str) -> str | None:
        """Give the request for ``resource`` (``cpu``, ``memory``, …), or None."""
        return self._requests().get(resource)

    def limit(self, resource: str) -> str | None:
        """Give the limit of ``resource`` (``cpu``, ``memory``, …), or None."""
        return self._limits().get(resource)

    def body(self) -> dict[str, Any]:
        """Give the container's ``resources``."""
        both = {"requests": self._requests(), "limits": self._limits()}
        return {key: value for key, value in both.items() if value}

    def _requests(self) -> dict[str, str]:
        short = {name: str(r.request) for name, r in self._ranges().items() if r.request is not None}
        return short | {name: str(amount) for name, amount in self.requests.items()}

    def _limits(self) -> dict[str, str]:
        short = {name: str(r.limit) for name, r in self._ranges().items() if r.limit is not None}
        return short | {name: str(amount) for name, amount in self.limits.items()}
