from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.alerts import DEFAULTS, AlertRule, Alerts, Figures, RecordingRule, Tuning
from lumen_constructs.values.docstrings import descriptions
from tests.options.test_metrics import from_yaml


def test_values_tune_single_alerts() -> None:
    """A values file turns alerts off, and changes one figure of another one."""
    alerts = from_yaml(
        Alerts, "{restarting: false, highMemoryUsage: {threshold: 0.8}, runbookURL: 'https://r/{alert}'}"
    )
    assert alerts.figures("restarting") is None
    assert alerts.figures("high_memory_usage") == Figures("warning", "15m", 0.8)
    assert alerts.runbook_url == "https://r/{alert}"


def test_documentation_states_the_figures() -> None:
    """The help of each field names the severity, the duration and the threshold that really hold."""
    for field, figures in DEFAULTS.items():
        text = " ".join(descriptions(Alerts)[field].split())
        assert figures.severity.capitalize() in text, field
        wait = figures.for_ if figures.for_ != "0s" else "at once"
        assert re.search(rf"\b{wait}\b", text), field
        if figures.threshold is not None:
            assert f"at {figures.threshold}" in text, field


def test_every_tuning_is_of_a_known_alert() -> None:
    """Whatever can be tuned has figures, and the other way round."""
    tuned = {name for name, field in Alerts.model_fields.items() if field.annotation is Tuning}
    assert tuned == set(DEFAULTS)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Alerts(prefix="my-alerts"), "prefix 'my-alerts' must be letters, digits and '_'"),
        (lambda: Alerts(runbook_url="https://r/{alerts}"), "may only hold {alert}, {rule}, {service}"),
        (lambda: Alerts(runbook_url="https://r/{alerts}"), "did you mean 'alert'?"),
        (lambda: Alerts(runbook_url="https://r/{alert"), "may only hold"),
        (lambda: Alerts(runbook_url="https://r/{alert.name}"), "may only hold"),
        (lambda: Alerts(runbook_url="https://r/{alert!r:>9}"), "may only hold"),
        (lambda: Alerts(runbook_url="runbooks/{alert}"), "must be a URL"),
        (lambda: Alerts(labels={"severity": "critical"}), "labels must not hold severity"),
        (lambda: Alerts(labels={"my-team": "x"}), "key 'my-team' must be a Prometheus label"),
        (lambda: Alerts(high_error_rate=Tuning(threshold=5)), "5.0 must be a share between 0 and 1"),
        (lambda: Alerts(target_absent=Tuning(threshold=1)), "must be left out: this alert compares with no figure"),
        (
            lambda: Alerts(rules=[AlertRule(alert="A", expr="up", summary="x")] * 2),
            "rules[1].alert 'A' is the name of another rule too",
        ),
        (lambda: AlertRule(alert="A", expr="up{", summary="x"), "expr 'up{' is not valid PromQL"),
        (lambda: AlertRule(alert="A", expr="up", summary=""), "summary"),
        (
            lambda: from_yaml(AlertRule, "{alert: A, expr: up, summary: x, severity: page}"),
            "must be one of critical, warning, info",
        ),
        (lambda: AlertRule(alert="A", expr="up", summary="x", for_="1 hour"), "'1 hour' is not a duration"),
        (lambda: RecordingRule(record="a-b", expr="up"), "record 'a-b' must be a metric name"),
    ],
)
def test_refuses_alerts_that_cannot_be(make: Callable[[], object], message: str) -> None:
    """Each contradiction is one line that says what is wrong."""
    with pytest.raises(LumenError) as raised:
        make()
    assert message in str(raised.value)
