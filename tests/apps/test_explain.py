"""``lumen explain`` on the values of imprun: which layer won, and what the others said."""

from __future__ import annotations

import pytest

from apps import imprun
from lumen_constructs.values import Set

#: The path, the environment, what it is in the end, and the layers that set it, the winner last.
PATHS: list[tuple[str, str, object, list[str]]] = [
    ("imprun-server.image.tag", "production", "v1.2.3", ["values-production.yaml"]),
    ("imprun-server.image.pullPolicy", "staging", "Always", ["values-staging.yaml"]),
    ("imprun-server.resources.limits.memory", "production", "4Gi", ["values.yaml", "values-production.yaml"]),
    ("imprun-server.resources.limits.memory", "local", "2Gi", ["values.yaml"]),
    ("imprun-server.enabled", "local", False, ["values.yaml", "values-local.yaml"]),
    ("imprun-server.env.JWT_EXPIRES_IN", "qa", "7d", ["values.yaml"]),
    ("mongodb.storage.size", "production", "100Gi", ["values.yaml", "values-production.yaml"]),
    ("mongodb.mode", "staging", "embedded", []),
    ("global.domain", "qa", "qa.imprun.dev", ["values-qa.yaml"]),
    ("redis.auth.enabled", "local", False, ["values-local.yaml"]),
    ("secrets.external.refreshInterval", "production", "1h0m0s", ["values-production.yaml"]),
    ("imprun-server.replicas", "production", None, []),
]


@pytest.mark.parametrize(("path", "environment", "value", "layers"), PATHS)
def test_the_winning_layer_is_the_right_one(path: str, environment: str, value: object, layers: list[str]) -> None:
    """The value, and the files that set it in their order."""
    explanation = imprun.SYSTEM.load(environment).explain(path)
    assert explanation.value == value
    assert [origin.where.rpartition("/")[2].partition(":")[0] for origin in explanation.layers] == layers
    assert explanation.documentation


def test_the_command_line_wins() -> None:
    """A setting on the command line is the highest layer."""
    explanation = imprun.SYSTEM.load("production", [Set("imprun-server.image.tag=v1.2.4")]).explain(
        "imprun-server.image.tag"
    )
    assert explanation.value == "v1.2.4"
    assert explanation.layers[-1].where.startswith("--set imprun-server.image.tag=")
