"""API versions: served by the chosen release of Kubernetes, and not on their way out."""

from __future__ import annotations

from collections.abc import Iterator

from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import is_built_in
from lumen_constructs.checks.plain import text
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.schema.releases import (
    Release,
    release,
    served_in,
    stability,
    version_of,
    versions,
    versions_serving,
)
from lumen_constructs.checks.schema.validation import whole_kinds
from lumen_constructs.crds import custom_kinds

#: API versions that were gone before the oldest release whose schemas are known: what removed them.
_LONG_GONE = {
    **{("extensions/v1beta1", kind): "1.16" for kind in ("DaemonSet", "Deployment", "ReplicaSet", "NetworkPolicy")},
    ("extensions/v1beta1", "Ingress"): "1.22",
    ("extensions/v1beta1", "PodSecurityPolicy"): "1.16",
    **{(f"apps/v1beta{n}", kind): "1.16" for n in (1, 2) for kind in ("Deployment", "StatefulSet", "DaemonSet")},
    ("apps/v1beta2", "ReplicaSet"): "1.16",
    ("networking.k8s.io/v1beta1", "Ingress"): "1.22",
    ("networking.k8s.io/v1beta1", "IngressClass"): "1.22",
    **{
        (f"rbac.authorization.k8s.io/{version}", kind): "1.22"
        for version in ("v1alpha1", "v1beta1")
        for kind in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
    },
    **{
        ("admissionregistration.k8s.io/v1beta1", kind): "1.22"
        for kind in ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
    },
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"): "1.22",
    ("apiregistration.k8s.io/v1beta1", "APIService"): "1.22",
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest"): "1.22",
    ("coordination.k8s.io/v1beta1", "Lease"): "1.22",
    ("scheduling.k8s.io/v1beta1", "PriorityClass"): "1.22",
    **{
        ("storage.k8s.io/v1beta1", kind): "1.22"
        for kind in ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment")
    },
    ("batch/v1beta1", "CronJob"): "1.25",
    ("discovery.k8s.io/v1beta1", "EndpointSlice"): "1.25",
    ("events.k8s.io/v1beta1", "Event"): "1.25",
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): "1.25",
    ("policy/v1beta1", "PodDisruptionBudget"): "1.25",
    ("policy/v1beta1", "PodSecurityPolicy"): "1.25",
    ("node.k8s.io/v1beta1", "RuntimeClass"): "1.25",
}

#: Kinds that are on their way out as a whole, since when, and what took their place.
_REPLACED = {
    ("v1", "Endpoints"): (33, "write an EndpointSlice"),
    ("v1", "ComponentStatus"): (19, "ask the components' health endpoints"),
    ("v1", "ReplicationController"): (9, "write a Deployment"),
}


def _unserved(graph: Graph) -> Iterator[tuple[Item, Release]]:
    known = release(version_of(graph.settings.kubernetes))
    for item in graph.items:
        if is_built_in(item.type) and (item.api_version, item.kind) not in known.kinds:
            yield item, known


@rule("api-version-unserved", Severity.ERROR)
def api_version_unserved(graph: Graph) -> Iterator[Fault]:
    """An object of an API version that the cluster does not serve is refused."""
    for item, known in _unserved(graph):
        group = item.api_version.rpartition("/")[0]
        others = versions_serving(known, item.type.partition(".")[2], item.kind) or versions_serving(
            known, group, item.kind
        )
        if gone := _LONG_GONE.get((item.api_version, item.kind)):
            yield _gone(item, gone, others)
        elif served := served_in(item.api_version, item.kind):
            if _number(served[0]) > _number(known.version):
                message = (
                    f"{item.api_version} {item.kind} is served from Kubernetes {served[0]} on, not by {known.version}"
                )
                yield Fault(item, "apiVersion", message, f"write {others[0]}" if others else "")
            else:
                yield _gone(item, versions()[versions().index(served[-1]) + 1], others)
        elif others:
            message = f"'{item.api_version}' does not serve {item.kind}"
            yield Fault(item, "apiVersion", message, f"write {others[0]}")
    yield from _unserved_custom(graph)


