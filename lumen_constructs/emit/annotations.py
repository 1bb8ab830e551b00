"""Annotations by which Argo CD and Flux are told how to apply an object."""

from __future__ import annotations

#: Argo CD: the wave in which the object is applied, a whole number.
SYNC_WAVE = "argocd.argoproj.io/sync-wave"

#: Argo CD: what is special about the sync of the object, separated by commas.
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"

#: Argo CD: what is special about the comparison of the object with the cluster.
COMPARE_OPTIONS = "argocd.argoproj.io/compare-options"

#: Flux: ``disabled`` on what it must never delete.
FLUX_PRUNE = "kustomize.toolkit.fluxcd.io/prune"
