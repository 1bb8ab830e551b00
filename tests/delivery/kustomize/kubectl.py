"""kustomize as kubectl has it, where a new enough kubectl is installed."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from lumen_constructs.values.reading import read_documents
from tests.objects import Body

#: The first release of kustomize that has both ``labels`` and ``sortOptions``; kubectl 1.27 brought it.
_FIRST = (5, 0)


def _missing() -> str:
    """Say why kustomize cannot be asked; nothing where it can."""
    if shutil.which("kubectl") is None:
        return "kubectl is not installed: what kustomize makes of the output is not tested"
    asked = subprocess.run(
        ["kubectl", "version", "--client", "-o", "json"], capture_output=True, text=True, check=False
    )
    try:
        said = str(json.loads(asked.stdout)["kustomizeVersion"])
    except (ValueError, KeyError):
        return "kubectl does not say which kustomize it has: what kustomize makes of the output is not tested"
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < _FIRST:
        return f"kubectl has kustomize {said}, which is older than v5.0: labels and sortOptions are not tested"
    return ""


@functools.cache
def missing() -> str:
    """Say why kustomize cannot be asked; asked once."""
    return _missing()


needs_kubectl = pytest.mark.skipif(bool(missing()), reason=missing())


def build(folder: Path) -> list[Body]:
    """Give what ``kubectl kustomize`` prints for a folder, which has nothing to complain of."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    # PyYAML does not read every text that kustomize leaves plain, such as a lone '='.
    return [document.data for document in read_documents(done.stdout, "kubectl kustomize", dialect="kubectl")]


def write(root: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
