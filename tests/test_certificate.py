from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import Certificate, CertificateOptions, LumenError
from lumen_constructs.options.certificates import CertificateSubject, IssuerRef, PrivateKey, SecretTemplate
from tests.networking.custom import findings
from tests.objects import bodies, the
from tests.options.reading import faults, read


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "imprun", namespace="imprun-system")


def test_names_its_secret_and_its_issuer(chart: Chart) -> None:
    """The Secret has the Certificate's name, the issuer is a ClusterIssuer, and every renewal makes a new key."""
    made = Certificate(chart, "wildcard-app-imprun-dev", dns_names=["*.api.imprun.dev"], issuer_ref="letsencrypt-prod")
    assert the(bodies(chart), "Certificate")["spec"] == {
        "secretName": "wildcard-app-imprun-dev",
        "dnsNames": ["*.api.imprun.dev"],
        "issuerRef": {"name": "letsencrypt-prod", "kind": "ClusterIssuer", "group": "cert-manager.io"},
        "duration": "2160h0m0s",
        "renewBefore": "720h0m0s",
        "privateKey": {"algorithm": "RSA", "size": 2048, "rotationPolicy": "Always"},
        "usages": ["digital signature", "key encipherment", "server auth"],
        "revisionHistoryLimit": 1,
    }
    assert made.secret_name == made.name == ApiObject.of(made).name
    assert findings(chart) == []


def test_every_option_reaches_the_manifest(chart: Chart) -> None:
    """What was given stands in the Certificate, durations in Go's own form."""
    options = CertificateOptions(
        name="app-imprun-dev",
        component="traffic",
        labels={"team": "edge"},
        annotations={"note": "public"},
        external=["Issuer/imprun-ca"],
        dns_names=["api.imprun.dev", "imprun.dev"],
        ip_addresses=["10.0.0.1", "::1"],
        uris=["spiffe://imprun/api"],
        common_name="api.imprun.dev",
        secret_name="api-tls",  # noqa: S106  # a name
        secret_template=SecretTemplate(labels={"kept": "yes"}, annotations={"reflect": "no"}),
        issuer_ref=IssuerRef(name="imprun-ca", kind="Issuer"),
        duration="36h",
        renew_before=cdk8s.Duration.minutes(90),
        private_key=PrivateKey(algorithm="ECDSA", size=384, encoding="PKCS8", rotation_policy="Never"),
        usages=["digital signature", "client auth"],
        subject=CertificateSubject(organizations=["imprun"], organizational_units=["edge"]),
        revision_history_limit=3,
    )
    made = Certificate.from_options(chart, "api", options)
    body = the(bodies(chart), "Certificate", "app-imprun-dev")
    assert body["metadata"]["labels"]["team"] == "edge"
    assert body["metadata"]["labels"]["app.kubernetes.io/component"] == "traffic"
    assert body["metadata"]["annotations"] == {"lumen-constructs/external": "Issuer/imprun-ca", "note": "public"}
    assert body["spec"] == {
        "dnsNames": ["api.imprun.dev", "imprun.dev"],
        "ipAddresses": ["10.0.0.1", "::1"],
        "uris": ["spiffe://imprun/api"],
        "commonName": "api.imprun.dev",
        "secretName": "api-tls",
        "secretTemplate": {"labels": {"kept": "yes"}, "annotations": {"reflect": "no"}},
        "issuerRef": {"name": "imprun-ca", "kind": "Issuer", "group": "cert-manager.io"},
        "duration": "36h0m0s",
        "renewBefore": "1h30m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 384, "encoding": "PKCS8", "rotationPolicy": "Never"},
        "usages": ["digital signature", "client auth"],
        "subject": {"organizations": ["imprun"], "organizationalUnits": ["edge"]},
        "revisionHistoryLimit": 3,
    }
    assert made.secret_name == body["spec"]["secretName"]
    assert findings(chart) == []


