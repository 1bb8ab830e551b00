"""Count the messages that cross to Node.js and back; run as ``python -m benchmarks.round_trips``, prints JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from cdk8s import App, Chart
from jsii._kernel.providers import process

from benchmarks.services import service
from lumen_constructs import (
    CronJob,
    Password,
    ProbedDeployment,
    Probes,
    Redis,
    Resources,
    SecretProvision,
    SecretSet,
    Storage,
    UmbrellaStack,
)

_RESOURCES = Resources(cpu="100m:500m", memory="128Mi:256Mi")


class _Counter:
    """Counts every message that Python sends to Node.js."""

    def __init__(self) -> None:
        self.sent = 0
        # jsii has no public way to watch its messages: this one method carries all of them.
        send: Any = process._NodeProcess.send  # noqa: SLF001  # as above

        def counted(node: object, *arguments: object) -> object:
            self.sent += 1
            return send(node, *arguments)

        process._NodeProcess.send = counted  # type: ignore[assignment,method-assign]  # noqa: SLF001  # as above

    def of(self, do: Callable[[], object]) -> int:
        """Give the messages that ``do`` costs."""
        before = self.sent
        do()
        return self.sent - before


def count() -> dict[str, int]:
    """Count the round trips of each construct, the second of its kind, so that an app's own are not among them."""
    counter = _Counter()
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder)
        chart = Chart(app, "shop", namespace="shop")
        first = counter.of(lambda: service(chart, "first"))
        found = {
            "MonitoredService, the first of an app": first,
            "MonitoredService": counter.of(lambda: service(chart, "second")),
            "ProbedDeployment": counter.of(lambda: _deployment(chart)),
            "CronJob": counter.of(lambda: _cron_job(chart)),
            **_of_a_stack(counter),
            "App.synth() of one chart, checks included": counter.of(app.synth),
        }
        Chart(app, "other")
        return {**found, "App.synth() of two charts": counter.of(app.synth)}


def _of_a_stack(counter: _Counter) -> dict[str, int]:
    stack = UmbrellaStack(App(), "shop", name="shop", environment="production")
    first, second = (service(stack, name) for name in ("first", "second"))
    _redis(stack, "cache")
    _secret(stack, "first")
    return {
        "Redis": counter.of(lambda: _redis(stack, "queue")),
        "SecretSet of one generated Secret": counter.of(lambda: _secret(stack, "second")),
        "one component needs another": counter.of(lambda: stack.needs(second, {"first": first})),
    }


def _redis(stack: UmbrellaStack, id: str) -> None:
    Redis(stack, id, auth=Password(enabled=False), storage=Storage(size="1Gi"), resources=_RESOURCES)


def _secret(stack: UmbrellaStack, id: str) -> None:
    provision = SecretProvision(provider="generated")
    SecretSet(stack, f"{id}-secrets", declared={id: ["password"]}, provision=provision).ref(id)


def _deployment(chart: Chart) -> None:
    ProbedDeployment(
        chart,
        "worker",
        image="ghcr.io/acme/worker:1.0.0",
        port=8080,
        resources=_RESOURCES,
        probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        config={"LOG_LEVEL": "info"},
    )


def _cron_job(chart: Chart) -> None:
    CronJob(
        chart,
        "report",
        image="ghcr.io/acme/report:1.0.0",
        schedule="0 3 * * *",
        command=["report"],
        resources=_RESOURCES,
    )


if __name__ == "__main__":
    json.dump(count(), sys.stdout)
