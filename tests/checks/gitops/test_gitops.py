"""Canonical form, waves, Jobs, hooks, and what must be kept."""

from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.checks import Settings, Severity
from tests.checks.build import Body, changed, container, deployment, obj, service
from tests.checks.sets import found

OURS = Settings(ours=lambda _: True)
WAVE = "argocd.argoproj.io/sync-wave"
KEEP = {
    "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
    "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
    "kustomize.toolkit.fluxcd.io/prune": "disabled",
}


def _at(wave: str, body: Body) -> Body:
    annotations = {**body["metadata"].get("annotations", {}), WAVE: wave}
    return {**body, "metadata": {**body["metadata"], "annotations": annotations}}


def test_other_spelling_is_told_on_what_we_make() -> None:
    """A quantity in another spelling is told with the canonical one; other people's spelling is theirs."""
    body = obj("ResourceQuota", "q", spec={"hard": {"cpu": "1000m"}})
    (finding,) = found(body, rule="not-canonical", settings=OURS)
    assert (finding.path, finding.said) == ("spec.hard.cpu", "'1000m' is not what the API server stores; write '1'")
    assert found(body, rule="not-canonical") == []


@pytest.mark.parametrize("field", ["uid", "resourceVersion", "creationTimestamp", "managedFields"])
def test_fields_of_the_server(field: str) -> None:
    """What only the API server writes does not come from Git; null and an empty status are left by generators."""
    assert len(found(changed(service(), f"metadata.{field}", "x"), rule="server-field")) == 1
    assert found(changed(service(), f"metadata.{field}", None), rule="server-field") == []
    assert len(found({**service(), "status": {"a": 1}}, rule="server-field")) == 1
    assert found({**service(), "status": {}}, rule="server-field") == []


def test_selectors_do_not_vary() -> None:
    """A version in a selector makes the next version impossible."""
    key = "app.kubernetes.io/version"
    body = changed(
        deployment(pod_labels={"app": "cart", key: "1"}), "spec.selector.matchLabels", {"app": "cart", key: "1"}
    )
    assert [f.severity for f in found(body, rule="selector-varies")] == [Severity.WARNING]
    assert [f.severity for f in found(body, rule="selector-varies", settings=OURS)] == [Severity.ERROR]


@pytest.mark.parametrize(
    ("wave", "count"), [("0", 0), ("-5", 0), ("+5", 0), ("x", 1), ("1.5", 1), ("", 1), ("9" * 20, 1)]
)
def test_waves_are_numbers(wave: str, count: int) -> None:
    """A wave that is no whole number counts as none."""
    assert len(found(_at(wave, service()), rule="wave-invalid")) == count


def _config(wave: str) -> Body:
    return _at(wave, obj("ConfigMap", "cart", data={"a": "b"}))


READS = deployment("cart", container(envFrom=[{"configMapRef": {"name": "cart"}}]))


@pytest.mark.parametrize(("config", "pods", "count"), [("-5", "0", 0), ("0", "0", 0), ("1", "0", 1), ("0", "-1", 1)])
def test_what_is_needed_comes_first(config: str, pods: str, count: int) -> None:
    """A Deployment in an earlier wave than its ConfigMap holds up the sync for ever."""
    faults = found(_config(config), _at(pods, READS), rule="wave-before-need")
    assert len(faults) == count
    if count:
        assert "needs ConfigMap/shop/cart, which is applied in wave" in faults[0].message


def test_hooks_come_before_and_after_all_waves() -> None:
    """A PreSync hook cannot need what the sync applies; a PostSync hook may."""
    spec = {"template": {"spec": {**READS["spec"]["template"]["spec"], "restartPolicy": "Never"}}}
    for hook, count in (("PreSync", 1), ("Sync", 0), ("PostSync", 0)):
        job = obj("Job", "j", api="batch/v1", spec=spec, annotations={"argocd.argoproj.io/hook": hook})
        assert len(found(_config("0"), job, rule="wave-before-need")) == count


@pytest.mark.parametrize(
    "needed",
    [
        obj("Namespace", "shop", namespace=""),
        obj("ServiceAccount", "cart"),
        obj("PersistentVolumeClaim", "cart", spec={"accessModes": ["ReadWriteMany"]}),
        obj("SealedSecret", "cart", api="bitnami.com/v1alpha1", spec={"encryptedData": {"a": "b"}}),
    ],
)
def test_everything_a_pod_waits_for_counts(needed: Body) -> None:
    """Namespaces, accounts, claims and sealed secrets come no later than the pods that need them."""
    pod = {
        "serviceAccountName": "cart",
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "cart"}}],
    }
    body = deployment("cart", container(envFrom=[{"secretRef": {"name": "cart"}}]), pod=pod)
    assert len(found(_at("5", needed), body, rule="wave-before-need")) == 1
    assert found(_at("0", needed), body, rule="wave-before-need") == []


