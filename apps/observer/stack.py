"""observer: one application; values flow one way, into a ConfigMap, and from there into the pod."""

from __future__ import annotations

from constructs import Construct

from apps.observer.notes import checklist
from apps.observer.values import ObserverValues
from lumen_constructs import MonitoredService, SecretSet, UmbrellaStack

#: What the application must know and nobody else may: Secrets and their keys.
SECRETS = {
    "obs-db-secret": ["DB_USER", "DB_PASSWORD", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"],
    "obs-kis-secret": ["KIS_APP_KEY", "KIS_APP_SECRET", "KIS_HTS_ID"],
    "obs-kiwoom-secret": ["KIWOOM_APP_KEY", "KIWOOM_APP_SECRET"],
}


class Observer(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: ObserverValues) -> None:
        super().__init__(scope, id, name="observer", environment=environment, cluster=values.cluster)
        self.secrets = SecretSet(self, "Secrets", declared=SECRETS, provision=values.secrets)
        self.observer = MonitoredService(
            self,
            "observer",
            image=values.image,
            port=values.port,
            config=values.config.variables,
            config_files=values.config_files,
            secrets=[
                self.secrets.ref("obs-db-secret", env_from=True),
                self.secrets.ref("obs-kis-secret", env_from=True),
                self.secrets.ref("obs-kiwoom-secret", env_from=True, optional=True),
            ],
            volumes=values.volumes,
            probes=values.probes,
            resources=values.resources,
            network=values.network,
            alerts=values.alerts,
        )

    @property
    def notes(self) -> str:
        """The pre-flight and post-deploy checklist, with the names of this environment."""
        return checklist(self.environment, self.observer, self.secrets)
