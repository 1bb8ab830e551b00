"""The whole of ``dist/``, broken in every way.

Here each way is tried at a few places of one environment of every system; ``python -m tests.checks.mutations`` tries
every place of every environment, and prints the table with the survivors.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.checks.mutations.catalogue import MUTATIONS
from tests.checks.mutations.running import found, outcomes, sets

SETS = sets()
#: The largest environment of each system is broken here; the command breaks them all.
SYSTEMS = {name.partition("/")[0]: name for name in sorted(SETS, key=lambda name: len(SETS[name]))}
_PLACES = 3


@pytest.mark.parametrize("name", SETS)
def test_rendered_set_has_no_finding(name: str) -> None:
    """What this repository renders is free of findings, warnings included."""
    assert list(found(SETS[name]).values()) == []


def test_there_are_enough_mutations() -> None:
    """There are at least sixty ways to break a set, each of its own name."""
    names = [mutation.name for mutation in MUTATIONS]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("system", SYSTEMS)
def test_broken_sets_are_seen(system: str) -> None:
    """At least 98 of 100 broken sets are seen, with the broken object named, and no way to break one goes unseen."""
    made: dict[str, list[bool]] = defaultdict(list)
    survivors = []
    for outcome in outcomes(SETS[SYSTEMS[system]], most=_PLACES):
        made[outcome.mutation].append(outcome.caught)
        if not outcome.caught:
            survivors.append(f"{outcome.mutation}: {outcome.place}")
    total = [caught for found_ in made.values() for caught in found_]
    assert sum(total) >= 0.98 * len(total), survivors
    assert len(made) > 40, "the mutations no longer fit what is rendered"
