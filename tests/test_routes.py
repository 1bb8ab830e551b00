from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import (
    BackendRef,
    Cluster,
    Gateway,
    GrantFrom,
    GrantTo,
    GRPCRoute,
    GRPCRouteOptions,
    GrpcRule,
    HeaderModifier,
    HttpFilters,
    HttpMatch,
    HTTPRoute,
    HTTPRouteOptions,
    HttpRule,
    Listener,
    LumenError,
    Mirror,
    MonitoredService,
    Network,
    ParentRef,
    PathChange,
    PathMatch,
    Peer,
    Port,
    Probes,
    Redirect,
    ReferenceGrant,
    Resources,
    Rewrite,
    Service,
    Timeouts,
    ValueMatch,
    use_cluster,
)
from lumen_constructs.options.route_filters import RouteFilters
from tests.networking.custom import findings
from tests.objects import Body, bodies, the
from tests.options.reading import faults, read

BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/count:1.4.2",
    "resources": Resources(cpu="100m:500m", memory="256Mi:512Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
}


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


def component(chart: Chart, name: str, **options: Any) -> MonitoredService:
    """Make a component with two ports, the second of which has another number in the Service."""
    ports = [Port(container_port=3000), Port(name="grpc", container_port=50051, service_port=5000)]
    return MonitoredService(chart, name, **{**BASE, "ports": ports, **options})


def gateway(chart: Chart, **listener: Any) -> Gateway:
    """Make a Gateway that takes everything on port 80."""
    return Gateway(chart, "edge", class_name="nginx", listeners=[Listener(name="http", protocol="HTTP", **listener)])


def rules(chart: Chart, kind: str = "HTTPRoute") -> list[Body]:
    """Give the rules of the one route."""
    found: list[Body] = the(bodies(chart), kind)["spec"]["rules"]
    return found


def test_the_method_decides_between_two_services(chart: Chart) -> None:
    """GET and HEAD of one path go to another Service than the rest, which no Ingress could do."""
    writer, reader = component(chart, "count-write"), component(chart, "count-read")
    HTTPRoute(
        chart,
        "counts",
        parent_refs=[gateway(chart)],
        hostnames=["count-system.local"],
        rules=[
            HttpRule(matches=[HttpMatch(path="/api/v1/counts", methods=["GET", "HEAD"])], backend_refs=[reader]),
            HttpRule(
                matches=[HttpMatch(path="/api/v1/counts", methods=["POST", "PUT", "PATCH", "DELETE"])],
                backend_refs=[writer],
            ),
        ],
    )
    answers = {match["method"]: rule["backendRefs"][0]["name"] for rule in rules(chart) for match in rule["matches"]}
    assert answers == {
        "GET": "count-read",
        "HEAD": "count-read",
        **dict.fromkeys(["POST", "PUT", "PATCH", "DELETE"], "count-write"),
    }
    assert findings(chart) == []


def test_defaults_are_spelled_out(chart: Chart) -> None:
    """What the API server would fill in stands in the manifest, so that Git and the cluster hold the same."""
    made = HTTPRoute(chart, "all", parent_refs=[gateway(chart)], rules=[HttpRule(backend_refs=[component(chart, "a")])])
    assert the(bodies(chart), "HTTPRoute")["spec"] == {
        "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": "edge"}],
        "rules": [
            {
                "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                "backendRefs": [{"group": "", "kind": "Service", "name": "a", "port": 3000, "weight": 1}],
            }
        ],
    }
    assert ApiObject.of(made).name == made.name == "all"


def test_the_component_lets_the_controller_in(chart: Chart) -> None:
    """The NetworkPolicy lets the Gateway's controller reach the ports that routes lead to, each once."""
    cart = component(chart, "cart")
    edge = gateway(chart)
    for name in ("one", "two"):
        rule = HttpRule(matches=[f"/{name}"], backend_refs=[BackendRef(service=cart, port="http")])
        HTTPRoute(chart, name, parent_refs=[edge], rules=[rule])
    GRPCRoute(chart, "grpc", parent_refs=[edge], rules=[GrpcRule(backend_refs=[BackendRef(service=cart, port="grpc")])])
    controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
    assert the(bodies(chart), "NetworkPolicy")["spec"]["ingress"] == [
        {"from": [controller], "ports": [{"port": name, "protocol": "TCP"}]} for name in ("http", "grpc")
    ]
    assert findings(chart) == []


