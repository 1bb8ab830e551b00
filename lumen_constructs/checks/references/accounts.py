"""ServiceAccounts, roles, and who they are bound to."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks import kinds
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.plain import entries, joined, text
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.sources import made, may_be_made

#: ClusterRoles that every cluster has, besides those that start with ``system:``.
_ROLES = {"cluster-admin", "admin", "edit", "view"}


def _account_exists(graph: Graph, namespace: str, name: str) -> bool:
    return bool(
        name == "default"
        or not graph.holds(namespace)
        or graph.find(kinds.SERVICE_ACCOUNT, namespace, name)
        or ("ServiceAccount", namespace, name) in graph.once(made)
        or graph.is_external("ServiceAccount", namespace, name)
        or may_be_made(graph, "ServiceAccount", namespace, name)
    )


@rule("service-account-missing", Severity.ERROR)
def service_account_missing(graph: Graph) -> Iterator[Fault]:
    """Pods with a ServiceAccount that does not exist are refused."""
    for pod in graph.pods:
        field = "serviceAccountName" if "serviceAccountName" in pod.spec else "serviceAccount"
        name = text(pod.spec, field)
        if name and not _account_exists(graph, pod.namespace, name):
            hint = graph.meant(name, graph.names(kinds.SERVICE_ACCOUNT, pod.namespace))
            message = f"no ServiceAccount '{name}' exists{within(pod.namespace)}"
            yield Fault(pod.item, pod.at(field), message, hint or declare(pod.item, "ServiceAccount", name))


@rule("role-missing", Severity.ERROR)
def role_missing(graph: Graph) -> Iterator[Fault]:
    """A binding to a role that does not exist grants nothing."""
    for item in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING):
        kind, name = text(item.body, "roleRef", "kind"), text(item.body, "roleRef", "name")
        if kind == "Role" and name:
            known = graph.find(kinds.ROLE, item.namespace, name) or graph.is_external("Role", item.namespace, name)
            if not known and graph.holds(item.namespace) and not may_be_made(graph, "Role", item.namespace, name):
                hint = graph.meant(name, graph.names(kinds.ROLE, item.namespace)) or declare(item, "Role", name)
                yield Fault(item, "roleRef.name", f"no Role '{name}' exists{within(item.namespace)}", hint)
        elif kind == "ClusterRole" and name and name not in _ROLES and not name.startswith("system:"):
            known = graph.find(kinds.CLUSTER_ROLE, "", name) or graph.is_external("ClusterRole", "", name)
            if not known and not may_be_made(graph, "ClusterRole", "", name):
                near = graph.meant(name, graph.names(kinds.CLUSTER_ROLE, ""))
                severity = Severity.ERROR if near else Severity.WARNING
                hint = near or declare(item, "ClusterRole", name)
                yield Fault(item, "roleRef.name", f"no ClusterRole '{name}' exists", hint, severity)


@rule("subject-missing", Severity.ERROR)
def subject_missing(graph: Graph) -> Iterator[Fault]:
    """A binding for a ServiceAccount that does not exist grants nothing to anybody."""
    for item in graph.of(kinds.ROLE_BINDING, kinds.CLUSTER_ROLE_BINDING):
        for place, subject in entries(item.body, "subjects"):
            name = text(subject, "name")
            namespace = text(subject, "namespace") or item.namespace
            if text(subject, "kind") != "ServiceAccount" or not name:
                continue
            if meant := graph.meant_namespace(namespace, kinds.SERVICE_ACCOUNT, name):
                message = f"no ServiceAccount '{name}' exists in namespace {namespace}"
                yield Fault(item, joined("subjects", place, "namespace"), message, f"did you mean '{meant}'?")
            if not graph.holds(namespace):
                continue
            if not _account_exists(graph, namespace, name):
                elsewhere = [
                    other for other in list(graph.namespaces)[:50] if graph.find(kinds.SERVICE_ACCOUNT, other, name)
                ]
                hint = graph.meant(name, graph.names(kinds.SERVICE_ACCOUNT, namespace))
                if elsewhere and elsewhere[0] != namespace:
                    hint = f"there is one in namespace {elsewhere[0]}"
                message = f"no ServiceAccount '{name}' exists{within(namespace)}"
                yield Fault(
                    item, joined("subjects", place, "name"), message, hint or declare(item, "ServiceAccount", name)
                )
