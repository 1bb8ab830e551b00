"""What can be set for observer: see ``values.yaml`` beside this file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from lumen_constructs import (
    Alerts,
    Cluster,
    ConfigFiles,
    ConfigValue,
    ImageLike,
    Items,
    Map,
    MergeByName,
    Network,
    Options,
    PortNumber,
    Probes,
    Resources,
    SecretProvision,
    Volume,
)


class Config(Options):
    """The application's configuration, which is no secret: the source of truth, in groups for the reader.

    All groups become one ConfigMap, whose keys are the variables of the pod.
    """

    runtime: Map[ConfigValue]
    """How the application runs: APP_ENV, LOG_LEVEL, LOG_FORMAT, TZ."""
    service: Map[ConfigValue]
    """What it serves: SERVICE_PORT, OBSERVER_STANDALONE."""
    database: Map[ConfigValue]
    """Where its database is: DB_HOST, DB_PORT, DB_NAME. Never a password."""
    paths: Map[ConfigValue]
    """Where it keeps files: OBSERVER_*_DIR, KIS_TOKEN_CACHE_DIR."""
    collector: Map[ConfigValue]
    """What it collects: OBSERVER_MARKET, OBSERVER_MIN_PRICE, …"""

    @model_validator(mode="after")
    def _check(self) -> Config:
        groups: dict[str, str] = {}
        for group in ("runtime", "service", "database", "paths", "collector"):
            for key in getattr(self, group):
                if key in groups:
                    message = f"{group}.{key} is in {groups[key]} too; a variable has one group"
                    raise ValueError(message)
                groups[key] = group
        return self

    @property
    def variables(self) -> dict[str, str | int | bool]:
        """Every variable of every group."""
        return {**self.runtime, **self.service, **self.database, **self.paths, **self.collector}


class ObserverValues(Options):
    """Values of observer."""

    image: ImageLike
    """Container image, with its pull secret."""
    port: PortNumber = 8000
    """Port that the application listens on."""
    config: Config
    """Configuration that is no secret."""
    config_files: Map[ConfigFiles] = Field(default_factory=dict)
    """Configuration that the application reads as files."""
    secrets: SecretProvision = Field(default_factory=SecretProvision)
    """How the Secrets that the stack declares are provided."""
    volumes: Annotated[Items[Volume], MergeByName()] = ()
    """Data and logs."""
    probes: Probes
    """The three probe roles."""
    resources: Resources
    """Compute resources."""
    network: Network = Field(default_factory=Network)
    """Who may connect, and what the application connects to: its database, and the brokers' interfaces."""
    alerts: Alerts = Field(default_factory=Alerts)
    """The default alerts."""
    cluster: Cluster = Field(default_factory=Cluster)
    """Facts about the cluster."""
