from __future__ import annotations

import pytest
from cdk8s import ApiObject, App, Chart

from lumen_constructs import LumenError
from lumen_constructs.shared_config import SharedConfig
from tests.objects import bodies, the


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


def test_holds_texts_under_dotted_keys(chart: Chart) -> None:
    """Numbers and truth values become text, as a ConfigMap holds nothing else."""
    config = SharedConfig(chart, "app-config", data={"db.url": "x", "db.pool": 5, "db.tls": True}, labels={"app": "a"})
    body = the(bodies(chart), "ConfigMap")
    assert body["metadata"]["name"] == "app-config"
    assert body["metadata"]["labels"]["app"] == "a"
    assert body["data"] == {"db.url": "x", "db.pool": "5", "db.tls": "true"}
    assert ApiObject.of(config).kind == "ConfigMap"


def test_gives_variables_that_read_it(chart: Chart) -> None:
    """A variable reads one key by reference."""
    config = SharedConfig(chart, "app-config", name="shared", data={"db.url": "x"})
    (variable,) = config.env({"DATABASE_URL": "db.url"})
    assert variable.body() == {
        "name": "DATABASE_URL",
        "valueFrom": {"configMapKeyRef": {"name": "shared", "key": "db.url"}},
    }


def test_the_checksum_follows_what_is_read() -> None:
    """Another value of a key that is read changes the annotation; one that is not read does not."""

    def annotations(**data: str) -> dict[str, str]:
        chart = Chart(App(), "shop", namespace="shop")
        return SharedConfig(chart, "app-config", data=data).annotations({"A": "a"})

    assert list(annotations(a="1", b="1")) == ["checksum/app-config"]
    assert annotations(a="1", b="1") == annotations(a="1", b="2")
    assert annotations(a="1", b="1") != annotations(a="2", b="1")


def test_refuses_a_key_that_is_not_there(chart: Chart) -> None:
    """A variable of a missing key would keep its pod from starting."""
    config = SharedConfig(chart, "app-config", data={"database.url": "x"})
    with pytest.raises(LumenError, match=r"shop/app-config: URL reads the key 'databse.url'.* did you mean 'database"):
        config.env({"URL": "databse.url"})
    with pytest.raises(LumenError, match="does not have"):
        config.annotations({"URL": "databse.url"})


def test_refuses_what_a_config_map_cannot_hold(chart: Chart) -> None:
    """Every bad key and name is told at once."""
    with pytest.raises(LumenError) as error:
        SharedConfig(chart, "app-config", name="App", data={"a b": "x", "..c": "y"})
    assert len(error.value.faults) == 3


def test_refuses_no_data(chart: Chart) -> None:
    """An empty ConfigMap is a mistake."""
    with pytest.raises(LumenError, match="data must not be empty"):
        SharedConfig(chart, "app-config", data={})
