"""What a comparison found, by set and object, the riskiest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lumen_constructs.diff.fields import FieldChange
from lumen_constructs.diff.objects import Key
from lumen_constructs.diff.risks import Headline, Risk


@dataclass(frozen=True)
class ObjectChange:
    """What happens to one object."""

    key: Key
    """What it is known by."""
    headlines: tuple[Headline, ...]
    """What the change does, the worst first; never empty."""
    fields: tuple[FieldChange, ...]
    """The fields that differ; empty for an object that comes or goes."""
    details: tuple[FieldChange, ...] = ()
    """Those of the fields that the headlines do not tell already."""

    @property
    def object(self) -> str:
        """``Kind/namespace/name``."""
        return self.key.shown

    @property
    def risk(self) -> Risk:
        """The worst of its headlines."""
        return self.headlines[0].risk


@dataclass(frozen=True)
class SetChange:
    """What happens to one system in one environment."""

    folder: str
    """``<system>/<environment>``, or the folder that the files stand in."""
    objects: tuple[ObjectChange, ...]
    """The objects that differ, the riskiest first; never empty."""

    @property
    def risk(self) -> Risk:
        """The worst of its objects."""
        return self.objects[0].risk


@dataclass(frozen=True)
class Comparison:
    """What happens when one tree follows another."""

    sets: tuple[SetChange, ...] = ()
    """The sets that differ, the riskiest first."""

    def counts(self) -> dict[Risk, int]:
        """Give how many objects each risk is the worst of, in the order of risk; risks without any are left out."""
        numbers = Counter(changed.risk for group in self.sets for changed in group.objects)
        return {risk: numbers[risk] for risk in Risk if risk in numbers}

    def reaches(self, risk: Risk) -> bool:
        """Tell whether anything is as risky as ``risk``, or worse."""
        return any(group.risk.rank <= risk.rank for group in self.sets)
