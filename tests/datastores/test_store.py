"""The constructs: what crosses into the construct tree, and how stores stand in a stack."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from cdk8s import ApiObject, App, Chart, JsonPatch

from lumen_constructs import (
    LumenError,
    Metrics,
    MonitoredService,
    Peer,
    Probe,
    Probes,
    Resources,
    SecretRef,
    UmbrellaStack,
)
from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.datastores.kafka import Kafka
from lumen_constructs.datastores.mongodb import MongoDB
from lumen_constructs.datastores.postgresql import PostgreSQL
from lumen_constructs.datastores.redis import Redis
from lumen_constructs.datastores.store import DataStore
from lumen_constructs.datastores.zookeeper import ZooKeeper
from lumen_constructs.emit.stages import STAGES
from lumen_constructs.emit.waves import places
from lumen_constructs.options.datastores.backup import Backup
from lumen_constructs.options.datastores.credentials import Credentials, Password
from lumen_constructs.options.datastores.kafka import Topic
from lumen_constructs.options.datastores.postgresql import ScheduledBackup
from lumen_constructs.options.datastores.redis import RedisOptions
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.secret_set import SecretSet
from tests.datastores.samples import redis_options
from tests.objects import bodies, pod_spec, the

RESOURCES = Resources(cpu="100m:500m", memory="256Mi:512Mi")
PASSWORD = Password(secret=SecretRef(name="shop-redis", keys=["REDIS_PASSWORD"]))
USER = Credentials(secret=SecretRef(name="shop-db", keys=["username", "password"]))
ROOT = Credentials(secret=SecretRef(name="shop-mongodb", keys=["rootPassword"]))


def stack(app: App | None = None) -> UmbrellaStack:
    """Give an empty stack."""
    return UmbrellaStack(app or App(), "shop", name="shop", environment="production")


def client(scope: UmbrellaStack, **options: Any) -> MonitoredService:
    """Give a service that may need stores."""
    probes = Probes(readiness=Probe.tcp(), liveness=Probe.tcp(period_seconds=30))
    return MonitoredService(
        scope, "cart", image="ghcr.io/acme/cart:1.4.2", port=8080, resources=RESOURCES, probes=probes, **options
    )


def ingress_of(scope: UmbrellaStack, name: str) -> list[Any]:
    """Give the rules of a policy."""
    rules: list[Any] = the(bodies(scope), "NetworkPolicy", name)["spec"].get("ingress", [])
    return rules


@pytest.mark.parametrize("operators", [False, True])
def test_a_store_is_guarded_from_the_start(operators: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """Its NetworkPolicy stands in its own stage, whoever runs its pods; who asks it comes later, with its own."""
    shop = stack()
    stores = {store.name for store in everything(shop, operators=operators)}
    client(shop)
    found = bodies(shop)
    policies = {
        body["metadata"]["name"]: place
        for body, place in zip(found, places(found), strict=True)
        if body["kind"] == "NetworkPolicy"
    }
    guards = {name: place for name, place in policies.items() if place.stage == "30-data"}
    assert len(guards) > 1
    assert set(guards) == (stores | {"zookeeper"}) & set(policies)
    assert max(place.wave for place in guards.values()) < STAGES["40-init"]
    assert {place.stage for name, place in policies.items() if name not in guards} == {"50-services"}


def test_a_client_that_needs_a_store_gets_all_of_it() -> None:
    """Variables, URL, secrets and flows of a client come from the store; nothing is written twice."""
    shop = stack()
    store = Redis(shop, "redis", name="redis-master", resources=RESOURCES, auth=PASSWORD)
    cart = client(shop, config=store.config(), env=store.env(), secrets=store.secrets())
    shop.needs(cart, {"redis": store})
    (container,) = pod_spec(the(bodies(shop), "Deployment"))["containers"]
    assert [entry["name"] for entry in container["env"]] == ["REDIS_PASSWORD", "REDIS_URL"]
    assert container["env"][1]["value"] == "redis://:$(REDIS_PASSWORD)@redis-master:6379"
    assert the(bodies(shop), "ConfigMap", "cart-config")["data"]["REDIS_HOST"] == "redis-master"
    assert ingress_of(shop, "redis-master") == [
        {
            "from": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "cart"}}}],
            "ports": [{"port": "redis", "protocol": "TCP"}],
        }
    ]
    assert (store.host, store.port, store.database) == ("redis-master", 6379, None)


def test_clients_of_an_operators_kafka_stand_in_its_listener() -> None:
    """A client that needs Strimzi's Kafka becomes a peer of the listener, and may connect to its pods."""
    shop = stack()
    store = Kafka(shop, "kafka", mode="operator", replicas=3, resources=RESOURCES)
    cart = client(shop, env=store.env())
    shop.needs(cart, {"kafka": store})
    (listener,) = the(bodies(shop), "Kafka")["spec"]["kafka"]["listeners"]
    assert {"podSelector": {"matchLabels": cart.deployment.selector}} in listener["networkPolicyPeers"]
    egress = the(bodies(shop), "NetworkPolicy", "cart")["spec"]["egress"]
    assert egress[-1]["to"] == [{"podSelector": {"matchLabels": store.peer.pods}}]
    assert egress[-1]["ports"] == [{"port": "tcp-clients", "protocol": "TCP"}]
    store.allow_to(Peer(namespace="elsewhere"))
    assert "NetworkPolicy" not in {body["kind"] for body in bodies(shop) if body["metadata"]["name"] == "kafka"}