def test_the_component_lets_in_the_gateways_pods_where_the_cluster_names_them(chart: Chart) -> None:
    """Where a Gateway's requests come through other pods than an Ingress', those are let in, and nobody else."""
    name = "gateway.networking.k8s.io/gateway-name"
    use_cluster(chart, Cluster(gateway_controller=Peer(pods={name: "edge"})))
    cart, edge = component(chart, "cart"), gateway(chart)
    rule = HttpRule(backend_refs=[BackendRef(service=cart, port="http")])
    HTTPRoute(chart, "one", parent_refs=[edge], rules=[rule])
    assert the(bodies(chart), "NetworkPolicy")["spec"]["ingress"] == [
        {"from": [{"podSelector": {"matchLabels": {name: "edge"}}}], "ports": [{"port": "http", "protocol": "TCP"}]}
    ]
    assert findings(chart) == []


def test_a_component_without_a_policy_stays_without(chart: Chart) -> None:
    """Where nothing is denied, nothing needs to be allowed."""
    cart = component(chart, "cart", network=Network(enabled=False))
    HTTPRoute(chart, "cart-route", parent_refs=[gateway(chart)], rules=[HttpRule(backend_refs=[cart])])
    assert [body["kind"] for body in bodies(chart) if body["kind"] == "NetworkPolicy"] == []


def test_every_option_of_an_http_route_reaches_the_manifest(chart: Chart) -> None:
    """What was given stands in the HTTPRoute."""
    cart, basket = component(chart, "cart"), component(chart, "basket")
    gateway(chart)
    rule = HttpRule(
        name="api",
        matches=[
            HttpMatch(
                path=PathMatch(type="PathPrefix", value="/api"),
                headers=[ValueMatch(name="X-Beta", value="yes")],
                query_params=[ValueMatch(name="v", value="[12]", type="RegularExpression")],
            )
        ],
        filters=HttpFilters(
            request_headers=HeaderModifier(set={"X-From": "edge"}, add={"X-Seen": "1"}, remove=["X-Secret"]),
            response_headers=HeaderModifier(remove=["Server"]),
            mirrors=[Mirror(backend=BackendRef(service=basket, port="http"), percent=10)],
            rewrite=Rewrite(hostname="cart.internal", path=PathChange(prefix="/")),
        ),
        backend_refs=[BackendRef(service=cart, weight=9), BackendRef(service=basket, port=5000)],
        timeouts=Timeouts(request=cdk8s.Duration.seconds(10), backend_request="2s"),
    )
    redirect = Redirect(
        scheme="https", hostname="new.example.com", port=8443, path=PathChange(full="/moved"), status_code=301
    )
    moved = HttpRule(matches=["/old"], filters=HttpFilters(redirect=redirect))
    parent = ParentRef(name="edge", section_name="http", port=80)
    HTTPRoute(chart, "cart-route", parent_refs=[parent], hostnames=["example.com"], rules=[rule, moved])
    spec = the(bodies(chart), "HTTPRoute")["spec"]
    assert spec["parentRefs"][0] == {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": "edge",
        "sectionName": "http",
        "port": 80,
    }
    assert spec["hostnames"] == ["example.com"]
    service = {"group": "", "kind": "Service"}
    assert spec["rules"] == [
        {
            "name": "api",
            "matches": [
                {
                    "path": {"type": "PathPrefix", "value": "/api"},
                    "headers": [{"name": "X-Beta", "value": "yes", "type": "Exact"}],
                    "queryParams": [{"name": "v", "value": "[12]", "type": "RegularExpression"}],
                }
            ],
            "filters": [
                {
                    "type": "RequestHeaderModifier",
                    "requestHeaderModifier": {
                        "set": [{"name": "X-From", "value": "edge"}],
                        "add": [{"name": "X-Seen", "value": "1"}],
                        "remove": ["X-Secret"],
                    },
                },
                {"type": "ResponseHeaderModifier", "responseHeaderModifier": {"remove": ["Server"]}},
                {
                    "type": "RequestMirror",
                    "requestMirror": {"backendRef": {**service, "name": "basket", "port": 3000}, "percent": 10},
                },
                {
                    "type": "URLRewrite",
                    "urlRewrite": {
                        "hostname": "cart.internal",
                        "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"},
                    },
                },
            ],
            "backendRefs": [
                {**service, "name": "cart", "port": 3000, "weight": 9},
                {**service, "name": "basket", "port": 5000, "weight": 1},
            ],
            "timeouts": {"request": "10s", "backendRequest": "2s"},
        },
        {
            "matches": [{"path": {"type": "PathPrefix", "value": "/old"}}],
            "filters": [
                {
                    "type": "RequestRedirect",
                    "requestRedirect": {
                        "scheme": "https",
                        "hostname": "new.example.com",
                        "port": 8443,
                        "path": {"type": "ReplaceFullPath", "replaceFullPath": "/moved"},
                        "statusCode": 301,
                    },
                }
            ],
        },
    ]
    assert findings(chart) == []


