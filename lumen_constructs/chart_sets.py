"""Which charts of an app are applied together: all of them, unless some are the same thing for different clusters.

cdk8s writes one file a chart, and in the layout that comes first to mind a chart is an environment: the same objects
once more, under the same names, for another cluster. Such charts are alternatives, and each is checked with what else
is applied in its cluster.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lumen_constructs.checks.kinds import type_of
from lumen_constructs.emit.kinds import is_cluster_scoped

#: What can be there once in a cluster: the kind with its group, the namespace, the name.
Identity = tuple[str, str, str]


def identity_of(body: Mapping[str, Any]) -> Identity:
    """Give the identity of a manifest."""
    api_version, kind, metadata = body["apiVersion"], body["kind"], body["metadata"]
    namespace = "" if is_cluster_scoped(api_version, kind) else metadata.get("namespace", "")
    return type_of(api_version, kind), namespace, metadata["name"]


def chart_sets(identities: Mapping[str, Sequence[Identity]]) -> list[list[str]]:
    """Give the sets of charts that are applied together, by the identities of each chart's objects.

    Two charts are alternatives if most objects of the smaller one are in the other too. A few equal objects are a slip,
    which a check finds. Each chart is in a set with every chart that is no alternative to it or to one another; of
    alternatives the one whose name has more words in common comes first, then the one that was made first.
    """
    others = _alternatives(identities)
    if not others:
        return [list(identities)]
    sets: dict[tuple[str, ...], None] = {}
    for chart in identities:
        words = _words(chart)
        together = {chart}
        for other in sorted(identities, key=lambda one: -len(words & _words(one))):
            if not together & others.get(other, set()):
                together.add(other)
        sets[tuple(name for name in identities if name in together)] = None
    return [list(names) for names in sets]


def _alternatives(identities: Mapping[str, Sequence[Identity]]) -> dict[str, set[str]]:
    holders: dict[Identity, list[str]] = defaultdict(list)
    for chart, held in identities.items():
        for identity in dict.fromkeys(held):
            holders[identity].append(chart)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for charts in holders.values():
        for number, chart in enumerate(charts):
            for other in charts[:number]:
                shared[other, chart] += 1
    found: dict[str, set[str]] = defaultdict(set)
    for (one, other), count in shared.items():
        if 2 * count > min(len(set(identities[one])), len(set(identities[other]))):
            found[one].add(other)
            found[other].add(one)
    return dict(found)


def _words(chart: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", chart.lower()))
