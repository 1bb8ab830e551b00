from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from lumen_constructs import CronJob, Gateway, LumenError, MonitoredService, ProbedDeployment, Probes, Resources

RESOURCES = Resources(cpu="100m:500m", memory="128Mi:256Mi")
BASE: dict[str, Any] = {"image": "ghcr.io/acme/cart:1.4.2", "resources": RESOURCES}


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (MonitoredService, {**BASE, "port": 80, "probes": Probes()}),
        (ProbedDeployment, {**BASE, "probes": Probes()}),
        (CronJob, {**BASE, "schedule": "0 3 * * *"}),
        (Gateway, {"class_name": "envoy", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}),
    ],
)
def test_refuses_to_stand_in_no_chart(kind: Any, options: dict[str, Any]) -> None:
    """A construct right below an App is refused with its path, not with cdk8s' words for its inside."""
    with pytest.raises(LumenError, match=r"^cart: stands in no Chart; make one, and give it as the scope$"):
        kind(App(), "cart", **options)


@pytest.mark.parametrize("more", [{}, {"port": 80}])
@pytest.mark.parametrize("given", [("ghcr.io/acme/cart:1.4.2",), (RESOURCES, RESOURCES)])
def test_refuses_options_without_a_keyword(given: tuple[object, ...], more: dict[str, Any]) -> None:
    """A third place is for the options of a values file alone."""
    make: Any = MonitoredService
    with pytest.raises(LumenError, match=r"^shop/cart: options are keywords, such as image=…, but .* has none$"):
        make(Chart(App(), "shop"), "cart", *given, **more)