def test_a_grpc_route_compares_services_and_methods(chart: Chart) -> None:
    """The short form of a match is a service, or a service and its method."""
    cart = component(chart, "cart")
    GRPCRoute(
        chart,
        "grpc",
        parent_refs=[gateway(chart)],
        rules=[
            GrpcRule(
                name="add",
                matches=["acme.v1.Cart/Add", "acme.v1.Basket"],
                filters=RouteFilters(request_headers=HeaderModifier(set={"x-from": "edge"})),
                backend_refs=[BackendRef(service=cart, port="grpc")],
            ),
            GrpcRule(
                matches=[{"type": "RegularExpression", "method": "Get.*", "headers": [{"name": "v", "value": "2"}]}],  # type: ignore[list-item]  # as a values file has it
                backend_refs=[BackendRef(service=cart, port="grpc")],
            ),
        ],
    )
    first, second = rules(chart, "GRPCRoute")
    assert first["name"] == "add"
    assert first["matches"] == [
        {"method": {"type": "Exact", "service": "acme.v1.Cart", "method": "Add"}},
        {"method": {"type": "Exact", "service": "acme.v1.Basket"}},
    ]
    assert first["filters"][0]["type"] == "RequestHeaderModifier"
    assert first["backendRefs"] == [{"group": "", "kind": "Service", "name": "cart", "port": 5000, "weight": 1}]
    assert second["matches"] == [
        {
            "method": {"type": "RegularExpression", "method": "Get.*"},
            "headers": [{"name": "v", "value": "2", "type": "Exact"}],
        }
    ]
    assert findings(chart) == []


def test_a_values_file_names_components(chart: Chart) -> None:
    """A backend that is named like the Service of a known component is that component, with its ports and policy."""
    cart = component(chart, "cart")
    gateway(chart)
    options = read(
        HTTPRouteOptions,
        {
            "parentRefs": ["edge"],
            "rules": [{"matches": ["/api"], "backendRefs": [{"service": "cart", "port": "grpc"}]}],
        },
    )
    HTTPRoute.from_options(chart, "cart-route", options, components=[cart])
    assert rules(chart)[0]["backendRefs"][0]["port"] == 5000
    assert findings(chart) == []
    grpc = read(GRPCRouteOptions, {"parentRefs": ["edge"], "rules": [{"backendRefs": ["cart"]}]})
    GRPCRoute.from_options(chart, "grpc", grpc, components=[cart])
    assert rules(chart, "GRPCRoute")[0]["backendRefs"][0]["port"] == 3000


def test_a_component_of_another_namespace_needs_a_grant() -> None:
    """The reference names the namespace, and the set is in order when a grant there lets it."""
    app = App()
    edge, shop = Chart(app, "edge", namespace="edge"), Chart(app, "shop", namespace="shop")
    cart = component(shop, "cart")
    HTTPRoute(edge, "cart", parent_refs=[gateway(edge)], rules=[HttpRule(backend_refs=[cart])])
    assert rules(edge)[0]["backendRefs"][0]["namespace"] == "shop"
    assert "no ReferenceGrant lets it name Service shop/cart" in "\n".join(findings(app))
    ReferenceGrant(
        shop,
        "from-edge",
        from_=[GrantFrom(kind="HTTPRoute", namespace="edge")],
        to=[GrantTo(kind="Service", name="cart")],
    )
    assert findings(app) == []


