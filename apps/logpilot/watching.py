"""What watches over logpilot, by mode."""

from __future__ import annotations

from apps.logpilot.configuration import PORTS
from apps.logpilot.values import Monitoring
from lumen_constructs import Alerts, Dashboard, Metrics, Panel, Query, Tuning

#: Start of the names of each mode's alerts.
_PREFIXES = {"all": "LogPilot", "rest": "LogPilotRest", "grpc": "LogPilotGrpc"}


def metrics(mode: str, monitoring: Monitoring) -> Metrics | None:
    """Give how a mode is scraped; grpc has no HTTP server that Prometheus could ask."""
    if "management" not in PORTS[mode]:
        return None
    name = "logpilot-metrics" if mode == "all" else f"logpilot-{mode}-metrics"
    return monitoring.metrics.model_copy(update={"name": name})


def alerts(mode: str, monitoring: Monitoring) -> Alerts:
    """Give the alerts of a mode."""
    memory = Tuning(threshold=monitoring.memory_threshold, for_=monitoring.memory_for)
    return Alerts(prefix=_PREFIXES[mode], high_memory_usage=memory)


def dashboard(mode: str, monitoring: Monitoring) -> Dashboard:
    """Give the dashboard of a mode: the panels that come by themselves, and how many log entries come in."""
    return Dashboard(
        name="logpilot-dashboard" if mode == "all" else None,
        title="LogPilot" if mode == "all" else f"LogPilot {mode}",
        tags=["logpilot"],
        panels=[_throughput(monitoring.log_entries)] if metrics(mode, monitoring) is not None else [],
    )


def _throughput(counter: str) -> Panel:
    expr = f"sum(rate({counter}{{$scope}}[$__rate_interval]))"
    return Panel(title="Log throughput", unit="cps", queries=[Query(expr=expr, legend="entries")])
