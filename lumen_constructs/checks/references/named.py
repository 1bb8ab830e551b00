"""References that are a name and nothing more: issuers, stores, targets, roles, clusters, classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lumen_constructs.checks import kinds
from lumen_constructs.checks.externals import declare, within
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.kinds import is_built_in, kind_of, type_of
from lumen_constructs.checks.plain import text, walk
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.sources import may_be_made
from lumen_constructs.emit.kinds import is_cluster_scoped


class Reference(NamedTuple):
    """A field that names an object."""

    type: str
    """The kind that has the field."""
    owner: str
    """The place of the mapping that holds the name."""
    targets: Mapping[str, str]
    """The types that can be named, by what ``kind`` says; under the empty key, where it says nothing."""
    field: str = "name"


_ISSUERS = {"": kinds.ISSUER, "Issuer": kinds.ISSUER, "ClusterIssuer": kinds.CLUSTER_ISSUER}
_STORES = {
    "": kinds.SECRET_STORE,
    "SecretStore": kinds.SECRET_STORE,
    "ClusterSecretStore": kinds.CLUSTER_SECRET_STORE,
}
_SOURCES = {
    kind: f"{kind}.source.toolkit.fluxcd.io"
    for kind in ("GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart")
}
_GENERATORS = {"Password": "Password.generators.external-secrets.io"}
_CNPG = {"": kinds.CNPG_CLUSTER, "Cluster": kinds.CNPG_CLUSTER}

_REFERENCES: dict[str, tuple[Reference, ...]] = {
    "issuer-missing": (Reference(kinds.CERTIFICATE, "spec.issuerRef", _ISSUERS),),
    "secret-store-missing": (
        Reference(kinds.EXTERNAL_SECRET, "spec.secretStoreRef", _STORES),
        Reference(kinds.EXTERNAL_SECRET, "spec.data[].sourceRef.storeRef", _STORES),
        Reference(kinds.EXTERNAL_SECRET, "spec.dataFrom[].sourceRef.storeRef", _STORES),
        Reference(kinds.EXTERNAL_SECRET, "spec.dataFrom[].sourceRef.generatorRef", _GENERATORS),
        Reference(kinds.PUSH_SECRET, "spec.secretStoreRefs[]", _STORES),
    ),
    "analysis-template-missing": tuple(
        Reference(kinds.ROLLOUT, f"spec.strategy.{place}.templates[]", {"": kinds.ANALYSIS_TEMPLATE}, "templateName")
        for place in (
            *("canary.analysis", "canary.steps[].analysis"),
            *("blueGreen.prePromotionAnalysis", "blueGreen.postPromotionAnalysis"),
        )
    ),
    "data-store-missing": (
        *(
            Reference(type_, "spec.cluster", _CNPG)
            for type_ in (
                *(kinds.CNPG_SCHEDULED_BACKUP, kinds.CNPG_BACKUP, kinds.CNPG_DATABASE, kinds.CNPG_POOLER),
                "Publication.postgresql.cnpg.io",
                "Subscription.postgresql.cnpg.io",
            )
        ),
        *(
            Reference(type_, "metadata.labels", {"": kinds.KAFKA}, "strimzi.io/cluster")
            for type_ in (kinds.KAFKA_NODE_POOL, kinds.KAFKA_TOPIC, kinds.KAFKA_USER)
        ),
    ),
    "flux-source-missing": (
        Reference(kinds.FLUX_KUSTOMIZATION, "spec.sourceRef", _SOURCES),
        Reference(kinds.FLUX_KUSTOMIZATION, "spec.dependsOn[]", {"": kinds.FLUX_KUSTOMIZATION}),
    ),
    "project-missing": (
        Reference(kinds.APPLICATION, "spec", {"": kinds.APP_PROJECT}, "project"),
        Reference(kinds.APPLICATION_SET, "spec.template.spec", {"": kinds.APP_PROJECT}, "project"),
    ),
}

#: Kinds that belong to the cluster: what the set does not have may well be there, unless its own is nearly so named.
_CLASSES: tuple[Reference, ...] = (
    Reference(kinds.CLAIM, "spec", {"": kinds.STORAGE_CLASS}, "storageClassName"),
    Reference(kinds.CLAIM, "spec", {"": kinds.VOLUME}, "volumeName"),
    Reference(kinds.STATEFUL_SET, "spec.volumeClaimTemplates[].spec", {"": kinds.STORAGE_CLASS}, "storageClassName"),
    Reference(kinds.INGRESS, "spec", {"": kinds.INGRESS_CLASS}, "ingressClassName"),
    Reference(kinds.GATEWAY, "spec", {"": kinds.GATEWAY_CLASS}, "gatewayClassName"),
    *(
        Reference(type_, ".".join((*template, "spec")), {"": class_}, field)
        for type_, template in kinds.TEMPLATES.items()
        for class_, field in (
            (kinds.PRIORITY_CLASS, "priorityClassName"),
            (kinds.RUNTIME_CLASS, "runtimeClassName"),
        )
    ),
)


def _broken(graph: Graph, references: tuple[Reference, ...], always: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Give the references that lead nowhere; what is named in ``always`` is there without anybody's doing."""
    for reference in references:
        for item in graph.of(reference.type):
            for path, owner in walk(item.body, reference.owner):
                name = text(owner, reference.field)
                target = reference.targets.get(text(owner, "kind"))
                if name and name not in always and target:
                    namespace = text(owner, "namespace") or item.namespace
                    yield from missing(graph, Wanted(item, f"{path}.{reference.field}", target, namespace, name))


