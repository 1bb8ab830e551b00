"""PostgreSQL as a cluster that CloudNativePG runs, as plain bodies."""

from __future__ import annotations

from lumen_constructs.datastores.backups import Dump, backup_bodies, backup_peers
from lumen_constructs.datastores.connection import Connection
from lumen_constructs.datastores.operated import by_pod, kept_metadata, operated_policy, uncounted
from lumen_constructs.datastores.plan import Body, Plan
from lumen_constructs.datastores.postgresql_server import EXPORTER_PORT, PORT, parameters
from lumen_constructs.datastores.postgresql_server import SECURITY as CLIENT_SECURITY
from lumen_constructs.datastores.watching import METRICS_PORT, scraper, store_alert, target_of, watching
from lumen_constructs.options.alerts import AlertRule
from lumen_constructs.options.base import full
from lumen_constructs.options.datastores.postgresql import PostgreSQLOptions, ScheduledBackup
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.identity import PolicyRule
from lumen_constructs.options.image import Image
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import Port
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pull_secrets

#: The port by which the operator asks its instances.
_STATUS_PORT = 8000
_PART_OF = "app.kubernetes.io/part-of"
_BARMAN = "barman-cloud.cloudnative-pg.io"
_USERNAME, _PASSWORD = "PGUSER", "PGPASSWORD"
#: The operator's instances talk to the API server; their account and Role are the operator's.
_RULES = (PolicyRule(api_groups=["postgresql.cnpg.io"], resources=["clusters"], verbs=["get"]),)


def operated_postgresql(identity: Identity, options: PostgreSQLOptions) -> Plan:
    """Give all that becomes of PostgreSQL as a cluster."""
    # The instances, and the Jobs that make and copy them.
    pods = {"cnpg.io/cluster": identity.name}
    described = _pods(identity, options, pods)
    host = f"{identity.name}-rw"
    bodies: dict[str, Body] = {
        "Resource": {
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "Cluster",
            "metadata": kept_metadata(identity, described),
            "spec": _spec(identity, options, described),
        },
        **_watching(identity, options, pods),
        **_scheduled(identity, options.scheduled_backup),
        **backup_bodies(identity, options, options.backup, _dump(identity, options, pods)),
    }
    if described.network.enabled:
        bodies["NetworkPolicy"] = operated_policy(identity, pods, described)
    return Plan(
        bodies=bodies,
        ports=(PORT,),
        connection=_connection(identity, options, host),
        pods=pods,
        restricted=described.network.enabled,
        kept=True,
    )


def app_secret(identity: Identity, options: PostgreSQLOptions) -> SecretRef:
    """Give the Secret of the owner: the one that is given, or the one that the operator makes."""
    if options.auth is not None and options.auth.secret is not None:
        return options.auth.secret
    return ProvidedSecret(name=f"{identity.name}-app", keys=["username", "password"])


def _pods(identity: Identity, options: PostgreSQLOptions, pods: dict[str, str]) -> StatefulSetOptions:
    """Describe the operator's pods: of these settings, the resource and the NetworkPolicy take theirs."""
    instances = Peer(pods=pods, ports=(PORT.container_port, _STATUS_PORT))
    operator = Peer(namespace=options.operator_namespace, ports=(PORT.container_port, _STATUS_PORT))
    network = options.network_with(dns=True)
    implied = (instances, operator, *scraper(identity, options), *backup_peers(identity, options.backup, PORT))
    changed = {"ingress": (*network.ingress, *implied), "egress": (*network.egress, instances)}
    return StatefulSetOptions(
        governing_service=f"{identity.name}-r",
        image=options.image_or(f"ghcr.io/cloudnative-pg/postgresql:{options.version}"),
        resources=options.resources,
        ports=(
            PORT,
            Port(name="status", container_port=_STATUS_PORT),
            Port(name=METRICS_PORT, container_port=EXPORTER_PORT),
        ),
        probes=Probes(),
        network=network.model_copy(update=changed),
        rbac=_RULES,
        secrets=options.auth.reference({"username": "username"}) if options.auth is not None else (),
        scheduling=options.scheduling,
        annotations=options.annotations,
        image_pull_secrets=options.image_pull_secrets,
        external=options.external,
        replicas=options.replicas,
    )


