"""Names that lead nowhere."""

from __future__ import annotations

import re

from tests.checks.mutations.fits import (
    HOST,
    LONG_KINDS,
    POD_KINDS,
    PORT,
    is_text,
    named_by,
    of_set,
    selected_by,
    twice,
    url_of_set,
    wanted_secret,
)
from tests.checks.mutations.places import PODS, Mutation, adding, changing, removing, typo

REFERENCES = [
    changing("service selector typo", "Service", "spec.selector.*", typo),
    changing("service selector emptied", "Service", "spec.selector", lambda _: {}),
    changing("service target port typo", "Service", "spec.ports.*.targetPort", typo, is_text),
    changing("service target port number", "Service", "spec.ports.*.targetPort", lambda _: 9),
    changing("container port renamed", LONG_KINDS, "<container>.ports.*.name", typo),
    changing("pod label changed", LONG_KINDS, "<pod>.metadata.labels.app~kubernetes~io/name", typo),
    changing("workload selector typo", LONG_KINDS, "spec.selector.matchLabels.*", typo),
    changing("config map name typo", POD_KINDS, "<container>.envFrom.*.configMapRef.name", typo),
    changing("config map volume typo", POD_KINDS, "<pod>.spec.volumes.*.configMap.name", typo),
    changing("config key typo", POD_KINDS, "<container>.env.*.valueFrom.configMapKeyRef.key", typo),
    changing("secret name typo", POD_KINDS, "<container>.env.*.valueFrom.secretKeyRef.name", typo),
    changing(
        "secret key typo",
        POD_KINDS,
        "<container>.env.*.valueFrom.secretKeyRef",
        lambda value: {**value, "key": typo(value["key"])},
        lambda bodies, body, value: any(
            of_set(kind)(bodies, body, value) for kind in ("SealedSecret", "ExternalSecret", "Secret")
        ),
    ),
    changing(
        "secret of envFrom typo",
        POD_KINDS,
        "<container>.envFrom.*.secretRef",
        lambda value: {**value, "name": typo(value["name"])},
        lambda _bodies, _body, value: not value.get("optional"),
    ),
    changing("pull secret typo", POD_KINDS, "<pod>.spec.imagePullSecrets.*.name", typo),
    changing("service account typo", POD_KINDS, "<pod>.spec.serviceAccountName", typo),
    changing("claim name typo", POD_KINDS, "<pod>.spec.volumes.*.persistentVolumeClaim.claimName", typo),
    changing("mount of no volume", POD_KINDS, "<container>.volumeMounts.*.name", typo),
    changing("monitor selector typo", "ServiceMonitor PodMonitor", "spec.selector.matchLabels.*", typo),
    changing("monitor port typo", "ServiceMonitor", "spec.endpoints.*.port", typo),
    changing("monitor path emptied", "ServiceMonitor", "spec.endpoints.*.path", lambda _: ""),
    adding("monitor looks elsewhere", ("ServiceMonitor", "spec"), "namespaceSelector", {"matchNames": ["elsewhere"]}),
    changing(
        "service label typo",
        "Service",
        "metadata.labels.app~kubernetes~io/name",
        typo,
        lambda bodies, body, _: selected_by(bodies, body, "ServiceMonitor"),
    ),
    changing(
        "service port renamed",
        "Service",
        "spec.ports.*.name",
        typo,
        lambda bodies, body, value: any(
            endpoint.get("port") == value
            for other in bodies
            if other["kind"] == "ServiceMonitor" and selected_by([other], body, "ServiceMonitor")
            for endpoint in other["spec"]["endpoints"]
        ),
    ),
    changing("probe port typo", LONG_KINDS, "<container>.*.httpGet.port", typo, is_text),
    changing("probe port number", LONG_KINDS, "<container>.*.httpGet.port", lambda _: 9),
    changing("autoscaler target typo", "HorizontalPodAutoscaler", "spec.scaleTargetRef.name", typo),
    changing("budget selector typo", "PodDisruptionBudget", "spec.selector.matchLabels.*", typo),
    changing("policy selector typo", "NetworkPolicy", "spec.podSelector.matchLabels.*", typo),
    changing(
        "spread selector typo", POD_KINDS, "<pod>.spec.topologySpreadConstraints.*.labelSelector.matchLabels.*", typo
    ),
    changing("ingress backend typo", "Ingress", "spec.rules.*.http.paths.*.backend.service.name", typo),
    changing("ingress port typo", "Ingress", "spec.rules.*.http.paths.*.backend.service.port.name", typo),
    changing("ingress secret typo", "Ingress", "spec.tls.*.secretName", typo),
    changing("route backend typo", "HTTPRoute GRPCRoute", "spec.rules.*.backendRefs.*.name", typo),
    changing("route port number", "HTTPRoute GRPCRoute", "spec.rules.*.backendRefs.*.port", lambda _: 9),
    changing("route gateway typo", "HTTPRoute GRPCRoute", "spec.parentRefs.*.name", typo, of_set("Gateway")),
    changing("route listener typo", "HTTPRoute GRPCRoute", "spec.parentRefs.*.sectionName", typo),
    changing("gateway secret typo", "Gateway", "spec.listeners.*.tls.certificateRefs.*.name", typo),
    changing("binding role typo", "RoleBinding", "roleRef.name", typo),
    changing("binding subject typo", "RoleBinding", "subjects.*.name", typo),
    changing("governing service typo", "StatefulSet", "spec.serviceName", typo),
    changing("store of secret typo", "ExternalSecret", "spec.secretStoreRef.name", typo, of_set("SecretStore")),
    changing("backup of no cluster", "ScheduledBackup", "spec.cluster.name", typo),
    changing("topic of no cluster", "KafkaTopic KafkaNodePool KafkaUser", "metadata.labels.strimzi~io/cluster", typo),
    changing("analysis typo", "Rollout", "spec.strategy.canary.steps.*.analysis.templates.*.templateName", typo),
    changing("canary service typo", "Rollout", "spec.strategy.canary.canaryService", typo),
    changing("active service typo", "Rollout", "spec.strategy.blueGreen.activeService", typo),
    changing(
        "host in a URL typo",
        "ConfigMap",
        "data.*",
        lambda value: re.sub(HOST, r"\1\2\2\3", value),
        url_of_set,
    ),
    changing(
        "port in a URL",
        "ConfigMap",
        "data.*",
        lambda value: re.sub(PORT, r"\1:9", value),
        url_of_set,
    ),
    changing(
        "namespace typo",
        "",
        "metadata.namespace",
        typo,
        of_set("Namespace"),
    ),
    removing("claim removed", "PersistentVolumeClaim", lambda bodies, body: named_by(bodies, body, *PODS)),
    removing("config map removed", "ConfigMap", lambda bodies, body: named_by(bodies, body, *PODS)),
    removing("service account removed", "ServiceAccount", lambda bodies, body: named_by(bodies, body, *PODS)),
    removing("sealed secret removed", "SealedSecret ExternalSecret", wanted_secret),
    removing("monitored service removed", "Service", lambda bodies, body: selected_by(bodies, body, "ServiceMonitor")),
    removing(
        "routed service removed",
        "Service",
        lambda bodies, body: named_by(bodies, body, "Ingress", "HTTPRoute", "GRPCRoute", "StatefulSet", "Rollout"),
    ),
    Mutation("object twice", twice),
]
