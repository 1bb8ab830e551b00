"""count-system: six services on PostgreSQL, three Redis and Kafka; one declaration of what needs what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructs import Construct

from apps.count_system.notes import steps
from apps.count_system.values import CountSystemValues, Service, Store
from lumen_constructs import (
    ConfigFiles,
    Credentials,
    Gateway,
    HttpMatch,
    HTTPRoute,
    HttpRule,
    Image,
    Ingress,
    IngressPath,
    Job,
    Kafka,
    Listener,
    LumenError,
    MonitoredService,
    Namespace,
    Password,
    Port,
    PostgreSQL,
    Redis,
    Resources,
    SecretSet,
    SecurityContext,
    SharedConfig,
    UmbrellaStack,
    ZooKeeper,
)

#: Services that routes lead to.
WRITE, READ, MANAGEMENT = "count-write-service", "count-read-service", "count-management-service"
#: What every service needs; it decides who is let in where, and what is applied first.
STORES = ("postgresql", "redis-value", "redis-replica", "redis-cache", "kafka")
#: The variables of every service, and the keys of app-config that they read.
VARIABLES = {
    "DATABASE_URL": "database.url",
    "REDIS_URL": "redis.url",
    "REDIS_REPLICA_URL": "redis.replica.url",
    "REDIS_CACHE_URL": "redis.cache.url",
    "KAFKA_BROKERS": "kafka.brokers",
}
#: The credentials that belong to DATABASE_URL. Clients of PostgreSQL take PGUSER and PGPASSWORD where a URL has none.
CREDENTIALS = {
    "DATABASE_USERNAME": "username",
    "DATABASE_PASSWORD": "password",
    "PGUSER": "username",
    "PGPASSWORD": "password",
}


class CountSystem(UmbrellaStack):
    """The system in one environment."""

    def __init__(self, scope: Construct, id: str, *, environment: str, values: CountSystemValues) -> None:
        embedded = {"postgresql-init": values.postgresql.mode, "zookeeper": values.kafka.mode}
        on = {name: mode == "embedded" for name, mode in embedded.items()}
        super().__init__(
            scope,
            id,
            name="count-system",
            environment=environment,
            namespace=values.namespace,
            cluster=values.cluster,
            namespace_options=Namespace(labels={"app": "count-system", "environment": environment}),
            components=dict.fromkeys((*STORES, *values.services), True) | on,
            needs=_needs(values.services, on),
        )
        self.values = values
        self.secrets = SecretSet(
            self, "Secrets", declared={"postgresql-secret": ["username", "password"]}, provision=values.secrets
        )
        self.postgresql = self.add("postgresql", self._postgresql())
        self.redis_value = self.add("redis-value", self._redis("redis-value", values.redis_value))
        self.redis_replica = self.add("redis-replica", self._redis("redis-replica", values.redis_replica))
        self.redis_cache = self.add("redis-cache", self._redis("redis-cache", values.redis_cache))
        self.zookeeper = self.add("zookeeper", self._zookeeper()) if self.has("zookeeper") else None
        self.kafka = self.add("kafka", self._kafka())
        if self.has("postgresql-init"):
            self.add("postgresql-init", self._init())
        self.config = self._config()
        self.services = {name: self.add(name, self._service(name, chosen)) for name, chosen in values.services.items()}
        if values.traffic.gateway.enabled:
            self._routes()

    @property
    def notes(self) -> str:
        """The steps that bring the system into a cluster, with the names of this environment."""
        traffic = self.values.traffic
        host = traffic.host if traffic.gateway.enabled or traffic.ingress.enabled else None
        return steps(self.environment, self.values.namespace, host, self.secrets)

    def _labels(self, name: str) -> dict[str, str]:
        return {"app": name, "environment": self.environment}

    def _postgresql(self) -> PostgreSQL:
        chosen = self.values.postgresql
        database, *others = chosen.databases
        return PostgreSQL(
            self,
            "postgresql",
            mode=chosen.mode,
            version="15",
            replicas=chosen.replicas,
            database=database,
            # The embedded server gets them by the init Job, also when they are declared after its first start.
            databases=others if chosen.mode == "operator" else [],
            auth=Credentials(secret=self.secrets.ref("postgresql-secret")),
            resources=chosen.resources,
            storage=chosen.storage,
            labels=self._labels("postgresql"),
        )

    def _redis(self, name: str, chosen: Store) -> Redis:
        return Redis(
            self,
            name,
            auth=Password(enabled=False),  # the NetworkPolicy says who may connect
            replica_of=self.redis_value.primary if name == "redis-replica" else None,
            persistence="rdb" if name == "redis-cache" else "aof",
            eviction_policy="allkeys-lru" if name == "redis-cache" else "noeviction",
            resources=chosen.resources,
            storage=chosen.storage,
            labels=self._labels(name),
        )

    def _zookeeper(self) -> ZooKeeper:
        chosen = self.values.zookeeper
        labels = self._labels("zookeeper")
        return ZooKeeper(self, "zookeeper", resources=chosen.resources, storage=chosen.storage, labels=labels)

    def _kafka(self) -> Kafka:
        chosen = self.values.kafka
        return Kafka(
            self,
            "kafka",
            mode=chosen.mode,
            replicas=chosen.replicas,
            zookeeper=self.zookeeper.connection.address if self.zookeeper is not None else None,
            resources=chosen.resources,
            storage=chosen.storage,
            labels=self._labels("kafka"),
        )

    def _init(self) -> Job:
        server = self.postgresql
        return Job(
            self,
            "postgresql-init",
            image=Image(repository="postgres", tag="15-alpine"),
            command=["psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=/sql/databases.sql"],
            config_files={"sql": ConfigFiles(mount_path="/sql", data={"databases.sql": self._sql()})},
            env={"PGHOST": server.host, "PGPORT": server.port, "PGDATABASE": "postgres", "PGCONNECT_TIMEOUT": 10},
            # The user of the embedded server is its superuser, who may make databases.
            secrets=[self.secrets.ref("postgresql-secret", keys={"PGUSER": "username", "PGPASSWORD": "password"})],
            resources=Resources(cpu="50m:250m", memory="64Mi:128Mi"),
            security=SecurityContext(run_as_user=70),  # the image's
            labels=self._labels("postgresql-init"),
        )

    def _sql(self) -> str:
        """Give SQL that makes what is missing: PostgreSQL knows no CREATE DATABASE IF NOT EXISTS."""
        names = ", ".join(f"'{name}'" for name in self.values.postgresql.databases)
        return (
            "SELECT format('CREATE DATABASE %I', wanted.name)\n"  # noqa: S608  # names are letters, digits and '_'
            f"FROM unnest(ARRAY[{names}]) AS wanted (name)\n"
            "WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = wanted.name)\n"
            "\\gexec\n"
        )

    def _config(self) -> SharedConfig:
        data = {
            "database.url": self.postgresql.connection.bare_url,
            "redis.url": self.redis_value.url(),
            "redis.replica.url": self.redis_replica.url(),
            "redis.cache.url": self.redis_cache.url(),
            "kafka.brokers": self.kafka.connection.address,
        }
        return SharedConfig(self, "app-config", data=data, labels={"environment": self.environment})

    def _service(self, name: str, chosen: Service) -> MonitoredService:
        return MonitoredService(
            self,
            name,
            image=chosen.image or Image(repository=name, tag=self.values.version),
            ports=[Port(container_port=chosen.port)],
            replicas=chosen.replicas,
            resources=chosen.resources,
            probes=self.values.probes,
            env=self.config.env(VARIABLES),
            pod_annotations=self.config.annotations(VARIABLES),
            secrets=[self.secrets.ref("postgresql-secret", keys=CREDENTIALS)],
            ingress=self._ingress() if name == MANAGEMENT else None,
            labels=self._labels(name),
        )

    def _ingress(self) -> Ingress:
        traffic = self.values.traffic
        return Ingress(
            enabled=traffic.ingress.enabled,
            class_name=traffic.ingress.class_name,
            host=traffic.host,
            paths=[IngressPath(path="/management")],
        )

    def _routes(self) -> None:
        """Let requests in by their method, since path alone cannot tell a read from a write."""
        missing = [name for name in (WRITE, READ, MANAGEMENT) if name not in self.services]
        if missing:
            message = f"traffic.gateway leads to {', '.join(missing)}, which services does not have"
            raise LumenError(message)
        traffic = self.values.traffic
        gateway = Gateway(
            self,
            "count-system",
            class_name=traffic.gateway.class_name,
            listeners=[Listener(name="http", protocol="HTTP", hostname=traffic.host)],
        )
        counts = "/api/v1/counts"
        HTTPRoute(
            self,
            "count-system-routes",
            parent_refs=[gateway],
            hostnames=[traffic.host],
            rules=[
                HttpRule(matches=[HttpMatch(path=counts, methods=["GET", "HEAD"])], backend_refs=[self.services[READ]]),
                HttpRule(
                    matches=[HttpMatch(path=counts, methods=["POST", "PUT", "PATCH", "DELETE"])],
                    backend_refs=[self.services[WRITE]],
                ),
                HttpRule(matches=["/management"], backend_refs=[self.services[MANAGEMENT]]),
            ],
        )


def _needs(services: Mapping[str, Service], on: Mapping[str, bool]) -> dict[str, Sequence[str]]:
    """Give what needs what; what an operator makes unnecessary is needed by nobody."""
    needs: dict[str, Sequence[str]] = {"redis-replica": ["redis-value"]}
    if on["zookeeper"]:
        needs["kafka"] = ["zookeeper"]
    if on["postgresql-init"]:
        needs["postgresql-init"] = ["postgresql"]
    first = [*STORES, *(["postgresql-init"] if on["postgresql-init"] else [])]
    return needs | dict.fromkeys(services, first)
