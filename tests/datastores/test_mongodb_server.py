from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.datastores.samples import body_of, env_of, mongodb, pod_spec_of, server_of, sidecar_of


def test_the_first_user_comes_from_the_secret() -> None:
    """The image's entrypoint makes the user of name and password; without auth it makes none."""
    env = env_of(server_of(mongodb()))
    assert env["MONGO_INITDB_ROOT_PASSWORD"] == ("shop-mongodb", "rootPassword")
    assert env["MONGO_INITDB_ROOT_USERNAME"] == "root"
    both = {"secret": {"name": "shop", "keys": ["username", "password"]}}
    assert env_of(server_of(mongodb(auth=both)))["MONGO_INITDB_ROOT_USERNAME"] == ("shop", "username")
    assert set(env_of(server_of(mongodb(auth={"enabled": False})))) == {"HOME"}


def test_the_shell_leaves_nothing_in_the_data() -> None:
    """The probe's shell keeps its files in /tmp, since the image's HOME is the data directory."""
    assert env_of(server_of(mongodb()))["HOME"] == "/tmp"  # noqa: S108  # a path in the container
    assert {"name": "data", "mountPath": "/data/db"} in server_of(mongodb())["volumeMounts"]


def test_is_not_ready_while_the_first_user_is_made() -> None:
    """The probe asks at the pod's own name, which the entrypoint's first, local server does not answer."""
    *_, asked = server_of(mongodb())["readinessProbe"]["exec"]["command"]
    assert '--host "$HOSTNAME"' in asked
    assert "ping" in asked
    assert server_of(mongodb())["readinessProbe"]["timeoutSeconds"] >= 20


def test_settings_become_one_tree() -> None:
    """Dotted settings stand nested in mongod.conf, which any YAML reader understands."""
    plan = mongodb(config={"net.maxIncomingConnections": 500, "net.compression.compressors": "zstd", "cpu.x": True})
    text = body_of(plan, "ConfigMap")["data"]["mongod.conf"]
    wanted = {"net": {"maxIncomingConnections": 500, "compression": {"compressors": "zstd"}}, "cpu": {"x": True}}
    assert yaml.safe_load(text) == json.loads(text) == wanted
    assert server_of(plan)["args"] == ["--config", "/etc/mongod/mongod.conf"]
    assert "args" not in server_of(mongodb())


def leaves(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Give the settings of a tree by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        found |= leaves(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return found


WORDS = st.text("abcXYZ", min_size=1, max_size=3)
SETTINGS = st.lists(WORDS, min_size=2, max_size=4).map(".".join)
VALUES = st.one_of(st.booleans(), st.integers(-(2**31), 2**31), st.text("a1 :#'\"{}[]\\-é\t", max_size=8))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(SETTINGS, VALUES, min_size=1, max_size=6))
def test_no_setting_is_lost_or_changed(config: dict[str, Any]) -> None:
    """Whatever the settings are, a YAML reader finds each of them where its dotted name says, with its value."""
    assume(not any(one != other and other.startswith(f"{one}.") for one in config for other in config))
    text = body_of(mongodb(config=config), "ConfigMap")["data"]["mongod.conf"]
    assert leaves(yaml.safe_load(text)) == config


def test_the_exporter_signs_in_as_the_user() -> None:
    """The exporter asks the one server beside it, with name and password from the same Secret."""
    env = env_of(sidecar_of(mongodb(metrics={})))
    assert env["MONGODB_URI"] == "mongodb://localhost:27017/admin?directConnection=true"
    assert env["MONGODB_USER"] == "$(MONGO_INITDB_ROOT_USERNAME)"
    assert env["MONGO_INITDB_ROOT_USERNAME"] == "root"
    assert "MONGODB_USER" not in env_of(sidecar_of(mongodb(metrics={}, auth={"enabled": False})))


def test_runs_as_the_images_user() -> None:
    """User and group are the image's, and what the image declares beside the data is writable."""
    spec = pod_spec_of(mongodb())
    assert (spec["securityContext"]["runAsUser"], spec["securityContext"]["fsGroup"]) == (999, 999)
    assert any(mount["mountPath"] == "/data/configdb" for mount in spec["containers"][0]["volumeMounts"])
    assert spec["containers"][0]["image"] == "mongo:7.0.14"
