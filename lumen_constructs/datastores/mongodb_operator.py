"""MongoDB as a replica set that the operator ``mongodb-kubernetes`` runs, as plain bodies."""

from __future__ import annotations

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.datastores.backups import backup_bodies, backup_peers
from lumen_constructs.datastores.mongodb_server import (
    PORT,
    connection,
    credentials,
    dump,
    image,
    mongodb_alerts,
    mongodb_exporter,
)
from lumen_constructs.datastores.operated import by_pod, kept_metadata, operated_policy
from lumen_constructs.datastores.plan import Body, Plan
from lumen_constructs.datastores.watching import METRICS_PORT, scraper, target_of, watching
from lumen_constructs.options.datastores.mongodb import MongoDBOptions
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.identity import PolicyRule, ServiceAccount
from lumen_constructs.options.network import Network, Peer
from lumen_constructs.options.probes import Probes
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef
from lumen_constructs.options.security import SecurityContext
from lumen_constructs.workloads.disruption import budget
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pod_template

#: The ServiceAccount that the operator gives its pods.
SERVICE_ACCOUNT = "mongodb-database"
#: User of the operator's containers.
SECURITY = SecurityContext(run_as_user=2000)
_SERVER, _AGENT = "mongod", "mongodb-agent"
_INIT_CONTAINERS = ("mongod-posthook", "mongodb-agent-readinessprobe")
_DATA, _LOGS = "data-volume", "logs-volume"


def operated_mongodb(identity: Identity, options: MongoDBOptions) -> Plan:
    """Give all that becomes of MongoDB as a replica set."""
    service = f"{identity.name}-svc"
    pods = {"app": service}
    described = _pods(identity, options, service, pods)
    bodies: dict[str, Body] = {
        **_access(identity, options),
        "Resource": {
            "apiVersion": "mongodbcommunity.mongodb.com/v1",
            "kind": "MongoDBCommunity",
            "metadata": kept_metadata(identity, described),
            "spec": _spec(identity, options, described),
        },
        **_watching(identity, options, pods),
        **backup_bodies(identity, options, options.backup, dump(options, service, pods, replica_set=identity.name)),
    }
    members = budget(identity, options.disruption_budget, options.replicas, pods)
    if members is not None:
        bodies["DisruptionBudget"] = members
    if described.network.enabled:
        bodies["NetworkPolicy"] = operated_policy(identity, pods, described)
    return Plan(
        bodies=bodies,
        ports=(PORT,),
        connection=connection(options, service, replicaSet=identity.name),
        pods=pods,
        restricted=described.network.enabled,
        kept=True,
    )


def _pods(identity: Identity, options: MongoDBOptions, service: str, pods: dict[str, str]) -> StatefulSetOptions:
    """Describe the operator's pods: of these settings, it takes what is merged into its StatefulSet."""
    members = Peer(pods=pods, ports=(PORT.container_port,))
    network = options.network_with(dns=True)
    implied = (members, *scraper(identity, options), *backup_peers(identity, options.backup, PORT))
    return StatefulSetOptions(
        governing_service=service,
        image=image(options),
        resources=options.resources,
        ports=(PORT,),
        probes=Probes(),
        secrets=_secrets(options),
        security=options.security or SECURITY,
        sidecars=[mongodb_exporter(options)] if options.has_metrics else [],
        network=Network(
            enabled=network.enabled,
            ingress=(*network.ingress, *implied),
            egress=(*network.egress, members),
            dns=network.dns,
        ),
        rbac=_rules(identity, options),
        service_account=ServiceAccount(create=options.service_account.create, name=_account(options)),
        scheduling=options.scheduling,
        annotations=options.annotations,
        pod_labels=options.pod_labels,
        pod_annotations=options.pod_annotations,
        image_pull_secrets=options.image_pull_secrets,
        termination_grace_period_seconds=options.termination_grace_period_seconds,
        external=options.external,
        replicas=options.replicas,
    )


def _secrets(options: MongoDBOptions) -> list[SecretRef]:
    """Give the Secret with the user. Without an exporter no pod reads it: the operator itself follows its rotation."""
    return [
        secret.model_copy(update={"reload": secret.reload and options.has_metrics})
        if isinstance(secret, ProvidedSecret)
        else secret
        for secret in credentials(options)
    ]


