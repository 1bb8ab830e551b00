"""What watches over a data store: the exporter beside it, its monitor, and its alerts."""

from __future__ import annotations

from collections.abc import Sequence

from lumen_constructs.datastores.plan import Body
from lumen_constructs.errors import LumenError
from lumen_constructs.observability.monitors import monitor
from lumen_constructs.observability.prometheus_rule import prometheus_rule
from lumen_constructs.observability.rules import camel_case
from lumen_constructs.observability.target import Target
from lumen_constructs.options.alerts import AlertRule, Severity
from lumen_constructs.options.container import Container
from lumen_constructs.options.datastores.exporter import Exporter
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.options.env import EnvVar
from lumen_constructs.options.network import Peer
from lumen_constructs.options.ports import ContainerPort
from lumen_constructs.options.probes import Probe, Probes
from lumen_constructs.workloads.identity import Identity

#: Name of the exporter's container, and of its port.
EXPORTER = "exporter"
METRICS_PORT = "metrics"


def exporter(
    options: Exporter, image: str, port: int, *, args: Sequence[str] = (), env: Sequence[EnvVar] = ()
) -> Container:
    """Give the sidecar; its probes open a connection alone, since the store must not leave its Service with it."""
    probe = Probe.tcp(period_seconds=30, timeout_seconds=5)
    return Container(
        name=EXPORTER,
        image=options.image if options.image is not None else image,
        args=[*args, *options.args],
        env=list(env),
        inherit_config=True,
        ports=[ContainerPort(name=METRICS_PORT, container_port=port)],
        probes=Probes(startup=Probe.tcp(period_seconds=5, failure_threshold=12), readiness=probe, liveness=probe),
        resources=options.resources,
    )


def scraper(identity: Identity, options: DataStoreOptions) -> tuple[Peer, ...]:
    """Give Prometheus as a peer of the exporter's port, where it scrapes it."""
    monitoring = identity.context.cluster.monitoring
    if not options.has_metrics or not monitoring.enabled:
        return ()
    return (monitoring.peer.model_copy(update={"ports": (METRICS_PORT,)}),)


def store_alert(  # noqa: PLR0913  # one keyword a field of the alert
    identity: Identity,
    options: DataStoreOptions,
    suffix: str,
    *,
    expr: str,
    summary: str,
    description: str,
    severity: Severity = "warning",
    for_: str = "5m",
    runbook_url: str | None = None,
) -> AlertRule:
    """Give an alert on what the exporter tells; ``expr`` holds ``$scope``, the summary follows the store's name."""
    prefix = options.alerts.prefix or camel_case(identity.name)
    return AlertRule(
        alert=f"{prefix}{suffix}",
        expr=expr,
        severity=severity,
        for_=for_,
        summary=f"{identity.name} {summary}",
        description=description,
        runbook_url=options.alerts.runbook_url or runbook_url,
    )


def watching(
    identity: Identity,
    options: DataStoreOptions,
    target: Target,
    own: Sequence[AlertRule],
) -> dict[str, Body]:
    """Give the monitor and the alerts by construct id; ``own`` are the store's alerts on what its exporter tells."""
    monitoring = identity.context.cluster.monitoring
    if not monitoring.enabled:
        return {}
    given = {rule.alert for rule in options.alerts.rules}
    rules = [rule for rule in own if rule.alert not in given] if options.has_metrics else []
    alerts = options.alerts.model_copy(update={"rules": (*rules, *options.alerts.rules)})
    bodies = {"Alerts": prometheus_rule(target, monitoring.labels, metrics=options.metrics, alerts=alerts)}
    if options.metrics is not None:
        bodies["Monitor"] = monitor(target, options.metrics, monitoring.labels)
    return {key: body for key, body in bodies.items() if body is not None}


def target_of(  # noqa: PLR0913  # one keyword a fact
    identity: Identity,
    *,
    containers: Sequence[str],
    service: str | None,
    pods: dict[str, str],
    workload: str | None = None,
    claims: Sequence[str] = (),
    claim_templates: Sequence[str] = (),
    port: str | None,
) -> Target:
    """Describe the store as its metrics tell of it; its pods are named after ``workload`` and numbered.

    :raises LumenError: if the chart has no namespace
    """
    namespace = identity.context.namespace
    if namespace is None:
        message = "alerts and monitors tell stores apart by their namespace; give the chart a namespace"
        raise LumenError(message)
    return Target(
        name=identity.name,
        namespace=namespace,
        workload=workload or identity.name,
        kind="StatefulSet",
        containers=tuple(containers),
        labels=identity.labels,
        service=service,
        service_labels=identity.selector if service is not None else {},
        pod_labels=pods,
        port=port,
        claims=tuple(claims),
        claim_templates=tuple(claim_templates),
        monitoring_namespace=identity.context.cluster.monitoring.monitors_namespace,
    )
