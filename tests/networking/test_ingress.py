from __future__ import annotations

from typing import Any

from lumen_constructs.networking.ingress import ingress
from lumen_constructs.options.monitored import MonitoredServiceOptions
from tests.options.reading import BASE, Body, faults, identity, read


def body(**chosen: Any) -> Body:
    """Give the Ingress with ``chosen`` options, in front of a Service named cart."""
    options = read(MonitoredServiceOptions, {**BASE, "ingress": chosen})
    assert options.ingress is not None
    return ingress(identity(), options, options.ingress, "cart")


def test_leads_to_the_service_by_the_name_of_its_port() -> None:
    """Without a word, everything of every host goes to the first port."""
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "cart", "port": {"name": "http"}}},
    }
    assert body()["spec"] == {"rules": [{"http": {"paths": [path]}}]}
    hosts = body(host="a.example.com", hosts=["b.example.com", "a.example.com"])["spec"]["rules"]
    assert hosts == [{"host": host, "http": {"paths": [path]}} for host in ("a.example.com", "b.example.com")]


def test_paths_lead_where_they_say() -> None:
    """A path may lead to a port by number, or to another Service."""
    paths = [{"path": "/api", "port": 8080}, {"path": "/old", "pathType": "Exact", "service": "old", "port": 80}]
    found = body(paths=paths)["spec"]["rules"][0]["http"]["paths"]
    assert [path["backend"]["service"] for path in found] == [
        {"name": "cart", "port": {"number": 8080}},
        {"name": "old", "port": {"number": 80}},
    ]


def test_class_and_certificates_are_fields() -> None:
    """The class is a field, not the old annotation, and cert-manager is asked by its own."""
    found = body(
        host="a.example.com",
        className="nginx",
        tls=[{"hosts": ["a.example.com"], "secretName": "a-tls"}],
        clusterIssuer="letsencrypt-prod",
    )
    assert found["spec"]["ingressClassName"] == "nginx"
    assert found["spec"]["tls"] == [{"hosts": ["a.example.com"], "secretName": "a-tls"}]
    assert found["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt-prod"}


GUARDS: dict[str, Any] = {
    "tls": [{"hosts": ["a.example.com"]}],
    "allowSourceRanges": ["10.0.0.0/8", "192.168.0.0/16"],
    "oauth2Proxy": {"authURL": "http://auth/", "signinURL": "https://auth.example.com/", "responseHeaders": ["X-User"]},
    "clientCertificate": {"secret": "shop/ca"},
    "cors": {"allowOrigins": ["https://example.com"], "allowMethods": ["GET"], "maxAge": "10m"},
    "rateLimit": {"requestsPerSecond": 10, "connections": 5},
}


def test_guards_are_said_in_the_words_of_ingress_nginx() -> None:
    """Each guard is an annotation that ingress-nginx reads."""
    prefix = "nginx.ingress.kubernetes.io"
    assert body(controller="ingress-nginx", **GUARDS)["metadata"]["annotations"] == {
        f"{prefix}/whitelist-source-range": "10.0.0.0/8,192.168.0.0/16",
        f"{prefix}/auth-url": "http://auth/",
        f"{prefix}/auth-signin": "https://auth.example.com/",
        f"{prefix}/auth-response-headers": "X-User",
        f"{prefix}/auth-tls-secret": "shop/ca",
        f"{prefix}/auth-tls-verify-client": "on",
        f"{prefix}/enable-cors": "true",
        f"{prefix}/cors-allow-origin": "https://example.com",
        f"{prefix}/cors-allow-methods": "GET",
        f"{prefix}/cors-allow-credentials": "false",
        f"{prefix}/cors-max-age": "600",
        f"{prefix}/limit-rps": "10",
        f"{prefix}/limit-connections": "5",
    }


def test_guards_are_said_in_the_words_of_haproxy_ingress() -> None:
    """The same guards, as haproxy-ingress reads them."""
    annotations = body(controller="haproxy-ingress", **GUARDS)["metadata"]["annotations"]
    assert {key.partition("/")[0] for key in annotations} == {"haproxy-ingress.github.io"}
    assert annotations["haproxy-ingress.github.io/allowlist-source-range"] == "10.0.0.0/8,192.168.0.0/16"
    assert annotations["haproxy-ingress.github.io/auth-headers-succeed"] == "X-User"
    assert annotations["haproxy-ingress.github.io/cors-enable"] == "true"


def test_refuses_an_annotation_that_an_option_writes() -> None:
    """With all other faults, as the values are read; the user's own annotation is kept."""
    assert body(annotations={"example.com/a": "b"})["metadata"]["annotations"] == {"example.com/a": "b"}
    chosen = {
        "controller": "ingress-nginx",
        "rateLimit": {"requestsPerSecond": 10},
        "clusterIssuer": "letsencrypt",
        "annotations": {"nginx.ingress.kubernetes.io/limit-rps": "5", "cert-manager.io/cluster-issuer": "other"},
    }
    assert faults(MonitoredServiceOptions, {**BASE, "ingress": chosen}) == [
        "ingress.annotations['nginx.ingress.kubernetes.io/limit-rps'] '5' stands beside the option that writes it",
        "ingress.annotations['cert-manager.io/cluster-issuer'] 'other' stands beside the option that writes it",
        "ingress.clusterIssuer makes no certificate without tls; give its hosts and secretName there",
    ]
