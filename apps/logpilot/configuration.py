"""The configuration files of logpilot, as Spring Boot reads them."""

from __future__ import annotations

from typing import Any

import yaml

from apps.logpilot.values import LogStorage

#: Ports by their names; mode grpc has no HTTP server, and so no management port either.
HTTP, GRPC, MANAGEMENT = 8080, 50051, 8081
PORTS = {
    "all": {"http": HTTP, "grpc": GRPC, "management": MANAGEMENT},
    "rest": {"http": HTTP, "management": MANAGEMENT},
    "grpc": {"grpc": GRPC},
}
#: Names of the ConfigMaps.
CONFIG_MAPS = {"all": "logpilot-config", "rest": "logpilot-rest-config", "grpc": "logpilot-grpc-config"}


def application_yaml(mode: str, storage: LogStorage) -> str:
    """Give the ``application.yaml`` of a mode."""
    return yaml.safe_dump(_PARTS[mode]() | {"logpilot": _logpilot(mode, storage)}, sort_keys=False)


def _all() -> dict[str, Any]:
    return {"server": {"port": HTTP}, "grpc": {"server": {"port": GRPC}}, "management": _management()}


def _rest() -> dict[str, Any]:
    return {
        "spring": {"profiles": {"active": "rest"}},
        "server": {"port": HTTP},
        "grpc": {"server": {"enabled": False}},
        "management": _management(),
    }


def _grpc() -> dict[str, Any]:
    return {"server": {"port": -1}, "grpc": {"server": {"port": GRPC}}}


_PARTS = {"all": _all, "rest": _rest, "grpc": _grpc}


def _management() -> dict[str, Any]:
    return {
        "server": {"port": MANAGEMENT},
        "endpoints": {"web": {"exposure": {"include": "health,prometheus"}}},
        # Without buckets there is no latency to alert on.
        "metrics": {"distribution": {"percentiles-histogram": {"http.server.requests": True}}},
    }


def _logpilot(mode: str, storage: LogStorage) -> dict[str, Any]:
    place: dict[str, Any] = {"type": storage.type, "directory": storage.directory}
    if storage.type == "sqlite":
        place["sqlite"] = {"path": storage.sqlite.path}
    return {"server": {"protocol": mode}, "storage": place}
