"""Two trees of manifests, compared without a cluster: what a change will do, ranked by risk.

``compare(before, after)`` knows plain data only: it works on anybody's manifests, and on both sides of any change.
"""

from __future__ import annotations

from lumen_constructs.diff.compare import compare
from lumen_constructs.diff.report import Comparison, ObjectChange, SetChange
from lumen_constructs.diff.risks import Headline, Risk
from lumen_constructs.diff.trees import Tree, folder_tree, revision_tree

__all__ = [
    "Comparison",
    "Headline",
    "ObjectChange",
    "Risk",
    "SetChange",
    "Tree",
    "compare",
    "folder_tree",
    "revision_tree",
]
