from __future__ import annotations

from lumen_constructs.delivery.live_changes import LiveChange, live_changes
from tests.delivery.sets import body, canaries

API = "argoproj.io/v1alpha1"
GATEWAY = "gateway.networking.k8s.io"


def test_a_rollout_changes_its_services_and_its_routes() -> None:
    """Each object is there once, with the Services of all Rollouts whose weights are moved in it."""
    cart, stock = (("cart-stable", "cart-canary"), ("stock-stable", "stock-canary"))
    services = [LiveChange("", "Service", "shop", name) for name in (*cart, *stock, "web", "web-preview")]
    found = live_changes(canaries())
    assert [change for change in found if not change.weighted] == services
    assert [change for change in found if change.weighted] == [
        LiveChange(GATEWAY, "HTTPRoute", "shop", "all", (*cart, *stock)),
        LiveChange(GATEWAY, "GRPCRoute", "shop", "rpc", cart),
    ]


def test_every_way_to_name_a_route_is_read() -> None:
    """The plugin has three fields for a route, and routes may be in a namespace of their own."""
    plugin = {"httpRoute": "a", "httpRoutes": [{"name": "b"}, "c"], "grpcRoutes": [{"name": "d"}], "namespace": "edge"}
    routing = {"plugins": {"argoproj-labs/gatewayAPI": plugin}, "traefik": {"weightedTraefikServiceName": "t"}}
    canary = {"stableService": "s", "canaryService": "n", "trafficRouting": routing}
    found = live_changes([body("Rollout", api=API, spec={"strategy": {"canary": canary}})])
    assert found[2:] == [
        *(LiveChange(GATEWAY, "HTTPRoute", "edge", name, ("s", "n")) for name in "abc"),
        LiveChange(GATEWAY, "GRPCRoute", "edge", "d", ("s", "n")),
        LiveChange("traefik.io", "TraefikService", "shop", "t", ("s", "n")),
    ]


def test_nothing_else_changes_what_git_holds() -> None:
    """A Deployment is left as it is, and so is a Rollout that names no Service."""
    canary = {"stableService": "s", "canaryService": "n"}
    assert live_changes([body("Deployment", api="apps/v1", spec={"strategy": {"canary": canary}})]) == []
    assert live_changes([body("Rollout", api=API, spec={"strategy": {"canary": {"steps": []}}})]) == []
