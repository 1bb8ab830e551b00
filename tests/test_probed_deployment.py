from __future__ import annotations

import inspect
from typing import Any

import pytest
from cdk8s import ApiObject, App, Chart, JsonPatch

from lumen_constructs import (
    Autoscaling,
    Claim,
    LumenError,
    Network,
    Peer,
    PolicyRule,
    ProbedDeployment,
    ProbedDeploymentOptions,
    Probes,
    Resources,
    Volume,
)
from tests.objects import bodies, of_kind, pod_spec, the


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


BASE: dict[str, Any] = {
    "image": "ghcr.io/acme/cart:1.4.2",
    "port": 8080,
    "resources": Resources(cpu="100m:500m", memory="128Mi:256Mi"),
    "probes": Probes.http(startup="/health", readiness="/ready", liveness="/health"),
}


def test_makes_the_objects_that_every_deployment_needs(chart: Chart) -> None:
    """A small declaration makes account, Deployment and network policy, all named after the component."""
    ProbedDeployment(chart, "cart", **BASE)
    found = bodies(chart)
    assert sorted(body["kind"] for body in found) == ["Deployment", "NetworkPolicy", "ServiceAccount"]
    assert {body["metadata"]["name"] for body in found} == {"cart"}
    assert {body["metadata"]["namespace"] for body in found} == {"shop"}


def test_makes_what_is_asked_for(chart: Chart) -> None:
    """Config, claims, autoscaling and rights each bring their objects."""
    ProbedDeployment(
        chart,
        "cart",
        **BASE,
        config={"LOG_LEVEL": "info"},
        autoscaling=Autoscaling(min_replicas=2, max_replicas=4, cpu_percent=70),
        rbac=[PolicyRule(resources=["configmaps"], resource_names=["cart-config"], verbs=["get"])],
        volumes=[Volume(name="shared", mount_path="/data", claim=Claim(size="1Gi", access_modes=["ReadWriteMany"]))],
    )
    found = bodies(chart)
    assert {body["kind"] for body in found} == {
        "ServiceAccount",
        "Role",
        "RoleBinding",
        "ConfigMap",
        "PersistentVolumeClaim",
        "Deployment",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }
    assert "replicas" not in the(found, "Deployment")["spec"]
    assert the(found, "RoleBinding")["subjects"] == [{"kind": "ServiceAccount", "name": "cart", "namespace": "shop"}]
    assert pod_spec(the(found, "Deployment"))["automountServiceAccountToken"] is True


def test_a_change_of_config_restarts_the_pods_that_read_it(chart: Chart) -> None:
    """The pod template changes with the data that the pod reads, and with nothing else."""

    def checksum(id: str, **options: Any) -> str:
        ProbedDeployment(chart, id, name=id, **BASE, **options)
        template = the(bodies(chart), "Deployment", id)["spec"]["template"]
        annotation: str = template["metadata"]["annotations"]["checksum/config"]
        return annotation

    first = checksum("a", config={"A": "1", "B": "2"})
    assert checksum("b", config={"B": "2", "A": "1"}, labels={"team": "shop"}) == first
    assert checksum("c", config={"A": "1", "B": "3"}) != first


def test_the_escape_hatch_of_cdk8s_works(chart: Chart) -> None:
    """``ApiObject.of`` finds the Deployment, and a patch of a field that the library does not know is kept."""
    deployment = ProbedDeployment(chart, "cart", **BASE)
    ApiObject.of(deployment).add_json_patch(JsonPatch.add("/spec/template/spec/hostUsers", value=False))
    deployment.deployment.metadata.add_label("team", "shop")
    body = the(bodies(chart), "Deployment")
    assert pod_spec(body)["hostUsers"] is False
    assert body["metadata"]["labels"]["team"] == "shop"


def test_flows_can_be_added_later(chart: Chart) -> None:
    """A peer that is let in, or connected to, after the fact is in the policy's rules."""
    cart = ProbedDeployment(chart, "cart", **BASE)
    shop = ProbedDeployment(chart, "front", **BASE)
    cart.allow_from(shop.peer, Peer(namespace="ops", ports=["http"]))
    shop.allow_to(cart.peer)
    policy = the(bodies(chart), "NetworkPolicy", "cart")["spec"]
    assert [rule["from"][0] for rule in policy["ingress"]] == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "front"}}},
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ops"}}},
    ]
    front = the(bodies(chart), "NetworkPolicy", "front")["spec"]
    assert {"to": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "cart"}}}]} in front["egress"]


def test_a_network_policy_can_be_turned_off(chart: Chart) -> None:
    """Without a policy there is none, and adding flows does nothing."""
    cart = ProbedDeployment(chart, "cart", **BASE, network=Network(enabled=False))
    cart.allow_from(Peer(namespace="ops"))
    assert of_kind(bodies(chart), "NetworkPolicy") == []


def test_refuses_with_the_path_of_the_construct(chart: Chart) -> None:
    """Every fault is one line that starts with the construct's path."""
    with pytest.raises(LumenError) as error:
        ProbedDeployment(
            chart,
            "cart",
            **{**BASE, "probes": Probes.http(readiness="/ready", port="htp")},
            autoscaling=Autoscaling(max_replicas=4, memory_percent=70),
            replicas=3,
        )
    assert str(error.value).splitlines() == [
        "shop/cart: probes.port 'htp' is not a port of this container (http); did you mean 'http'?",
        "shop/cart: replicas 3 stands beside autoscaling, which owns the number; leave it out",
    ]


def test_refuses_a_keyword_that_does_not_exist(chart: Chart) -> None:
    """A typo in a keyword names the one that was meant."""
    with pytest.raises(LumenError, match=r"^shop/cart: replica is not a known key; did you mean 'replicas'\?$"):
        ProbedDeployment(chart, "cart", **{**BASE, "replica": 3})


def test_keywords_are_the_fields_of_the_options() -> None:
    """The constructor's signature is the option type's, for help() and editors."""
    keywords = inspect.signature(ProbedDeployment.__init__).parameters
    assert list(keywords)[:3] == ["self", "scope", "id"]
    assert set(keywords) - {"self", "scope", "id"} == set(ProbedDeploymentOptions.model_fields)
    assert keywords["image"].default is inspect.Parameter.empty


def test_options_from_a_values_file_make_the_same_objects(chart: Chart) -> None:
    """The keywords of Python and the keys of YAML are one definition."""
    ProbedDeployment(chart, "cart", **BASE)
    other = Chart(App(), "shop", namespace="shop")
    values = {
        "image": "ghcr.io/acme/cart:1.4.2",
        "port": 8080,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}},
        "probes": {"startup": "/health", "readiness": {"httpGet": {"path": "/ready"}}, "liveness": "/health"},
    }
    options = ProbedDeploymentOptions.model_validate(values, by_alias=True, by_name=False)
    ProbedDeployment.from_options(other, "cart", options)
    assert bodies(other) == bodies(chart)
