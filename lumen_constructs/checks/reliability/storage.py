"""Claims that one node at a time can use, and pods that want them on several."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import entries, mapping, strings, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.workloads import replicas_of, share, strictly

_ONE_NODE = {"ReadWriteOnce", "ReadWriteOncePod"}


def _claims(graph: Graph) -> dict[Item, list[tuple[Pod, str]]]:
    """Give the claims that only one node can use, with the pods that mount them."""
    found: dict[Item, list[tuple[Pod, str]]] = {}
    for pod in graph.pods:
        for place, volume in entries(pod.spec, "volumes"):
            claim = graph.find(kinds.CLAIM, pod.namespace, text(volume, "persistentVolumeClaim", "claimName"))
            modes = set(strings(claim.body, "spec", "accessModes")) if claim else set()
            if claim and modes and modes <= _ONE_NODE:
                found.setdefault(claim, []).append((pod, pod.at("volumes", place, "persistentVolumeClaim")))
    return found


@rule("claim-shared", Severity.ERROR)
def claim_shared(graph: Graph) -> Iterator[Fault]:
    """A claim that one node at a time can use leaves the pods on every other node waiting."""
    for claim, users in graph.once(_claims).items():
        mode = strings(claim.body, "spec", "accessModes")[0]
        for pod, path in users:
            count = replicas_of(graph, pod.item).most if pod.item.type in _SCALED else 1
            if count > 1 or pod.item.type == kinds.DAEMON_SET:
                many = "every node" if pod.item.type == kinds.DAEMON_SET else f"{count} replicas"
                message = f"{claim} is {mode}, and {many} would mount it"
                yield Fault(pod.item, path, message, "use ReadWriteMany, or a StatefulSet with claims of its own")
        workloads = list(dict.fromkeys(pod.item for pod, _ in users if pod.long_running))
        if len(workloads) > 1:
            message = f"is {mode}, and {workloads[0]} and {workloads[1]} both mount it"
            yield Fault(claim, "spec.accessModes", message, "use ReadWriteMany, or a claim for each", Severity.WARNING)


_SCALED = (kinds.DEPLOYMENT, kinds.ROLLOUT, kinds.REPLICA_SET, kinds.STATEFUL_SET)


@rule("claim-blocks-update", Severity.WARNING)
def claim_blocks_update(graph: Graph) -> Iterator[Fault]:
    """A new pod on another node waits for a claim that the old pod holds, which waits for the new one to be ready."""
    for claim, users in graph.once(_claims).items():
        for pod, _ in users:
            if pod.item.type != kinds.DEPLOYMENT or replicas_of(graph, pod.item).most > 1:
                continue
            strategy = mapping(pod.item.body, "spec", "strategy")
            surge = share(mapping(strategy, "rollingUpdate").get("maxSurge", "25%"), 1, up=True)
            if text(strategy, "type") != "Recreate" and surge != 0:
                mode = strings(claim.body, "spec", "accessModes")[0]
                message = f"starts the new pod beside the old one, which holds {claim} ({mode})"
                yield Fault(pod.item, "spec.strategy", message, "write type: Recreate", strictly(pod.item))