def test_a_store_that_needs_another_may_connect_to_it() -> None:
    """Kafka may connect to the ZooKeeper that it needs, which lets it in; it is applied when that is healthy."""
    shop = stack()
    zookeeper = ZooKeeper(shop, "zookeeper", resources=RESOURCES)
    kafka = Kafka(shop, "kafka", resources=RESOURCES, zookeeper=zookeeper.connection.address)
    shop.needs(kafka, {"zookeeper": zookeeper})
    egress = the(bodies(shop), "NetworkPolicy", "kafka")["spec"]["egress"]
    assert egress[-1]["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "zookeeper"}}}]
    assert ingress_of(shop, "zookeeper")[0]["ports"] == [{"port": "zookeeper", "protocol": "TCP"}]
    assert (zookeeper.wave, kafka.wave) == (-20, -19)
    found = bodies(shop)
    waves = {
        found[number]["metadata"]["name"]: place.wave
        for number, place in enumerate(places(found))
        if found[number]["kind"] in {"StatefulSet", "NetworkPolicy"}
    }
    assert waves == {"zookeeper": -20, "kafka": -19}
    # In a plain app, this one wave would stand before all objects without one.
    keys = [key for body in found for key in body["metadata"].get("annotations", {})]
    assert "argocd.argoproj.io/sync-wave" not in keys


def test_a_chain_of_stores_stays_within_the_data_stage() -> None:
    """What initialises a store comes after all of them; no chain pushes a store past that."""
    shop = stack()
    stores = [Redis(shop, f"redis{number}", resources=RESOURCES, auth=PASSWORD) for number in range(12)]
    for before, after in pairwise(stores):
        shop.needs(after, {"store": before})
    assert [store.wave for store in stores] == [*range(-20, -10), -11, -11]


def test_a_store_can_be_applied_after_a_component() -> None:
    """A store that needs a component of a later wave follows it."""
    shop = stack()
    store = Redis(shop, "redis", resources=RESOURCES, auth=PASSWORD)
    store.start_after(0)
    assert store.wave == 1
    annotations = the(bodies(shop), "StatefulSet")["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/sync-wave"] == "1"


def test_a_read_replica_follows_its_primary() -> None:
    """A replica takes host, port and password from the first Redis."""
    shop = stack()
    primary = Redis(shop, "redis-value", resources=RESOURCES, auth=PASSWORD)
    replica = Redis(shop, "redis-replica", resources=RESOURCES, auth=PASSWORD, replica_of=primary.primary)
    shop.needs(replica, {"redis-value": primary})
    conf = the(bodies(shop), "ConfigMap", "redis-replica-conf")["data"]["redis.conf"]
    assert "replicaof redis-value 6379\n" in conf


def test_what_must_not_be_lost_keeps_its_namespace() -> None:
    """The namespace of a store that keeps data survives a prune; that of a cache does not have to."""
    kept, dropped = stack(), stack()
    Redis(kept, "redis", resources=RESOURCES, auth=PASSWORD)
    Redis(dropped, "redis", resources=RESOURCES, auth=PASSWORD, persistence="none")
    assert KEEP.items() <= the(bodies(kept), "Namespace")["metadata"]["annotations"].items()
    assert "annotations" not in the(bodies(dropped), "Namespace")["metadata"]


def test_works_in_a_plain_chart_and_with_escape_hatches() -> None:
    """In anybody's chart, ApiObject.of gives the StatefulSet, and patches work on it."""
    chart = Chart(App(), "shop", namespace="shop")
    store = Redis(chart, "redis", resources=RESOURCES, auth=Password(enabled=False))
    found = ApiObject.of(store)
    assert found.kind == store.resource.kind == "StatefulSet"
    found.add_json_patch(JsonPatch.replace("/spec/revisionHistoryLimit", 3))
    assert the(bodies(chart), "StatefulSet")["spec"]["revisionHistoryLimit"] == 3
    store.allow_from(Peer(namespace="admin"))
    store.allow_to(Peer(cidr="10.0.0.0/8"))
    policy = the(bodies(chart), "NetworkPolicy")["spec"]
    assert (len(policy["ingress"]), len(policy["egress"])) == (1, 1)


def test_without_a_policy_nothing_is_added() -> None:
    """Where there is no policy, anybody may connect, and a further peer changes nothing."""
    shop = stack()
    options = redis_options(network={"enabled": False})
    store = Redis.from_options(shop, "redis", options)
    before = bodies(shop)
    store.allow_from(Peer(namespace="admin"))
    store.allow_to(Peer(namespace="admin"))
    assert bodies(shop) == before


def test_python_and_values_make_the_same() -> None:
    """Keywords and options that were read from a values file give the same objects."""
    one, other = stack(), stack()
    Redis(one, "redis", resources=Resources(cpu="100m:500m", memory="512Mi:1Gi"), auth=PASSWORD, metrics=Metrics())
    Redis.from_options(other, "redis", redis_options(metrics={}))
    assert bodies(one) == bodies(other)
    assert isinstance(redis_options(), RedisOptions)


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        (Redis, {"auth": PASSWORD}, "use replica_of for read replicas, or a Redis that is run elsewhere"),
        (MongoDB, {"auth": ROOT}, "set mode to operator for a replica set"),
        (PostgreSQL, {"auth": USER}, "set mode to operator for a cluster with failover"),
        (Kafka, {}, "set mode to operator for a cluster"),
        (ZooKeeper, {}, "Kafka with mode operator needs no ZooKeeper at all"),
    ],
)
def test_refuses_more_than_one_node_with_its_path(kind: Any, options: dict[str, Any], says: str) -> None:
    """An embedded store of three nodes is refused, with the construct's path and the way out."""
    with pytest.raises(LumenError) as refused:
        kind(stack(), "store", resources=RESOURCES, replicas=3, **options)
    assert str(refused.value) == f"shop/store: replicas 3 must be 1: the embedded form is one node; {says}"


