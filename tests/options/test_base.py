from __future__ import annotations

import subprocess
import sys
from types import FunctionType
from typing import Any, get_args

import pytest
from pydantic import ValidationError

import lumen_constructs
from lumen_constructs import Cluster, ConfigFiles, Image, Peer, Port, Probe, ProbedDeploymentOptions, Probes, Resources
from lumen_constructs.options.base import Items, Map, Options, camel, full
from lumen_constructs.options.scaling import Behavior, ScalingRules
from tests.options.reading import BASE, component, read

PUBLIC = [getattr(lumen_constructs, name) for name in lumen_constructs.__all__]
ALL = [kind for kind in PUBLIC if isinstance(kind, type) and issubclass(kind, Options)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("min_replicas", "minReplicas"),
        ("load_balancer_ip", "loadBalancerIP"),
        ("auth_url", "authURL"),
        ("except_", "except"),
        ("api_server", "apiServer"),
        ("ip_family_policy", "ipFamilyPolicy"),
        ("http_get", "httpGet"),
    ],
)
def test_spells_keys_as_the_kubernetes_api_does(name: str, key: str) -> None:
    """A field's key is its name in camelCase, with the API's capitals."""
    assert camel(name) == key


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_option_type_has_the_recipe(kind: type[Options]) -> None:
    """Every option type is frozen and strict, refuses what it does not know, and has a key for each field."""
    assert kind.model_config.get("frozen")
    assert kind.model_config.get("strict")
    assert kind.model_config.get("extra") == "forbid"
    assert {name: field.alias for name, field in kind.model_fields.items()} == {
        name: camel(name) for name in kind.model_fields
    }


def test_reads_the_same_from_python_and_from_a_values_file() -> None:
    """Keywords in snake_case and keys in camelCase make equal options, short forms included."""
    from_python = ProbedDeploymentOptions(
        image=Image(registry="ghcr.io", repository="acme/cart", tag="1"),
        ports=[Port(container_port=8080)],
        resources=Resources(cpu="100m:500m", memory="128Mi:"),
        probes=Probes(path="/metrics", readiness=Probe(), liveness="/health"),
        config={"WORKERS": 4, "DEBUG": False},
        env={"A": "b"},
        config_files={"app": ConfigFiles(mount_path="/etc/app", data={"a.yaml": "a: 1"})},
        termination_grace_period_seconds=45,
    )
    from_values = read(
        ProbedDeploymentOptions,
        {
            "image": {"registry": "ghcr.io", "repository": "acme/cart", "tag": "1"},
            "ports": [{"containerPort": 8080}],
            "resources": {"cpu": {"request": "100m", "limit": "0.5"}, "memory": {"request": "134217728"}},
            "probes": {"path": "/metrics", "readiness": {}, "liveness": {"httpGet": {"path": "/health"}}},
            "config": {"WORKERS": "4", "DEBUG": "false"},
            "env": [{"name": "A", "value": "b"}],
            "configFiles": {"app": {"mountPath": "/etc/app", "data": {"a.yaml": "a: 1"}}},
            "terminationGracePeriodSeconds": 45,
        },
    )
    assert from_python.model_copy(update={"resources": from_values.resources}) == from_values
    assert from_python.resources.request("cpu") == from_values.resources.request("cpu") == "100m"
    assert from_python.resources.limit("cpu") == from_values.resources.limit("cpu") == "500m"


def test_refuses_snake_case_in_a_values_file() -> None:
    """A values file has one spelling for each key."""
    with pytest.raises(ValidationError, match="container_port"):
        read(Port, {"container_port": 8080})


def test_options_stay_as_they_were_checked() -> None:
    """Neither a field, nor a list, nor a mapping of an option can be changed, given or by default."""
    given = {"tier": "front"}
    peers = [Peer(pods=given)]
    options_ = component(labels=given, network={"ingress": []}).model_copy(update={})
    changed: Any = options_
    with pytest.raises(ValidationError, match="frozen"):
        changed.port = 9090
    for mapping in (changed.labels, changed.annotations, changed.config, changed.resources.limits):
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping["added"] = "later"
    given["added"] = "later"
    assert "added" not in options_.labels
    assert "added" not in peers[0].pods
    assert isinstance(options_.volumes, tuple)


def test_options_compare_by_value() -> None:
    """Two options that say the same are equal."""
    assert component() == component()
    assert component() != component(port=9090)


def test_refuses_what_is_no_full_form() -> None:
    """An option that was not checked is not taken for one that was."""
    with pytest.raises(TypeError, match="expected Probe, not str"):
        full("/health", Probe)


def test_bodies_hold_nothing_empty() -> None:
    """Empty lists and mappings stay out at any depth."""
    assert Behavior(scale_up=ScalingRules(select_policy="Min")).body() == {"scaleUp": {"selectPolicy": "Min"}}
    assert Behavior(scale_up=ScalingRules()).body() == {}


def test_a_base_component_is_complete() -> None:
    """What the other tests change is accepted as it is."""
    assert read(ProbedDeploymentOptions, dict(BASE)).port == 8080


def test_importing_options_starts_no_node() -> None:
    """Reading options needs neither cdk8s nor jsii, so that values and checks are quick."""
    script = (
        "import sys, lumen_constructs.options.monitored as m\n"
        "m.MonitoredServiceOptions.model_validate({'image': 'a:1', 'port': 1, 'resources': {}, 'probes': {}})\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'jsii', 'cdk8s', 'constructs', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_importing_a_construct_imports_its_options_only() -> None:
    """A service needs no types of routes or data stores: each type costs time to make."""
    script = (
        "import sys; from lumen_constructs import MonitoredService\n"
        "print([name for name in sys.modules if name.startswith('lumen_constructs.options.') "
        "and name.split('.')[2] in {'datastores', 'gateway', 'job', 'routes'}])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_builds_each_option_type_once() -> None:
    """Options inside others are built before them, since pydantic would describe them again wherever they occur."""
    script = (
        "from lumen_constructs import MonitoredServiceOptions, Probe, HttpGet, Network, Peer\n"
        "MonitoredServiceOptions.model_rebuild()\n"
        "print([kind.__name__ for kind in (Probe, HttpGet, Network, Peer) if not kind.__pydantic_complete__])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_option_may_hold_itself() -> None:
    """Building the inner options first ends also where they go in a circle."""

    class Tree(Options):
        """A tree."""

        branches: Items[Tree] = ()
        """What it holds."""

    assert Tree(branches=[Tree(branches=[Tree()])]).branches[0].branches[0] == Tree()


@pytest.mark.parametrize("kind", [Items, Map])
def test_pydantic_asks_functions_for_their_signature(kind: object) -> None:
    """The signature of a class such as tuple is parsed from text, hundreds of times in a run."""
    _, *marks = get_args(kind)
    assert all(isinstance(mark.func, FunctionType) for mark in marks)


def test_an_option_with_mappings_may_be_a_default() -> None:
    """Pydantic copies a default that has no hash; read-only mappings cannot be copied, and need not be."""

    class Values(Options):
        """Values of somebody's system."""

        cluster: Cluster = Cluster()
        """Facts about the cluster."""

    first, second = Values(), Values()
    assert first.cluster == second.cluster == Cluster()
    assert first.model_copy(deep=True, update={"cluster": Cluster(image_registry="r")}) != first
    assert first == second
