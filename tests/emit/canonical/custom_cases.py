"""The cases of custom resources, and of the shapes that these hold."""

from __future__ import annotations

from tests.emit.canonical.built_in_cases import CLAIM, ENV_SOURCE, META, POD_TEMPLATE, QUANTITY, RESOURCES, TEXT
from tests.emit.canonical.cases import Case, Missing, Option, Refused, Row, Written
from tests.emit.canonical.spelling import GONE

#: Helm reads these: nothing and empty are not the same.
AS_WRITTEN = Written(
    "{limits: {cpu: 1000m}, keys: [null, {b: {}}]}", {"limits": {"cpu": "1000m"}, "keys": [None, {"b": {}}]}
)

MIRROR = Written(
    "{backendRef: {name: a, port: 80}, fraction: {numerator: 5}}",
    {
        "backendRef": {"name": "a", "port": 80, "group": "", "kind": "Service"},
        "fraction": {"numerator": 5, "denominator": 100},
    },
)
BACKEND = Written("{name: a, port: 80}", {"name": "a", "port": 80, "group": "", "kind": "Service", "weight": 1})
PARENT = Written("{name: gw}", {"name": "gw", "group": "gateway.networking.k8s.io", "kind": "Gateway"})
REMOTE = Written(
    "{key: k}", {"key": "k", "conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
)
GENERATOR = Written(
    "{kind: Password, name: p}",
    {"kind": "Password", "name": "p", "apiVersion": "generators.external-secrets.io/v1alpha1"},
)
RELABEL = Written("{targetLabel: a, replacement: b}", {"targetLabel": "a", "replacement": "b", "action": "replace"})
ANY_PATH = {"path": {"type": "PathPrefix", "value": "/"}}

HTTP_ROUTE = "{parentRefs: [gw], rules: [{matches: [/], backendRefs: [{service: cart, port: 80}]}]}"
GATEWAY = "{listeners: [{name: web, protocol: HTTPS, hostname: a.example.com, tls: {certificateRefs: [cert]}}]}"
EXTERNAL = "{provider: external, external: {store: vault, refreshInterval: 1h}}"

SHAPES: dict[Row, list[Case]] = {
    ("RequestMirror", "backendRef.group"): [Missing("{name: a, port: 80}", "")],
    ("RequestMirror", "backendRef.kind"): [Missing("{name: a, port: 80}", "Service")],
    ("RequestMirror", "fraction.denominator"): [Missing("{numerator: 5}", 100)],
    **{
        ("BackendRef", field): [
            Missing("{name: a, port: 80}", wanted),
            Option("httpRoutes", HTTP_ROUTE, "HTTPRoute", f"spec.rules[0].backendRefs[0].{field}", wanted),
        ]
        for field, wanted in (("group", ""), ("kind", "Service"), ("weight", 1))
    },
    **{
        ("ParentReference", field): [
            Missing("{name: gw}", wanted),
            Option("httpRoutes", HTTP_ROUTE, "HTTPRoute", f"spec.parentRefs[0].{field}", wanted),
        ]
        for field, wanted in (("group", "gateway.networking.k8s.io"), ("kind", "Gateway"))
    },
    **{
        ("RemoteRef", field): [
            Missing("{key: k}", wanted),
            Option("secrets", EXTERNAL, "ExternalSecret", f"spec.data[0].remoteRef.{field}", wanted),
        ]
        for field, wanted in (
            ("conversionStrategy", "Default"),
            ("decodingStrategy", "None"),
            ("metadataPolicy", "None"),
        )
    },
    ("GeneratorRef", "apiVersion"): [Missing("{kind: Password, name: p}", "generators.external-secrets.io/v1alpha1")],
    ("RelabelConfig", "action"): [
        Missing("{targetLabel: a}", "replace"),
        Option(
            "services",
            "{metrics: {relabelings: [{targetLabel: team, replacement: shop}]}}",
            "ServiceMonitor",
            "spec.endpoints[0].relabelings[0].action",
            "replace",
        ),
    ],
}

_METRIC = "spec.metrics[].provider"
_SOLVER = "spec.acme.solvers[].http01"

ARGO: dict[Row, list[Case]] = {
    **{
        (f"argoproj.io/{kind}", f"{_METRIC}.{field}"): [case]
        for kind in ("AnalysisTemplate", "ClusterAnalysisTemplate")
        for field, case in (
            ("datadog.apiVersion", Missing("{query: q}", "v1")),
            ("datadog.interval", Missing("{query: q}", "5m")),
            ("datadog.requestTimeout", Missing("{query: q}", "10s")),
            ("job.metadata", META),
            ("job.spec.template", POD_TEMPLATE),
        )
    },
    ("argoproj.io/Application", "spec.source.helm.valuesObject"): [AS_WRITTEN],
    ("argoproj.io/Application", "spec.sources[].helm.valuesObject"): [AS_WRITTEN],
    ("argoproj.io/ApplicationSet", "spec.template.spec.source.helm.valuesObject"): [AS_WRITTEN],
    ("argoproj.io/ApplicationSet", "spec.template.spec.sources[].helm.valuesObject"): [AS_WRITTEN],
    ("argoproj.io/Rollout", "spec.template"): [
        POD_TEMPLATE,
        Option(
            "services",
            "{delivery: {strategy: blueGreen, analysis: false}, resources: {cpu: 100m:1000m}}",
            "Rollout",
            "spec.template.spec.containers[0].resources.limits.cpu",
            "1",
        ),
    ],
}

SECRETS: dict[Row, list[Case]] = {
    ("bitnami.com/SealedSecret", "spec.template.metadata"): [META],
    **{
        ("external-secrets.io/ExternalSecret", f"spec.{field}"): [Written("[]", GONE)]
        for field in ("data", "dataFrom", "target.template.templateFrom")
    },
    ("external-secrets.io/ExternalSecret", "spec.target.template.data"): [Written("{}", GONE)],
    ("external-secrets.io/ExternalSecret", "spec.data[].remoteRef"): [REMOTE],
    ("external-secrets.io/ExternalSecret", "spec.data[].sourceRef.generatorRef"): [GENERATOR],
    ("external-secrets.io/ExternalSecret", "spec.dataFrom[].extract"): [REMOTE],
    ("external-secrets.io/ExternalSecret", "spec.dataFrom[].find.conversionStrategy"): [
        Missing("{path: p}", "Default")
    ],
    ("external-secrets.io/ExternalSecret", "spec.dataFrom[].find.decodingStrategy"): [Missing("{path: p}", "None")],
    **{
        ("external-secrets.io/ExternalSecret", f"spec.dataFrom[].rewrite[].merge.{field}"): [
            Missing("{priority: [a]}", wanted)
        ]
        for field, wanted in (
            ("conflictPolicy", "Error"),
            ("into", ""),
            ("priorityPolicy", "Strict"),
            ("strategy", "Extract"),
        )
    },
    ("external-secrets.io/ExternalSecret", "spec.dataFrom[].sourceRef.generatorRef"): [GENERATOR],
    ("external-secrets.io/ExternalSecret", "spec.refreshInterval"): [
        Missing("{data: []}", "1h0m0s"),
        Written("90m", "1h30m0s"),
        Option("secrets", EXTERNAL, "ExternalSecret", "spec.refreshInterval", "1h0m0s"),
    ],
    ("external-secrets.io/ExternalSecret", "spec.target"): [
        Missing("{data: []}", {"creationPolicy": "Owner", "deletionPolicy": "Retain"}),
    ],
    ("external-secrets.io/ExternalSecret", "spec.target.creationPolicy"): [Missing("{name: a}", "Owner")],
    ("external-secrets.io/ExternalSecret", "spec.target.deletionPolicy"): [Missing("{name: a}", "Retain")],
    ("external-secrets.io/ExternalSecret", "spec.target.template.engineVersion"): [Missing("{type: Opaque}", "v2")],
    ("external-secrets.io/ExternalSecret", "spec.target.template.mergePolicy"): [Missing("{type: Opaque}", "Replace")],
    **{
        ("external-secrets.io/ExternalSecret", f"spec.target.template.templateFrom[].{source}.items[].templateAs"): [
            Missing("{key: k}", "Values")
        ]
        for source in ("configMap", "secret")
    },
    ("external-secrets.io/ExternalSecret", "spec.target.template.templateFrom[].target"): [
        Missing("{literal: a}", "Data")
    ],
}

CERTIFICATES: dict[Row, list[Case]] = {
    **{
        ("cert-manager.io/Certificate", f"spec.{field}"): [Written("[]", GONE)]
        for field in ("dnsNames", "emailAddresses", "ipAddresses", "uris", "usages")
    },
    ("cert-manager.io/Certificate", "spec.duration"): [
        Written("2160h", "2160h0m0s"),
        Option("certificates", "{duration: 2160h}", "Certificate", "spec.duration", "2160h0m0s"),
    ],
    ("cert-manager.io/Certificate", "spec.renewBefore"): [
        Written("1.5h", "1h30m0s"),
        Option("certificates", "{renewBefore: 360h}", "Certificate", "spec.renewBefore", "360h0m0s"),
    ],
    **{
        (f"cert-manager.io/{kind}", f"{_SOLVER}.{field}"): [case]
        for kind in ("ClusterIssuer", "Issuer")
        for field, case in (
            ("gatewayHTTPRoute.parentRefs[]", PARENT),
            ("gatewayHTTPRoute.podTemplate.spec.resources", RESOURCES),
            ("ingress.podTemplate.spec.resources", RESOURCES),
        )
    },
}

_API = "gateway.networking.k8s.io"

GATEWAYS: dict[Row, list[Case]] = {
    **{
        (f"{_API}/{kind}", field): [case]
        for kind in ("GRPCRoute", "HTTPRoute")
        for field, case in (
            ("spec.parentRefs[]", PARENT),
            ("spec.rules[].backendRefs[]", BACKEND),
            ("spec.rules[].backendRefs[].filters[].requestMirror", MIRROR),
            ("spec.rules[].filters[].requestMirror", MIRROR),
            ("spec.rules[].matches[].headers[].type", Missing("{name: a, value: b}", "Exact")),
        )
    },
    (f"{_API}/GRPCRoute", "spec.rules[].matches[].method.type"): [
        Missing("{service: a.B}", "Exact"),
        Option(
            "grpcRoutes",
            "{parentRefs: [gw], rules: [{matches: [{service: a.B}], backendRefs: [{service: cart, port: 80}]}]}",
            "GRPCRoute",
            "spec.rules[0].matches[0].method.type",
            "Exact",
        ),
    ],
    (f"{_API}/HTTPRoute", "spec.rules"): [Missing("{hostnames: [a.example.com]}", [{"matches": [ANY_PATH]}])],
    **{
        (f"{_API}/HTTPRoute", f"spec.rules[].{place}[].{field}"): [case]
        for place in ("backendRefs[].filters", "filters")
        for field, case in (
            ("cors.maxAge", Missing("{allowOrigins: ['*']}", 5)),
            ("requestRedirect.statusCode", Missing("{scheme: https}", 302)),
        )
    },
    (f"{_API}/HTTPRoute", "spec.rules[].matches"): [Missing("{name: a}", [ANY_PATH])],
    (f"{_API}/HTTPRoute", "spec.rules[].matches[].path"): [Missing("{method: GET}", ANY_PATH["path"])],
    (f"{_API}/HTTPRoute", "spec.rules[].matches[].path.type"): [
        Missing("{value: /a}", "PathPrefix"),
        Option("httpRoutes", HTTP_ROUTE, "HTTPRoute", "spec.rules[0].matches[0].path.type", "PathPrefix"),
    ],
    (f"{_API}/HTTPRoute", "spec.rules[].matches[].path.value"): [Missing("{type: Exact}", "/")],
    (f"{_API}/HTTPRoute", "spec.rules[].matches[].queryParams[].type"): [Missing("{name: a, value: b}", "Exact")],
    (f"{_API}/Gateway", "spec.addresses[].type"): [Missing("{value: 10.0.0.1}", "IPAddress")],
    (f"{_API}/Gateway", "spec.listeners[].allowedRoutes"): [
        Missing("{name: web}", {"namespaces": {"from": "Same"}}),
        Option("gateways", GATEWAY, "Gateway", "spec.listeners[0].allowedRoutes", {"namespaces": {"from": "Same"}}),
    ],
    (f"{_API}/Gateway", "spec.listeners[].allowedRoutes.kinds[].group"): [Missing("{kind: HTTPRoute}", _API)],
    (f"{_API}/Gateway", "spec.listeners[].allowedRoutes.namespaces"): [
        Missing("{kinds: [{kind: HTTPRoute}]}", {"from": "Same"}),
    ],
    (f"{_API}/Gateway", "spec.listeners[].allowedRoutes.namespaces.from"): [Missing("{selector: {}}", "Same")],
    **{
        (f"{_API}/Gateway", f"spec.listeners[].tls.certificateRefs[].{field}"): [
            Missing("{name: cert}", wanted),
            Option("gateways", GATEWAY, "Gateway", f"spec.listeners[0].tls.certificateRefs[0].{field}", wanted),
        ]
        for field, wanted in (("group", ""), ("kind", "Secret"))
    },
    (f"{_API}/Gateway", "spec.listeners[].tls.mode"): [
        Missing("{options: {}}", "Terminate"),
        Option("gateways", GATEWAY, "Gateway", "spec.listeners[0].tls.mode", "Terminate"),
    ],
    (f"{_API}/Gateway", "spec.tls.frontend.perPort[].tls.validation.mode"): [
        Missing("{caCertificateRefs: []}", "AllowValidOnly"),
    ],
}

MONITORS: dict[Row, list[Case]] = {
    **{
        (f"monitoring.coreos.com/{kind}", "spec.nativeHistogramMinBucketFactor"): [QUANTITY]
        for kind in ("PodMonitor", "Probe", "ServiceMonitor")
    },
    **{
        (f"monitoring.coreos.com/{kind}", field): [RELABEL]
        for kind, field in (
            ("PodMonitor", "spec.podMetricsEndpoints[].metricRelabelings[]"),
            ("PodMonitor", "spec.podMetricsEndpoints[].relabelings[]"),
            ("Probe", "spec.metricRelabelings[]"),
            ("Probe", "spec.targets.ingress.relabelingConfigs[]"),
            ("Probe", "spec.targets.staticConfig.relabelingConfigs[]"),
            ("ServiceMonitor", "spec.endpoints[].metricRelabelings[]"),
            ("ServiceMonitor", "spec.endpoints[].relabelings[]"),
        )
    },
    **{
        ("monitoring.coreos.com/PrometheusRule", f"spec.groups[].rules[].{field}.*"): [TEXT]
        for field in ("annotations", "labels")
    },
}

_CNPG = "postgresql.cnpg.io/Cluster"

STORES: dict[Row, list[Case]] = {
    **{
        ("kafka.strimzi.io/Kafka", f"spec.{part}.resources"): [RESOURCES]
        for part in ("cruiseControl", "entityOperator.topicOperator", "entityOperator.userOperator", "kafkaExporter")
    },
    ("kafka.strimzi.io/KafkaNodePool", "spec.resources"): [
        RESOURCES,
        Option("kafka", "{resources: {memory: 1024Mi:2048Mi}}", "KafkaNodePool", "spec.resources.limits.memory", "2Gi"),
    ],
    ("mongodbcommunity.mongodb.com/MongoDBCommunity", "spec.users[].db"): [
        Missing("{name: a}", "admin"),
        Option("mongodb", "{}", "MongoDBCommunity", "spec.users[0].db", "admin"),
    ],
    (_CNPG, "spec.env"): [
        Refused("[{name: A, value: a}, {name: A, value: b}]", "'A' is already set by item 0; keep one of the two"),
        Written("[]", GONE),
    ],
    (_CNPG, "spec.env[].value"): [TEXT, Written("''", GONE)],
    (_CNPG, "spec.env[].valueFrom"): [ENV_SOURCE],
    (_CNPG, "spec.ephemeralVolumeSource.volumeClaimTemplate.spec"): [CLAIM],
    (_CNPG, "spec.ephemeralVolumesSizeLimit.*"): [QUANTITY],
    (_CNPG, "spec.externalClusters[].plugin.enabled"): [Missing("{name: a}", wanted=True)],
    (_CNPG, "spec.externalClusters[].plugin.isWALArchiver"): [Missing("{name: a}", wanted=False)],
    (_CNPG, "spec.managed.roles[].connectionLimit"): [Missing("{name: a}", -1)],
    (_CNPG, "spec.managed.roles[].ensure"): [Missing("{name: a}", "present")],
    (_CNPG, "spec.managed.roles[].inherit"): [Missing("{name: a}", wanted=True)],
    (_CNPG, "spec.managed.services.additional[].serviceTemplate.spec.ports[].protocol"): [Missing("{port: 80}", "TCP")],
    (_CNPG, "spec.managed.services.additional[].updateStrategy"): [Missing("{selectorType: rw}", "patch")],
    (_CNPG, "spec.monitoring.podMonitorMetricRelabelings[]"): [RELABEL],
    (_CNPG, "spec.monitoring.podMonitorRelabelings[]"): [RELABEL],
    (_CNPG, "spec.plugins[].enabled"): [Missing("{name: a}", wanted=True)],
    (_CNPG, "spec.plugins[].isWALArchiver"): [Missing("{name: a}", wanted=False)],
    **{
        (_CNPG, f"spec.{field}"): [Written("{}", GONE)]
        for field in (
            "affinity.nodeSelector",
            "inheritedMetadata.annotations",
            "inheritedMetadata.labels",
            "postgresql.parameters",
        )
    },
    **{
        (_CNPG, f"spec.{field}"): [Written("[]", GONE)]
        for field in (
            "affinity.tolerations",
            "bootstrap.initdb.postInitSQL",
            "envFrom",
            "externalClusters",
            "imagePullSecrets",
            "managed.roles",
            "managed.services.additional",
            "plugins",
            "postgresql.pg_hba",
            "postgresql.pg_ident",
            "postgresql.shared_preload_libraries",
            "tablespaces",
        )
    },
    (_CNPG, "spec.topologySpreadConstraints"): [
        Written("[]", GONE),
        Option(
            "postgresql", "{replicas: 3, scheduling: {spread: []}}", "Cluster", "spec.topologySpreadConstraints", GONE
        ),
    ],
    (_CNPG, "spec.projectedVolumeTemplate.sources[].downwardAPI.items[].resourceFieldRef.divisor"): [QUANTITY],
    (_CNPG, "spec.resources"): [
        RESOURCES,
        Option("postgresql", "{resources: {cpu: 100m:1000m}}", "Cluster", "spec.resources.limits.cpu", "1"),
    ],
    (_CNPG, "spec.storage.pvcTemplate"): [CLAIM],
    (_CNPG, "spec.tablespaces[].storage.pvcTemplate"): [CLAIM],
    (_CNPG, "spec.tablespaces[].storage.resizeInUseVolumes"): [Missing("{size: 1Gi}", wanted=True)],
    (_CNPG, "spec.tablespaces[].temporary"): [Missing("{name: a}", wanted=False)],
    (_CNPG, "spec.walStorage.pvcTemplate"): [CLAIM],
}

FLUX: dict[Row, list[Case]] = {
    ("kustomize.toolkit.fluxcd.io/Kustomization", "spec.postBuild.substituteFrom[].optional"): [
        Missing("{kind: ConfigMap, name: a}", wanted=False),
    ],
}

CUSTOM: dict[Row, list[Case]] = {**SHAPES, **ARGO, **SECRETS, **CERTIFICATES, **GATEWAYS, **MONITORS, **STORES, **FLUX}
