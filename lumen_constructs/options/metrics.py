"""How Prometheus scrapes a component, and which of its series count requests, errors and latency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import Fault, FaultsError, show
from lumen_constructs.options.alerts import AlertRule, Alerts, RecordingRule, Severity, Tuning
from lumen_constructs.options.base import Items, Map, Options, Short, empty
from lumen_constructs.options.dashboard import Dashboard, Link, Panel, Query
from lumen_constructs.options.env import KeyRef
from lumen_constructs.options.queries import Matchers, MetricName, positive
from lumen_constructs.options.scalars import LabelMap, PortName, PrometheusDuration, Subdomain, Text
from lumen_constructs.options.slos import CounterEvents, Slo

__all__ = [
    "AlertRule",
    "Alerts",
    "CounterEvents",
    "Dashboard",
    "Link",
    "Metrics",
    "MetricsTls",
    "Panel",
    "Query",
    "RecordingRule",
    "Relabeling",
    "RequestMetrics",
    "RequestSeries",
    "Severity",
    "Slo",
    "Tuning",
]

if TYPE_CHECKING:
    Interval = PrometheusDuration
else:
    Interval = Annotated[PrometheusDuration, AfterValidator(positive)]


#: The instrumentations whose series are known.
Preset = Literal["http", "spring-boot", "opentelemetry", "grpc"]


class RequestSeries(NamedTuple):
    """The series that count a component's requests, with the preset and what was given put together."""

    total: str
    """Counter of requests."""
    matchers: str
    """Label matchers of the requests that count; empty for all."""
    errors: str | None
    """Label matchers of the requests that failed."""
    duration: str | None
    """Histogram of durations, without ``_bucket``."""
    unit: Literal["seconds", "milliseconds"]
    """What the histogram measures in."""
    buckets: tuple[float, ...]
    """Upper bounds of the histogram's buckets, in ``unit``; empty where nobody said."""


#: What well-known instrumentations call their series.
PRESETS: dict[Preset, RequestSeries] = {
    "http": RequestSeries(
        "http_requests_total", "", 'status=~"5.."', "http_request_duration_seconds", unit="seconds", buckets=()
    ),
    # Micrometer also counts the probes and scrapes of the actuator, which are no user's requests.
    "spring-boot": RequestSeries(
        "http_server_requests_seconds_count",
        'uri!~"/actuator.*"',
        'status=~"5.."',
        "http_server_requests_seconds",
        unit="seconds",
        buckets=(),
    ),
    "opentelemetry": RequestSeries(
        "http_server_request_duration_seconds_count",
        "",
        'http_response_status_code=~"5.."',
        "http_server_request_duration_seconds",
        unit="seconds",
        buckets=(),
    ),
    # The codes that blame the server, as go-grpc-middleware and its Java counterpart spell them.
    "grpc": RequestSeries(
        "grpc_server_handled_total",
        "",
        'grpc_code=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"',
        "grpc_server_handling_seconds",
        unit="seconds",
        buckets=(),
    ),
}


