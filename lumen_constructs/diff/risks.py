"""What a change does to a running cluster, from the worst to the harmless."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Risk(StrEnum):
    """What happens when a change is applied; members stand in the order of risk, the worst first."""

    REFUSED = "refused"
    """The API server refuses it, or keeps the old value: the sync stops here."""
    DELETED = "deleted"
    """The object leaves Git: it is deleted, unless its annotations keep it."""
    RESTARTED = "restarted"
    """Pods are replaced, or a Job runs again."""
    WIDENED = "widened"
    """Somebody may do more than before: RBAC, network, security context."""
    EXPOSED = "exposed"
    """Something can be reached from outside of the cluster that could not be before."""
    SCALED = "scaled"
    """The number of pods changes, or who decides it."""
    CHANGED = "changed"
    """Any other field."""
    CREATED = "created"
    """The object is new."""

    @property
    def rank(self) -> int:
        """Place in the order of risk; 0 is the worst."""
        return _RANKS[self]


_RANKS = {risk: place for place, risk in enumerate(Risk)}


class Headline(NamedTuple):
    """One thing that a change does, in words."""

    risk: Risk
    text: str
