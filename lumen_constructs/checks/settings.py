"""How a check is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lumen_constructs.checks.findings import Severity, Subject


def _nobody(_: Subject) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Settings:
    """How a check is done; the defaults suit anybody's manifests."""

    kubernetes: str = ""
    """The Kubernetes version, such as ``1.30``, whose schemas hold; empty means the newest that is known."""
    crds: Sequence[Mapping[str, Any]] = ()
    """CustomResourceDefinitions that custom resources are validated against, besides those of the set itself."""
    external: Sequence[str] = ()
    """What exists in the cluster outside the set: ``Kind/name`` (in any namespace) or ``Kind/namespace/name``."""
    severities: Mapping[str, Severity | Literal["off"]] = field(default_factory=dict)
    """Severities by rule id, in place of the rules' own; ``off`` leaves a rule out."""
    ours: Callable[[Subject], bool] = _nobody
    """Which objects this library made: they are held to its canonical form and its defaults."""
    short_crds: bool = False
    """Whether objects that are ours are held to this library's short CRDs too. These know just the fields that the
    library emits, while a user's patch may set any field that the operator's CRD has."""
    foreign_as_warnings: bool = False
    """Whether what is found on objects that are not ours is a warning at most."""
    namespace: str = ""
    """The namespace of the objects that name none, as ``kubectl --namespace`` gives it."""
