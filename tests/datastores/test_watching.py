from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.redis_server import redis_plan
from lumen_constructs.datastores.watching import exporter
from lumen_constructs.errors import LumenError
from lumen_constructs.options.cluster import Cluster, Monitoring
from lumen_constructs.options.datastores.exporter import Exporter
from lumen_constructs.workloads.identity import Context, Identity
from tests.datastores.samples import (
    kafka,
    mongodb,
    postgresql,
    postgresql_of_the_operator,
    redis,
    redis_options,
    zookeeper,
)
from tests.observability.promtool import Case, failures, needs_promtool
from tests.options.reading import identity

STORES: dict[str, Plan] = {
    "redis": redis(metrics={}),
    "replica": redis(metrics={}, replicaOf={"host": "redis-master"}),
    "mongodb": mongodb(metrics={}),
    "postgresql": postgresql(metrics={}),
    "cluster": postgresql_of_the_operator(metrics={}, replicas=3),
    "kafka": kafka(metrics={}),
    "brokers": kafka(metrics={}, mode="operator", replicas=3),
    "zookeeper": zookeeper(metrics={}),
}


def rules(plan: Plan) -> list[dict[str, Any]]:
    """Give the rules of a store's alerts."""
    (group,) = plan.bodies["Alerts"]["spec"]["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def own(plan: Plan) -> set[str]:
    """Give the names of the alerts on what the exporter tells: those that any component has are tested elsewhere."""
    return {rule["alert"] for rule in rules(plan)} & set(TRIED)


#: For each alert: the store, a series that fires it, the same that does not, and the labels of the target beside.
TRIED: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "RedisDown": ("redis", {"redis_up": "0x20"}, {"redis_up": "1x20"}),
    "RedisRejectsConnections": (
        "redis",
        {"redis_rejected_connections_total": "0+1x20"},
        {"redis_rejected_connections_total": "5x20"},
    ),
    "RedisMemoryAlmostFull": (
        "redis",
        {"redis_memory_used_bytes": "95x20", "redis_memory_max_bytes": "100x20"},
        {"redis_memory_used_bytes": "95x20", "redis_memory_max_bytes": "0x20"},
    ),
    "RedisSavesFail": (
        "redis",
        {"redis_rdb_last_bgsave_status": "0x20"},
        {"redis_rdb_last_bgsave_status": "1x20"},
    ),
    "RedisReplicationBroken": ("replica", {"redis_master_link_up": "0x20"}, {"redis_master_link_up": "1x20"}),
    "MongodbDown": ("mongodb", {"mongodb_up": "0x20"}, {"mongodb_up": "1x20"}),
    "MongodbConnectionsAlmostExhausted": (
        "mongodb",
        {'mongodb_connections|state="current"': "90x20", 'mongodb_connections|state="available"': "10x20"},
        {'mongodb_connections|state="current"': "10x20", 'mongodb_connections|state="available"': "90x20"},
    ),
    "PostgresqlDown": ("postgresql", {"pg_up": "0x20"}, {"pg_up": "1x20"}),
    "PostgresqlConnectionsAlmostExhausted": (
        "postgresql",
        {
            'pg_stat_activity_count|state="idle"': "50x20",
            'pg_stat_activity_count|state="active"': "45x20",
            "pg_settings_max_connections": "100x20",
        },
        {'pg_stat_activity_count|state="idle"': "50x20", "pg_settings_max_connections": "100x20"},
    ),
    "PostgresqlDeadlocks": (
        "postgresql",
        {'pg_stat_database_deadlocks|datname="shop"': "0+1x20"},
        {'pg_stat_database_deadlocks|datname="shop"': "3x20"},
    ),
    "PostgresqlInstancesMissing": (
        "cluster",
        {'cnpg_collector_up|pod="a"': "1x20", 'cnpg_collector_up|pod="b"': "1x20"},
        {f'cnpg_collector_up|pod="{pod}"': "1x20" for pod in "abc"},
    ),
    "PostgresqlReplicationLag": (
        "cluster",
        {'cnpg_pg_replication_lag|pod="a"': "600x20"},
        {'cnpg_pg_replication_lag|pod="a"': "3x20"},
    ),
    "KafkaBrokersMissing": ("brokers", {"kafka_brokers": "2x20"}, {"kafka_brokers": "3x20"}),
    "KafkaPartitionsUnderReplicated": (
        "kafka",
        {'kafka_topic_partition_under_replicated_partition|topic="a"': "1x20"},
        {'kafka_topic_partition_under_replicated_partition|topic="a"': "0x20"},
    ),
    "KafkaPartitionsWithoutLeader": (
        "kafka",
        {'kafka_topic_partition_leader|topic="a"': "-1x20"},
        {'kafka_topic_partition_leader|topic="a"': "1x20"},
    ),
    "ZookeeperRequestsPileUp": ("zookeeper", {"outstanding_requests": "50x20"}, {"outstanding_requests": "0x20"}),
    "ZookeeperSlowDisk": (
        "zookeeper",
        {"fsynctime_sum": "0+30000x20", "fsynctime_count": "0+60x20"},
        {"fsynctime_sum": "0+300x20", "fsynctime_count": "0+60x20"},
    ),
}
#: The same alert by the other form of a store.
ALSO: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "PostgresqlConnectionsAlmostExhausted": (
        "cluster",
        {
            'cnpg_backends_total|pod="a",datname="x"': "95x20",
            'cnpg_pg_settings_setting|pod="a",name="max_connections"': "100x20",
        },
        {
            'cnpg_backends_total|pod="a",datname="x"': "5x20",
            'cnpg_pg_settings_setting|pod="a",name="max_connections"': "100x20",
        },
    ),
    "KafkaBrokersMissing": ("kafka", {"up": "1x20"}, {"kafka_brokers": "1x20"}),
    "PostgresqlInstancesMissing": (
        "cluster",
        {'cnpg_collector_up|pod="a"': "0x20"},
        {f'cnpg_collector_up|pod="{pod}"': "1x20" for pod in "abc"},
    ),
}


