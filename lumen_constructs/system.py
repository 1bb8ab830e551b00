"""A system: one stack, declared once, and the environments that its values files describe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pydantic import BaseModel

from lumen_constructs.delivery.scripts.options import Scripts
from lumen_constructs.emit.kustomization import OVERLAYS
from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.names import label_fault
from lumen_constructs.values import Loaded, Source, environments, layers, load

if TYPE_CHECKING:
    from cdk8s import App, Chart

    from lumen_constructs.options.kustomize import Overlay

V = TypeVar("V", bound=BaseModel)
V_contra = TypeVar("V_contra", contravariant=True)

#: Folders of the output that are not a system's.
_RESERVED = ("argocd", "flux", OVERLAYS)


class Stack(Protocol[V_contra]):
    """What makes the chart of a system in one environment: usually a subclass of ``UmbrellaStack``.

    Where the chart has a property ``notes`` with Markdown in it, this becomes ``NOTES.md`` beside the manifests.
    """

    def __call__(self, scope: App, id: str, /, *, environment: str, values: V_contra) -> Chart:  # as in constructs
        """Make the chart."""


@dataclass(frozen=True)
class System(Generic[V]):
    """A system that ``lumen synth`` renders, in every environment that it has a values file for.

    :raises LumenError: if the name cannot be the name of a label, or is that of another folder of the output
    """

    name: str
    """Name of the system, and of its folder in the output: lower-case letters, digits and ``-``."""
    stack: Stack[V]
    """What makes its chart: a class or function that is called as ``stack(app, id, environment=…, values=…)``."""
    values: type[V]
    """Type of its values."""
    directory: str | os.PathLike[str]
    """Folder with ``values.yaml`` and one ``values-<environment>.yaml`` for each environment."""
    scripts: Scripts | None = None
    """Scripts beside the manifests, for where no GitOps tool applies them. Default: none."""
    overlay: Callable[[V], Overlay | None] | None = None
    """What an overlay of kustomize changes of the manifests, from the values of an environment, such as
    ``lambda values: values.overlay``. Default: there is no overlay."""

    def __post_init__(self) -> None:
        if fault := label_fault(self.name):
            message = f"system {self.name!r}: the name {fault}"
            raise LumenError(message)
        if self.name in _RESERVED:
            message = f"system {self.name!r}: this folder of the output is kept for {', '.join(_RESERVED)}"
            raise LumenError(message)
        raise_all(f"system {self.name!r}: {fault}" for fault in self._wrong_types())

    def _wrong_types(self) -> Iterator[str]:
        """Find what a type checker would, for who has none: each would fail far from here."""
        values: object = self.values
        stack: object = self.stack
        directory: object = self.directory
        overlay: object = self.overlay
        if not callable(stack):
            yield f"stack must be a class or function that makes the chart, not {show(stack)}"
        if not (isinstance(values, type) and issubclass(values, BaseModel)):
            yield f"values must be a subclass of Options, not {show(values)}"
        if not isinstance(directory, (str, os.PathLike)):
            yield f"directory must be a path, not {show(directory)}"
        if overlay is not None and not callable(overlay):
            yield f"overlay must be a function of the values that gives an Overlay or None, not {show(overlay)}"

    @property
    def environments(self) -> list[str]:
        """Names of the environments, sorted; each is the name of a file ``values-<environment>.yaml``.

        :raises LumenError: if there is none, or a file's name is not the name of an environment
        """
        found = environments(self.directory)
        if not found:
            where = Path(self.directory) / "values-<environment>.yaml"
            message = f"system {self.name!r}: has no environments; add a file {where}"
            raise LumenError(message)
        return found

    def load(self, environment: str, overrides: Sequence[Source] = ()) -> Loaded[V]:
        """Read the values of an environment, with ``overrides`` above its files.

        :raises LumenError: for every fault in any of them
        """
        return load(self.values, [*layers(self.directory, environment), *overrides])
