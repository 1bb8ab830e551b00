from __future__ import annotations

import base64

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.configuration.secrets.injected import (
    ambiguous_variables,
    injected_secret,
    injected_values,
    variable_names,
)
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.yaml import dump
from tests.configuration.secrets.samples import DECLARED

CLASHING = {"shop-db": ["password", "USER"], "shop-mq": ["password"]}


def test_a_key_is_read_from_the_variable_of_its_name() -> None:
    """The long name is always there, and tells two Secrets with one key apart."""
    assert variable_names(DECLARED) == {
        ("shop-db", "DB_PASSWORD"): ["SHOP_DB_DB_PASSWORD", "DB_PASSWORD"],
        ("shop-oauth", "CLIENT_ID"): ["SHOP_OAUTH_CLIENT_ID", "CLIENT_ID"],
        ("shop-oauth", "CLIENT_SECRET"): ["SHOP_OAUTH_CLIENT_SECRET", "CLIENT_SECRET"],
        ("registry", ".dockerconfigjson"): ["REGISTRY_DOCKERCONFIGJSON", ".dockerconfigjson"],
    }
    assert variable_names(CLASHING)["shop-mq", "password"] == ["SHOP_MQ_PASSWORD"]


def test_what_every_shell_sets_is_no_secret() -> None:
    """Whoever runs the command must not become the user of the database."""
    values, missing = injected_values(CLASHING, {"USER": b"me", "SHOP_DB_PASSWORD": b"a", "SHOP_MQ_PASSWORD": b"b"})
    assert values == {"shop-db": {"password": b"a"}, "shop-mq": {"password": b"b"}}
    assert missing == ["secret 'shop-db' has no value for USER; set SHOP_DB_USER"]


def test_missing_values_are_a_line_each() -> None:
    """The line says which variable to set, and whether it is there and empty."""
    values, missing = injected_values(DECLARED, {"CLIENT_ID": b"id", "CLIENT_SECRET": b""}, optional=["registry"])
    assert values == {"shop-oauth": {"CLIENT_ID": b"id"}}
    assert missing == [
        "secret 'shop-db' has no value for DB_PASSWORD; set SHOP_DB_DB_PASSWORD or DB_PASSWORD",
        "secret 'shop-oauth' has no value for CLIENT_SECRET; CLIENT_SECRET is empty",
    ]


def test_an_optional_secret_is_whole_or_not_there() -> None:
    """One that was begun must be finished."""
    _, missing = injected_values(DECLARED, {"CLIENT_ID": b"id"}, optional=list(DECLARED))
    assert missing == [
        "secret 'shop-oauth' has no value for CLIENT_SECRET; set SHOP_OAUTH_CLIENT_SECRET or CLIENT_SECRET"
    ]


def test_refuses_a_variable_that_would_be_two_values() -> None:
    """Long names can meet, where one Secret's name starts with another's."""
    assert list(ambiguous_variables(CLASHING)) == []
    assert list(ambiguous_variables({"a-b": ["C"], "a": ["B_C"]})) == [
        "the variable A_B_C would be both C of 'a-b' and B_C of 'a'; rename a key"
    ]


@given(value=st.binary(max_size=64))
@settings(max_examples=50, deadline=None)
def test_any_value_survives_the_manifest(value: bytes) -> None:
    """Text, bytes and what YAML would take for a number come out as they went in."""
    body = yaml.safe_load(dump(injected_secret("shop-db", "shop", "shop", {"P": value})))
    assert base64.b64decode(body["data"]["P"]) == value


@pytest.mark.parametrize("namespace", ["shop", None])
def test_the_manifest_is_a_plain_secret(namespace: str | None) -> None:
    """It goes to the namespace of the stack, and has the type that its keys ask for."""
    body = injected_secret("registry", namespace, "shop", {".dockerconfigjson": b"{}"})
    assert body["metadata"].get("namespace") == namespace
    assert body["type"] == "kubernetes.io/dockerconfigjson"
    assert canonical(body) == body