def job(plan: Plan) -> str:
    """Give the label ``job`` of the store's series, as the Prometheus operator makes it."""
    monitor = plan.bodies["Monitor"]
    if monitor["kind"] == "PodMonitor":
        return f"shop/{monitor['metadata']['name']}"
    (service,) = [
        body["metadata"]["name"]
        for body in plan.bodies.values()
        if body["kind"] == "Service" and any(port["name"] == "metrics" for port in body["spec"]["ports"])
    ]
    return str(service)


def series(plan: Plan, given: dict[str, str]) -> dict[str, str]:
    """Give the series with the labels that every scraped series has."""
    scope = f'namespace="shop",job="{job(plan)}"'
    return {f"{name.partition('|')[0]}{{{scope},{name.partition('|')[2]}}}": value for name, value in given.items()}


def cases() -> list[Case]:
    """Give two cases for each alert: one in which it fires, and one in which it does not."""
    found = []
    for label, tried in (("", TRIED), ("-also", ALSO)):
        for alert, (store, bad, good) in tried.items():
            plan = STORES[store]
            groups = [{"name": "tried", "rules": [rule for rule in rules(plan) if rule["alert"] == alert]}]
            found += [
                Case(f"{alert}{label}-fires", groups, series(plan, bad), "20m", {alert: 1}),
                Case(f"{alert}{label}-quiet", groups, series(plan, good), "20m", {}),
            ]
    return found


@needs_promtool
def test_every_alert_fires_when_it_should_and_only_then(tmp_path: Path) -> None:
    """For each alert on a store, one series fires it and one does not, under Prometheus' own test tool."""
    assert failures(cases(), tmp_path) == {}


