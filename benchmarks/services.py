"""Our program of many services: the README's example in a loop, in a plain app or through the whole pipeline.

Run as ``python -m benchmarks.services plain|files FOLDER NUMBER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cdk8s import App, Chart

from lumen_constructs import Autoscaling, Metrics, MonitoredService, Options, Probes, Resources, SecretRef, System

#: The values file of the pipeline: every value has its default.
VALUES = Path(__file__).parent / "values"


class Values(Options):
    """The values of the system: it has none."""


def service(chart: Chart, name: str) -> MonitoredService:
    """Make the README's example under a name."""
    return MonitoredService(
        chart,
        name,
        image="ghcr.io/acme/cart:1.4.2",
        port=8080,
        resources=Resources(cpu="100m:500m", memory="128Mi:256Mi"),
        probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        config={"LOG_LEVEL": "info"},
        secrets=[SecretRef(name="cart-db", keys=["DB_PASSWORD"])],
        metrics=Metrics(path="/metrics", interval="30s"),
        autoscaling=Autoscaling(min_replicas=2, max_replicas=10, cpu_percent=70),
    )


def services(scope: App, id: str, number: int) -> Chart:
    """Make a chart of ``number`` services."""
    shop = Chart(scope, id, namespace="shop")
    for index in range(1, number + 1):
        service(shop, f"service-{index:04}")
    return shop


def plain(folder: Path, number: int) -> None:
    """Synthesise as any cdk8s program does; the checks run in it."""
    app = App(outdir=str(folder))
    services(app, "shop-bench", number)
    app.synth()


def files(folder: Path, number: int) -> None:
    """Render, check and write one object a file, as ``lumen synth`` does."""
    from lumen_constructs.emit.replace import replace  # noqa: PLC0415  # a plain app does not pay for it
    from lumen_constructs.rendering import render, targets  # noqa: PLC0415  # as above

    def stack(scope: App, id: str, *, environment: str, values: Values) -> Chart:  # noqa: ARG001  # a stack's keywords
        return services(scope, id, number)

    (rendered,) = render(targets([System("shop", stack, Values, VALUES)]))
    replace(folder, rendered.files())


def main() -> None:
    """Run what the arguments name."""
    how, folder, number = sys.argv[1:]
    {"plain": plain, "files": files}[how](Path(folder), int(number))


if __name__ == "__main__":
    main()