def _rules(identity: Identity, options: MongoDBOptions) -> tuple[PolicyRule, ...]:
    """Give what the operator's pods do at the API server: read their plan, and tell of their state on themselves."""
    members = [f"{identity.name}-{number}" for number in range(options.replicas)]
    return (
        PolicyRule(resources=["secrets"], resource_names=[f"{identity.name}-config"], verbs=["get"]),
        PolicyRule(resources=["pods"], resource_names=members, verbs=["patch", "delete", "get"]),
    )


def _account(options: MongoDBOptions) -> str:
    return options.service_account.name or SERVICE_ACCOUNT


def _access(identity: Identity, options: MongoDBOptions) -> dict[str, Body]:
    """Give the ServiceAccount of the operator's pods with its Role, all of the name that the operator expects."""
    if not options.service_account.create:
        return {}
    name = _account(options)
    subject = {"kind": "ServiceAccount", "name": name}
    if identity.context.namespace is not None:
        subject["namespace"] = identity.context.namespace
    group = "rbac.authorization.k8s.io"
    return {
        "ServiceAccount": {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": identity.metadata(name, annotations=options.service_account.annotations),
            # The operator's pods do not ask for a token: they rely on the account.
            "automountServiceAccountToken": True,
        },
        "Role": {
            "apiVersion": f"{group}/v1",
            "kind": "Role",
            "metadata": identity.metadata(name),
            "rules": [rule.body() for rule in _rules(identity, options)],
        },
        "RoleBinding": {
            "apiVersion": f"{group}/v1",
            "kind": "RoleBinding",
            "metadata": identity.metadata(name),
            "roleRef": {"apiGroup": group, "kind": "Role", "name": name},
            "subjects": [subject],
        },
    }


def _spec(identity: Identity, options: MongoDBOptions, described: StatefulSetOptions) -> Body:
    spec: Body = {
        "type": "ReplicaSet",
        "members": options.replicas,
        "version": options.version,
        "security": {"authentication": {"modes": ["SCRAM"]}},
        "users": [_user(identity, options)],
        "statefulSet": {"spec": _stateful_set(identity, options, described)},
    }
    if options.config:
        spec["additionalMongodConfig"] = dict(options.config)
    return spec


def _user(identity: Identity, options: MongoDBOptions) -> Body:
    secret = options.auth.secret.name if options.auth.secret is not None else ""
    return {
        "name": options.username,
        "db": "admin",
        "passwordSecretRef": {"name": secret, "key": options.auth.effective_password_key},
        "roles": [{"name": role.name, "db": role.db} for role in options.roles],
        "scramCredentialsSecretName": f"{identity.name}-{options.username}".lower().replace("_", "-"),
    }


def _stateful_set(identity: Identity, options: MongoDBOptions, described: StatefulSetOptions) -> Body:
    """Give what the operator merges by name into its own StatefulSet."""
    template = pod_template(identity, described)
    pod = template["spec"]
    container = described.security.container_body()
    server = {
        "name": _SERVER,
        "ports": [PORT.container_body()],
        "resources": options.resources.body(),
        "securityContext": container,
    }
    agent = {"name": _AGENT, "resources": options.agent.resources.body(), "securityContext": container}
    pod["containers"] = [server, agent, *pod["containers"][1:]]
    pod["initContainers"] = [{"name": name, "securityContext": container} for name in _INIT_CONTAINERS]
    pod["automountServiceAccountToken"] = True
    # Image, probes and volumes of the members are the operator's; the exporter's writable directory is ours.
    if not options.has_metrics:
        del pod["volumes"]
    return {
        "template": template,
        "volumeClaimTemplates": [
            _claim(options, _DATA, str(options.storage.size)),
            _claim(options, _LOGS, str(options.agent.log_size)),
        ],
    }


def _claim(options: MongoDBOptions, name: str, size: str) -> Body:
    spec: Body = {
        "accessModes": [options.storage.access_mode],
        "resources": {"requests": {"storage": size}},
    }
    if options.storage.storage_class is not None:
        spec["storageClassName"] = options.storage.storage_class
    return {"metadata": {"name": name, "annotations": dict(KEEP)}, "spec": spec}


def _watching(identity: Identity, options: MongoDBOptions, pods: dict[str, str]) -> dict[str, Body]:
    if not identity.context.cluster.monitoring.enabled:
        return {}
    target = target_of(
        identity,
        containers=[_SERVER, _AGENT, *(["exporter"] if options.has_metrics else [])],
        service=None,
        pods=pods,
        claim_templates=[_DATA, _LOGS],
        port=METRICS_PORT if options.has_metrics else None,
    )
    return watching(identity, by_pod(options), target, mongodb_alerts(identity, options))