def test_every_alert_of_every_store_is_tried() -> None:
    """No alert on what an exporter tells is left out of the test above."""
    generic = {rule["alert"].removeprefix("Redis") for rule in rules(redis())}
    untried = {
        rule["alert"]
        for name, plan in STORES.items()
        for rule in rules(plan)
        if rule["alert"] not in TRIED and not any(rule["alert"].endswith(one) for one in generic | _SCRAPED)
    }
    assert untried == set()
    assert set().union(*(own(plan) for plan in STORES.values())) == set(TRIED)


#: Alerts that any scraped component has.
_SCRAPED = {"TargetAbsent", "TargetDown"}


def test_alerts_on_the_store_need_metrics() -> None:
    """Without an exporter, there are alerts on pods and volumes alone."""
    assert own(redis()) == set()
    assert {"RedisUnavailable", "RedisVolumeAlmostFull"} <= {rule["alert"] for rule in rules(redis())}


def test_a_rule_of_the_same_name_replaces_the_stores() -> None:
    """Who knows better writes a rule of that name; the others stay."""
    rule = {"alert": "RedisDown", "expr": "redis_up{$scope} < 1", "summary": "mine"}
    found = [one for one in rules(redis(metrics={}, alerts={"rules": [rule]})) if one["alert"] == "RedisDown"]
    assert [one["annotations"]["summary"] for one in found] == ["mine"]


def test_names_and_runbooks_follow_the_options() -> None:
    """The store's alerts take prefix, labels and runbook as the default alerts do; all can be turned off."""
    alerts = {"prefix": "Cache", "labels": {"team": "shop"}, "runbookURL": "https://example.com/{rule}"}
    (down,) = [one for one in rules(redis(metrics={}, alerts=alerts)) if one["alert"] == "CacheDown"]
    assert down["labels"]["team"] == "shop"
    assert down["annotations"]["runbook_url"] == "https://example.com/CacheDown"
    assert "Alerts" not in redis(metrics={}, alerts={"enabled": False}).bodies


def test_pods_that_no_stateful_set_makes_are_not_counted_as_its() -> None:
    """An operator that makes pods by itself has no alert that counts those of a StatefulSet."""
    for name in ("cluster", "brokers"):
        assert not any(rule["alert"].endswith(("Unavailable", "ReplicasUnavailable")) for rule in rules(STORES[name]))


def test_monitors_and_alerts_may_stand_in_one_namespace() -> None:
    """Where Prometheus looks for them; the monitor says where the store is."""
    cluster = Cluster(monitoring=Monitoring(monitors_namespace="observability"))
    plan = redis_plan(identity("redis", cluster=cluster), redis_options(metrics={}))
    made = {kind: body for kind, body in plan.bodies.items() if kind in {"Monitor", "Alerts"}}
    assert {kind: body["metadata"]["namespace"] for kind, body in made.items()} == {
        "Monitor": "observability",
        "Alerts": "observability",
    }
    assert made["Monitor"]["spec"]["namespaceSelector"] == {"matchNames": ["shop"]}


def test_a_cluster_without_prometheus_gets_no_monitors() -> None:
    """Where the cluster does not know the kinds, there are no monitor and no alerts, and Prometheus is not let in."""
    who = identity("redis", cluster=Cluster(monitoring=Monitoring(enabled=False)))
    plan = redis_plan(who, redis_options(metrics={}))
    assert {"Alerts", "Monitor"}.isdisjoint(plan.bodies)
    assert not plan.bodies["NetworkPolicy"]["spec"]["ingress"]


def test_refuses_a_chart_without_a_namespace() -> None:
    """Alerts tell stores apart by their namespace."""
    who = Identity("redis", "redis", Context(namespace=None, part_of="shop", cluster=Cluster()), {})
    with pytest.raises(LumenError, match="give the chart a namespace"):
        redis_plan(who, redis_options())


def test_the_exporters_probes_never_take_the_store_out_of_its_service() -> None:
    """They open a connection and no more: a slow scrape makes nobody unready."""
    probes = exporter(Exporter(), "a:1", 9000).probes
    assert probes is not None
    assert all(probe is not None and probe.tcp_socket for probe in map(probes.role, ("readiness", "liveness")))
