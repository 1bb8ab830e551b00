from __future__ import annotations

import copy
from typing import Any

from lumen_constructs.delivery.flux_ignored import ignored_fields
from lumen_constructs.delivery.live_changes import LiveChange, live_changes
from tests.delivery.sets import body, canaries
from tests.objects import the


def without(found: dict[str, Any], pointers: list[str]) -> dict[str, Any]:
    """Give an object without the fields that JSON pointers lead to; each must be there."""
    found = copy.deepcopy(found)
    for pointer in pointers:
        *path, last = pointer.removeprefix("/").split("/")
        holder: Any = found
        for key in path:
            holder = holder[int(key)] if isinstance(holder, list) else holder[key]
        del holder[last]
    return found


def test_only_the_weights_that_a_rollout_moves_are_left_alone() -> None:
    """Each pointer leads to a weight of a canary's own Service, and to each of them leads one."""
    objects = canaries()
    rules = {rule["target"]["kind"]: rule for rule in ignored_fields(objects, live_changes(objects))}
    for kind in ("HTTPRoute", "GRPCRoute"):
        route = the(objects, kind)
        left = [
            backend
            for rule in without(route, rules[kind]["paths"])["spec"]["rules"]
            for backend in rule["backendRefs"]
            if "weight" in backend
        ]
        assert [backend["name"] for backend in left] == (["plain"] if kind == "HTTPRoute" else [])


def test_a_rule_is_for_one_object() -> None:
    """The dots of a name are no pattern."""
    objects = canaries()
    targets = [rule["target"] for rule in ignored_fields(objects, live_changes(objects))]
    route = {"group": r"gateway\.networking\.k8s\.io", "kind": "HTTPRoute", "namespace": "shop", "name": "all"}
    assert route in targets
    assert {"kind": "Service", "namespace": "shop", "name": "web"} in targets
    assert len(targets) == 8
    (dotted,) = ignored_fields([body("Service", "a.b")], [LiveChange("", "Service", "shop", "a.b")])
    assert dotted["target"]["name"] == r"a\.b"


def test_what_another_stage_applies_has_no_rule_here() -> None:
    """A Kustomization is told of the objects that it applies."""
    objects = canaries()
    services = [one for one in objects if one["kind"] == "Service"]
    found = ignored_fields(services, live_changes(objects))
    assert [rule["target"]["name"] for rule in found] == [
        "cart-stable", "cart-canary", "stock-stable", "stock-canary", "web", "web-preview",
    ]  # fmt: skip
    assert all(rule["paths"] == ["/spec/selector/rollouts-pod-template-hash"] for rule in found)
    assert ignored_fields(services, []) == []


def test_the_services_of_traefik_are_one_list() -> None:
    """Its weights stand elsewhere than those of a route."""
    services = [{"name": "s", "weight": 100}, {"name": "other", "weight": 1}, {"name": "n", "weight": 0}]
    one = body("TraefikService", api="traefik.io/v1alpha1", spec={"weighted": {"services": services}})
    (rule,) = ignored_fields([one], [LiveChange("traefik.io", "TraefikService", "shop", "x", ("s", "n"))])
    assert rule["paths"] == ["/spec/weighted/services/0/weight", "/spec/weighted/services/2/weight"]