class RequestMetrics(Options):
    """Which series count the component's requests: a preset, series of its own, or a preset with some replaced.

    The short form is the preset's name: ``requests: spring-boot``.
    """

    preset: Preset | None = None
    """Names that an instrumentation gives its series. ``http``: ``http_requests_total`` with ``status``;
    ``spring-boot``: Micrometer's ``http_server_requests_seconds``, whose buckets need
    ``management.metrics.distribution.percentiles-histogram.http.server.requests: true``; ``opentelemetry``: its HTTP
    semantic conventions; ``grpc``: go-grpc-middleware's. Default: none, and ``total`` is required."""
    total: MetricName | None = None
    """Counter of requests. Default: the preset's."""
    matchers: Matchers | None = None
    """Label matchers of the requests that count, such as ``path!="/health"``. Default: the preset's, otherwise all."""
    errors: Matchers | None = None
    """Label matchers, on ``total``, of requests that failed. Default: the preset's, otherwise errors are not known,
    and there is no alert on them."""
    duration: MetricName | None = None
    """Histogram of how long requests took, without ``_bucket``. Default: the preset's, otherwise latency is not known,
    and there is no alert on it."""
    unit: Literal["seconds", "milliseconds"] = "seconds"
    """Unit that the histogram measures in."""
    buckets: Items[float] = ()
    """Upper bounds of the histogram's buckets, in ``unit``. Where given, the thresholds of latency objectives are held
    against them. Default: not known, and nothing is checked."""

    @model_validator(mode="after")
    def _check(self) -> RequestMetrics:
        if self.preset is None and self.total is None:
            message = f"needs total, the counter of requests, or a preset ({', '.join(PRESETS)})"
            raise ValueError(message)
        for suffix in ("_bucket", "_count", "_sum"):
            if self.duration is not None and self.duration.endswith(suffix):
                message = f"{show(self.duration)} must be the histogram's name, without {suffix!r}"
                raise FaultsError([Fault(("duration",), message)])
        if list(self.buckets) != sorted(set(self.buckets)) or any(bound <= 0 for bound in self.buckets):
            raise FaultsError([Fault(("buckets",), "must be positive bounds that rise")])
        return self

    @property
    def series(self) -> RequestSeries:
        """The series, with the preset and what was given put together."""
        preset = PRESETS[self.preset] if self.preset is not None else None
        return RequestSeries(
            total=self.total or (preset.total if preset else ""),
            matchers=self.matchers if self.matchers is not None else (preset.matchers if preset else ""),
            errors=self.errors or (preset.errors if preset else None),
            duration=self.duration or (preset.duration if preset else None),
            unit=self.unit,
            buckets=tuple(self.buckets),
        )


if TYPE_CHECKING:
    RequestMetricsLike = RequestMetrics | Preset
else:
    #: Series of requests, or the name of a preset.
    RequestMetricsLike = Annotated[
        RequestMetrics, Short(str, lambda name: RequestMetrics(preset=name), {"enum": list(PRESETS)})
    ]


