"""The component that the tests of this package watch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lumen_constructs.observability.target import Target
from lumen_constructs.options.metrics import Metrics

#: Labels by which the environment's Prometheus selects monitors and rules.
SELECTION = {"release": "kube-prometheus-stack"}

#: A name as Kubernetes makes it for a pod of the Deployment ``cart``.
POD = "cart-7d9f8b6c4d-x2x4z"

METRICS = Metrics(requests="http")


def target(**changes: Any) -> Target:
    """Give a component with everything that an alert may look at."""
    cart = Target(
        name="cart",
        namespace="shop",
        workload="cart",
        containers=("cart",),
        labels={"app.kubernetes.io/name": "cart", "app.kubernetes.io/part-of": "shop"},
        service="cart",
        service_labels={"app.kubernetes.io/name": "cart"},
        pod_labels={"app.kubernetes.io/name": "cart"},
        port="http",
        autoscaler="cart",
        claims=("cart-data",),
    )
    return replace(cart, **changes)
