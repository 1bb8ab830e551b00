"""Trees that stand in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from lumen_constructs.diff import Tree


def tree(files: Mapping[str, bytes], name: str = "tree") -> Tree:
    """Make a tree of files."""
    ids = {path: hashlib.sha1(content, usedforsecurity=False).hexdigest() for path, content in files.items()}
    return Tree(name, ids, lambda paths: {path: files[path] for path in paths})
