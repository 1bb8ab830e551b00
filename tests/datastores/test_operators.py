"""What all operator forms have in common; the details of each are in its own module."""

from __future__ import annotations

import jsonschema_rs
import pytest

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.crds import custom_kinds
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.stages import place_of
from tests.datastores.samples import kafka, mongodb, operated_plans, postgresql_of_the_operator

PLANS = operated_plans()
every_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)


@every_plan
def test_fields_are_those_of_the_crds(plan: Plan) -> None:
    """No custom resource has a field that our short CRDs do not know, or lacks one that they require."""
    custom = [body for body in plan.bodies.values() if "." in body["apiVersion"].partition("/")[0]]
    kinds = custom_kinds()
    judged = 0
    for body in custom:
        if (kind := kinds.get((body["apiVersion"], body["kind"]))) is not None:
            validator = jsonschema_rs.validator_for(kind.schema)
            assert [error.message for error in validator.iter_errors(canonical(body))] == []
            judged += 1
    assert judged == len([body for body in custom if "k8s.io" not in body["apiVersion"]])


@every_plan
def test_the_resource_is_kept(plan: Plan) -> None:
    """The operator's resource survives a prune and a delete, since the data would go with it."""
    assert KEEP.items() <= plan.bodies["Resource"]["metadata"]["annotations"].items()
    assert plan.kept


@every_plan
def test_stands_among_the_data(plan: Plan) -> None:
    """The operator's resource is applied in the stage of the data stores."""
    assert place_of(plan.bodies["Resource"]).stage == "30-data"


@every_plan
def test_nothing_of_the_embedded_form_is_made(plan: Plan) -> None:
    """There is no StatefulSet, no Service and no ConfigMap of ours."""
    assert {body["kind"] for body in plan.bodies.values()}.isdisjoint({"StatefulSet", "Service", "ConfigMap"})


@every_plan
def test_pods_are_found_by_the_operators_labels(plan: Plan) -> None:
    """Our policy and the clients' select the pods by labels that the operator gives them."""
    if "NetworkPolicy" in plan.bodies:
        spec = plan.bodies["NetworkPolicy"]["spec"]
        assert spec["podSelector"] == {"matchLabels": dict(plan.pods)}
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        own = [rule for rule in spec["ingress"] if rule["from"][0].get("podSelector") == spec["podSelector"]]
        assert own, "the pods of one store talk to each other"
    assert not any(key.startswith("app.kubernetes.io/") for key in plan.pods)


def test_a_policy_can_be_turned_off() -> None:
    """Without a policy, nothing of it is left in any form."""
    off = {"network": {"enabled": False}, "mode": "operator"}
    assert "NetworkPolicy" not in mongodb(**off).bodies
    assert "NetworkPolicy" not in postgresql_of_the_operator(network={"enabled": False}).bodies
    assert "networkPolicyPeers" not in kafka(**off).bodies["Resource"]["spec"]["kafka"]["listeners"][0]


def test_metrics_are_scraped_from_the_pods() -> None:
    """The operators' Services lack the port of the metrics, so that a PodMonitor selects the pods."""
    for plan, port in (
        (mongodb(mode="operator", metrics={}), "metrics"),
        (postgresql_of_the_operator(metrics={}), "metrics"),
        (kafka(mode="operator", metrics={}), "tcp-prometheus"),
    ):
        monitor = plan.bodies["Monitor"]
        assert monitor["kind"] == "PodMonitor"
        assert [endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]] == [port]
    assert "Monitor" not in mongodb(mode="operator", metrics={"monitor": False}).bodies
