"""cdk8s-plus and this library in one chart: each takes what the other makes."""

from __future__ import annotations

import cdk8s_plus_27 as kplus
import pytest
from cdk8s import App, Chart, Duration, Size

from lumen_constructs import MonitoredService, Probe, Probes, Range, Resources, SecretRef, ServiceAccount
from tests.objects import bodies, pod_spec, the


@pytest.fixture
def chart() -> Chart:
    """Give an empty chart with a namespace."""
    return Chart(App(), "shop", namespace="shop")


def test_takes_the_types_of_cdk8s_plus(chart: Chart) -> None:
    """Amounts, durations and named objects of cdk8s and cdk8s-plus stand where their values would."""
    secret = kplus.Secret.from_secret_name(chart, "db", "cart-db")
    account = kplus.ServiceAccount.from_service_account_name(chart, "account", "cart")
    MonitoredService(
        chart,
        "cart",
        image="ghcr.io/acme/cart:1.4.2",
        port=8080,
        resources=Resources(
            cpu=kplus.Cpu.millis(250), memory=Range(request=Size.mebibytes(128), limit=Size.gibibytes(1))
        ),
        probes=Probes(readiness=Probe(period_seconds=Duration.minutes(1)), path="/ready"),
        secrets=[SecretRef(name=secret, keys=["DB_PASSWORD"])],
        service_account=ServiceAccount(create=False, name=account),
    )
    spec = pod_spec(the(bodies(chart), "Deployment", "cart"))
    (container,) = spec["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "250m", "memory": "128Mi"},
        "limits": {"cpu": "250m", "memory": "1Gi"},
    }
    assert container["readinessProbe"]["periodSeconds"] == 60
    assert container["env"][0]["valueFrom"]["secretKeyRef"] == {"name": "cart-db", "key": "DB_PASSWORD"}
    assert spec["serviceAccountName"] == "cart"


def test_gives_what_cdk8s_plus_takes(chart: Chart) -> None:
    """A CronJob of cdk8s-plus uses the service's ConfigMap and account by the names that the service gives."""
    service = MonitoredService(
        chart,
        "cart",
        image="ghcr.io/acme/cart:1.4.2",
        port=8080,
        resources=Resources(cpu="100m", memory="128Mi"),
        probes=Probes.http(readiness="/ready"),
        config={"LOG_LEVEL": "info"},
    )
    name = service.deployment.config_map_name
    assert name is not None
    config = kplus.ConfigMap.from_config_map_name(chart, "config", name)
    pod = kplus.Pod(chart, "tool")
    pod.add_container(image="ghcr.io/acme/tool:1", env_from=[kplus.Env.from_config_map(config)])
    tool = the(bodies(chart), "Pod")
    assert tool["spec"]["containers"][0]["envFrom"] == [{"configMapRef": {"name": "cart-config"}}]
