"""What a cdk8s-plus user would pass is accepted: sizes, CPU amounts, durations, and named objects by their names."""

from __future__ import annotations

import cdk8s
import cdk8s_plus_27 as kplus
import pytest

from lumen_constructs import Claim, EmptyDir, Probe, Resources, SecretRef, ServiceAccount
from lumen_constructs.options.env import EnvFromRef
from lumen_constructs.options.metrics import Metrics
from lumen_constructs.options.volumes import ConfigMapVolume
from tests.options.reading import python_faults


@pytest.fixture(scope="module")
def chart() -> cdk8s.Chart:
    """Start jsii once."""
    return cdk8s.Chart(cdk8s.App(), "shop", namespace="shop")


def test_takes_amounts(chart: cdk8s.Chart) -> None:
    """Sizes and CPU amounts become canonical quantities, one for request and limit alike."""
    resources = Resources(cpu=kplus.Cpu.millis(250), memory=cdk8s.Size.mebibytes(128))
    assert resources.body() == {
        "requests": {"cpu": "250m", "memory": "128Mi"},
        "limits": {"cpu": "250m", "memory": "128Mi"},
    }
    assert Resources(requests={"cpu": kplus.Cpu.units(2)}).request("cpu") == "2"
    assert Claim(size=cdk8s.Size.gibibytes(10)).size == "10Gi"
    assert EmptyDir(size_limit=cdk8s.Size.kibibytes(512)).size_limit == "512Ki"


def test_takes_durations(chart: cdk8s.Chart) -> None:
    """Durations become whole seconds, or what Prometheus reads."""
    assert Probe(period_seconds=cdk8s.Duration.minutes(1)).period_seconds == 60
    assert Metrics(interval=cdk8s.Duration.seconds(15)).interval == "15s"


def test_refuses_a_duration_of_no_whole_seconds(chart: cdk8s.Chart) -> None:
    """What jsii refuses is refused in one line, with the option's name."""
    lines = python_faults(lambda: Probe(period_seconds=cdk8s.Duration.millis(1500)))
    assert len(lines) == 1
    assert lines[0].startswith("Probe: period_seconds ")
    assert "1500" in lines[0]


def test_takes_objects_by_their_names(chart: cdk8s.Chart) -> None:
    """A Secret, a ConfigMap and a ServiceAccount stand for their names."""
    secret = kplus.Secret.from_secret_name(chart, "Secret", "db")
    config_map = kplus.ConfigMap(chart, "ConfigMap", metadata=cdk8s.ApiObjectMetadata(name="files"))
    account = kplus.ServiceAccount.from_service_account_name(chart, "Account", "robot")
    assert SecretRef(name=secret, keys=["A"]).name == "db"
    assert EnvFromRef(name=config_map).name == "files"
    assert ConfigMapVolume(name=config_map).name == "files"
    assert ServiceAccount(create=False, name=account).name == "robot"
