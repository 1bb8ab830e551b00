"""What pods and people may do with the API server."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import at, entries, joined, strings, text
from lumen_constructs.checks.pods import Pod
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.workloads import strictly


def _bound(graph: Graph) -> set[tuple[str, str]]:
    """Give the ServiceAccounts that the set gives any right, by namespace and name."""
    return {
        (text(subject, "namespace") or item.namespace, text(subject, "name"))
        for item in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING)
        for _, subject in entries(item.body, "subjects")
        if text(subject, "kind") == "ServiceAccount"
    }


def _account(pod: Pod) -> str:
    return text(pod.spec, "serviceAccountName") or text(pod.spec, "serviceAccount") or "default"


def _mounts_token(graph: Graph, pod: Pod) -> bool:
    own = at(pod.spec, "automountServiceAccountToken")
    if own is None:
        account = graph.find(kinds.SERVICE_ACCOUNT, pod.namespace, _account(pod))
        own = at(account.body, "automountServiceAccountToken") if account else None
    return own is not False


@rule("token-mounted", Severity.WARNING)
def token_mounted(graph: Graph) -> Iterator[Fault]:
    """A token that a pod does not need is what an attacker who breaks into it needs."""
    for pod in graph.pods:
        if pod.known and _mounts_token(graph, pod) and (pod.namespace, _account(pod)) not in graph.once(_bound):
            message = f"mounts the token of ServiceAccount '{_account(pod)}', which has no rights in this set"
            yield Fault(pod.item, pod.at("automountServiceAccountToken"), message, "write false")


@rule("token-not-mounted", Severity.WARNING)
def token_not_mounted(graph: Graph) -> Iterator[Fault]:
    """A pod whose ServiceAccount has rights cannot use them without the token."""
    for pod in graph.pods:
        mounted = any(
            "serviceAccountToken" in source
            for _, volume in entries(pod.spec, "volumes")
            for _, source in entries(volume, "projected", "sources")
        )
        bound = (pod.namespace, _account(pod)) in graph.once(_bound)
        if pod.known and bound and not mounted and not _mounts_token(graph, pod):
            message = f"ServiceAccount '{_account(pod)}' has rights, but the pod does not get its token"
            yield Fault(
                pod.item, pod.at("automountServiceAccountToken"), message, "write true, or take the rights away"
            )


@rule("role-too-wide", Severity.WARNING)
def role_too_wide(graph: Graph) -> Iterator[Fault]:
    """A right to everything is a right that nobody thought about."""
    for item in graph.of(kinds.ROLE, kinds.CLUSTER_ROLE):
        for place, rule_ in entries(item.body, "rules"):
            for field in ("verbs", "resources", "apiGroups"):
                if "*" in strings(rule_, field) and not at(rule_, "nonResourceURLs"):
                    path = joined("rules", place, field)
                    yield Fault(item, path, f"gives all {field}", "name those that are needed", strictly(item))


@rule("role-escalates", Severity.WARNING)
def role_escalates(graph: Graph) -> Iterator[Fault]:
    """Who may escalate, bind or impersonate, or exec into any pod, has every right of the cluster."""
    for item in graph.of(kinds.ROLE, kinds.CLUSTER_ROLE):
        for place, rule_ in entries(item.body, "rules"):
            verbs, resources = strings(rule_, "verbs"), strings(rule_, "resources")
            if wrong := [verb for verb in verbs if verb in ("escalate", "bind", "impersonate")]:
                message = f"lets its subjects {' and '.join(wrong)}"
                yield Fault(item, joined("rules", place, "verbs"), message, "leave it out", strictly(item))
            elif "create" in verbs and any(name in ("pods/exec", "pods/attach") for name in resources):
                message = "lets its subjects run programs in other pods"
                yield Fault(item, joined("rules", place, "resources"), message, "leave it out", strictly(item))


@rule("role-reads-all-secrets", Severity.WARNING)
def role_reads_all_secrets(graph: Graph) -> Iterator[Fault]:
    """Who may read every Secret has every password of the namespace."""
    for item in graph.of(kinds.ROLE, kinds.CLUSTER_ROLE):
        for place, rule_ in entries(item.body, "rules"):
            reads = [verb for verb in strings(rule_, "verbs") if verb in ("get", "list", "watch", "*")]
            if "secrets" in strings(rule_, "resources") and reads and not strings(rule_, "resourceNames"):
                message = f"lets its subjects {' and '.join(reads)} every Secret"
                hint = "name those that are needed in resourceNames"
                yield Fault(item, joined("rules", place, "resourceNames"), message, hint, strictly(item))


@rule("bound-to-everybody", Severity.ERROR)
def bound_to_everybody(graph: Graph) -> Iterator[Fault]:
    """A right for anonymous users is a right for whoever reaches the API server."""
    for item in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING):
        if text(item.body, "roleRef", "name") in ("system:public-info-viewer", "system:discovery"):
            continue
        for place, subject in entries(item.body, "subjects"):
            name = text(subject, "name")
            if name in ("system:anonymous", "system:unauthenticated"):
                yield Fault(item, joined("subjects", place, "name"), "is everybody", "name a user, group or account")
            elif name in ("system:authenticated", "system:serviceaccounts"):
                message = "is everybody who is known to the cluster"
                hint = "name a user, group or account"
                yield Fault(item, joined("subjects", place, "name"), message, hint, Severity.WARNING)


@rule("bound-to-cluster-admin", Severity.WARNING)
def bound_to_cluster_admin(graph: Graph) -> Iterator[Fault]:
    """Whoever is cluster-admin may do everything, and so may whoever breaks into it."""
    for item in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING):
        if text(item.body, "roleRef", "name") == "cluster-admin":
            hint = "bind a role of what is needed"
            yield Fault(item, "roleRef.name", "gives every right", hint, strictly(item))