@pytest.mark.parametrize(
    ("backend", "line"),
    [
        (
            {"port": "htp"},
            "shop/r: rules[0].backendRefs[0].port 'htp' is not a port of Service 'cart' (http 3000, grpc 5000); did",
        ),
        ({"port": 50051}, "shop/r: rules[0].backendRefs[0].port 50051 is not a port of Service 'cart'"),
        ({"namespace": "other"}, "shop/r: rules[0].backendRefs[0].namespace must be left out"),
    ],
)
def test_refuses_a_port_that_the_component_does_not_have(chart: Chart, backend: dict[str, Any], line: str) -> None:
    """A port must be one of the Service's, by name or number."""
    cart = component(chart, "cart")
    with pytest.raises(LumenError) as refused:
        HTTPRoute(
            chart,
            "r",
            parent_refs=["edge"],
            rules=[HttpRule(backend_refs=[BackendRef(service=cart, **backend)])],
        )
    assert str(refused.value).startswith(line)


def test_refuses_a_name_without_a_port(chart: Chart) -> None:
    """A Service that is given by name alone has no ports to choose from."""
    cart = component(chart, "cart")
    options = HTTPRouteOptions(parent_refs=["edge"], rules=[HttpRule(backend_refs=["catr", "cart"])])
    with pytest.raises(LumenError) as refused:
        HTTPRoute.from_options(chart, "r", options, components=[cart])
    fault = (
        "shop/r: rules[0].backendRefs[0].port must be the number of a port of Service 'catr', which is given by name"
    )
    assert refused.value.faults == (f"{fault}; did you mean 'cart'?",)


def test_refuses_a_service_that_does_not_exist(chart: Chart) -> None:
    """A backend by name must be in the set."""
    gateway(chart)
    rule = HttpRule(backend_refs=[BackendRef(service="nobody", port=80)])
    component(chart, "cart")
    HTTPRoute(chart, "r", parent_refs=["edge"], rules=[rule])
    assert "no Service 'nobody' exists" in "\n".join(findings(chart))


def test_refuses_a_component_without_a_service(chart: Chart) -> None:
    """A route needs the Service that its component turned off."""
    cart = component(chart, "cart", service=Service(enabled=False))
    with pytest.raises(LumenError, match=r"^shop/r: component cart has no Service for a route"):
        HTTPRoute(chart, "r", parent_refs=["edge"], rules=[HttpRule(backend_refs=[cart])])


