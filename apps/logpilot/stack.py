"""logpilot: REST, gRPC or both in front of one database, watched and backed up from a namespace of its own."""

from __future__ import annotations

from collections.abc import Iterator

from constructs import Construct

from apps.logpilot import watching
from apps.logpilot.backup import backup_job
from apps.logpilot.configuration import CONFIG_MAPS, PORTS, application_yaml
from apps.logpilot.values import LogPilotValues, Mode
from lumen_constructs import (
    BackendRef,
    Certificate,
    ConfigFiles,
    Delivery,
    EnvVar,
    ExistingClaim,
    Gateway,
    GRPCRoute,
    GrpcRule,
    HTTPRoute,
    HttpRule,
    Ingress,
    IngressTls,
    Listener,
    ListenerTls,
    LumenError,
    MonitoredService,
    Network,
    Port,
    Scheduling,
    SecretSet,
    SharedConfig,
    UmbrellaStack,
    UpdateStrategy,
    Volume,
)

SECRET = "logpilot-postgres"  # noqa: S105  # its name
LOGIN = ["username", "password"]
VARIABLES = {"LOGPILOT_STORAGE_TYPE": "storage.type"}
DATASOURCE = {"SPRING_DATASOURCE_URL": "datasource.url"}
CREDENTIALS = {"SPRING_DATASOURCE_USERNAME": "username", "SPRING_DATASOURCE_PASSWORD": "password"}


