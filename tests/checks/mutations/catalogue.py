"""The mutations: what people do to manifests by mistake."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from tests.checks.mutations.places import (
    LONG_RUNNING,
    PODS,
    Body,
    Broken,
    Mutation,
    adding,
    changed,
    changing,
    dropping,
    every_mapping,
    label,
    places,
    put,
    removing,
    shown,
    typo,
)

_PODS = " ".join(PODS)
_LONG = " ".join(LONG_RUNNING)
_SCALED = "Deployment StatefulSet Rollout"


def _is_text(_bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _mentions(value: Any, name: str) -> bool:
    """Tell whether some text in an object is a name, or holds it as a host."""
    if isinstance(value, dict):
        return any(_mentions(entry, name) for entry in value.values())
    if isinstance(value, list):
        return any(_mentions(entry, name) for entry in value)
    return isinstance(value, str) and bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", value))


def _named_by(bodies: Sequence[Body], body: Body, *kinds: str) -> bool:
    """Tell whether an object of these kinds names another one in its spec or data."""
    name = body["metadata"]["name"]
    return any(
        other is not body and other["kind"] in kinds and _mentions([other.get("spec"), other.get("data")], name)
        for other in bodies
    )


def _wanted_secret(bodies: Sequence[Body], body: Body) -> bool:
    """Tell whether pods want a Secret that an object makes, and cannot do without."""
    name = body["metadata"]["name"]
    wants = ({"name": name}, {"secretName": name})
    return any(
        any(value.items() >= want.items() for want in wants) and not value.get("optional")
        for _, _, value in every_mapping(bodies, PODS)
    )


def _selected_by(bodies: Sequence[Body], body: Body, *kinds: str) -> bool:
    """Tell whether a monitor selects a Service by its labels."""
    labels = body["metadata"].get("labels", {})
    for other in bodies:
        wanted = other.get("spec", {}).get("selector", {}).get("matchLabels") if other["kind"] in kinds else None
        if wanted and wanted.items() <= labels.items():
            return True
    return False


def _of_set(kind: str, field: str = "name") -> Any:
    """Fit only where the named object is in the set."""

    def fits(bodies: Sequence[Body], _body: Body, value: Any) -> bool:
        name = value.get(field) if isinstance(value, dict) else value
        return any(other["kind"] == kind and other["metadata"]["name"] == name for other in bodies)

    return fits


def _replicas(bodies: Sequence[Body], body: Body) -> int:
    for other in bodies:
        target = other.get("spec", {}).get("scaleTargetRef", {}) if other["kind"] == "HorizontalPodAutoscaler" else {}
        if (target.get("kind"), target.get("name")) == (body["kind"], body["metadata"]["name"]):
            return int(other["spec"].get("minReplicas", 1))
    return int(body.get("spec", {}).get("replicas", 1))


def _replicated(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    return body["kind"] in _SCALED.split() and _replicas(bodies, body) > 1


def _one_node_claims(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    volumes = body["spec"]["template"]["spec"].get("volumes", [])
    names = [volume.get("persistentVolumeClaim", {}).get("claimName") for volume in volumes]
    return any(
        other["kind"] == "PersistentVolumeClaim"
        and other["metadata"]["name"] in names
        and other["spec"]["accessModes"] == ["ReadWriteOnce"]
        for other in bodies
    )


def _scaled(bodies: Sequence[Body], body: Body, _value: Any = None) -> bool:
    return any(
        other["kind"] == "HorizontalPodAutoscaler"
        and other["spec"]["scaleTargetRef"]["name"] == body["metadata"]["name"]
        for other in bodies
    )


def _is_kept(_bodies: Sequence[Body], body: Body, value: Any) -> bool:
    return "Prune=false" in value


def _twice(bodies: Sequence[Body]) -> Iterator[Broken]:
    for body in bodies:
        yield Broken([*bodies, copy.deepcopy(body)], body["metadata"]["name"], f"{label(body)} twice")


def _repeated(kinds: str, pattern: str) -> Any:
    """Repeat the first entry of a list."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            if isinstance(value, list) and value:
                again = [*copy.deepcopy(value), copy.deepcopy(value[0])]
                yield changed(bodies, position, partial(put, steps=steps, value=again), f"{shown(steps)} twice")

    return apply


def _without_rule(kinds: str, pattern: str, wanted: Any) -> Any:
    """Remove one rule of a list, where ``wanted`` says that it is missed."""

    def apply(bodies: Sequence[Body]) -> Iterator[Broken]:
        for position, steps, value in places(bodies, kinds.split(), pattern):
            for place, rule in enumerate(value):
                if wanted(bodies, bodies[position], rule):
                    left = [*value[:place], *value[place + 1 :]]
                    where = f"{shown(steps)}.{place}"
                    yield changed(bodies, position, partial(put, steps=steps, value=left), where)

    return apply


