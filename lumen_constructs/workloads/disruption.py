"""The PodDisruptionBudget: how many pods a drain may take away at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.options.scaling import DisruptionBudget
from lumen_constructs.workloads.identity import Identity


def budget(
    identity: Identity, chosen: DisruptionBudget, replicas: int, selector: Mapping[str, str]
) -> dict[str, Any] | None:
    """Give the PodDisruptionBudget: wherever more than one pod runs at all times, so that it never blocks a drain."""
    if not chosen.enabled or replicas <= 1:
        return None
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": identity.metadata(),
        "spec": {"selector": {"matchLabels": dict(selector)}} | chosen.body(),
    }
