"""Small option types that have each thing that layering must know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from lumen_constructs.options.base import Items, Map, Options, Short
from lumen_constructs.values.merging import MergeByName


class Port(Options):
    """A port."""

    name: str = "http"
    """Name of the port."""
    number: Annotated[int, Field(ge=1, le=65535)]
    """Number of the port."""
    public: bool = False
    """Whether the world may reach it."""


class Rule(Options):
    """A rule of a list that replaces a list."""

    path: str
    """Path that the rule is for."""
    weight: float = 1.0
    """Share of the traffic."""


class Variable(Options):
    """An environment variable."""

    name: str
    """Name of the variable."""
    value: str
    """Its value."""


class Image(Options):
    """An image; in short form ``repository:tag``."""

    repository: str
    """Where it comes from."""
    tag: str = "stable"
    """Which one."""


def _image(text: str) -> Image:
    repository, _, tag = text.partition(":")
    return Image(repository=repository, tag=tag) if tag else Image(repository=repository)


if TYPE_CHECKING:
    PortLike = Port | int
    ImageLike = Image | str
    Variables = Items[Variable] | dict[str, str]
else:
    PortLike = Annotated[Port, Short(int, lambda number: Port(number=number), {"type": "integer"})]
    ImageLike = Annotated[Image, Short(str, _image, {"type": "string"})]
    Variables = Annotated[
        Items[Variable],
        Short(
            dict,
            lambda given: [Variable(name=name, value=value) for name, value in given.items()],
            {"type": "object", "additionalProperties": {"type": "string"}},
        ),
    ]


class Scale(Options):
    """How many there are."""

    min_replicas: Annotated[int, Field(ge=1)] = 1
    """Fewest replicas, never below one."""
    max_replicas: int = 3
    """Most replicas."""

    @model_validator(mode="after")
    def _check(self) -> Scale:
        if self.min_replicas > self.max_replicas:
            message = f"minReplicas {self.min_replicas} is above maxReplicas {self.max_replicas}"
            raise ValueError(message)
        return self


class Component(Options):
    """One component of a system."""

    image: ImageLike
    """What it runs."""
    mode: Literal["active", "passive"] = "active"
    """How it runs."""
    note: str | None = None
    """Anything a person wants to say.

    A second paragraph.
    """
    replicas: Annotated[int, Field(ge=0)] = 1
    """How many run.
    Sets ``replicas``."""
    sampling: float = 0.5
    """Share of requests that are traced."""
    enabled: bool = True
    """Whether it runs at all."""
    scale: Scale | None = None
    """How it grows. Default: it does not."""
    ports: Annotated[Items[PortLike], MergeByName()] = ()
    """Ports, merged by name."""
    env: Annotated[Variables, MergeByName()] = ()
    """Variables: a list, or a mapping of names to values."""
    rules: Items[Rule] = ()
    """Rules, replaced as a whole."""
    args: Items[str] = ()
    """Arguments."""
    labels: Map[str] = Field(default_factory=dict)
    """Free keys."""


class System(Options):
    """A system of components."""

    owner: str = "nobody"
    """Who is called at night."""
    web: Component
    """The component that every system has."""
    workers: Map[Component] = Field(default_factory=dict)
    """Further components, by name."""
