"""ZooKeeper on one node, as plain bodies: its configuration and its probes."""

from __future__ import annotations

from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.embedded import Server, embedded
from lumen_constructs.datastores.java import heap_mebibytes
from lumen_constructs.datastores.plan import Plan
from lumen_constructs.datastores.watching import METRICS_PORT, store_alert
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.config import ConfigFiles
from lumen_constructs.options.datastores.zookeeper import ZooKeeperOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.ports import ContainerPort, Port
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.workloads.identity import Identity

PORT = Port(name="zookeeper", container_port=2181)
_METRICS = ContainerPort(name=METRICS_PORT, container_port=7000)
CONFIG_DIRECTORY = "/etc/zookeeper"
#: The server keeps its files in a directory ``version-2`` below.
DATA_DIRECTORY = "/data"
#: User and group of the official image, and where it writes beside the data.
SECURITY = SecurityContext(run_as_user=1000, writable_paths=("/tmp", "/logs"))  # noqa: S108  # a path in the container
_LOGBACK = """\
<configuration>
  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{ISO8601} %-5p [%t:%C{1}@%L] - %m%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="console" /></root>
</configuration>
"""


def zookeeper_plan(identity: Identity, options: ZooKeeperOptions) -> Plan:
    """Give all that becomes of ZooKeeper."""
    server = Server(
        image=options.image_or(f"zookeeper:{options.version}"),
        security=SECURITY,
        ports=(PORT,),
        metrics=_METRICS if options.has_metrics else None,
        probes=_probes(),
        volumes=(options.storage.volume(DATA_DIRECTORY),),
        dns=False,
        env=_env(options),
        files={
            "conf": ConfigFiles(
                mount_path=CONFIG_DIRECTORY, data={"zoo.cfg": zoo_cfg(options), "logback.xml": _LOGBACK}
            )
        },
        alerts=_alerts(identity, options),
        connection=Connection(
            scheme=None,
            host=options.service.name or identity.name,
            port=PORT.container_port,
            prefix="ZOOKEEPER",
            url_name="CONNECT",
        ),
    )
    return embedded(identity, options, server)


def zoo_cfg(options: ZooKeeperOptions) -> str:
    """Give ``zoo.cfg``."""
    settings: dict[str, str] = {
        "dataDir": DATA_DIRECTORY,
        "clientPort": str(PORT.container_port),
        "tickTime": "2000",
        "initLimit": "10",
        "syncLimit": "5",
        "maxClientCnxns": "60",
        "autopurge.snapRetainCount": "3",
        "autopurge.purgeInterval": "24",
        "standaloneEnabled": "true",
        "admin.enableServer": "false",
        "4lw.commands.whitelist": "srvr, ruok",
    }
    if options.has_metrics:
        settings["metricsProvider.className"] = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider"
        settings["metricsProvider.httpPort"] = str(_METRICS.container_port)
    settings |= {name: str(value) for name, value in options.config.items()}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _env(options: ZooKeeperOptions) -> list[EnvVar]:
    # The entrypoint reads the first variable, the server's own script the second.
    directories = [EnvVar(name=name, value=CONFIG_DIRECTORY) for name in ("ZOO_CONF_DIR", "ZOOCFGDIR")]
    heap = heap_mebibytes(options.resources)
    return [*directories, *([EnvVar(name="ZK_SERVER_HEAP", value=str(heap))] if heap is not None else [])]


def _probes() -> Probes:
    """Ask for the server's mode, which it has only while it serves; bash speaks TCP by itself."""
    asked = f'exec 3<>/dev/tcp/127.0.0.1/{PORT.container_port} && printf srvr >&3 && grep -q "^Mode: " <&3'
    command = ("bash", "-c", asked)
    return Probes(
        startup=Probe.run(*command, period_seconds=5, timeout_seconds=5, failure_threshold=60),
        readiness=Probe.run(*command, period_seconds=10, timeout_seconds=5),
        liveness=Probe.tcp(period_seconds=20, timeout_seconds=5),
    )


def _alerts(identity: Identity, options: ZooKeeperOptions) -> list[AlertRule]:
    return [
        store_alert(
            identity,
            options,
            "RequestsPileUp",
            expr="outstanding_requests{$scope} > 10",
            for_="10m",
            summary="is slower than its clients",
            description='{{ $value | printf "%.0f" }} requests wait. Look at the latency of the volume and at garbage '
            "collection.",
        ),
        store_alert(
            identity,
            options,
            "SlowDisk",
            expr="rate(fsynctime_sum{$scope}[5m]) / (rate(fsynctime_count{$scope}[5m]) > 0) > 100",
            for_="10m",
            summary="waits for its volume",
            description='Writing the log takes {{ $value | printf "%.0f" }} ms on average. Use a faster storage class.',
        ),
    ]
