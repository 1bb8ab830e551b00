"""A platform of several components, one of which needs others, for one environment."""

from cdk8s import App

from lumen_constructs import (
    Cluster,
    Ingress,
    IngressTls,
    LimitRange,
    Metrics,
    MonitoredService,
    Monitoring,
    Namespace,
    Password,
    Probes,
    Redis,
    Resources,
    SecretRef,
    UmbrellaStack,
)

app = App()
platform = UmbrellaStack(
    app,
    "platform",
    name="platform",
    environment="staging",
    cluster=Cluster(monitoring=Monitoring(labels={"prometheus": "main"}), image_registry="registry.example.com"),
    namespace_options=Namespace(quota={"requests.cpu": 4}, limit_range=LimitRange(max={"memory": "2Gi"})),
    components={"cache": True, "api": True, "front": True},
    needs={"api": ["cache"], "front": ["api"]},
)
small = Resources(cpu="50m:500m", memory="64Mi:256Mi")

password = SecretRef(name="cache-password", keys=["password"])
cache = platform.add("cache", Redis(platform, "cache", resources=small, auth=Password(secret=password)))
api = platform.add(
    "api",
    MonitoredService(
        platform,
        "api",
        image="platform/api:1.0.0",
        port=8080,
        replicas=2,
        resources=small,
        probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        config=cache.config(prefix="CACHE"),
        secrets=cache.secrets(prefix="CACHE"),
        metrics=Metrics(requests="http"),
    ),
)
front = platform.add(
    "front",
    MonitoredService(
        platform,
        "front",
        image="platform/front:1.0.0",
        port=8080,
        resources=small,
        probes=Probes.http(path="/"),
        config={"API": f"http://{api.service_name}:8080"},
        ingress=Ingress(
            host="staging.example.com",
            class_name="haproxy",
            cluster_issuer="letsencrypt",
            tls=[IngressTls(hosts=["staging.example.com"], secret_name="front-tls")],  # noqa: S106  # a name
        ),
    ),
)
