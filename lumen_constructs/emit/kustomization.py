"""The text of a ``kustomization.yaml``, which Argo CD's directory source must not take for a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.emit.existing import MARK
from lumen_constructs.emit.yaml import dump

#: Argo CD skips a file of a directory source that has these words anywhere in it.
SKIPPED_BY_ARGO = "+argocd:skip-file-rendering"

#: The file that kustomize looks for in a folder.
KUSTOMIZATION = "kustomization.yaml"

#: Folder of the output below which overlays stand; none of them is part of a rendered set.
OVERLAYS = "kustomize"

_HEAD = f"""\
# {MARK}; change the values or the code of the system instead.
# For kubectl apply -k; Argo CD's directory source must not take it for a manifest: {SKIPPED_BY_ARGO}
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
sortOptions:
  order: fifo
"""


def kustomization(fields: Mapping[str, Any]) -> bytes:
    """Give the file with these fields; objects keep the order in which ``resources`` lists them."""
    return (_HEAD + dump(fields)).encode()
