"""Fields, types, words and numbers that an API server refuses."""

from __future__ import annotations

import re
from functools import partial

from tests.checks.mutations.fits import (
    LONG_KINDS,
    POD_KINDS,
    SCALED_KINDS,
    of_set,
    repeated,
    selected_pods,
    without_peer,
)
from tests.checks.mutations.places import PODS, Mutation, adding, changed, changing, dropping, put, typo

SCHEMA = [
    adding(
        "unknown field in spec",
        (POD_KINDS + " Service ServiceMonitor PrometheusRule PersistentVolumeClaim NetworkPolicy", "spec"),
        "enabled",
        value=True,
    ),
    adding("unknown field in container", (POD_KINDS, "<container>"), "imagePullPolicies", "Always"),
    changing("wrong type of replicas", SCALED_KINDS, "spec.replicas", lambda _: "two"),
    changing("number for text", POD_KINDS, "<container>.env.*.value", lambda _: 1),
    dropping("container without name", POD_KINDS, "<container>.name"),
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
    changing("unit of memory", POD_KINDS, "<container>.resources.*.memory", lambda value: f"{value.rstrip('GMKi')}mb"),
    changing(
        "unit of memory forgotten", POD_KINDS, "<container>.resources.*.memory", lambda value: value.rstrip("GMKi")
    ),
    changing("request above limit", POD_KINDS, "<container>.resources.requests.memory", lambda _: "100Gi"),
    changing("port out of range", POD_KINDS, "<container>.ports.*.containerPort", lambda _: 70000),
    changing("duration", "PrometheusRule", "spec.groups.*.rules.*.for", lambda _: "5 minutes"),
    changing("scrape interval", "ServiceMonitor", "spec.endpoints.*.interval", lambda _: "half a minute"),
    changing("expression", "PrometheusRule", "spec.groups.*.rules.*.expr", lambda value: f"{value})"),
    changing("schedule", "CronJob", "spec.schedule", lambda _: "0 25 * * *"),
    changing("image placeholder", POD_KINDS, "<container>.image", lambda value: f"<registry>/{value}"),
    changing("address range", "NetworkPolicy", "spec.*.*.*.*.ipBlock.cidr", lambda _: "10.0.0.0/40"),
    Mutation("container twice", repeated(POD_KINDS, "<pod>.spec.containers")),
    Mutation("port twice", repeated(POD_KINDS, "<container>.ports")),
    Mutation("variable twice", repeated(POD_KINDS, "<container>.env")),
    Mutation("mount twice", repeated(POD_KINDS, "<container>.volumeMounts")),
    Mutation("service port twice", repeated("Service", "spec.ports")),
    adding("restart policy", (LONG_KINDS, "<pod>.spec"), "restartPolicy", "Never"),
    changing("restart policy of a job", "Job CronJob", "<pod>.spec.restartPolicy", lambda _: "Always"),
    adding("two handlers of a probe", (LONG_KINDS, "<container>.readinessProbe"), "grpc", {"port": 1}),
    adding(
        "rolling update of Recreate",
        ("Deployment", "spec.strategy"),
        "rollingUpdate",
        {"maxSurge": 1},
        lambda _bodies, _body, value: value.get("type") == "Recreate",
    ),
    changing("replicas out of order", "HorizontalPodAutoscaler", "spec.minReplicas", lambda _: 1000),
]

WORDS = [
    changing("pull policy", POD_KINDS, "<container>.imagePullPolicy", lambda _: "IfNotPresnt"),
    changing("protocol", POD_KINDS, "<container>.ports.*.protocol", lambda _: "TPC"),
    changing("protocol of a service", "Service", "spec.ports.*.protocol", lambda _: "tcp"),
    changing("type of a service", "Service", "spec.type", lambda value: value.lower()),
    changing("type of a policy", "NetworkPolicy", "spec.policyTypes.0", lambda _: "ingress"),
    changing("strategy", "Deployment", "spec.strategy.type", lambda _: "Rolling"),
    changing("access mode", "PersistentVolumeClaim", "spec.accessModes.0", lambda _: "RWO"),
    changing("concurrency", "CronJob", "spec.concurrencyPolicy", lambda _: "Never"),
    changing("path type", "Ingress", "spec.rules.*.http.paths.*.pathType", lambda _: "prefix"),
    changing(
        "spread word", POD_KINDS, "<pod>.spec.topologySpreadConstraints.*.whenUnsatisfiable", lambda _: "Schedule"
    ),
    changing("skew of zero", POD_KINDS, "<pod>.spec.topologySpreadConstraints.*.maxSkew", lambda _: 0),
    changing("negative replicas", SCALED_KINDS, "spec.replicas", lambda _: -1),
    changing("mode of files", POD_KINDS, "<pod>.spec.volumes.*.configMap.defaultMode", lambda _: 644),
    changing("share of pods", "Deployment", "spec.strategy.rollingUpdate.maxSurge", lambda _: "25"),
    changing("ciphertext", "SealedSecret", "spec.encryptedData.*", lambda value: value[:-3] + "!!!"),
    changing(
        "key of ciphertext",
        "SealedSecret",
        "spec.encryptedData",
        lambda value: {f"{key} ": text for key, text in value.items()},
    ),
    dropping("certificate of nobody", "Certificate", "spec.dnsNames"),
    dropping("monitor without selector", "ServiceMonitor", "spec.selector"),
    dropping(
        "service without ports", "Service", "spec.ports", lambda _b, body, _v: body["spec"].get("clusterIP") != "None"
    ),
    dropping("workload without selector", LONG_KINDS, "spec.selector"),
    changing(
        "two alerts in one",
        "PrometheusRule",
        "spec.groups.*.rules.*",
        lambda value: {**value, "record": "a", "alert": "b"},
    ),
    Mutation("group twice", repeated("PrometheusRule", "spec.groups")),
    Mutation(
        "object in no namespace of the set",
        lambda bodies: (
            changed(bodies, place, partial(put, steps=("metadata", "namespace"), value="elsewhere"), "namespace")
            for place, body in enumerate(bodies)
            if body["kind"] == "Service" and selected_pods(bodies, body)
        ),
    ),
    Mutation("ingress rule removed", without_peer("ingress", "from")),
    Mutation("egress rule removed", without_peer("egress", "to")),
    changing(
        "port of a service",
        "Service",
        "spec.ports.*.port",
        lambda _: 9,
        lambda bodies, body, value: any(
            re.search(
                rf"://(?:[^@/]*@)?{re.escape(body['metadata']['name'])}:{value}(?![0-9])",
                str(other.get("data", "")) + str(other.get("spec", "")),
            )
            for other in bodies
            if other["kind"] in (*PODS,)
        ),
    ),
    changing("wrong kind of target", "HorizontalPodAutoscaler", "spec.scaleTargetRef.kind", lambda _: "StatefulSet"),
    changing("claim template renamed", "StatefulSet", "spec.volumeClaimTemplates.*.metadata.name", typo),
    changing("subject elsewhere", "RoleBinding", "subjects.*.namespace", typo, of_set("Namespace")),
    changing("account of nobody", "RoleBinding", "subjects.*.kind", lambda _: "ServiceAcount"),
]
