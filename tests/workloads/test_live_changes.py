from __future__ import annotations

from typing import Any

from lumen_constructs.workloads.live_changes import live_changes

HASH = {"jsonPointers": ["/spec/selector/rollouts-pod-template-hash"]}


def rollout(strategy: dict[str, Any], name: str = "cart") -> dict[str, Any]:
    """Give a Rollout with a strategy."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"strategy": strategy},
    }


def test_lets_go_of_the_hash_and_the_weights_alone() -> None:
    """Of the Services just the hash is let go, of the routes just the weights of these Services."""
    canary = {
        "stableService": "cart-stable",
        "canaryService": "cart-canary",
        "trafficRouting": {
            "nginx": {"stableIngress": "cart"},
            "plugins": {
                "argoproj-labs/gatewayAPI": {
                    "namespace": "edge",
                    "httpRoutes": [{"name": "web"}],
                    "grpcRoutes": [{"name": "rpc"}],
                }
            },
        },
    }
    weights = {
        "jqPathExpressions": [
            '.spec.rules[]?.backendRefs[]? | select(.name == "cart-stable" or .name == "cart-canary") | .weight'
        ]
    }
    group = "gateway.networking.k8s.io"
    assert live_changes([rollout({"canary": canary})]) == [
        {"group": "", "kind": "Service", "name": "cart-stable", "namespace": "shop", **HASH},
        {"group": "", "kind": "Service", "name": "cart-canary", "namespace": "shop", **HASH},
        {"group": group, "kind": "HTTPRoute", "name": "web", "namespace": "edge", **weights},
        {"group": group, "kind": "GRPCRoute", "name": "rpc", "namespace": "edge", **weights},
    ]


def test_knows_both_services_of_a_blue_green_delivery() -> None:
    """The active and the preview Service get the hash."""
    found = live_changes([rollout({"blueGreen": {"activeService": "cart", "previewService": "cart-preview"}})])
    assert [(entry["kind"], entry["name"]) for entry in found] == [("Service", "cart"), ("Service", "cart-preview")]


def test_leaves_everything_else_to_git() -> None:
    """A Deployment, a Rollout without Services, and a Rollout of another group are not touched."""
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {}}
    foreign = {"apiVersion": "acme.dev/v1", "kind": "Rollout", "metadata": {"name": "x"}, "spec": {}}
    assert live_changes([deployment, foreign, rollout({"canary": {"steps": []}})]) == []


def test_names_what_two_rollouts_share_once() -> None:
    """An entry that another Rollout gave is not repeated."""
    strategy = {"canary": {"stableService": "cart"}}
    assert len(live_changes([rollout(strategy), rollout(strategy, "basket")])) == 1
