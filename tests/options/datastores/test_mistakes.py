from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lumen_constructs.options.base import Options
from lumen_constructs.options.datastores.kafka import KafkaOptions
from lumen_constructs.options.datastores.mongodb import MongoDBOptions
from lumen_constructs.options.datastores.postgresql import PostgreSQLOptions
from lumen_constructs.options.datastores.redis import RedisOptions
from lumen_constructs.options.datastores.zookeeper import ZooKeeperOptions
from tests.options.reading import faults, python_faults, read

RESOURCES = {"cpu": "100m", "memory": "1Gi"}
#: Each store, and the least that it must be told.
STORES: dict[str, tuple[type[Options], dict[str, Any]]] = {
    "redis": (RedisOptions, {"resources": RESOURCES, "auth": {"enabled": False}}),
    "mongodb": (MongoDBOptions, {"resources": RESOURCES, "auth": {"secret": {"name": "db", "keys": ["password"]}}}),
    "postgresql": (
        PostgreSQLOptions,
        {"resources": RESOURCES, "auth": {"secret": {"name": "db", "keys": ["username", "password"]}}},
    ),
    "kafka": (KafkaOptions, {"resources": RESOURCES}),
    "zookeeper": (ZooKeeperOptions, {"resources": RESOURCES}),
}
MISTAKES = [
    pytest.param(store, mistake["given"], mistake["says"], id=f"{store} {mistake['given']}")
    for store, mistakes in yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text()).items()
    for mistake in mistakes
]


@pytest.mark.parametrize(("store", "given", "says"), MISTAKES)
def test_refuses_what_people_write_wrong(store: str, given: dict[str, Any], says: list[str]) -> None:
    """Every mistake is one line that says where, what, and what to write; all mistakes are told at once."""
    kind, least = STORES[store]
    found = faults(kind, {**least, **given})
    assert sorted(found) == sorted(says)


@pytest.mark.parametrize("store", STORES)
def test_the_least_is_enough(store: str) -> None:
    """Each store can be declared in two lines, and says what is missing otherwise."""
    kind, least = STORES[store]
    read(kind, least)
    assert "resources is required" in faults(kind, {})


def test_credentials_must_be_said() -> None:
    """A store is never open to all by default: auth is given, or turned off by name."""
    assert faults(RedisOptions, {"resources": RESOURCES}) == ["auth is required"]
    assert faults(MongoDBOptions, {"resources": RESOURCES}) == ["auth is required"]
    assert faults(PostgreSQLOptions, {"resources": RESOURCES}) == [
        "auth is required: the Secret with the user's password; or set auth.enabled to false"
    ]


def test_python_reads_the_same_in_its_own_words() -> None:
    """The same mistakes from Python name the keyword as Python spells it."""
    from lumen_constructs.options.datastores.credentials import Credentials
    from lumen_constructs.options.datastores.storage import Storage
    from lumen_constructs.options.secrets import SecretRef

    secret = SecretRef(name="db", keys=["a", "b"])
    assert python_faults(lambda: Credentials(secret=secret)) == [
        "Credentials: password_key is required: db has several keys (a, b)"
    ]
    assert python_faults(lambda: Storage(size="0")) == ["Storage: size '0' must be above 0"]