def _spec(identity: Identity, options: PostgreSQLOptions, described: StatefulSetOptions) -> Body:
    image = full(described.image, Image)
    spec: Body = {
        "instances": options.replicas,
        "imageName": image.reference(identity.context.cluster.image_registry),
        "imagePullPolicy": image.effective_pull_policy,
        "storage": _storage(options),
        "resources": options.resources.body(),
        "postgresql": {"parameters": parameters(options)},
        "bootstrap": {"initdb": _initdb(options)},
        "enableSuperuserAccess": False,
        "enablePDB": options.replicas > 1,
        "inheritedMetadata": {"labels": _inherited(identity, options)},
        "affinity": _affinity(options),
        "stopDelay": options.termination_grace_period_seconds,
        "smartShutdownTimeout": int(str(options.termination_grace_period_seconds)) // 2,
    }
    if options.pod_annotations:
        spec["inheritedMetadata"]["annotations"] = dict(options.pod_annotations)
    if secrets := pull_secrets(identity, described):
        spec["imagePullSecrets"] = [{"name": name} for name in secrets]
    if options.scheduling.priority_class_name is not None:
        spec["priorityClassName"] = options.scheduling.priority_class_name
    if options.replicas > 1:
        spread = options.scheduling.pod_body({"cnpg.io/cluster": identity.name}, many=True)
        spec["topologySpreadConstraints"] = spread.get("topologySpreadConstraints", [])
    return spec | _backup(options.scheduled_backup)


def _inherited(identity: Identity, options: PostgreSQLOptions) -> dict[str, str]:
    """Give the labels of all that the operator makes; those of Kubernetes' own that it sets itself are left to it."""
    return {**options.pod_labels, **identity.extra, _PART_OF: identity.labels[_PART_OF]}


def _storage(options: PostgreSQLOptions) -> Body:
    body: Body = {"size": str(options.storage.size)}
    if options.storage.storage_class is not None:
        body["storageClass"] = options.storage.storage_class
    return body


def _initdb(options: PostgreSQLOptions) -> Body:
    owner = options.effective_owner
    body: Body = {"database": options.database, "owner": owner, "dataChecksums": True, "encoding": "UTF8"}
    if options.auth is not None and options.auth.secret is not None:
        body["secret"] = {"name": options.auth.secret.name}
    if options.databases:
        body["postInitSQL"] = [f'CREATE DATABASE "{name}" OWNER "{owner}"' for name in options.databases]
    return body


def _affinity(options: PostgreSQLOptions) -> Body:
    scheduling = options.scheduling
    body: Body = {
        "enablePodAntiAffinity": options.replicas > 1,
        "podAntiAffinityType": "required" if scheduling.anti_affinity == "required" else "preferred",
        "topologyKey": "kubernetes.io/hostname",
    }
    if scheduling.node_selector:
        body["nodeSelector"] = dict(scheduling.node_selector)
    if scheduling.tolerations:
        body["tolerations"] = [toleration.body() for toleration in scheduling.tolerations]
    return body


def _backup(scheduled: ScheduledBackup | None) -> Body:
    if scheduled is None:
        return {}
    if scheduled.snapshot_class is not None:
        return {"backup": {"volumeSnapshot": {"className": scheduled.snapshot_class, "online": True}}}
    store = {"barmanObjectName": scheduled.object_store}
    return {"plugins": [{"name": _BARMAN, "isWALArchiver": True, "parameters": store}]}