def _gone(item: Item, since: str, others: list[str]) -> Fault:
    message = f"{item.api_version} {item.kind} was removed in Kubernetes {since}"
    return Fault(item, "apiVersion", message, f"write {others[0]}" if others else "nothing took its place")


def _number(version: str) -> int:
    return int(version.partition(".")[2])


def _unserved_custom(graph: Graph) -> Iterator[Fault]:
    """Tell of custom resources at a version that their own CRD does not serve."""
    served: dict[tuple[str, str], list[str]] = {}
    for api_version, kind in graph.once(whole_kinds):
        served.setdefault((api_version.rpartition("/")[0], kind), []).append(api_version)
    for item in graph.items:
        others = served.get((item.api_version.rpartition("/")[0], item.kind))
        if item.custom and others and item.api_version not in others:
            message = f"its CustomResourceDefinition does not serve {item.api_version}"
            yield Fault(item, "apiVersion", message, f"write {' or '.join(others)}")


@rule("kind-unknown", Severity.ERROR)
def kind_unknown(graph: Graph) -> Iterator[Fault]:
    """An object of a kind that does not exist is refused."""
    for item, known in _unserved(graph):
        pair = (item.api_version, item.kind)
        if pair in _LONG_GONE or served_in(*pair) or versions_serving(known, item.type.partition(".")[2], item.kind):
            continue
        elsewhere = [api_version for api_version, kind in known.kinds if kind == item.kind]
        same = [kind for api_version, kind in known.kinds if api_version == item.api_version]
        hint = f"it is of {elsewhere[0]}" if elsewhere else graph.meant(item.kind, same)
        if not same and not elsewhere:
            hint = graph.meant(item.api_version, dict.fromkeys(api_version for api_version, _ in known.kinds))
        yield Fault(item, "kind", f"Kubernetes has no kind '{item.kind}' in {item.api_version}", hint)


@rule("api-version-deprecated", Severity.WARNING)
def api_version_deprecated(graph: Graph) -> Iterator[Fault]:
    """An API version that is on its way out is removed in one of the next releases."""
    known = release(version_of(graph.settings.kubernetes))
    best: dict[tuple[str, str], str] = {}
    for item in graph.items:
        pair = (item.api_version, item.kind)
        if pair in known.kinds:
            since, remedy = _REPLACED.get(pair, (99, ""))
            if _number(known.version) >= since:
                yield Fault(item, "apiVersion", f"{item.kind} is deprecated since Kubernetes 1.{since}", remedy)
            better = best.get(pair) or versions_serving(known, item.api_version.rpartition("/")[0], item.kind)[0]
            best[pair] = better
        elif item.custom:
            better = graph.once(_ours).get((item.api_version.rpartition("/")[0], item.kind), "")
        else:
            continue
        if better and _stability(better) > _stability(item.api_version):
            yield Fault(item, "apiVersion", f"{item.api_version} is older than {better}", f"write {better}")


def _ours(_: Graph) -> dict[tuple[str, str], str]:
    """Give the version that this library writes of each custom kind that it knows."""
    return {(api_version.rpartition("/")[0], kind): api_version for api_version, kind in custom_kinds()}


def _stability(api_version: str) -> tuple[int, int, int]:
    return stability(api_version.rpartition("/")[2])


@rule("namespace-without-effect", Severity.WARNING)
def namespace_without_effect(graph: Graph) -> Iterator[Fault]:
    """A kind of the whole cluster has no namespace: it is dropped, and GitOps tools see a difference for ever."""
    for item in graph.items:
        # In an app, cdk8s gives every object the namespace of its chart: its users did not write it.
        by_cdk8s = graph.settings.foreign_as_warnings and not item.ours
        if item.cluster_scoped and text(item.body, "metadata", "namespace") and not by_cdk8s:
            yield Fault(item, "metadata.namespace", f"{item.kind} belongs to the whole cluster", "leave it out")