class Relabeling(Options):
    """A step that changes or drops targets (``relabelings``) or series (``metric_relabelings``)."""

    action: Literal[
        "replace",
        "keep",
        "drop",
        "hashmod",
        "labelmap",
        "labeldrop",
        "labelkeep",
        "lowercase",
        "uppercase",
        "keepequal",
        "dropequal",
    ] = "replace"
    """What is done; sets ``action``, always spelled out as the API server stores it."""
    source_labels: Items[str] = ()
    """Labels whose values are joined and matched; sets ``sourceLabels``."""
    separator: str | None = None
    """What joins the values; sets ``separator``. Default: ``;``."""
    regex: str | None = None
    """Regular expression, anchored at both ends; sets ``regex``. Default: anything."""
    target_label: str | None = None
    """Label that is written; sets ``targetLabel``. Required where the action writes one."""
    replacement: str | None = None
    """What is written, with ``$1`` for a group; sets ``replacement``. Default: ``$1``."""
    modulus: int | None = Field(default=None, ge=1)
    """Divisor of ``hashmod``; sets ``modulus``."""

    @model_validator(mode="after")
    def _check(self) -> Relabeling:
        writes = self.action in {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"}
        if writes and self.target_label is None:
            message = f"needs targetLabel: {self.action} compares or writes one"
            raise ValueError(message)
        if (self.action == "hashmod") != (self.modulus is not None):
            message = "action hashmod and modulus go together"
            raise ValueError(message)
        return self


class MetricsTls(Options):
    """How Prometheus checks the certificate of a target that it scrapes by HTTPS."""

    ca: KeyRef | None = None
    """Key of a Secret with the certificate authority; sets ``tlsConfig.ca.secret``. Default: Prometheus' own."""
    server_name: Text | None = None
    """Name that the certificate must be for; sets ``tlsConfig.serverName``. Default: the target's address."""
    insecure_skip_verify: bool = False
    """Whether any certificate will do; sets ``tlsConfig.insecureSkipVerify``."""


class Metrics(Options):
    """Metrics that Prometheus scrapes from every pod of the component, through a ServiceMonitor or a PodMonitor."""

    monitor: Literal["service", "pod", False] = "service"
    """``service``: a ServiceMonitor, which finds the pods through the Service; ``pod``: a PodMonitor, for components
    without a Service; ``false``: neither, because another configuration scrapes the component with the Service's name
    as ``job``."""
    name: Subdomain | None = None
    """Name of the monitor. Default: the component's."""
    port: PortName | None = None
    """Name of the port with the metrics; sets ``port`` of the endpoint. Default: the port named ``metrics`` where the
    component has one, otherwise its first port."""
    path: Text = Field(default="/metrics", pattern="^/")
    """Path of the metrics; sets ``path`` of the endpoint."""
    interval: Interval = "30s"
    """Time from one scrape to the next; sets ``interval`` of the endpoint."""
    scrape_timeout: Interval | None = None
    """Time after which a scrape has failed, at most ``interval``; sets ``scrapeTimeout``. Default: Prometheus' own,
    or ``interval`` where that is shorter."""
    scheme: Literal["http", "https"] = "http"
    """Scheme of the request; sets ``scheme`` of the endpoint."""
    params: Map[Items[str]] = Field(default_factory=empty)
    """Query parameters of the request; sets ``params`` of the endpoint."""
    tls: MetricsTls | None = None
    """How the certificate is checked; sets ``tlsConfig`` of the endpoint. Only with scheme https."""
    bearer_token: KeyRef | None = None
    """Key of a Secret whose content Prometheus sends as bearer token; sets ``authorization.credentials``."""
    honor_labels: bool = False
    """Whether the labels ``job``, ``instance``, … of the scraped series win over those of the target; sets
    ``honorLabels``. Exporters of other systems' metrics need it."""
    relabelings: Items[Relabeling] = ()
    """Steps that change the target before the scrape; sets ``relabelings``."""
    metric_relabelings: Items[Relabeling] = ()
    """Steps that change the series after the scrape; sets ``metricRelabelings``."""
    target_labels: Items[Text] = ()
    """Labels of the Service that every series gets; sets ``targetLabels``. Only with a ServiceMonitor."""
    pod_target_labels: Items[Text] = ()
    """Labels of the pod that every series gets; sets ``podTargetLabels``."""
    sample_limit: int | None = Field(default=None, ge=1)
    """Series of one scrape above which the scrape fails; sets ``sampleLimit``. Default: Prometheus' own."""
    labels: LabelMap = Field(default_factory=empty)
    """Further labels of the monitor itself. Those by which Prometheus selects it come from the environment."""
    requests: RequestMetricsLike | None = None
    """Which series count requests, errors and latency, or the name of a preset. Default: none, so that there are no
    alerts, objectives and panels about requests."""

    @model_validator(mode="after")
    def _check(self) -> Metrics:
        faults = []
        timeout, interval = self.scrape_timeout, self.interval
        if timeout is not None and seconds_of(str(timeout)) > seconds_of(str(interval)):
            faults.append(Fault(("scrapeTimeout",), f"{timeout} is longer than the interval, {interval}"))
        if self.tls is not None and self.scheme != "https":
            faults.append(Fault(("tls",), "needs scheme https"))
        if self.target_labels and self.monitor != "service":
            faults.append(Fault(("targetLabels",), "are labels of the Service, and need monitor 'service'"))
        if faults:
            raise FaultsError(faults)
        return self

    def endpoint(self, port: str) -> dict[str, Any]:
        """Give the entry of ``endpoints`` or ``podMetricsEndpoints``."""
        body: dict[str, Any] = {
            "port": port,
            "path": self.path,
            "scheme": self.scheme,
            "interval": str(self.interval),
            "scrapeTimeout": self.scrape_timeout and str(self.scrape_timeout),
            "params": {name: list(values) for name, values in self.params.items()},
            "honorLabels": self.honor_labels or None,
            "tlsConfig": self._tls_body(),
            "authorization": self.bearer_token
            and {"type": "Bearer", "credentials": {"name": self.bearer_token.name, "key": self.bearer_token.key}},
            "relabelings": [step.body() for step in self.relabelings],
            "metricRelabelings": [step.body() for step in self.metric_relabelings],
        }
        return {key: value for key, value in body.items() if value not in (None, [], {})}

    def _tls_body(self) -> dict[str, Any]:
        if self.tls is None:
            return {}
        body: dict[str, Any] = {
            "ca": self.tls.ca and {"secret": {"name": self.tls.ca.name, "key": self.tls.ca.key}},
            "serverName": self.tls.server_name,
            "insecureSkipVerify": self.tls.insecure_skip_verify or None,
        }
        return {key: value for key, value in body.items() if value is not None}
