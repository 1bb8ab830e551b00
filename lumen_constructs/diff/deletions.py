"""What leaves Git: whether it leaves the cluster too, and what is lost with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lumen_constructs.checks import kinds
from lumen_constructs.checks.plain import at, entries, sequence, text, texts
from lumen_constructs.diff.context import Context
from lumen_constructs.diff.objects import Pair
from lumen_constructs.diff.successors import Move
from lumen_constructs.emit.annotations import FLUX_PRUNE, SYNC_OPTIONS

#: Argo CD deletes what an Application has applied where it has one of these finalizers.
_FINALIZERS = "resources-finalizer.argocd.argoproj.io"

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
    kinds.KAFKA_USER: "the user and its credentials",
    kinds.MONGODB: "the database",
    kinds.CRD: "every object of its kind",
    kinds.SERVICE: "its address and its name",
    **dict.fromkeys((kinds.DEPLOYMENT, kinds.DAEMON_SET, kinds.ROLLOUT, kinds.REPLICA_SET), "its pods"),
}

#: Kinds that hold data themselves.
_STORES = (kinds.CLAIM, kinds.VOLUME, kinds.CNPG_CLUSTER, kinds.KAFKA, kinds.KAFKA_TOPIC, kinds.MONGODB)

#: What an object did until it goes, where nothing is lost with it.
_DID: dict[str, str] = {
    kinds.BUDGET: "a drain of nodes may stop all of its pods at once",
    kinds.CRON_JOB: "it runs no more",
    kinds.INGRESS: "its hosts are no longer served",
    kinds.GATEWAY: "its listeners are closed",
    kinds.CERTIFICATE: "it is no longer renewed",
    **dict.fromkeys(kinds.ROUTES, "its requests are no longer served"),
}


def deletions(pair: Pair, context: Context) -> Iterator[str]:
    """Say whether an object that leaves Git is kept in the cluster, and what its end takes along."""
    if pair.moved and texts(pair.before, "metadata", "annotations").get(FLUX_PRUNE) != "disabled":
        before, after = pair.moved
        yield f"moves from {before} to {after}: Flux deletes it with the one, and makes it anew with the other"
    if pair.after:
        return
    move = context.successor(pair.key)
    if is_kept(pair):
        yield f"leaves Git, and is kept in the cluster{_kept(move)}"
        return
    by_argo, by_flux = _keepers(pair)
    kept = "; Argo CD keeps it, Flux does not" if by_argo else "; Flux keeps it, Argo CD does not" if by_flux else ""
    lost = _lost(pair)
    if move is None:
        did = f": {_DID[pair.key.type]}" if pair.key.type in _DID else ""
        yield f"is deleted{f', and with it {lost}' if lost else did}{kept}"
    elif move.new.folder != pair.key.folder:
        yield f"moves to {move.to}: is deleted{_with(lost)} and made anew, unless that one is applied first{kept}"
    elif move.new.namespace != pair.key.namespace:
        yield f"is deleted{_with(lost)}, and made anew in {move.to}{_empty(pair)}{kept}"
    else:
        yield f"is deleted{_with(lost)}: {move.to}, which is new, takes its place{_empty(pair)}{kept}"


def is_kept(pair: Pair) -> bool:
    """Tell whether an object that leaves Git stays in the cluster, whichever tool applies it."""
    return bool(pair.before and not pair.after and all(_keepers(pair)))


def _keepers(pair: Pair) -> tuple[bool, bool]:
    """Tell whether Argo CD keeps an object, and whether Flux does."""
    annotations = texts(pair.before, "metadata", "annotations")
    by_argo = "Prune=false" in {option.strip() for option in annotations.get(SYNC_OPTIONS, "").split(",")}
    return by_argo, annotations.get(FLUX_PRUNE) == "disabled"


def _kept(move: Move | None) -> str:
    if move is None:
        return ": delete it by hand when nobody needs it"
    if move.new.folder != move.old.folder and move.new[1:] == move.old[1:]:
        return f" for {move.to}"
    return f"; {move.to} gets a new one without its content"


def _empty(pair: Pair) -> str:
    """Say that what takes the place of a store has none of its data."""
    claims = any(entries(pair.before, "spec", "volumeClaimTemplates"))
    return ", without its data" if claims or pair.key.type in _STORES else ""


def _with(lost: str) -> str:
    return f" with {lost}" if lost else ""


def _lost(pair: Pair) -> str:
    body: Any = pair.before
    if pair.key.type == kinds.STATEFUL_SET:
        if not any(entries(body, "spec", "volumeClaimTemplates")):
            return "its pods"
        policy = text(body, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted")
        return "its pods and its volumes" if policy == "Delete" else "its pods (its volumes stay)"
    if pair.key.type == kinds.APPLICATION:
        deletes = any(str(one).startswith(_FINALIZERS) for one in sequence(body, "metadata", "finalizers"))
        return "all that it has applied" if deletes else ""
    if pair.key.type == kinds.FLUX_KUSTOMIZATION:
        policy = text(body, "spec", "deletionPolicy") or "MirrorPrune"
        deletes = at(body, "spec", "prune") is True if policy == "MirrorPrune" else policy != "Orphan"
        return "all that it has applied" if deletes else ""
    return _LOST.get(pair.key.type, "")