class Wanted(NamedTuple):
    """An object that is named somewhere."""

    item: Item
    """The object that names it."""
    path: str
    type: str
    namespace: str
    name: str


def missing(graph: Graph, wanted: Wanted) -> Iterator[Fault]:
    """Give the fault of naming an object that nobody provides, if that is so."""
    item, path, target, namespace, name = wanted
    kind = kind_of(target)
    cluster_scoped = is_cluster_scoped(f"{target.partition('.')[2]}/v1", kind)
    place = "" if cluster_scoped else namespace
    if graph.find(target, place, name) or graph.is_external(kind, place, name):
        return
    near = graph.near(name, graph.names(target, place), cutoff=0.75 if cluster_scoped else 0.6)
    if cluster_scoped and not near:
        return
    if not cluster_scoped and (not graph.holds(place) or may_be_made(graph, kind, place, name)):
        return
    hint = f"did you mean '{near}'?" if near else declare(item, kind, name)
    yield Fault(item, path, f"no {kind} '{name}' exists{within(place)}", hint)


@rule("issuer-missing", Severity.ERROR)
def issuer_missing(graph: Graph) -> Iterator[Fault]:
    """A Certificate whose issuer does not exist is never issued, and its Secret never made."""
    yield from _broken(graph, _REFERENCES["issuer-missing"])
    for item in graph.of(kinds.INGRESS, kinds.GATEWAY):
        for key, target in (
            ("cert-manager.io/issuer", kinds.ISSUER),
            ("cert-manager.io/cluster-issuer", kinds.CLUSTER_ISSUER),
        ):
            if name := item.annotations.get(key):
                path = f"metadata.annotations[{key}]"
                yield from missing(graph, Wanted(item, path, target, item.namespace, name))


@rule("secret-store-missing", Severity.ERROR)
def secret_store_missing(graph: Graph) -> Iterator[Fault]:
    """An ExternalSecret whose store or generator does not exist never makes its Secret."""
    yield from _broken(graph, _REFERENCES["secret-store-missing"])


@rule("analysis-template-missing", Severity.ERROR)
def analysis_template_missing(graph: Graph) -> Iterator[Fault]:
    """A Rollout that names an AnalysisTemplate which does not exist is rejected as invalid and stays where it is."""
    for fault in _broken(graph, _REFERENCES["analysis-template-missing"]):
        owner = fault.path.removesuffix(".templateName")
        if not any(path == owner and found.get("clusterScope") is True for path, found in _templates(fault.item)):
            yield fault


def _templates(item: Item) -> Iterator[tuple[str, dict[str, object]]]:
    for reference in _REFERENCES["analysis-template-missing"]:
        for path, found in walk(item.body, reference.owner):
            if isinstance(found, dict):
                yield path, found


@rule("data-store-missing", Severity.ERROR)
def data_store_missing(graph: Graph) -> Iterator[Fault]:
    """A backup, database, topic or user of a cluster that does not exist is never made."""
    yield from _broken(graph, _REFERENCES["data-store-missing"])


@rule("flux-source-missing", Severity.ERROR)
def flux_source_missing(graph: Graph) -> Iterator[Fault]:
    """A Flux Kustomization whose source or dependency does not exist applies nothing."""
    yield from _broken(graph, _REFERENCES["flux-source-missing"])


@rule("project-missing", Severity.ERROR)
def project_missing(graph: Graph) -> Iterator[Fault]:
    """An Argo CD Application of a project that does not exist is not synced."""
    if graph.of(kinds.APP_PROJECT):
        yield from _broken(graph, _REFERENCES["project-missing"], always=("default",))


@rule("class-missing", Severity.ERROR)
def class_missing(graph: Graph) -> Iterator[Fault]:
    """A claim, Ingress, Gateway or pod that asks for a class which does not exist waits for ever."""
    yield from _broken(graph, _CLASSES)


@rule("scale-target-missing", Severity.ERROR)
def scale_target_missing(graph: Graph) -> Iterator[Fault]:
    """An autoscaler whose target does not exist scales nothing."""
    for type_, owner in (
        (kinds.AUTOSCALER, "spec.scaleTargetRef"),
        (kinds.SCALED_OBJECT, "spec.scaleTargetRef"),
        ("VerticalPodAutoscaler.autoscaling.k8s.io", "spec.targetRef"),
        (kinds.ROLLOUT, "spec.workloadRef"),
    ):
        for item in graph.of(type_):
            for path, reference in walk(item.body, owner):
                kind, name = text(reference, "kind") or "Deployment", text(reference, "name")
                target = type_of(text(reference, "apiVersion") or "apps/v1", kind)
                if name and (is_built_in(target) or target == kinds.ROLLOUT or graph.of(target)):
                    yield from _missing_target(graph, Wanted(item, f"{path}.name", target, item.namespace, name))


def _missing_target(graph: Graph, wanted: Wanted) -> Iterator[Fault]:
    for fault in missing(graph, wanted):
        others = (type_ for type_ in (kinds.DEPLOYMENT, kinds.STATEFUL_SET, kinds.ROLLOUT) if type_ != wanted.type)
        other = next((type_ for type_ in others if graph.find(type_, wanted.namespace, wanted.name)), None)
        yield fault._replace(hint=f"'{wanted.name}' is a {kind_of(other)}" if other else fault.hint)