def test_an_authority_may_sign(chart: Chart) -> None:
    """A CA's key signs certificates, unless its usages say more."""
    Certificate(
        chart,
        "root",
        common_name="imprun root",
        is_ca=True,
        issuer_ref="selfsigned",
        private_key=PrivateKey(algorithm="Ed25519"),
    )
    spec = the(bodies(chart), "Certificate")["spec"]
    assert spec["isCA"] is True
    assert spec["usages"] == ["digital signature", "cert sign", "crl sign"]
    assert spec["privateKey"] == {"algorithm": "Ed25519", "rotationPolicy": "Always"}


def test_reads_a_values_file() -> None:
    """A values file has the same options in camelCase, acronyms as Kubernetes spells them."""
    given = {"dnsNames": ["api.qa.imprun.dev"], "issuerRef": "letsencrypt-staging", "isCA": False, "duration": "720h"}
    options = read(CertificateOptions, given | {"renewBefore": "240h"})
    assert options == CertificateOptions(
        dns_names=["api.qa.imprun.dev"], issuer_ref="letsencrypt-staging", duration="720h", renew_before="240h"
    )


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"dnsNames": []}, "dnsNames is required: the certificate would be for nobody"),
        ({"dnsNames": ["a_b.dev"]}, "dnsNames[0] 'a_b.dev' must be lower-case letters"),
        ({"dnsNames": ["a.dev", "b.dev", "a.dev"]}, "dnsNames[2] 'a.dev' is given twice"),
        ({"ipAddresses": ["10.0.0"]}, "ipAddresses[0] '10.0.0' is not an IP address"),
        ({"commonName": "x" * 65}, "commonName"),
        ({"duration": "90d"}, "duration '90d' is not a Go duration; Go has no days, weeks and years; write 2160h"),
        ({"duration": "30m", "renewBefore": "5m"}, "duration 30m0s must be at least 1h"),
        ({"renewBefore": "1m"}, "renewBefore 1m0s must be at least 5m"),
        ({"renewBefore": "2160h"}, "renewBefore 2160h0m0s must be below duration, which is 2160h0m0s"),
        ({"privateKey": {"size": 1024}}, "privateKey.size 1024 must be one of 2048, 4096, 8192 for RSA"),
        (
            {"privateKey": {"algorithm": "Ed25519", "size": 256}},
            "privateKey.size 256 must be left out: Ed25519 has one size",
        ),
        (
            {"privateKey": {"algorithm": "Ed25519", "encoding": "PKCS1"}},
            "privateKey.encoding must be PKCS8: PKCS1 has no form for Ed25519",
        ),
        ({"isCA": True, "usages": ["server auth"]}, "usages needs 'cert sign': isCA says that it signs other"),
        ({"usages": ["server-auth"]}, "usages[0] 'server-auth' must be one of"),
        (
            {"issuerRef": {"name": "x", "kind": "Isuer"}},
            "issuerRef.kind 'Isuer' must be one of ClusterIssuer, Issuer",
        ),
        ({"issuerRef": "Let's Encrypt"}, "issuerRef"),
        ({"issuerref": "x"}, "issuerref is not a known key; did you mean 'issuerRef'?"),
        ({"labels": {"app.kubernetes.io/name": "x"}}, "labels['app.kubernetes.io/name'] must be left out"),
    ],
)
def test_refuses_what_cert_manager_would_refuse(given: dict[str, Any], line: str) -> None:
    """Each fault is named at its place, with what to write instead."""
    found = faults(CertificateOptions, {"dnsNames": ["api.imprun.dev"], "issuerRef": "letsencrypt-prod"} | given)
    assert [one for one in found if one.startswith(line)], found


def test_refuses_all_faults_at_once(chart: Chart) -> None:
    """One error has a line for each fault, with the construct's path."""
    with pytest.raises(LumenError) as refused:
        Certificate(chart, "api", issuer_ref="x", renew_before="1m", private_key=PrivateKey(size=3))
    assert [line.partition(" ")[0] for line in refused.value.faults] == ["imprun/api:"] * 3


def test_refuses_an_issuer_that_does_not_exist(chart: Chart) -> None:
    """An Issuer of the own namespace must be in the set, or be declared to be outside."""
    Certificate(chart, "api", dns_names=["a.dev"], issuer_ref=IssuerRef(name="acme", kind="Issuer"))
    assert "no Issuer 'acme' exists" in "\n".join(findings(chart))