class LogPilot(UmbrellaStack):
    """The system in one environment: ``logpilot``, and ``logpilot-system`` beside it."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: LogPilotValues) -> None:
        if faults := list(_sqlite_faults(values)):
            raise LumenError(*faults)
        # What watches the application stands beside what else is run for it.
        monitoring = values.cluster.monitoring.model_copy(update={"monitors_namespace": values.system_namespace})
        super().__init__(
            scope,
            id,
            name="logpilot",
            environment=environment,
            namespace=values.namespace,
            cluster=values.cluster.model_copy(update={"monitoring": monitoring}),
            namespace_options=values.namespace_options,
        )
        self.values = values
        self.postgres = values.storage.postgres if values.storage.type == "postgres" else None
        self.system = UmbrellaStack(
            self,
            "system",
            name="logpilot",
            environment=environment,
            namespace=values.system_namespace,
            cluster=values.cluster,
        )
        self.secrets = self._secrets(self)
        self.variables = VARIABLES | (DATASOURCE if self.postgres is not None else {})
        self.config = self._config()
        self.services = {name: self._service(name, mode) for name, mode in values.modes.items()}
        self._traffic()
        if values.backup.enabled and self.postgres is not None:
            login = self._secrets(self.system).ref(SECRET, keys={"PGUSER": "username", "PGPASSWORD": "password"})
            backup_job(self.system, values.backup, self.postgres, login)

    def _secrets(self, scope: Construct) -> SecretSet:
        """Declare the database's credentials; a pod reads Secrets of its own namespace alone."""
        return SecretSet(
            scope, "Secrets", declared={SECRET: LOGIN}, provision=self.values.secrets, environment=self.environment
        )

    def _config(self) -> SharedConfig:
        data: dict[str, str] = {"storage.type": self.values.storage.type}
        if self.postgres is not None:
            server = self.postgres
            data["datasource.url"] = f"jdbc:postgresql://{server.host}:{server.port}/{server.database}"
        return SharedConfig(self, "logpilot-env-config", data=data)

    def _service(self, name: str, mode: Mode) -> MonitoredService:
        monitoring = self.values.monitoring
        metrics = watching.metrics(name, monitoring)
        file = application_yaml(name, self.values.storage)
        return MonitoredService(
            self,
            f"logpilot-{name}",
            image=mode.image,
            ports=[_port(port, number) for port, number in PORTS[name].items()],
            replicas=mode.replicas,
            autoscaling=mode.autoscaling,
            strategy=self._strategy(),
            delivery=Delivery(strategy=mode.delivery, analysis=metrics is not None),
            resources=mode.resources,
            probes=mode.probes,
            config_files={
                "config": ConfigFiles(
                    name=CONFIG_MAPS[name], mount_path="/etc/logpilot", data={"application.yaml": file}
                )
            },
            env=(
                *self.config.env(self.variables),
                EnvVar(name="SPRING_CONFIG_ADDITIONAL_LOCATION", value="file:/etc/logpilot/"),
            ),
            pod_annotations=self.config.annotations(self.variables),
            secrets=[self.secrets.ref(SECRET, keys=CREDENTIALS)] if self.postgres is not None else [],
            volumes=[self._volume(name)],
            scheduling=Scheduling(anti_affinity="preferred"),
            network=Network(egress=self.postgres.peers if self.postgres is not None else []),
            extra_services=mode.extra_services,
            ingress=self._ingress() if name == "all" else None,
            metrics=metrics,
            alerts=watching.alerts(name, monitoring),
            slos=monitoring.slos if name == "all" else [],
            dashboard=watching.dashboard(name, monitoring),
        )

    def _strategy(self) -> UpdateStrategy:
        if self.postgres is None:
            return UpdateStrategy(type="Recreate")  # two pods would write one file
        return UpdateStrategy(max_surge="25%", max_unavailable="25%")

    def _volume(self, name: str) -> Volume:
        """Give sqlite's volume, or that of the log files, which the first mode makes for all."""
        storage = self.values.storage
        if self.postgres is None:
            return Volume(name="data", mount_path="/data", claim=storage.sqlite.claim)
        first = next(iter(self.values.modes))
        shared = self.postgres.logs.name or "logpilot-logs"
        if name == first:
            claim = self.postgres.logs.model_copy(update={"name": shared})
            return Volume(name="logs", mount_path=storage.directory, claim=claim)
        return Volume(
            name="logs", mount_path=storage.directory, persistent_volume_claim=ExistingClaim(claim_name=shared)
        )

    def _ingress(self) -> Ingress:
        traffic = self.values.traffic
        if not traffic.tls_hosts:
            return traffic.ingress
        tls = IngressTls(hosts=traffic.tls_hosts, secret_name=traffic.tls_secret)
        hosts = (*traffic.ingress.hosts, *traffic.tls_hosts)
        return traffic.ingress.model_copy(update={"hosts": hosts, "tls": (*traffic.ingress.tls, tls)})

    def _traffic(self) -> None:
        """Let requests in by the Gateway, and get the certificate that it shares with the Ingress."""
        traffic, gateway = self.values.traffic, self.values.traffic.gateway
        listeners = {"https": gateway.host, "grpc": gateway.grpc_host} if gateway.enabled else {}
        hosts = list(dict.fromkeys([*traffic.tls_hosts, *listeners.values()]))
        if not hosts:
            return
        certificate = Certificate(
            self, "logpilot-tls", dns_names=hosts, issuer_ref=traffic.issuer, secret_name=traffic.tls_secret
        )
        if not gateway.enabled:
            return
        entrance = Gateway(
            self,
            "logpilot-gateway",
            class_name=gateway.class_name,
            listeners=[
                Listener(name=name, protocol="HTTPS", hostname=host, tls=ListenerTls(certificate_refs=[certificate]))
                for name, host in listeners.items()
            ],
        )
        rest, grpc = self._answering("rest"), self._answering("grpc")
        HTTPRoute(
            self,
            "logpilot-rest-route",
            parent_refs=[entrance],
            hostnames=[gateway.host],
            rules=[HttpRule(backend_refs=[BackendRef(service=rest, port="http")])],
        )
        GRPCRoute(
            self,
            "logpilot-grpc-route",
            parent_refs=[entrance],
            hostnames=[gateway.grpc_host],
            rules=[GrpcRule(backend_refs=[BackendRef(service=grpc, port="grpc")])],
        )

    def _answering(self, mode: str) -> MonitoredService:
        """Give the service for a protocol: the mode of its own, or mode all."""
        service = self.services.get(mode, self.services.get("all"))
        if service is None:
            message = f"traffic.gateway leads to mode {mode}, which is off; turn {mode} or all on"
            raise LumenError(message)
        return service


def _port(name: str, number: int) -> Port:
    # Prometheus scrapes through the Service, so that it has the management port too.
    return Port(name=name, container_port=number, app_protocol="kubernetes.io/h2c" if name == "grpc" else None)


def _sqlite_faults(values: LogPilotValues) -> Iterator[str]:
    """Find what lets two processes write sqlite's one file: no access mode of a volume makes that safe."""
    if values.storage.type != "sqlite":
        return
    way_out = "set storage.type to postgres, or run one pod of one mode without autoscaling"
    pods = {name: mode.most_pods for name, mode in values.modes.items()}
    if sum(pods.values()) > 1:
        shown = ", ".join(f"{name} {number}" for name, number in pods.items())
        yield (
            f"storage.type: sqlite takes one writer, and up to {sum(pods.values())} pods would write ({shown}), "
            f"which is unsafe whatever the volume's access mode; {way_out}"
        )
    for name, mode in values.modes.items():
        if mode.delivery != "rolling":
            yield (
                f"{name}.delivery: {mode.delivery} runs two versions side by side, and sqlite takes one writer; set "
                f"storage.type to postgres, or {name}.delivery to rolling"
            )
    if values.backup.enabled:
        yield "backup.enabled: dumps PostgreSQL, and storage.type is sqlite; set it to false"