def _is_for_prometheus(bodies: Sequence[Body], body: Body, rule: Any) -> bool:
    selected = body["spec"]["podSelector"].get("matchLabels", {})
    monitored = any(
        other["kind"] in ("ServiceMonitor", "PodMonitor")
        and set(selected.values()) & set(other["spec"]["selector"].get("matchLabels", {}).values())
        for other in bodies
    )
    return monitored and "prometheus" in str(rule.get("from"))


def _is_dns(_bodies: Sequence[Body], body: Body, rule: Any) -> bool:
    """Tell whether a rule lets pods ask DNS that may connect to others too: the rest is cut off on purpose."""
    return len(body["spec"]["egress"]) > 1 and any(port.get("port") == 53 for port in rule.get("ports", []))


_HOST = r"(://(?:[^@/]*@)?[a-z0-9-]+?)([a-z0-9])(:[0-9]+)"
_PORT = r"(://(?:[^@/]*@)?[a-z0-9-]+):[0-9]+"


def _url_of_set(bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    found = re.search(r"://(?:[^@/]*@)?([a-z0-9-]+):[0-9]+", value) if isinstance(value, str) else None
    return bool(found) and any(
        other["kind"] == "Service" and found is not None and other["metadata"]["name"] == found[1] for other in bodies
    )


def _outrun(_bodies: Sequence[Body], _body: Body, value: Any) -> bool:
    if not isinstance(value, dict) or not {"startupProbe", "livenessProbe", "readinessProbe"} <= value.keys():
        return False
    liveness, readiness = value["livenessProbe"], value["readinessProbe"]
    restart = liveness.get("initialDelaySeconds", 0) + (liveness.get("failureThreshold", 3) - 1) * liveness.get(
        "periodSeconds", 10
    )
    return bool(restart < readiness.get("initialDelaySeconds", 0))


def _without_startup(value: Any) -> Any:
    return {key: entry for key, entry in value.items() if key != "startupProbe"}


REFERENCES = [
    changing("service selector typo", "Service", "spec.selector.*", typo),
    changing("service selector emptied", "Service", "spec.selector", lambda _: {}),
    changing("service target port typo", "Service", "spec.ports.*.targetPort", typo, _is_text),
    changing("service target port number", "Service", "spec.ports.*.targetPort", lambda _: 9),
    changing("container port renamed", _LONG, "<container>.ports.*.name", typo),
    changing("pod label changed", _LONG, "<pod>.metadata.labels.app~kubernetes~io/name", typo),
    changing("workload selector typo", _LONG, "spec.selector.matchLabels.*", typo),
    changing("config map name typo", _PODS, "<container>.envFrom.*.configMapRef.name", typo),
    changing("config map volume typo", _PODS, "<pod>.spec.volumes.*.configMap.name", typo),
    changing("config key typo", _PODS, "<container>.env.*.valueFrom.configMapKeyRef.key", typo),
    changing("secret name typo", _PODS, "<container>.env.*.valueFrom.secretKeyRef.name", typo),
    changing(
        "secret key typo",
        _PODS,
        "<container>.env.*.valueFrom.secretKeyRef",
        lambda value: {**value, "key": typo(value["key"])},
        lambda bodies, body, value: any(
            _of_set(kind)(bodies, body, value) for kind in ("SealedSecret", "ExternalSecret", "Secret")
        ),
    ),
    changing(
        "secret of envFrom typo",
        _PODS,
        "<container>.envFrom.*.secretRef",
        lambda value: {**value, "name": typo(value["name"])},
        lambda _bodies, _body, value: not value.get("optional"),
    ),
    changing("pull secret typo", _PODS, "<pod>.spec.imagePullSecrets.*.name", typo),
    changing("service account typo", _PODS, "<pod>.spec.serviceAccountName", typo),
    changing("claim name typo", _PODS, "<pod>.spec.volumes.*.persistentVolumeClaim.claimName", typo),
    changing("mount of no volume", _PODS, "<container>.volumeMounts.*.name", typo),
    changing("monitor selector typo", "ServiceMonitor PodMonitor", "spec.selector.matchLabels.*", typo),
    changing("monitor port typo", "ServiceMonitor", "spec.endpoints.*.port", typo),
    changing("monitor path emptied", "ServiceMonitor", "spec.endpoints.*.path", lambda _: ""),
    adding("monitor looks elsewhere", ("ServiceMonitor", "spec"), "namespaceSelector", {"matchNames": ["elsewhere"]}),
    changing(
        "service label typo",
        "Service",
        "metadata.labels.app~kubernetes~io/name",
        typo,
        lambda bodies, body, _: _selected_by(bodies, body, "ServiceMonitor"),
    ),
    changing(
        "service port renamed",
        "Service",
        "spec.ports.*.name",
        typo,
        lambda bodies, body, value: any(
            endpoint.get("port") == value
            for other in bodies
            if other["kind"] == "ServiceMonitor" and _selected_by([other], body, "ServiceMonitor")
            for endpoint in other["spec"]["endpoints"]
        ),
    ),
    changing("probe port typo", _LONG, "<container>.*.httpGet.port", typo, _is_text),
    changing("probe port number", _LONG, "<container>.*.httpGet.port", lambda _: 9),
    changing("autoscaler target typo", "HorizontalPodAutoscaler", "spec.scaleTargetRef.name", typo),
    changing("budget selector typo", "PodDisruptionBudget", "spec.selector.matchLabels.*", typo),
    changing("policy selector typo", "NetworkPolicy", "spec.podSelector.matchLabels.*", typo),
    changing("spread selector typo", _PODS, "<pod>.spec.topologySpreadConstraints.*.labelSelector.matchLabels.*", typo),
    changing("ingress backend typo", "Ingress", "spec.rules.*.http.paths.*.backend.service.name", typo),
    changing("ingress port typo", "Ingress", "spec.rules.*.http.paths.*.backend.service.port.name", typo),
    changing("ingress secret typo", "Ingress", "spec.tls.*.secretName", typo),
    changing("route backend typo", "HTTPRoute GRPCRoute", "spec.rules.*.backendRefs.*.name", typo),
    changing("route port number", "HTTPRoute GRPCRoute", "spec.rules.*.backendRefs.*.port", lambda _: 9),
    changing("route gateway typo", "HTTPRoute GRPCRoute", "spec.parentRefs.*.name", typo, _of_set("Gateway")),
    changing("route listener typo", "HTTPRoute GRPCRoute", "spec.parentRefs.*.sectionName", typo),
    changing("gateway secret typo", "Gateway", "spec.listeners.*.tls.certificateRefs.*.name", typo),
    changing("binding role typo", "RoleBinding", "roleRef.name", typo),
    changing("binding subject typo", "RoleBinding", "subjects.*.name", typo),
    changing("governing service typo", "StatefulSet", "spec.serviceName", typo),
    changing("store of secret typo", "ExternalSecret", "spec.secretStoreRef.name", typo, _of_set("SecretStore")),
    changing("backup of no cluster", "ScheduledBackup", "spec.cluster.name", typo),
    changing("topic of no cluster", "KafkaTopic KafkaNodePool KafkaUser", "metadata.labels.strimzi~io/cluster", typo),
    changing("analysis typo", "Rollout", "spec.strategy.canary.steps.*.analysis.templates.*.templateName", typo),
    changing("canary service typo", "Rollout", "spec.strategy.canary.canaryService", typo),
    changing("active service typo", "Rollout", "spec.strategy.blueGreen.activeService", typo),
    changing(
        "host in a URL typo",
        "ConfigMap",
        "data.*",
        lambda value: re.sub(_HOST, r"\1\2\2\3", value),
        _url_of_set,
    ),
    changing(
        "port in a URL",
        "ConfigMap",
        "data.*",
        lambda value: re.sub(_PORT, r"\1:9", value),
        _url_of_set,
    ),
    changing(
        "namespace typo",
        "",
        "metadata.namespace",
        typo,
        _of_set("Namespace"),
    ),
    removing("claim removed", "PersistentVolumeClaim", lambda bodies, body: _named_by(bodies, body, *PODS)),
    removing("config map removed", "ConfigMap", lambda bodies, body: _named_by(bodies, body, *PODS)),
    removing("service account removed", "ServiceAccount", lambda bodies, body: _named_by(bodies, body, *PODS)),
    removing("sealed secret removed", "SealedSecret ExternalSecret", _wanted_secret),
    removing("monitored service removed", "Service", lambda bodies, body: _selected_by(bodies, body, "ServiceMonitor")),
    removing(
        "routed service removed",
        "Service",
        lambda bodies, body: _named_by(bodies, body, "Ingress", "HTTPRoute", "GRPCRoute", "StatefulSet", "Rollout"),
    ),
    Mutation("object twice", _twice),
]

SCHEMA = [
    adding(
        "unknown field in spec",
        (_PODS + " Service ServiceMonitor PrometheusRule PersistentVolumeClaim NetworkPolicy", "spec"),
        "enabled",
        value=True,
    ),
    adding("unknown field in container", (_PODS, "<container>"), "imagePullPolicies", "Always"),
    changing("wrong type of replicas", _SCALED, "spec.replicas", lambda _: "two"),
    changing("number for text", _PODS, "<container>.env.*.value", lambda _: 1),
    dropping("container without name", _PODS, "<container>.name"),
    changing("kind typo", "Service ConfigMap Deployment ServiceAccount NetworkPolicy", "kind", typo),
    changing("old API of CronJob", "CronJob", "apiVersion", lambda _: "batch/v1beta1"),
    changing("wrong API group", "Deployment", "apiVersion", lambda _: "extensions/v1beta1"),
    changing(
        "name in capitals",
        "",
        "metadata.name",
        lambda value: value.upper(),
        lambda _bodies, body, _value: not body["kind"].endswith(("Role", "Binding")),
    ),
    adding("label value", ("", "metadata.labels"), "team", "a team"),
    adding("annotation key", ("", "metadata"), ("annotations", "a b"), "c"),
    changing("unit of memory", _PODS, "<container>.resources.*.memory", lambda value: f"{value.rstrip('GMKi')}mb"),
    changing("unit of memory forgotten", _PODS, "<container>.resources.*.memory", lambda value: value.rstrip("GMKi")),
    changing("request above limit", _PODS, "<container>.resources.requests.memory", lambda _: "100Gi"),
    changing("port out of range", _PODS, "<container>.ports.*.containerPort", lambda _: 70000),
    changing("duration", "PrometheusRule", "spec.groups.*.rules.*.for", lambda _: "5 minutes"),
    changing("scrape interval", "ServiceMonitor", "spec.endpoints.*.interval", lambda _: "half a minute"),
    changing("expression", "PrometheusRule", "spec.groups.*.rules.*.expr", lambda value: f"{value})"),
    changing("schedule", "CronJob", "spec.schedule", lambda _: "0 25 * * *"),
    changing("image placeholder", _PODS, "<container>.image", lambda value: f"<registry>/{value}"),
    changing("address range", "NetworkPolicy", "spec.*.*.*.*.ipBlock.cidr", lambda _: "10.0.0.0/40"),
    Mutation("container twice", _repeated(_PODS, "<pod>.spec.containers")),
    Mutation("port twice", _repeated(_PODS, "<container>.ports")),
    Mutation("variable twice", _repeated(_PODS, "<container>.env")),
    Mutation("mount twice", _repeated(_PODS, "<container>.volumeMounts")),
    Mutation("service port twice", _repeated("Service", "spec.ports")),
    adding("restart policy", (_LONG, "<pod>.spec"), "restartPolicy", "Never"),
    changing("restart policy of a job", "Job CronJob", "<pod>.spec.restartPolicy", lambda _: "Always"),
    adding("two handlers of a probe", (_LONG, "<container>.readinessProbe"), "grpc", {"port": 1}),
    adding(
        "rolling update of Recreate",
        ("Deployment", "spec.strategy"),
        "rollingUpdate",
        {"maxSurge": 1},
        lambda _bodies, _body, value: value.get("type") == "Recreate",
    ),
    changing("replicas out of order", "HorizontalPodAutoscaler", "spec.minReplicas", lambda _: 1000),
]

RELIABILITY = [
    dropping("no readiness probe", _LONG, "<container>.readinessProbe"),
    dropping("no liveness probe", _LONG, "<container>.livenessProbe"),
    changing("no startup probe", _LONG, "<container>", _without_startup, _outrun),
    dropping("no requests", _PODS, "<container>.resources"),
    dropping("no memory limit", _PODS, "<container>.resources.limits.memory"),
    removing("no budget", "PodDisruptionBudget"),
    dropping("no spread", _SCALED, "<pod>.spec.topologySpreadConstraints", _replicated),
    changing(
        "budget that blocks",
        "PodDisruptionBudget",
        "spec",
        lambda value: {**{k: v for k, v in value.items() if k != "minAvailable"}, "maxUnavailable": 0},
    ),
    adding("replicas beside autoscaler", (_SCALED, "spec"), "replicas", 2, _scaled),
    changing(
        "rolling update with a claim", "Deployment", "spec.strategy.type", lambda _: "RollingUpdate", _one_node_claims
    ),
    changing("replicas with a claim", "Deployment", "spec.replicas", lambda _: 3, _one_node_claims),
    changing("no grace", _LONG, "<pod>.spec.terminationGracePeriodSeconds", lambda _: 0),
    changing("slow probe", _LONG, "<container>.readinessProbe.timeoutSeconds", lambda _: 60),
    dropping("request of scaled container", _SCALED, "<container>.resources", _scaled),
    changing("all down at once", "Deployment", "spec.strategy.rollingUpdate.maxUnavailable", lambda _: "100%"),
    dropping("service links", _PODS, "<pod>.spec.enableServiceLinks"),
]

SECURITY = [
    dropping("may be root", _PODS, "<pod>.spec.securityContext.runAsNonRoot"),
    changing("is root", _PODS, "<pod>.spec.securityContext.runAsUser", lambda _: 0),
    dropping("no seccomp", _PODS, "<pod>.spec.securityContext.seccompProfile"),
    adding("privileged", (_PODS, "<container>.securityContext"), "privileged", value=True),
    dropping("capabilities kept", _PODS, "<container>.securityContext.capabilities"),
    adding("capability added", (_PODS, "<container>.securityContext"), ("capabilities", "add"), ["SYS_ADMIN"]),
    changing("escalation", _PODS, "<container>.securityContext.allowPrivilegeEscalation", lambda _: True),
    changing("writable files", _PODS, "<container>.securityContext.readOnlyRootFilesystem", lambda _: False),
    adding("host network", (_PODS, "<pod>.spec"), "hostNetwork", value=True),
    changing(
        "host path",
        _PODS,
        "<pod>.spec.volumes.*",
        lambda value: {"name": value["name"], "hostPath": {"path": "/var/lib/data"}},
    ),
    adding("host port", (_PODS, "<container>.ports.*"), "hostPort", 8080),
    changing("token mounted", _PODS, "<pod>.spec.automountServiceAccountToken", lambda value: not value),
    adding(
        "password in a variable", (_PODS, "<container>"), "env", [{"name": "DB_PASSWORD", "value": "correct-horse"}]
    ),
    adding("password in a config map", ("ConfigMap", "data"), "API_KEY", "8f1c2d9b7a6e5f40"),
    changing("latest image", _PODS, "<container>.image", lambda value: re.sub(r"(:[\w.-]+)?(@.*)?$", ":latest", value)),
    adding("wide role", ("Role", "rules.*"), "verbs", ["*"]),
    removing("no policy", "NetworkPolicy"),
    changing("open policy", "NetworkPolicy", "spec.ingress", lambda value: [*value, {}]),
    Mutation("prometheus kept out", _without_rule("NetworkPolicy", "spec.ingress", _is_for_prometheus)),
    Mutation("DNS kept out", _without_rule("NetworkPolicy", "spec.egress", _is_dns)),
    changing(
        "policy port typo",
        "NetworkPolicy",
        "spec.ingress.*.ports.*.port",
        typo,
        lambda bodies, body, value: value == "metrics" and _is_for_prometheus(bodies, body, {"from": "prometheus"}),
    ),
]

GITOPS = [
    adding("wave that is a word", ("", "metadata"), ("annotations", "argocd.argoproj.io/sync-wave"), "first"),
    changing("not kept", "", "metadata.annotations.argocd~argoproj~io/sync-options", lambda _: "Prune=true", _is_kept),
    adding("status written", (_PODS + " Service", ""), "status", {"replicas": 1}),
    adding("version of the server", ("", "metadata"), "resourceVersion", "4711"),
    changing("quantity spelled otherwise", _PODS, "<container>.resources.limits.cpu", lambda _: "1000m"),
    adding("version in the selector", (_LONG, "spec.selector.matchLabels"), "app.kubernetes.io/version", "16"),
    adding("job that comes back", ("Job", "spec"), "ttlSecondsAfterFinished", 60),
    changing("job of a fixed name", "Job", "metadata.name", lambda value: value.rpartition("-")[0]),
    adding(
        "config after its pods",
        ("ConfigMap", "metadata"),
        ("annotations", "argocd.argoproj.io/sync-wave"),
        "50",
        lambda bodies, body, _: _named_by(bodies, body, *PODS),
    ),
    adding(
        "claim before its pods",
        ("PersistentVolumeClaim", "metadata"),
        ("annotations", "argocd.argoproj.io/sync-wave"),
        "-20",
        lambda bodies, body, _: _named_by(bodies, body, "Deployment", "Rollout"),
    ),
]

MUTATIONS = [*REFERENCES, *SCHEMA, *RELIABILITY, *SECURITY, *GITOPS]
