"""What is valid, and neither reliable, nor safe, nor fit for GitOps."""

from __future__ import annotations

import re

from tests.checks.mutations.fits import (
    LONG_KINDS,
    POD_KINDS,
    SCALED_KINDS,
    is_dns,
    is_for_prometheus,
    is_kept,
    named_by,
    one_node_claims,
    outrun,
    replicated,
    scaled,
    without_rule,
    without_startup,
)
from tests.checks.mutations.places import LONG_RUNNING, Mutation, adding, changing, dropping, removing, typo

RELIABILITY = [
    dropping("no readiness probe", LONG_KINDS, "<container>.readinessProbe"),
    dropping("no liveness probe", LONG_KINDS, "<container>.livenessProbe"),
    changing("no startup probe", LONG_KINDS, "<container>", without_startup, outrun),
    dropping("no requests", POD_KINDS, "<container>.resources"),
    dropping("no memory limit", POD_KINDS, "<container>.resources.limits.memory"),
    removing("no budget", "PodDisruptionBudget"),
    dropping(
        "no spread",
        SCALED_KINDS,
        "<pod>.spec.topologySpreadConstraints",
        lambda bodies, body, _: replicated(bodies, body) and "affinity" not in body["spec"]["template"]["spec"],
    ),
    changing(
        "budget that blocks",
        "PodDisruptionBudget",
        "spec",
        lambda value: {**{k: v for k, v in value.items() if k != "minAvailable"}, "maxUnavailable": 0},
    ),
    adding("replicas beside autoscaler", (SCALED_KINDS, "spec"), "replicas", 2, scaled),
    changing(
        "rolling update with a claim", "Deployment", "spec.strategy.type", lambda _: "RollingUpdate", one_node_claims
    ),
    changing("replicas with a claim", "Deployment", "spec.replicas", lambda _: 3, one_node_claims),
    changing("no grace", LONG_KINDS, "<pod>.spec.terminationGracePeriodSeconds", lambda _: 0),
    changing("slow probe", LONG_KINDS, "<container>.readinessProbe.timeoutSeconds", lambda _: 60),
    dropping("request of scaled container", SCALED_KINDS, "<container>.resources", scaled),
    changing("all down at once", "Deployment", "spec.strategy.rollingUpdate.maxUnavailable", lambda _: "100%"),
    dropping("service links", POD_KINDS, "<pod>.spec.enableServiceLinks"),
]

SECURITY = [
    dropping("may be root", POD_KINDS, "<pod>.spec.securityContext.runAsNonRoot"),
    changing("is root", POD_KINDS, "<pod>.spec.securityContext.runAsUser", lambda _: 0),
    dropping("no seccomp", POD_KINDS, "<pod>.spec.securityContext.seccompProfile"),
    adding("privileged", (POD_KINDS, "<container>.securityContext"), "privileged", value=True),
    dropping("capabilities kept", POD_KINDS, "<container>.securityContext.capabilities"),
    adding("capability added", (POD_KINDS, "<container>.securityContext"), ("capabilities", "add"), ["SYS_ADMIN"]),
    changing("escalation", POD_KINDS, "<container>.securityContext.allowPrivilegeEscalation", lambda _: True),
    changing("writable files", POD_KINDS, "<container>.securityContext.readOnlyRootFilesystem", lambda _: False),
    adding("host network", (POD_KINDS, "<pod>.spec"), "hostNetwork", value=True),
    changing(
        "host path",
        POD_KINDS,
        "<pod>.spec.volumes.*",
        lambda value: {"name": value["name"], "hostPath": {"path": "/var/lib/data"}},
    ),
    adding("host port", (POD_KINDS, "<container>.ports.*"), "hostPort", 8080),
    changing("token mounted", POD_KINDS, "<pod>.spec.automountServiceAccountToken", lambda value: not value),
    adding(
        "password in a variable", (POD_KINDS, "<container>"), "env", [{"name": "DB_PASSWORD", "value": "correct-horse"}]
    ),
    adding("password in a config map", ("ConfigMap", "data"), "API_KEY", "8f1c2d9b7a6e5f40"),
    changing(
        "latest image", POD_KINDS, "<container>.image", lambda value: re.sub(r"(:[\w.-]+)?(@.*)?$", ":latest", value)
    ),
    adding("wide role", ("Role", "rules.*"), "verbs", ["*"]),
    removing("no policy", "NetworkPolicy"),
    dropping("namespace without a level", "Namespace", "metadata.labels.pod-security~kubernetes~io/enforce"),
    changing("level of a namespace", "Namespace", "metadata.labels.pod-security~kubernetes~io/enforce", typo),
    changing("open policy", "NetworkPolicy", "spec.ingress", lambda value: [*value, {}]),
    Mutation("prometheus kept out", without_rule("NetworkPolicy", "spec.ingress", is_for_prometheus)),
    Mutation("DNS kept out", without_rule("NetworkPolicy", "spec.egress", is_dns)),
    changing(
        "policy port typo",
        "NetworkPolicy",
        "spec.ingress.*.ports.*.port",
        typo,
        lambda bodies, body, value: value == "metrics" and is_for_prometheus(bodies, body, {"from": "prometheus"}),
    ),
]

GITOPS = [
    adding("wave that is a word", ("", "metadata"), ("annotations", "argocd.argoproj.io/sync-wave"), "first"),
    changing("not kept", "", "metadata.annotations.argocd~argoproj~io/sync-options", lambda _: "Prune=true", is_kept),
    adding("status written", (POD_KINDS + " Service", ""), "status", {"replicas": 1}),
    adding("version of the server", ("", "metadata"), "resourceVersion", "4711"),
    changing("quantity spelled otherwise", POD_KINDS, "<container>.resources.limits.cpu", lambda _: "1000m"),
    adding("version in the selector", (LONG_KINDS, "spec.selector.matchLabels"), "app.kubernetes.io/version", "16"),
    adding("job that comes back", ("Job", "spec"), "ttlSecondsAfterFinished", 60),
    changing("job of a fixed name", "Job", "metadata.name", lambda value: value.rpartition("-")[0]),
    adding(
        "config after its pods",
        ("ConfigMap", "metadata"),
        ("annotations", "argocd.argoproj.io/sync-wave"),
        "50",
        lambda bodies, body, _: named_by(bodies, body, *LONG_RUNNING),
    ),
    adding(
        "claim before its pods",
        ("PersistentVolumeClaim", "metadata"),
        ("annotations", "argocd.argoproj.io/sync-wave"),
        "-20",
        lambda bodies, body, _: named_by(bodies, body, "Deployment", "Rollout"),
    ),
]
