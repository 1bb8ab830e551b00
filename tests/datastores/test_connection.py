from __future__ import annotations

import pytest

from lumen_constructs.datastores.connection import Connection
from lumen_constructs.errors import LumenError
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef
from tests.datastores.samples import (
    kafka,
    mongodb,
    postgresql,
    postgresql_of_the_operator,
    redis,
    redis_options,
    who,
    zookeeper,
)


def url(connection: Connection) -> str:
    """Give the value of the variable with the URL."""
    (variable,) = connection.env()
    assert isinstance(variable, EnvVar)
    assert variable.value is not None
    return variable.value


def test_each_store_gives_its_url() -> None:
    """The URL has the credentials as references to variables, which the secrets beside it bring."""
    for plan, wanted in (
        (redis(service={"name": "redis-master"}), "redis://:$(REDIS_PASSWORD)@redis-master:6379"),
        (redis(auth={"enabled": False}), "redis://redis:6379"),
        (
            mongodb(database="sys_db"),
            "mongodb://root:$(MONGODB_PASSWORD)@mongodb:27017/sys_db?authSource=admin",
        ),
        (mongodb(auth={"enabled": False}), "mongodb://mongodb:27017/admin"),
        (
            mongodb(mode="operator", replicas=3, database="sys_db"),
            "mongodb://root:$(MONGODB_PASSWORD)@mongodb-svc:27017/sys_db?authSource=admin&replicaSet=mongodb",
        ),
        (
            postgresql(database="countinfo"),
            "postgresql://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@postgresql:5432/countinfo",
        ),
        (
            postgresql_of_the_operator(database="countinfo"),
            "postgresql://$(DATABASE_USERNAME):$(DATABASE_PASSWORD)@postgresql-rw:5432/countinfo",
        ),
        (kafka(), "kafka:9092"),
        (kafka(mode="operator"), "kafka-kafka-bootstrap:9092"),
        (zookeeper(), "zookeeper:2181"),
    ):
        assert url(plan.connection) == wanted
        (variable,) = plan.connection.env()
        brought = {name for secret in plan.connection.secrets for name in secret.variables}
        referred = {name for name in brought if f"$({name})" in wanted}
        assert brought == referred
        assert wanted.count("$(") == len(referred)
        assert variable.name == f"{plan.connection.prefix}_{plan.connection.url_name}"


def test_the_secret_of_the_operators_user_is_the_operators() -> None:
    """Where no Secret is given, clients read the one that CloudNativePG makes, which need not exist beforehand."""
    (secret,) = postgresql_of_the_operator().connection.secrets
    assert isinstance(secret, ProvidedSecret)
    assert (secret.name, secret.in_set) == ("postgresql-app", True)
    assert secret.key_map == {"DATABASE_USERNAME": "username", "DATABASE_PASSWORD": "password"}


def test_a_provided_secret_stays_one() -> None:
    """What a SecretSet knows of a Secret reaches the clients, so that a rotation restarts them."""
    provided = ProvidedSecret(name="shop-redis", keys=["REDIS_PASSWORD"], revision="1")
    options = redis_options()
    options = options.model_copy(update={"auth": options.auth.model_copy(update={"secret": provided})})
    from lumen_constructs.datastores.redis_server import redis_plan

    (secret,) = redis_plan(who("redis", options), options).connection.secrets
    assert isinstance(secret, ProvidedSecret)
    assert secret.revision == "1"


def test_plain_settings_hold_no_secret() -> None:
    """What goes into a ConfigMap is host, port and database, and a user's name that is no secret."""
    assert mongodb(database="sys_db").connection.config == {
        "MONGODB_HOST": "mongodb",
        "MONGODB_PORT": 27017,
        "MONGODB_DATABASE": "sys_db",
        "MONGODB_USERNAME": "root",
    }
    assert redis().connection.config == {"REDIS_HOST": "redis", "REDIS_PORT": 6379}
    assert "$(" not in postgresql().connection.bare_url
    assert redis().connection.bare_url == "redis://redis:6379"


def test_another_prefix_and_database() -> None:
    """One client of two stores of a kind tells them apart by the start of the variables' names."""
    other = postgresql(database="countinfo").connection.named("DASHBOARD", "dashboardconfig")
    assert url(other) == "postgresql://$(DASHBOARD_USERNAME):$(DASHBOARD_PASSWORD)@postgresql:5432/dashboardconfig"
    (secret,) = other.secrets
    assert secret.variables == ("DASHBOARD_USERNAME", "DASHBOARD_PASSWORD")
    assert other.env("DSN")[0].name == "DSN"
    assert other.config["DASHBOARD_DATABASE"] == "dashboardconfig"


def test_refuses_a_prefix_that_starts_no_variable() -> None:
    """The start of a variable's name must be one."""
    with pytest.raises(LumenError, match="prefix '2ND' must be letters, digits"):
        redis().connection.named("2ND")


def test_a_prefix_of_the_users_own_does_not_leak() -> None:
    """However the store's own reference spells its variables, clients get those of the connection."""
    connection = Connection(
        scheme="redis",
        host="cache",
        port=6379,
        prefix="CACHE",
        secret=SecretRef(name="cache", keys=["password"], prefix="OTHER_"),
        password_key="password",  # noqa: S106  # the name of a key
    )
    (secret,) = connection.secrets
    assert secret.variables == ("CACHE_PASSWORD",)