BACKEND = {"service": "cart", "port": 80}


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ([], "rules must not be empty"),
        ([{}], "rules[0].backendRefs is required: nobody would answer"),
        (
            [{"matches": ["/a"], "backendRefs": [BACKEND]}, {"matches": ["/a/"], "backendRefs": [BACKEND]}],
            "rules[1].matches[0] compares any method /a/, which rules[0].matches[0] has taken",
        ),
        (
            [
                {"matches": [{"path": "/a", "methods": ["GET"]}], "backendRefs": [BACKEND]},
                {"matches": [{"path": "/a", "methods": ["PUT", "GET"]}], "backendRefs": [BACKEND]},
            ],
            "rules[1].matches[0] compares GET /a, which rules[0].matches[0] has taken",
        ),
        ([{"matches": [{"path": "a"}], "backendRefs": [BACKEND]}], "rules[0].matches[0].path 'a' must start with '/'"),
        ([{"matches": ["/a/../b"], "backendRefs": [BACKEND]}], "rules[0].matches[0] path '/a/../b' must be in normal"),
        (
            [{"matches": [{"methods": ["get"]}], "backendRefs": [BACKEND]}],
            "rules[0].matches[0].methods[0] 'get' must be one of",
        ),
        (
            [{"matches": [{"headers": [{"name": "a b", "value": "x"}]}], "backendRefs": [BACKEND]}],
            "rules[0].matches[0].headers[0].name 'a b' is not the name of an HTTP header",
        ),
        (
            [{"filters": {"redirect": {"scheme": "https"}}, "backendRefs": [BACKEND]}],
            "rules[0].backendRefs must be left out: filters.redirect answers",
        ),
        (
            [{"filters": {"redirect": {"scheme": "https"}, "rewrite": {"hostname": "a.dev"}}}],
            "rules[0].filters.rewrite must be left out",
        ),
        ([{"filters": {"redirect": {}}}], "rules[0].filters.redirect leads back to the same address"),
        ([{"filters": {"redirect": {"hostname": "*.a.dev"}}}], "rules[0].filters.redirect.hostname '*.a.dev' must be"),
        (
            [{"filters": {"rewrite": {}}, "backendRefs": [BACKEND]}],
            "rules[0].filters.rewrite changes nothing",
        ),
        (
            [{"filters": {"rewrite": {"path": {}}}, "backendRefs": [BACKEND]}],
            "rules[0].filters.rewrite.path needs either full or prefix",
        ),
        (
            [
                {
                    "matches": [{"path": {"value": "/a", "type": "Exact"}}],
                    "filters": {"rewrite": {"path": {"prefix": "/"}}},
                    "backendRefs": [BACKEND],
                }
            ],
            "rules[0].filters.rewrite.path.prefix needs every match to compare a PathPrefix",
        ),
        (
            [{"filters": {"requestHeaders": {}}, "backendRefs": [BACKEND]}],
            "rules[0].filters.requestHeaders changes no header",
        ),
        (
            [{"filters": {"requestHeaders": {"set": {"A": "1"}, "remove": ["a"]}}, "backendRefs": [BACKEND]}],
            "rules[0].filters.requestHeaders changes 'a' in two ways",
        ),
        (
            [{"filters": {"mirrors": [{"backend": {**BACKEND, "weight": 2}}]}, "backendRefs": [BACKEND]}],
            "rules[0].filters.mirrors[0].backend.weight must be left out",
        ),
        (
            [{"timeouts": {"request": "1s", "backendRequest": "2s"}, "backendRefs": [BACKEND]}],
            "rules[0].timeouts.backendRequest 2s is longer than request, 1s",
        ),
        (
            [{"timeouts": {"request": "1d"}, "backendRefs": [BACKEND]}],
            "rules[0].timeouts.request '1d' is not a duration of the Gateway API",
        ),
        (
            [
                {
                    "matches": [{"path": f"/{n}", "methods": ["GET", "PUT", "POST"]} for n in range(22)],
                    "backendRefs": [BACKEND],
                }
            ],
            "rules[0].matches are more than 64, each method counted",
        ),
    ],
)
def test_refuses_rules_that_a_controller_would_refuse(rules: list[Any], line: str) -> None:
    """Each fault is named at its rule."""
    found = faults(HTTPRouteOptions, {"parentRefs": ["edge"], "rules": rules})
    assert [one for one in found if one.startswith(line)], found


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ([{"backendRefs": [BACKEND]}, {"backendRefs": [BACKEND]}], "rules[1] takes every call, as another rule does"),
        (
            [{"matches": ["a.B/C"], "backendRefs": [BACKEND]}, {"matches": ["a.B/C"], "backendRefs": [BACKEND]}],
            "rules[1].matches[0] compares a.B/C, which rules[0].matches[0] has taken",
        ),
        ([{"matches": [{}], "backendRefs": [BACKEND]}], "rules[0].matches[0] compares nothing"),
        ([{"matches": ["a.B/"], "backendRefs": [BACKEND]}], "rules[0].matches[0] 'a.B/' ends in an empty method"),
        ([{"matches": ["a-b"], "backendRefs": [BACKEND]}], "rules[0].matches[0] 'a-b' is not a name of gRPC"),
        ([{}], "rules[0].backendRefs is required"),
    ],
)
def test_refuses_calls_that_a_controller_would_refuse(rules: list[Any], line: str) -> None:
    """Each fault is named at its rule."""
    found = faults(GRPCRouteOptions, {"parentRefs": ["edge"], "rules": rules})
    assert [one for one in found if one.startswith(line)], found


def test_refuses_parents_and_hosts_that_are_given_twice() -> None:
    """A second mention has no effect, and is likely a slip."""
    given = {
        "parentRefs": ["edge", "edge"],
        "hostnames": ["a.dev", "a.dev"],
        "rules": [{"backendRefs": [BACKEND]}],
    }
    assert faults(HTTPRouteOptions, given) == [
        "hostnames[1] 'a.dev' is given twice",
        "parentRefs[1] 'edge' is given twice",
    ]


def test_refuses_what_two_routes_match(chart: Chart) -> None:
    """Routes of one Gateway are held against each other when the app is checked as a whole."""
    cart, edge = component(chart, "cart"), gateway(chart)
    for name in ("one", "two"):
        HTTPRoute(chart, name, parent_refs=[edge], rules=[HttpRule(matches=["/api"], backend_refs=[cart])])
    assert "'/api' is matched by HTTPRoute/shop/one, spec.rules[0].matches[0] already" in "\n".join(findings(chart))
