from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from lumen_constructs.observability.monitors import monitor
from lumen_constructs.observability.prometheus_rule import prometheus_rule
from lumen_constructs.options.env import KeyRef
from lumen_constructs.options.metrics import AlertRule, Alerts, Metrics, MetricsTls, RecordingRule, Relabeling, Slo
from tests.observability.samples import SELECTION, target

CRDS = Path(__file__).parents[2] / "imports" / "crds" / "monitoring.coreos.com.yaml"

#: Metrics with everything that may be said about them in either monitor.
FULL: dict[str, Any] = {
    "scheme": "https",
    "scrape_timeout": "10s",
    "params": {"match[]": ["a"]},
    "tls": MetricsTls(ca=KeyRef(name="ca", key="ca.crt"), server_name="cart", insecure_skip_verify=True),
    "bearer_token": KeyRef(name="token", key="token"),
    "honor_labels": True,
    "relabelings": [Relabeling(source_labels=["a"], separator=",", regex=".*", replacement="", target_label="b")],
    "metric_relabelings": [Relabeling(action="hashmod", source_labels=["a"], modulus=2, target_label="b")],
    "pod_target_labels": ["version"],
    "sample_limit": 100,
    "requests": "http",
}
RULE = AlertRule(alert="X", expr="up", for_="1m", keep_firing_for="1m", summary="x", runbook_url="https://example.com")


def bodies() -> list[dict[str, Any]]:
    """Give a body of each kind, with every field that it may have."""
    elsewhere = target(monitoring_namespace="monitoring")
    alerts = Alerts(rules=[RULE], recordings=[RecordingRule(record="a:b", expr="up", labels={"a": "b"})])
    made = [
        monitor(elsewhere, Metrics(**FULL, target_labels=["team"]), SELECTION),
        monitor(elsewhere, Metrics(**FULL, monitor="pod"), SELECTION),
        prometheus_rule(
            target(), SELECTION, metrics=Metrics(**FULL), alerts=alerts, slos=[Slo(name="a", objective=99.9)]
        ),
    ]
    return [body for body in made if body is not None]


def strict(schema: Any) -> Any:
    """Refuse every field that a schema does not name."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    return closed | ({"additionalProperties": False} if "properties" in schema else {})


@pytest.mark.parametrize("body", bodies(), ids=lambda body: str(body["kind"]))
def test_bodies_hold_what_the_crds_know(body: dict[str, Any]) -> None:
    """Each body, with all its options, is valid against our own CRDs, and has no field beside them."""
    (schema,) = [
        crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for crd in yaml.safe_load(CRDS.read_text())["items"]
        if crd["spec"]["names"]["kind"] == body["kind"]
    ]
    # The metadata is Kubernetes' own, and no CRD describes it.
    checked = strict(schema["properties"]["spec"])
    assert [error.message for error in jsonschema_rs.validator_for(checked).iter_errors(body["spec"])] == []