def test_sets_without_waves_have_no_order() -> None:
    """Where nobody says a wave, the order is that of kinds."""
    assert found(obj("ConfigMap", "cart", data={"a": "b"}), READS, rule="wave-before-need") == []


@pytest.mark.parametrize(("claim", "pods", "count"), [("-20", "0", 1), ("0", "0", 0), ("5", "5", 0)])
def test_claims_come_with_their_consumers(claim: str, pods: str, count: int) -> None:
    """A claim that waits for its first consumer is in its wave."""
    body = deployment(pod={"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "d"}}]})
    wanted = obj("PersistentVolumeClaim", "d", spec={"accessModes": ["ReadWriteOnce"]})
    assert len(found(_at(claim, wanted), _at(pods, body), rule="claim-before-consumer")) == count


def _job(name: str, annotations: dict[str, str] | None = None, **spec: Any) -> Body:
    template = {"spec": {"restartPolicy": "Never", "containers": [container()]}}
    return obj("Job", name, api="batch/v1", spec={"template": template, **spec}, annotations=annotations or {WAVE: "0"})


@pytest.mark.parametrize(
    ("name", "annotations", "count"),
    [
        ("init", {WAVE: "0"}, 1),
        ("init-5f3a9c", {WAVE: "0"}, 0),
        ("init", {"argocd.argoproj.io/hook": "PreSync"}, 0),
        ("init", {"helm.sh/hook": "pre-install", WAVE: "0"}, 0),
        ("init", {"argocd.argoproj.io/sync-options": "Replace=true"}, 0),
        ("init", {"unrelated": "x"}, 0),
    ],
)
def test_jobs_are_named_by_their_content(name: str, annotations: dict[str, str], count: int) -> None:
    """Under GitOps a Job that is no hook has a name that changes with it."""
    assert len(found(_job(name, annotations), rule="job-name-fixed")) == count


def test_jobs_that_remove_themselves_come_back() -> None:
    """A time to live makes a synced Job run again and again."""
    assert len(found(_job("a-1", ttlSecondsAfterFinished=0), rule="job-comes-back")) == 1
    assert found(_job("a-1", {"x": "y"}, ttlSecondsAfterFinished=0), rule="job-comes-back") == []


KEPT = [
    obj("PersistentVolumeClaim", "d", spec={}),
    obj("SealedSecret", "s", api="bitnami.com/v1alpha1", spec={"encryptedData": {}}),
    obj("ExternalSecret", "s", api="external-secrets.io/v1", spec={}),
    obj("Cluster", "c", api="postgresql.cnpg.io/v1", spec={}),
    obj("Kafka", "k", api="kafka.strimzi.io/v1", spec={}),
    obj("MongoDBCommunity", "m", api="mongodbcommunity.mongodb.com/v1", spec={}),
]


@pytest.mark.parametrize("body", KEPT, ids=lambda body: body["kind"])
def test_what_holds_data_is_kept(body: Body) -> None:
    """Volumes, data stores and secrets carry all three annotations, and so does their namespace."""
    assert len(found(body, rule="not-kept", settings=OURS)) == 1
    assert found(body, rule="not-kept") == []
    kept = {**body, "metadata": {**body["metadata"], "annotations": KEEP}}
    assert found(kept, rule="not-kept", settings=OURS) == []
    for key in KEEP:
        without = {name: value for name, value in KEEP.items() if name != key}
        partly = {**body, "metadata": {**body["metadata"], "annotations": without}}
        assert found(partly, rule="not-kept", settings=OURS)[0].path == f"metadata.annotations[{key}]"
    namespace = obj("Namespace", "shop", namespace="")
    assert [f.object for f in found(kept, namespace, rule="not-kept", settings=OURS)] == ["Namespace/shop"]


def test_hooks_do_not_hold_data() -> None:
    """A hook is made anew with every sync, and so would be the data in it."""
    claim = obj("PersistentVolumeClaim", "d", annotations={"argocd.argoproj.io/hook": "PreSync"}, spec={})
    assert [f.severity for f in found(claim, rule="hook-replaces-data")] == [Severity.ERROR]
    helm = obj("PersistentVolumeClaim", "d", annotations={"helm.sh/hook": "pre-install"}, spec={})
    assert [f.severity for f in found(helm, rule="hook-replaces-data")] == [Severity.WARNING]
