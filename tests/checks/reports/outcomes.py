"""Outcomes to be shown: one with something of everything, one that is clean."""

from __future__ import annotations

from lumen_constructs.checks import Finding, Severity
from lumen_constructs.checks.reading import Unreadable
from lumen_constructs.checks.reports.outcome import Located, Outcome

NEARLY = Finding(
    rule="service-selects-nothing",
    severity=Severity.ERROR,
    where="a b/web.yaml:3",
    object="Service/shop/web",
    path="spec.selector",
    message="selects no pod; 100% sure",
    hint="the nearest is 'web', not 'wbe'",
)
TAG = Finding(
    "image-tag-mutable", Severity.WARNING, "a b/web.yaml:9", "Pod/shop/\x1b[2Jweb", "", "has the tag 'latest'"
)

#: Something of everything: an object whose name a terminal would obey, a file whose name needs escapes.
MIXED = Outcome(
    findings=(
        Located(NEARLY, "a b/web.yaml", 12, 3),
        Located(TAG, "a b/web.yaml", 9, 1),
        Located(TAG, "../x,y:z.yaml", 104, 7),
    ),
    waived=(Located(TAG, "dist/shop/dev/50/pod.yaml", 4, 2, "dist/shop/dev", "follows main: on purpose"),),
    unreadable=(Unreadable("bad.yaml", 7, "a key was expected here"), Unreadable("gone.yaml", None, "no such file")),
    passed_over=("values.yaml",),
    objects=1234,
    sets=2,
)

#: Two objects, and nothing to say about them.
CLEAN = Outcome(objects=2, sets=1)
