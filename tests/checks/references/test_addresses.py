"""Addresses of Services inside of text."""

from __future__ import annotations

import pytest

from lumen_constructs.checks import Severity
from tests.checks.build import Body, container, deployment, obj, service
from tests.checks.sets import found

REDIS = [
    service("redis-value", ports=[{"name": "redis", "port": 6379, "targetPort": "redis"}]),
    deployment("redis-value", container("redis", ports=[{"name": "redis", "containerPort": 6379}])),
]


def _reads(value: str, name: str = "URL") -> Body:
    return deployment("web", container("web", env=[{"name": name, "value": value}]))


@pytest.mark.parametrize(
    "value",
    [
        "redis://redis-value:6379",
        "redis://:$(PASSWORD)@redis-value:6379/0",
        "redis://redis-value.shop:6379",
        "redis://redis-value.shop.svc:6379",
        "redis://redis-value.shop.svc.cluster.local:6379",
        "https://api.example.com/v1",
        "https://redis.example.com:8443",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://elsewhere.other:80",
        "http://prometheus.monitoring.svc:9090",
        "file:///etc/app",
        "a word, and redis-value",
        "12:30",
    ],
)
def test_addresses_that_are_right_or_elsewhere_are_silent(value: str) -> None:
    """A Service of the set, another namespace, another domain and the pod itself are no fault."""
    for rule in ("address-unknown", "address-port-missing"):
        assert found(_reads(value), *REDIS, rule=rule) == []


@pytest.mark.parametrize(
    "value",
    [
        "redis://redis-valeu:6379",
        "redis://redis-valeu.shop:6379",
        "redis://redis-valeu.shop.svc:6379",
        "jdbc:redis://redis-valeu:6379/db",
        "a redis-value.shop.svc and redis-valeu.shop.svc.cluster.local",
    ],
)
def test_host_that_is_no_service_is_an_error_with_the_near_one(value: str) -> None:
    """A host that is nearly a Service is a slip."""
    (finding,) = found(_reads(value), *REDIS, rule="address-unknown")
    assert finding.severity is Severity.ERROR
    assert finding.said == "no Service 'redis-valeu' exists in namespace shop; did you mean 'redis-value'?"


@pytest.mark.parametrize(
    ("name", "value", "severities"),
    [
        ("URL", "http://nothing-like-it:80", ["warning"]),
        ("URL", "http://nothing-like-it.shop.svc:80", ["error"]),
        ("DB_HOST", "redis-valeu", ["error"]),
        ("DB_HOST", "redis-value", []),
        ("KAFKA_BROKERS", "redis-value:6379,redis-valeu:6379", ["error"]),
        ("WORDS", "redis-valeu", []),
        ("WORDS", "redis-valeu:6379", ["warning"]),
        ("WORDS", "image:1234", []),
    ],
)
def test_what_counts_as_an_address(name: str, value: str, severities: list[str]) -> None:
    """URLs, qualified names and the values of keys such as DB_HOST are addresses; other words only if they are near."""
    assert [finding.severity for finding in found(_reads(value, name), *REDIS, rule="address-unknown")] == severities


@pytest.mark.parametrize(
    ("value", "count"), [("redis://redis-value:6380", 1), ("http://redis-value/", 1), ("redis://redis-value", 0)]
)
def test_port_of_an_address_is_one_of_the_service(value: str, count: int) -> None:
    """A URL's port, or that of its scheme, is a port of the Service."""
    faults = found(_reads(value), *REDIS, rule="address-port-missing")
    assert [finding.hint for finding in faults] == ["it has redis (6379)"] * count


def test_config_maps_are_read_where_pods_read_them() -> None:
    """An address in a ConfigMap is told at the ConfigMap, if any pod reads it."""
    config = obj("ConfigMap", "app", data={"redis.url": "redis://redis-valeu:6379"})
    assert found(config, *REDIS, rule="address-unknown") == []
    reads = deployment("web", container("web", envFrom=[{"configMapRef": {"name": "app"}}]))
    (finding,) = found(config, reads, *REDIS, rule="address-unknown")
    assert (finding.object, finding.path) == ("ConfigMap/shop/app", "data.redis.url")


def test_names_inside_of_files_are_their_own_affair() -> None:
    """An upstream of nginx is a name of its file, unless it is nearly a Service."""
    config = obj("ConfigMap", "app", data={"nginx.conf": "proxy_pass http://app;\nproxy_pass http://redis-valeu:6379;"})
    volume = {"volumes": [{"name": "c", "configMap": {"name": "app"}}]}
    faults = found(config, deployment("web", pod=volume), *REDIS, rule="address-unknown")
    assert [finding.message for finding in faults] == ["no Service 'redis-valeu' exists in namespace shop"]


def test_headless_services_have_the_ports_of_their_pods() -> None:
    """The name of a headless Service, or of one of its pods, is the address of a pod."""
    headless = service("redis-value", clusterIP="None", ports=[])
    assert (
        found(
            _reads("redis://redis-value-0.redis-value.shop.svc:7000"), headless, REDIS[1], rule="address-port-missing"
        )
        == []
    )


def test_services_of_operators_have_addresses() -> None:
    """An operator's Service is resolved, ports included."""
    spec = {"kafka": {"listeners": [{"name": "plain", "port": 9092, "type": "internal", "tls": False}]}}
    kafka = obj("Kafka", "events", api="kafka.strimzi.io/v1beta2", spec=spec)
    assert found(_reads("events-kafka-bootstrap:9092", "BROKERS"), kafka, rule="address-unknown") == []
    wrong = _reads("events-kafka-bootstrap:9094", "BROKERS")
    assert len(found(wrong, kafka, rule="address-port-missing")) == 1
    near = _reads("events-kafka-bootstap:9092", "BROKERS")
    assert len(found(near, kafka, rule="address-unknown")) == 1
