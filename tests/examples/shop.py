"""The first example of the README."""

from cdk8s import App, Chart

from lumen_constructs import Autoscaling, Metrics, MonitoredService, Probes, Resources, SecretRef

app = App()
shop = Chart(app, "shop", namespace="shop")
MonitoredService(
    shop,
    "cart",
    image="ghcr.io/acme/cart:1.4.2",
    port=8080,
    resources=Resources(cpu="100m:500m", memory="128Mi:256Mi"),
    probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
    config={"LOG_LEVEL": "info"},
    secrets=[SecretRef(name="cart-db", keys=["DB_PASSWORD"])],
    metrics=Metrics(path="/metrics", interval="30s"),
    autoscaling=Autoscaling(min_replicas=2, max_replicas=10, cpu_percent=70),
)
