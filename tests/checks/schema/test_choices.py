"""Words, bounds and shares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.build import Body, changed, container, deployment, obj, policy, service
from tests.checks.sets import found

FIRST = "spec.template.spec.containers.0"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (changed(deployment(), f"{FIRST}.imagePullPolicy", "IfNotPresnt"), "did you mean 'IfNotPresent'?"),
        (changed(deployment(), f"{FIRST}.ports.0.protocol", "tcp"), "'tcp' must be one of TCP, UDP, SCTP"),
        (service(type="ClusterIp"), "did you mean 'ClusterIP'?"),
        (deployment(strategy={"type": "Rolling"}), "must be one of RollingUpdate, Recreate"),
        (deployment(pod={"restartPolicy": "always"}), "did you mean 'Always'?"),
        (deployment(pod={"tolerations": [{"operator": "Equals"}]}), "did you mean 'Equal'?"),
        (policy(ingress=[], policyTypes=["ingress"]), "did you mean 'Ingress'?"),
        (obj("PersistentVolumeClaim", "a", spec={"accessModes": ["RWO"]}), "must be one of ReadWriteOnce"),
        (
            obj("CronJob", "a", api="batch/v1", spec={"concurrencyPolicy": "No"}),
            "must be one of Allow, Forbid, Replace",
        ),
    ],
)
def test_words_that_a_field_does_not_know(body: Body, said: str) -> None:
    """Kubernetes' schemas leave the words out; the API server does not."""
    (finding,) = found(body, rule="word-unknown")
    assert said in finding.said


def test_words_of_other_kinds_are_their_own() -> None:
    """A template of an unknown kind is not Kubernetes' to judge."""
    clone = {**deployment(pod={"restartPolicy": "Sometimes"}), "apiVersion": "apps.kruise.io/v1", "kind": "CloneSet"}
    assert found(clone, rule="word-unknown") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (deployment(replicas=-1), "-1 must be at least 0"),
        (deployment(pod={"securityContext": {"runAsUser": -1}}), "-1 must be at least 0"),
        (deployment(pod={"topologySpreadConstraints": [{"maxSkew": 0}]}), "0 must be at least 1"),
        (deployment(pod={"volumes": [{"name": "a", "configMap": {"name": "b", "defaultMode": 644}}]}), "at most 511"),
        (service(sessionAffinityConfig={"clientIP": {"timeoutSeconds": 100_000}}), "at most 86400"),
        (obj("Job", "a", api="batch/v1", spec={"backoffLimit": -1, "template": {}}), "-1 must be at least 0"),
    ],
)
def test_numbers_have_bounds(body: Body, said: str) -> None:
    """A number that its field cannot hold is told with the bound."""
    (finding,) = found(body, rule="number-out-of-bounds")
    assert said in finding.message


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("25", "write 25 or 25%"),
        ("25 %", "write 25 or 25%"),
        ("a%", "write 1 or 25%"),
        (-1, "write 0 or more"),
        ("-5%", "write 1"),
    ],
)
def test_shares_are_numbers_or_percentages(value: Any, hint: str) -> None:
    """A share that is neither is told how to write it."""
    for body in (
        obj("PodDisruptionBudget", "a", api="policy/v1", spec={"maxUnavailable": value}),
        deployment(strategy={"rollingUpdate": {"maxSurge": value}}),
    ):
        (finding,) = found(body, rule="share-invalid")
        assert hint in finding.hint


def test_shares_that_are_fine() -> None:
    """Numbers and whole percentages are shares."""
    for value in (0, 1, "0%", "25%", "100%"):
        assert found(deployment(strategy={"rollingUpdate": {"maxSurge": value}}), rule="share-invalid") == []


@pytest.mark.parametrize(
    ("names", "host", "count"),
    [
        (["cart.example.com"], "cart.example.com", 0),
        (["*.example.com"], "cart.example.com", 0),
        (["*.example.com"], "a.b.example.com", 1),
        (["*.example.com"], "example.com", 1),
        (["card.example.com"], "cart.example.com", 1),
        (["*.example.com"], "*.example.com", 0),
        (["x.example.com", "cart.example.com"], "cart.example.com", 0),
    ],
)
def test_certificates_are_for_their_hosts(names: list[str], host: str, count: int) -> None:
    """A certificate's names cover the host that is served with it; a wildcard covers one part."""
    certificate = obj("Certificate", "c", api="cert-manager.io/v1", spec={"secretName": "tls", "dnsNames": names})
    ingress = obj("Ingress", "i", api="networking.k8s.io/v1", spec={"tls": [{"hosts": [host], "secretName": "tls"}]})
    listener = {"name": "https", "hostname": host, "tls": {"certificateRefs": [{"name": "tls"}]}}
    gateway = obj("Gateway", "g", api="gateway.networking.k8s.io/v1", spec={"listeners": [listener]})
    for body in (ingress, gateway):
        assert len(found(body, certificate, rule="certificate-not-for-host")) == count


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            obj("SealedSecret", "a", api="bitnami.com/v1alpha1", spec={"encryptedData": {"k": "not base64!"}}),
            "spec.encryptedData.k",
        ),
        (obj("Certificate", "a", api="cert-manager.io/v1", spec={"secretName": "x"}), "spec.dnsNames"),
        (
            obj(
                "PrometheusRule",
                "a",
                api="monitoring.coreos.com/v1",
                spec={"groups": [{"name": "g", "rules": [{"alert": "A", "record": "b", "expr": "1"}]}]},
            ),
            "spec.groups[0].rules[0]",
        ),
        (
            obj(
                "PrometheusRule",
                "a",
                api="monitoring.coreos.com/v1",
                spec={"groups": [{"name": "g", "rules": []}, {"name": "g", "rules": []}]},
            ),
            "spec.groups[1].name",
        ),
        (deployment(progressDeadlineSeconds=10, minReadySeconds=10), "spec.progressDeadlineSeconds"),
        (
            deployment("cart", container(resources={"requests": {"cpu": 2}, "limits": {"cpu": 1}})),
            f"{FIRST[:-2]}[0].resources.requests.cpu",
        ),
    ],
)
def test_contradictions_of_further_kinds(body: Body, path: str) -> None:
    """Controllers refuse what contradicts itself, too."""
    assert path in [finding.path for finding in found(body, rule="contradiction")]
