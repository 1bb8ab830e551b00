"""Run the whole mutation suite over ``dist/`` and print what was caught: ``python -m tests.checks.mutations``."""

from __future__ import annotations

import sys
from collections import Counter

from tests.checks.mutations.running import outcomes, sets


def main() -> int:
    """Print a table of all mutations and the survivors; the exit status says whether 98 % were caught."""
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    survivors = []
    for name, bodies in sets().items():
        for outcome in outcomes(bodies):
            made[outcome.mutation] += 1
            caught[outcome.mutation] += outcome.caught
            if not outcome.caught:
                survivors.append(f"{outcome.mutation}: {name} {outcome.place}")
    for mutation, count in made.items():
        print(f"{caught[mutation]:5} of {count:5}  {mutation}")  # noqa: T201  # a command prints
    total, good = made.total(), caught.total()
    print(f"{good} of {total} caught ({good / total:.2%}), {len(made)} mutations")  # noqa: T201  # as above
    print(*survivors, sep="\n")  # noqa: T201  # as above
    return good / total < 0.98


if __name__ == "__main__":
    sys.exit(main())
