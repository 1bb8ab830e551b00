"""What leaves Git: whether it leaves the cluster too, and what is lost with it."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import entries, text, texts
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair

_SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
_FLUX_PRUNE = "kustomize.toolkit.fluxcd.io/prune"

#: What is lost with an object of a kind.
_LOST: dict[str, str] = {
    kinds.NAMESPACE: "everything in it, volumes included",
    kinds.CLAIM: "the data of the volume, unless its storage class retains it",
    kinds.VOLUME: "the volume",
    kinds.SEALED_SECRET: "the Secret that was made from it",
    kinds.EXTERNAL_SECRET: "the Secret that was made from it",
    kinds.CNPG_CLUSTER: "the database",
    kinds.KAFKA: "the brokers",
    kinds.KAFKA_NODE_POOL: "the brokers of the pool",
    kinds.KAFKA_TOPIC: "the topic and its messages",
    kinds.MONGODB: "the database",
    kinds.CRD: "every object of its kind",
}


def deletions(pair: Pair, context: Context) -> Iterator[str]:  # noqa: ARG001  # every look has the same arguments
    """Say whether an object that leaves Git is kept in the cluster, and what its end takes along."""
    if pair.moved and texts(pair.before, "metadata", "annotations").get(_FLUX_PRUNE) != "disabled":
        before, after = pair.moved
        yield f"moves from {before} to {after}: Flux deletes it with the one, and makes it anew with the other"
    if pair.after:
        return
    annotations = texts(pair.before, "metadata", "annotations")
    by_argo = "Prune=false" in {option.strip() for option in annotations.get(_SYNC_OPTIONS, "").split(",")}
    by_flux = annotations.get(_FLUX_PRUNE) == "disabled"
    if by_argo and by_flux:
        yield "leaves Git, and is kept in the cluster: delete it by hand when nobody needs it"
        return
    lost = _lost(pair)
    kept = "; Argo CD keeps it, Flux does not" if by_argo else "; Flux keeps it, Argo CD does not" if by_flux else ""
    yield f"is deleted{f', and with it {lost}' if lost else ''}{kept}"


def _lost(pair: Pair) -> str:
    if pair.key.type == kinds.STATEFUL_SET and any(entries(pair.before, "spec", "volumeClaimTemplates")):
        policy = text(pair.before, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
        return "its volumes" if policy == "Delete" else "its pods; its volumes stay"
    return _LOST.get(pair.key.type, "")
