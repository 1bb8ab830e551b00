from __future__ import annotations

import copy
from typing import Any

import jq

from lumen_constructs.delivery.argocd_differences import ignored_differences, sync_options
from tests.delivery.sets import a_set, body, canaries
from tests.objects import of_kind, the

HASH = "rollouts-pod-template-hash"


def removed(entry: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Give an object without what Argo CD ignores of it, by jq itself: Argo CD deletes the paths in the same way."""
    (expression,) = entry["jqPathExpressions"]
    result: dict[str, Any] = jq.compile(f"del({expression})").input_value(found).first()
    return result


def test_only_the_weights_that_a_rollout_moves_are_ignored() -> None:
    """Without them, each rendered route is as it was but for the weights of the canaries' own Services."""
    objects = canaries()
    entries = [entry for entry in ignored_differences(objects) if "jqPathExpressions" in entry]
    assert [(entry["kind"], entry["name"]) for entry in entries] == [("HTTPRoute", "all"), ("GRPCRoute", "rpc")]
    for entry in entries:
        route = the(objects, entry["kind"])
        expected = copy.deepcopy(route)
        moved = [
            backend.pop("weight")
            for rule in expected["spec"]["rules"]
            for backend in rule["backendRefs"]
            if backend["name"] != "plain"
        ]
        assert moved == [100, 0] * (len(moved) // 2) != []
        assert removed(entry, route) == expected
    plain = removed(entries[0], the(objects, "HTTPRoute"))["spec"]["rules"][-1]["backendRefs"]
    assert [backend["weight"] for backend in plain] == [1]


def test_what_is_ignored_survives_odd_objects() -> None:
    """A route without rules, or with a rule without backends, is no error; nothing is taken from it."""
    (entry,) = [entry for entry in ignored_differences(canaries()) if entry["kind"] == "HTTPRoute"]
    specs: list[dict[str, Any]] = [{}, {"rules": []}, {"rules": [{"filters": []}]}]
    for spec in (*specs, {"rules": [{"backendRefs": [{"name": "other"}]}]}):
        assert removed(entry, {"spec": spec}) == {"spec": spec}


def test_only_the_hash_in_the_selector_of_a_rollouts_own_services_is_ignored() -> None:
    """The component's first Service leads to all pods of a canary, and is nobody's to change."""
    objects = canaries()
    pointers = {
        entry["name"]: entry["jsonPointers"] for entry in ignored_differences(objects) if entry["kind"] == "Service"
    }
    names = ("cart-stable", "cart-canary", "stock-stable", "stock-canary", "web", "web-preview")
    assert pointers == {name: [f"/spec/selector/{HASH}"] for name in names}
    assert set(pointers) < {service["metadata"]["name"] for service in of_kind(objects, "Service")}
    assert all(HASH not in service["spec"]["selector"] for service in of_kind(objects, "Service"))


def test_every_entry_names_one_object_that_is_there() -> None:
    """Nothing is ignored by kind alone."""
    objects = canaries()
    there = {(one["kind"], one["metadata"]["namespace"], one["metadata"]["name"]) for one in objects}
    assert {(entry["kind"], entry["namespace"], entry["name"]) for entry in ignored_differences(objects)} <= there


def test_a_sync_leaves_alone_what_is_ignored() -> None:
    """Live values are put into what is applied, but not where that would freeze a whole list of rules."""
    blue_green = body("Rollout", api="argoproj.io/v1alpha1", spec={"strategy": {"blueGreen": {"activeService": "web"}}})
    assert sync_options(ignored_differences([blue_green])) == ["RespectIgnoreDifferences=true"]
    assert sync_options(ignored_differences(canaries())) == ["ApplyOutOfSyncOnly=true"]
    assert sync_options(ignored_differences([one for _, one in a_set().objects])) == []
