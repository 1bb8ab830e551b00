"""lumen-v16: a metrics exporter, a stats service, and a runner that tests the system on a schedule."""

from __future__ import annotations

from constructs import Construct

from apps.lumen_v16.dashboard import dashboard
from apps.lumen_v16.values import LumenV16Values
from lumen_constructs import Container, CronJob, MonitoredService, Port, UmbrellaStack

EXPORTER = "python lumen_v1_5_preview_assets/exporter.py || python scripts/serve_metrics_v16.py"
PROOFD = "python scripts/proofd_stats_v16.py"
SMOKE = "python -m v16.smoke"
INTEGRATED = "python -m v16.integrated"


class LumenV16(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: LumenV16Values) -> None:
        super().__init__(scope, id, name="lumen-v16", environment=environment, cluster=values.cluster)
        image = values.image.full

        if values.exporter.enabled:
            exporter = values.exporter
            MonitoredService(
                self,
                "exporter",
                name="lumen-v16-exporter",
                image=image,
                command=_bash(EXPORTER),
                ports=[Port(name="metrics", container_port=exporter.port)],
                replicas=exporter.replicas,
                resources=exporter.resources,
                probes=exporter.probes_at_path,
                env=exporter.env,
                env_from=exporter.env_from,
                external=exporter.external,
                rbac=exporter.rbac,
                network=exporter.network,
                metrics=exporter.metrics,
                alerts=exporter.alerts,
                dashboard=dashboard(values.proofd.stats_url) if exporter.dashboard else None,
            )

        if values.proofd.enabled:
            proofd = values.proofd
            MonitoredService(
                self,
                "proofd",
                name="lumen-v16-proofd",
                image=image,
                command=_bash(PROOFD),
                ports=[Port(name="http", container_port=proofd.port)],
                replicas=proofd.replicas,
                resources=proofd.resources,
                probes=proofd.probes_at_path,
                env=proofd.env,
                env_from=proofd.env_from,
                external=proofd.external,
                rbac=proofd.rbac,
                network=proofd.network,
                alerts=proofd.alerts,
                ingress=proofd.ingress,
            )

        if values.runner.enabled:
            runner = values.runner
            smoke = Container(
                name="smoke",
                image=image,
                command=_bash(SMOKE),
                resources=runner.resources,
                env=runner.env,
                env_from=runner.env_from,
            )
            CronJob(
                self,
                "runner",
                name="lumen-v16-runner",
                image=image,
                schedule=runner.schedule,
                init_containers=[smoke],
                command=_bash(INTEGRATED),
                resources=runner.resources,
                env=runner.env,
                env_from=runner.env_from,
                external=runner.external,
                network=runner.network,
            )


def _bash(script: str) -> list[str]:
    return ["bash", "-lc", script]
