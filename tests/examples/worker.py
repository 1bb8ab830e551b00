"""A worker without an HTTP endpoint: exec probes, a volume, a sidecar, rights at the API server."""

from cdk8s import App, Chart

from lumen_constructs import (
    Claim,
    Container,
    Lifecycle,
    Peer,
    PolicyRule,
    Probe,
    ProbedDeployment,
    Probes,
    Resources,
    Volume,
    VolumeMount,
)

app = App()
chart = Chart(app, "jobs", namespace="jobs")

worker = ProbedDeployment(
    chart,
    "worker",
    image="ghcr.io/acme/worker:2.3.0",
    command=["worker", "--queue", "mail"],
    resources=Resources(cpu="250m:1", memory="256Mi"),
    probes=Probes(
        startup=Probe.run("worker", "started", period_seconds=5, failure_threshold=24),
        liveness=Probe.run("worker", "alive", period_seconds=30, timeout_seconds=5),
    ),
    env={"QUEUE": "mail"},
    volumes=[Volume(name="spool", mount_path="/var/spool/mail", claim=Claim(size="5Gi"))],
    sidecars=[
        Container(
            name="shipper",
            image="ghcr.io/acme/shipper:1.0.0",
            resources=Resources(cpu="10m:100m", memory="32Mi:64Mi"),
            volume_mounts=[VolumeMount(name="spool", mount_path="/spool", read_only=True)],
        )
    ],
    rbac=[PolicyRule(resources=["configmaps"], resource_names=["feature-flags"], verbs=["get"])],
    lifecycle=Lifecycle(pre_stop=["worker", "drain"]),
    termination_grace_period_seconds=60,
)
worker.allow_to(Peer(namespace="mail", ports=[25]))