def test_a_secret_that_the_stack_provides_is_not_asked_for() -> None:
    """A Secret of a SecretSet is no external one, and a change of how it is provided restarts the store."""
    shop = stack()
    secrets = SecretSet(
        shop, "secrets", declared={"shop-redis": ["REDIS_PASSWORD"]}, provision=SecretProvision(provider="generated")
    )
    Redis(shop, "redis", resources=RESOURCES, auth=Password(secret=secrets.ref("shop-redis")))
    body = the(bodies(shop), "StatefulSet")
    assert "annotations" not in body["metadata"]


def everything(shop: UmbrellaStack, *, operators: bool) -> list[DataStore]:
    """Make every store that there is, in either form, with everything that it can have."""
    common: dict[str, Any] = {"resources": RESOURCES, "metrics": Metrics()}
    if operators:
        common |= {"mode": "operator", "replicas": 3}
        return [
            MongoDB(shop, "mongodb", auth=ROOT, backup=Backup(), **common),
            PostgreSQL(
                shop, "postgresql", backup=Backup(), scheduled_backup=ScheduledBackup(snapshot_class="csi"), **common
            ),
            Kafka(shop, "kafka", topics={"carts": Topic(partitions=3)}, **common),
        ]
    zookeeper = ZooKeeper(shop, "zookeeper", **common)
    kafka = Kafka(shop, "kafka", zookeeper=zookeeper.connection.address, **common)
    value = Redis(shop, "redis-value", auth=PASSWORD, backup=Backup(), **common)
    replica = Redis(shop, "redis-replica", auth=PASSWORD, replica_of=value.primary, **common)
    shop.needs(kafka, {"zookeeper": zookeeper})
    shop.needs(replica, {"redis-value": value})
    return [
        MongoDB(shop, "mongodb", auth=ROOT, backup=Backup(), **common),
        PostgreSQL(shop, "postgresql", auth=USER, databases=["reports"], backup=Backup(), **common),
        Redis(shop, "redis-cache", auth=Password(enabled=False), persistence="none", **common),
        kafka,
        value,
        replica,
    ]


@pytest.mark.parametrize("operators", [False, True], ids=["embedded", "operators"])
def test_a_whole_stack_passes_every_check(operators: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter of the test
    """A stack with every store, and a service that needs them all, is synthesised without an error or a warning."""
    app = App(outdir=str(tmp_path))
    shop = stack(app)
    stores = everything(shop, operators=operators)
    prefixes = [store.name.replace("-", "_").upper() for store in stores]
    cart = client(
        shop,
        env=[variable for store, prefix in zip(stores, prefixes, strict=True) for variable in store.env(prefix=prefix)],
        secrets=[
            secret for store, prefix in zip(stores, prefixes, strict=True) for secret in store.secrets(prefix=prefix)
        ],
    )
    shop.needs(cart, {store.name: store for store in stores})
    app.synth()
    written = list(yaml.safe_load_all((tmp_path / "shop.k8s.yaml").read_text()))
    assert len(written) == len(bodies(app))
