"""Run the whole mutation suite over ``dist/`` and print what was caught: ``python -m tests.checks.mutations``."""

from __future__ import annotations

import multiprocessing
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.checks.mutations.running import outcomes_of, sets


def main() -> int:
    """Print a table of all mutations and the survivors; the exit status says whether 98 % were caught."""
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    survivors = []
    names = list(sets())
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for name, found in zip(names, pool.map(outcomes_of, names), strict=True):
            made.update(outcome.mutation for outcome in found)
            caught.update(outcome.mutation for outcome in found if outcome.caught)
            survivors += [f"{one.mutation}: {name} {one.place}" for one in found if not one.caught]
    for mutation, count in made.items():
        print(f"{caught[mutation]:5} of {count:5}  {mutation}")  # noqa: T201  # a command prints
    total, good = made.total(), caught.total()
    print(f"{good} of {total} caught ({good / total:.2%}), {len(made)} mutations, {len(names)} sets")  # noqa: T201  # as above
    print(*survivors, sep="\n")  # noqa: T201  # as above
    return good / total < 0.98


if __name__ == "__main__":
    sys.exit(main())
