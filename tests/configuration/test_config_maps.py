from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.configuration.config_maps import config_checksum, config_maps
from lumen_constructs.workloads.pod import pod_template
from tests.options.reading import component, identity

FILES = {"app": {"mountPath": "/etc/app", "data": {"a.yaml": "a: 1", "b.yaml": "b: 2"}}}


def checksum(**data: Any) -> str | None:
    """Give the hash of what the small component with ``data`` reads."""
    return config_checksum(component(**data))


def test_config_becomes_config_maps() -> None:
    """Variables are one ConfigMap, in which every value is text, and each entry of files is another one."""
    bodies = config_maps(
        identity(), component(config={"LOG_LEVEL": "info", "WORKERS": 4, "DEBUG": True}, configFiles=FILES)
    )
    assert [(body["metadata"]["name"], body["data"]) for body in bodies.values()] == [
        ("cart-config", {"LOG_LEVEL": "info", "WORKERS": "4", "DEBUG": "true"}),
        ("cart-app", {"a.yaml": "a: 1", "b.yaml": "b: 2"}),
    ]
    assert config_maps(identity(), component()) == {}


def test_files_may_have_a_config_map_of_another_name() -> None:
    """A name that is given is the ConfigMap's."""
    files = {"app": {**FILES["app"], "name": "observer-app"}}
    bodies = config_maps(identity(), component(configFiles=files))
    assert [body["metadata"]["name"] for body in bodies.values()] == ["observer-app"]


@pytest.mark.parametrize(
    "change",
    [
        {"config": {"A": "2", "B": "x"}},
        {"config": {"A": "1", "B": "x", "C": ""}},
        {"config": {"A": "1"}},
        {"configFiles": {"app": {**FILES["app"], "data": {"a.yaml": "a: 2", "b.yaml": "b: 2"}}}},
        {"configFiles": {}},
    ],
)
def test_a_change_of_the_data_restarts_the_pods(change: dict[str, Any]) -> None:
    """The pods' hash changes with any key or value that they read."""
    base: dict[str, Any] = {"config": {"A": "1", "B": "x"}, "configFiles": FILES}
    assert checksum(**{**base, **change}) != checksum(**base)


@pytest.mark.parametrize(
    "change",
    [
        {"config": {"B": "x", "A": "1"}},
        {"config": {"A": 1, "B": "x"}},
        {"configFiles": {"app": {**FILES["app"], "name": "other"}}},
        {"labels": {"team": "checkout"}},
        {"annotations": {"example.com/a": "b"}},
        {"name": "basket"},
        {"replicas": 5},
        {"secrets": [{"name": "db", "keys": ["C"]}]},
        {"envFrom": [{"configMapRef": {"name": "foreign"}}]},
    ],
)
def test_nothing_else_restarts_them(change: dict[str, Any]) -> None:
    """Names, labels, order and what other objects hold are not in the hash."""
    base: dict[str, Any] = {"config": {"A": "1", "B": "x"}, "configFiles": FILES}
    assert checksum(**{**base, **change}) == checksum(**base)


def test_the_hash_is_on_the_pod() -> None:
    """The annotation is there where there is config, and is the same in every process."""
    template = pod_template(identity(), component(config={"A": "1"}))
    assert template["metadata"]["annotations"] == {
        "checksum/config": hashlib.sha256(b'{"": {"A": "1"}}').hexdigest(),
    }
    assert "annotations" not in pod_template(identity(), component())["metadata"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(*[st.dictionaries(st.from_regex("[A-Z]{1,3}", fullmatch=True), st.text("ab", max_size=2), max_size=3)] * 2)
def test_the_hash_tells_data_apart(one: dict[str, str], other: dict[str, str]) -> None:
    """Two configurations have one hash exactly where they are equal."""
    assert (checksum(config=one) == checksum(config=other)) == (one == other)
