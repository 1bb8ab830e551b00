"""What another overlay of kustomize makes of a set: where it is what is applied, pods restart for it too."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.plain import at
from lumen_constructs.diff.fields import ABSENT, FieldChange, changes
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.wording import became, brief, listed

KUSTOMIZATION = "Kustomization.kustomize.config.k8s.io"

#: Fields of a kustomization that change the names of what pods read, or their images.
_REPLACING = ("images", "configMapGenerator", "secretGenerator", "namePrefix", "nameSuffix", "replacements")


def overlay_restarts(pair: Pair) -> Iterator[str]:
    """Say whether pods restart where an overlay is what is applied."""
    found = [change for field in _REPLACING for change in _changes(pair, field)]
    if at(pair.after, "generatorOptions", "disableNameSuffixHash") is True:
        found = [change for change in found if not str(change.path[0]).endswith("Generator")]
    if found:
        reasons = [f"{brief(change.path)} {became(change)}" for change in found]
        yield f"pods restart where this overlay is applied: {listed(reasons, 3)}"


def _changes(pair: Pair, field: str) -> Iterator[FieldChange]:
    before, after = (body.get(field) or ABSENT for body in (pair.before, pair.after))
    yield from changes(before, after, (field,))
