"""Breaking sets in every way at every place, and holding the findings against what was broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

from lumen_constructs.checks import Settings, Subject, check
from tests.checks.mutations.catalogue import MUTATIONS
from tests.checks.mutations.places import Body

DIST = Path(__file__).parents[3] / "dist"
_SETTINGS = Settings(ours=lambda _: True, short_crds=True)


class Outcome(NamedTuple):
    """What a check made of one broken set."""

    mutation: str
    place: str
    caught: bool
    """Whether a finding that was not there before names the broken object."""


def sets(root: Path = DIST) -> dict[str, list[Body]]:
    """Read every rendered set: all objects of one system in one environment."""
    return {
        str(folder.parent.relative_to(root)): [
            body
            for file in sorted(folder.parent.rglob("*.yaml"))
            if file != folder
            for body in yaml.load_all(file.read_bytes(), yaml.CSafeLoader)
        ]
        for folder in sorted(root.glob("*/*/kustomization.yaml"))
    }


def found(bodies: Sequence[Body]) -> dict[str, str]:
    """Check a set; give the findings by what tells them apart, with what they say."""
    report = check([Subject(body, "") for body in bodies], _SETTINGS)
    return {f"{finding.rule} {finding.object} {finding.path}": str(finding) for finding in report.findings}


def outcomes(bodies: Sequence[Body], most: int | None = None) -> Iterator[Outcome]:
    """Break a set in every way at every place where it fits, or at ``most`` of them, spread evenly."""
    before = found(bodies)
    for mutation in MUTATIONS:
        made = list(mutation.apply(bodies))
        step = 1 if most is None else -(-len(made) // most) or 1
        for broken in made[::step]:
            yield Outcome(mutation.name, broken.place, _is_caught(before, found(broken.bodies), broken.name))


def outcomes_of(name: str) -> list[Outcome]:
    """Break one rendered set in every way at every place."""
    return list(outcomes(sets()[name]))


def _is_caught(before: Mapping[str, str], after: Mapping[str, str], name: str) -> bool:
    return any(name.lower() in said.lower() for key, said in after.items() if key not in before)
