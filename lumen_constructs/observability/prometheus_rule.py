"""The PrometheusRule of a component: its recordings, its alerts and its objectives' rules, as one body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from lumen_constructs.errors import LumenError, raise_all
from lumen_constructs.faults import show
from lumen_constructs.observability.alerts import default_alerts
from lumen_constructs.observability.rules import Body, Watch, expr_faults, own_alert, own_recording
from lumen_constructs.observability.slos import slo_group
from lumen_constructs.observability.target import Target
from lumen_constructs.options.alerts import Alerts
from lumen_constructs.options.metrics import Metrics
from lumen_constructs.options.slos import Slo


def prometheus_rule(
    target: Target,
    selection: Mapping[str, str],
    *,
    metrics: Metrics | None = None,
    alerts: Alerts | None = None,
    slos: Sequence[Slo] = (),
) -> Body | None:
    """Give the PrometheusRule of a component, or None where it would be empty or ``alerts.enabled`` is false.

    ``selection`` are the labels by which the environment's Prometheus selects rules.

    :raises LumenError: for expressions that do not parse, names given twice, and objectives that cannot be measured
    """
    chosen = alerts if alerts is not None else Alerts()
    groups = rule_groups(target, metrics=metrics, alerts=chosen, slos=slos) if chosen.enabled else []
    if not groups:
        return None
    metadata = target.metadata(chosen.name, selection)
    if chosen.annotations:
        metadata["annotations"] = dict(chosen.annotations)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": {"groups": groups},
    }


def rule_groups(
    target: Target, *, metrics: Metrics | None = None, alerts: Alerts | None = None, slos: Sequence[Slo] = ()
) -> list[Body]:
    """Give the groups of rules: recordings, alerts, and one for each objective; empty ones are left out.

    :raises LumenError: for expressions that do not parse, names given twice, and objectives that cannot be measured
    """
    watch = Watch(target, metrics, alerts if alerts is not None else Alerts())
    makers: list[Callable[[Watch], Body]] = [_recordings, _alerts, *(partial(slo_group, slo=slo) for slo in slos)]
    groups: list[Body] = []
    faults: list[str] = []
    for make in makers:
        try:
            groups.append(make(watch))
        except LumenError as error:
            faults.extend(error.faults)
    filled = [group for group in groups if group["rules"]]
    raise_all([*faults, *_name_faults(filled, slos), *expr_faults(filled)])
    return filled


def _recordings(watch: Watch) -> Body:
    rules = [own_recording(watch, rule) for rule in watch.alerts.recordings]
    return {"name": f"{watch.target.name}-recordings", "rules": rules}


def _alerts(watch: Watch) -> Body:
    own = [own_alert(watch, rule) for rule in watch.alerts.rules]
    return {"name": f"{watch.target.name}-alerts", "rules": [*default_alerts(watch), *own]}


def _name_faults(groups: Sequence[Body], slos: Sequence[Slo]) -> Iterator[str]:
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    for name in _repeated(alerts):
        yield f"alert {show(name)} is made twice; give the component's own rule another name, or set alerts.prefix"
    for name in _repeated([slo.name for slo in slos]):
        yield f"slos: {show(name)} is the name of two objectives"


def _repeated(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if names.count(name) > 1))
