from __future__ import annotations

from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import (
    AllowedRoutes,
    Certificate,
    CertificateRef,
    Gateway,
    GatewayAddress,
    GatewayOptions,
    GrantFrom,
    GrantTo,
    Infrastructure,
    Listener,
    ListenerTls,
    ReferenceGrant,
    ReferenceGrantOptions,
)
from tests.networking.custom import findings
from tests.objects import bodies, the
from tests.options.reading import faults, read


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "logpilot", namespace="logpilot")


def test_ends_tls_with_the_certificate_that_it_is_given(chart: Chart) -> None:
    """A Certificate stands for its Secret; port, mode and allowed routes are spelled out."""
    certificate = Certificate(chart, "tls", dns_names=["logpilot.example.com"], issuer_ref="letsencrypt-prod")
    tls = ListenerTls(certificate_refs=[certificate])
    made = Gateway(
        chart,
        "logpilot-gateway",
        class_name="nginx",
        listeners=[Listener(name="https", protocol="HTTPS", tls=tls), Listener(name="http", protocol="HTTP")],
    )
    body = the(bodies(chart), "Gateway", "logpilot-gateway")
    assert body["apiVersion"] == "gateway.networking.k8s.io/v1"
    assert body["spec"] == {
        "gatewayClassName": "nginx",
        "listeners": [
            {
                "name": "https",
                "protocol": "HTTPS",
                "port": 443,
                "tls": {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": "tls"}]},
                "allowedRoutes": {"namespaces": {"from": "Same"}},
            },
            {"name": "http", "protocol": "HTTP", "port": 80, "allowedRoutes": {"namespaces": {"from": "Same"}}},
        ],
    }
    assert ApiObject.of(made).name == made.name
    assert made.listener_names == ("https", "http")
    assert findings(chart) == []


def test_every_option_of_the_gateway_reaches_the_manifest(chart: Chart) -> None:
    """What was given stands in the Gateway."""
    options = GatewayOptions(
        class_name="istio",
        cluster_issuer="letsencrypt-prod",
        addresses=[GatewayAddress(value="192.0.2.1"), GatewayAddress(type="Hostname", value="edge.example.com")],
        infrastructure=Infrastructure(labels={"team": "edge"}, annotations={"cloud/type": "nlb"}),
        listeners=[
            Listener(
                name="web",
                protocol="HTTPS",
                port=8443,
                hostname="*.example.com",
                tls=ListenerTls(certificate_refs=[CertificateRef(name="web-tls")], options={"acme.io/min": "1.3"}),
                allowed_routes=AllowedRoutes(from_="Selector", namespaces={"team": "web"}, kinds=["HTTPRoute"]),
            ),
            Listener(name="raw", protocol="TLS", port=8444, tls=ListenerTls(mode="Passthrough")),
        ],
    )
    Gateway.from_options(chart, "edge", options)
    body = the(bodies(chart), "Gateway")
    assert body["metadata"]["annotations"] == {"cert-manager.io/cluster-issuer": "letsencrypt-prod"}
    spec = body["spec"]
    assert spec["addresses"] == [
        {"type": "IPAddress", "value": "192.0.2.1"},
        {"type": "Hostname", "value": "edge.example.com"},
    ]
    assert spec["infrastructure"] == {"labels": {"team": "edge"}, "annotations": {"cloud/type": "nlb"}}
    web, raw = spec["listeners"]
    assert (web["port"], web["hostname"], web["tls"]["options"]) == (8443, "*.example.com", {"acme.io/min": "1.3"})
    assert web["allowedRoutes"] == {
        "namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "web"}}},
        "kinds": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute"}],
    }
    assert raw["tls"] == {"mode": "Passthrough"}
    assert findings(chart) == []


HTTPS = {"name": "https", "protocol": "HTTPS", "tls": {"certificateRefs": ["tls"]}}


@pytest.mark.parametrize(
    ("listeners", "line"),
    [
        ([], "listeners must not be empty"),
        ([{"name": "a", "protocol": "HTTPS"}], "listeners[0].tls is required for protocol HTTPS"),
        ([HTTPS | {"protocol": "HTTP"}], "listeners[0].tls must be left out: protocol HTTP is not encrypted"),
        (
            [{"name": "a", "protocol": "TLS", "tls": {}}],
            "listeners[0].tls.certificateRefs is required: mode Terminate needs a certificate to show",
        ),
        (
            [{"name": "a", "protocol": "HTTPS", "tls": {"mode": "Passthrough"}}],
            "listeners[0].tls.mode Passthrough needs protocol TLS, not HTTPS",
        ),
        (
            [{"name": "a", "protocol": "TLS", "tls": {"mode": "Passthrough", "certificateRefs": ["x"]}}],
            "listeners[0].tls.certificateRefs must be left out: with mode Passthrough",
        ),
        ([HTTPS, HTTPS | {"port": 8443}], "listeners[1].name 'https' is the name of another listener too"),
        ([HTTPS, HTTPS | {"name": "b"}], "listeners[1].port 443 has a listener for every host already"),
        (
            [HTTPS, {"name": "b", "protocol": "HTTP", "port": 443, "hostname": "a.dev"}],
            "listeners[1].port 443 is shared by encrypted and unencrypted listeners",
        ),
        (
            [HTTPS | {"allowedRoutes": {"from": "Selector"}}],
            "listeners[0].allowedRoutes from: Selector and namespaces go together",
        ),
        ([HTTPS | {"protocol": "HTTP3"}], "listeners[0].protocol 'HTTP3' must be one of HTTP, HTTPS, TLS"),
        ([HTTPS | {"hostname": "A.dev"}], "listeners[0].hostname 'A.dev' must be lower-case"),
    ],
)
def test_refuses_listeners_that_a_controller_would_refuse(listeners: list[Any], line: str) -> None:
    """Each fault is named at its listener."""
    found = faults(GatewayOptions, {"className": "nginx", "listeners": listeners})
    assert [one for one in found if one.startswith(line)], found


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"listeners": [HTTPS]}, "listeners[0].hostname is required: the issuer makes a certificate for it"),
        (
            {"listeners": [{"name": "a", "protocol": "HTTP"}]},
            "clusterIssuer makes no certificate: no listener has one",
        ),
        (
            {"annotations": {"cert-manager.io/cluster-issuer": "x"}, "listeners": [HTTPS | {"hostname": "a.dev"}]},
            "annotations['cert-manager.io/cluster-issuer'] is written from clusterIssuer",
        ),
    ],
)
def test_refuses_an_issuer_that_would_make_nothing(given: dict[str, Any], line: str) -> None:
    """An issuer needs a listener with a certificate and a host name."""
    found = faults(GatewayOptions, {"className": "nginx", "clusterIssuer": "letsencrypt", **given})
    assert [one for one in found if one.startswith(line)], found


def test_a_grant_lets_routes_of_another_namespace_in(chart: Chart) -> None:
    """The grant names who may refer and to what, in the core group's empty name."""
    options = read(
        ReferenceGrantOptions,
        {
            "from": [{"kind": "HTTPRoute", "namespace": "shop"}],
            "to": [{"kind": "Service", "name": "logpilot-all"}, {"kind": "Secret"}],
        },
    )
    assert options == ReferenceGrantOptions(
        from_=[GrantFrom(kind="HTTPRoute", namespace="shop")],
        to=[GrantTo(kind="Service", name="logpilot-all"), GrantTo(kind="Secret")],
    )
    made = ReferenceGrant.from_options(chart, "from-shop", options)
    assert the(bodies(chart), "ReferenceGrant")["spec"] == {
        "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop"}],
        "to": [{"group": "", "kind": "Service", "name": "logpilot-all"}, {"group": "", "kind": "Secret"}],
    }
    assert ApiObject.of(made).kind == "ReferenceGrant"
    assert findings(chart) == []


def test_refuses_a_grant_for_nobody() -> None:
    """Both sides of a grant are required."""
    assert faults(ReferenceGrantOptions, {"from": [], "to": []}) == ["from must not be empty", "to must not be empty"]