def _scheduled(identity: Identity, scheduled: ScheduledBackup | None) -> dict[str, Body]:
    """Give the operator's schedule, whose cron has seconds in front."""
    if scheduled is None:
        return {}
    schedule = scheduled.schedule if scheduled.schedule.startswith("@") else f"0 {scheduled.schedule}"
    spec: Body = {"cluster": {"name": identity.name}, "schedule": schedule, "backupOwnerReference": "self"}
    if scheduled.snapshot_class is not None:
        spec["method"] = "volumeSnapshot"
    else:
        spec |= {"method": "plugin", "pluginConfiguration": {"name": _BARMAN}}
    return {
        "ScheduledBackup": {
            "apiVersion": "postgresql.cnpg.io/v1",
            "kind": "ScheduledBackup",
            "metadata": identity.metadata(),
            "spec": spec,
        }
    }


def _connection(identity: Identity, options: PostgreSQLOptions, host: str) -> Connection:
    return Connection(
        scheme="postgresql",
        host=host,
        port=PORT.container_port,
        prefix="DATABASE",
        database=options.database,
        secret=app_secret(identity, options),
        username_key="username",
        password_key="password",  # noqa: S106  # the name of a key
    )


def _dump(identity: Identity, options: PostgreSQLOptions, pods: dict[str, str]) -> Dump:
    """Give the dump of the owner's databases, one file each, since the owner may read no more than these."""
    names = " ".join([options.database, *options.databases])
    host = f"--host {identity.name}-r --port {PORT.container_port}"
    secret = app_secret(identity, options).model_copy(update={"keys": {_USERNAME: "username", _PASSWORD: "password"}})
    return Dump(
        command=(
            'mkdir "$file.d"\n'
            f"for database in {names}; do\n"
            f'  pg_dump {host} --format custom --file "$file.d/$database.dump" "$database"\n'
            "done\n"
            'tar -cf "$file" -C "$file.d" .\n'
            'rm -r "$file.d"'
        ),
        suffix=".tar",
        image=Image(repository="postgres", tag=f"{options.version.partition('.')[0]}-alpine"),
        security=CLIENT_SECURITY,
        secrets=(secret,),
        servers=Peer(pods=pods, ports=(PORT.container_port,)),
    )


def _watching(identity: Identity, options: PostgreSQLOptions, pods: dict[str, str]) -> dict[str, Body]:
    if not identity.context.cluster.monitoring.enabled:
        return {}
    target = target_of(
        identity,
        containers=["postgres"],
        service=None,
        pods=pods,
        claims=[f"{identity.name}-{number}" for number in range(1, options.replicas + 1)],
        port=METRICS_PORT if options.has_metrics else None,
    )
    return watching(identity, uncounted(by_pod(options)), target, _alerts(identity, options))


def _alerts(identity: Identity, options: PostgreSQLOptions) -> list[AlertRule]:
    few = f"count(cnpg_collector_up{{$scope}} == 1) < {options.replicas}"
    return [
        store_alert(
            identity,
            options,
            "InstancesMissing",
            expr=f"{few} or absent(cnpg_collector_up{{$scope}} == 1)",
            severity="critical" if options.replicas == 1 else "warning",
            for_="10m",
            summary="has fewer instances than wanted",
            description=f"Fewer than {options.replicas} instances answer. Look at the status of the Cluster: "
            f"kubectl describe clusters.postgresql.cnpg.io {identity.name}.",
        ),
        store_alert(
            identity,
            options,
            "ReplicationLag",
            expr="max by (pod) (cnpg_pg_replication_lag{$scope}) > 300",
            for_="10m",
            summary="has an instance that lies far behind",
            description="Pod {{ $labels.pod }} lies {{ $value | humanizeDuration }} behind its primary; a failover to "
            "it would lose that much.",
        ),
        store_alert(
            identity,
            options,
            "ConnectionsAlmostExhausted",
            expr="sum by (pod) (cnpg_backends_total{$scope})"
            ' / max by (pod) (cnpg_pg_settings_setting{$scope,name="max_connections"}) > 0.9',
            for_="10m",
            summary="has few connections left",
            description="Clients hold {{ $value | humanizePercentage }} of max_connections of pod {{ $labels.pod }}. "
            "Look for a client without a connection pool, or raise max_connections.",
        ),
    ]
