"""observer: one application; values flow one way, into a ConfigMap, and from there into the pod."""

from __future__ import annotations

from constructs import Construct

from apps.observer.notes import checklist
from apps.observer.values import ObserverValues
from lumen_constructs import MonitoredService, UmbrellaStack


class Observer(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: ObserverValues) -> None:
        super().__init__(scope, id, name="observer", environment=environment, cluster=values.cluster)
        self.observer = MonitoredService(
            self,
            "observer",
            image=values.image,
            port=values.port,
            config=values.config.variables,
            config_files=values.config_files,
            secrets=values.secrets,
            volumes=values.volumes,
            probes=values.probes,
            resources=values.resources,
            network=values.network,
            alerts=values.alerts,
        )

    @property
    def notes(self) -> str:
        """The pre-flight and post-deploy checklist, with the names of this environment."""
        return checklist(self.environment, self.observer)
