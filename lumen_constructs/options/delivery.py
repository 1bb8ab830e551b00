"""How a new version of a component takes over: all at once, as a canary, or beside the old one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lumen_constructs.durations import go_duration, seconds_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import did_you_mean
from lumen_constructs.options.base import Items, Options, Short, full
from lumen_constructs.options.metrics import RequestMetrics
from lumen_constructs.options.scalars import Seconds, Text, from_jsii

if TYPE_CHECKING:
    import cdk8s

    from lumen_constructs.options.monitored import MonitoredServiceOptions

_STRATEGIES = ("rolling", "canary", "blueGreen")
_PERCENT = re.compile(r"([0-9]{1,3})%")


def _duration(given: object) -> object:
    value = from_jsii(given)
    if isinstance(value, int) and not isinstance(value, bool) and value is not given:
        value = f"{value}s"
    if not isinstance(value, str):
        return value
    try:
        go_duration(value)
    except LumenError as error:
        raise ValueError(str(error)) from None
    if seconds_of(value) <= 0:
        message = f"{show(value)} must be above 0"
        raise ValueError(message)
    return value


def _strategy(given: object) -> object:
    if isinstance(given, str) and given not in _STRATEGIES:
        # In quotes, since one of the words is the name of a field, too.
        words = ", ".join(map(repr, _STRATEGIES))
        message = f"{show(given)} must be one of {words}{did_you_mean(given, _STRATEGIES)}"
        raise ValueError(message)
    return given


if TYPE_CHECKING:
    Duration = str | cdk8s.Duration
    Strategy = Literal["rolling", "canary", "blueGreen"]
else:
    #: A way in which a new version takes over.
    Strategy = Annotated[Literal["rolling", "canary", "blueGreen"], BeforeValidator(_strategy)]
    #: A duration as Go writes it, kept as it was given.
    Duration = Annotated[str, BeforeValidator(_duration)]


class Pause(Options):
    """A wait between two steps."""

    duration: Duration | None = None
    """How long; sets ``pause.duration``. Default: until somebody promotes the roll-out."""


class CanaryStep(Options):
    """A step of a canary.

    The short forms are ``5%`` for a weight, ``10m`` for a wait, and ``pause`` for one that a person ends.
    """

    set_weight: Annotated[int, Field(ge=0, le=100)] | None = None
    """Part of the requests that the new version gets, in percent; sets ``setWeight``."""
    pause: Pause | None = None
    """A wait; sets ``pause``."""

    @model_validator(mode="after")
    def _check(self) -> CanaryStep:
        if (self.set_weight is None) == (self.pause is None):
            message = "needs either setWeight or pause"
            raise ValueError(message)
        return self

    def step_body(self) -> dict[str, Any]:
        """Give the entry of the Rollout's ``steps``; an empty pause is one without an end."""
        if self.pause is None:
            return {"setWeight": self.set_weight}
        return {"pause": {} if self.pause.duration is None else {"duration": self.pause.duration}}


def _step(text: str) -> CanaryStep:
    if text == "pause":
        return CanaryStep(pause=Pause())
    if (weight := _PERCENT.fullmatch(text)) and int(weight[1]) <= 100:
        return CanaryStep(set_weight=int(weight[1]))
    try:
        return CanaryStep(pause=Pause(duration=text))
    except LumenError:
        message = f"{show(text)} must be a weight from '0%' to '100%', a wait such as '10m', or 'pause'"
        raise LumenError(message) from None


if TYPE_CHECKING:
    CanaryStepLike = CanaryStep | str
else:
    #: A step of a canary, or its short form.
    CanaryStepLike = Annotated[CanaryStep, Short(str, _step, {"type": "string", "description": "5%, 10m or pause"})]


class Canary(Options):
    """A new version gets a small part of the requests first."""

    steps: Items[CanaryStepLike] = Field(
        default=(
            CanaryStep(set_weight=5),
            CanaryStep(pause=Pause()),
            CanaryStep(set_weight=50),
            CanaryStep(pause=Pause(duration="10m")),
            CanaryStep(set_weight=100),
        ),
        min_length=1,
    )
    """What happens, in order; sets ``canary.steps``. Default: 5 %, a pause that a person ends, 50 %, ten minutes,
    100 %."""
    traffic: Literal["routed", "pods"] = "routed"
    """How the parts are kept. ``routed``: by the weights of the routes that lead to the component (with the Gateway API
    plugin of Argo Rollouts), and by its Ingress where its controller is ingress-nginx; without either, as ``pods``:
    by the number of pods, so that one new pod among two takes half."""

    @model_validator(mode="after")
    def _check(self) -> Canary:
        if not any(step.set_weight for step in self.all_steps):
            raise_faults([Fault(("steps",), "give the new version no requests: add a weight such as '5%'")])
        return self

    @property
    def all_steps(self) -> tuple[CanaryStep, ...]:
        """``steps`` in full form."""
        return tuple(full(step, CanaryStep) for step in self.steps)

    @property
    def first_weighed(self) -> int:
        """Index of the step after the first one that gives the new version requests, or of the last step."""
        weights = [bool(step.set_weight) for step in self.all_steps]
        return min(weights.index(True) + 1, len(weights) - 1)


class BlueGreen(Options):
    """A new version starts beside the old one, and takes over all requests at once."""

    auto_promotion: bool = True
    """Whether it takes over by itself; sets ``autoPromotionEnabled``. Otherwise a person promotes it."""
    auto_promotion_seconds: Annotated[Seconds, Field(ge=1)] | None = None
    """Seconds that it is ready before it takes over; sets ``autoPromotionSeconds``. Default: at once."""
    scale_down_delay_seconds: Seconds = 30
    """Seconds that the old pods stay afterwards; sets ``scaleDownDelaySeconds``."""
    preview_replicas: int | None = Field(default=None, ge=1)
    """Pods of the new version before it takes over; sets ``previewReplicaCount``. Default: as many as of the old."""

    @model_validator(mode="after")
    def _check(self) -> BlueGreen:
        if self.auto_promotion_seconds is not None and not self.auto_promotion:
            raise_faults([Fault(("autoPromotionSeconds",), "needs autoPromotion: a person promotes when they like")])
        return self

    def settings(self) -> dict[str, Any]:
        """Give the fields of the Rollout's ``blueGreen`` beside Services and analysis."""
        body: dict[str, Any] = {
            # Argo Rollouts waits for the seconds only where it may not promote at once.
            "autoPromotionEnabled": self.auto_promotion and self.auto_promotion_seconds is None,
            "autoPromotionSeconds": self.auto_promotion_seconds,
            "scaleDownDelaySeconds": self.scale_down_delay_seconds,
            "previewReplicaCount": self.preview_replicas,
        }
        return {key: value for key, value in body.items() if value is not None}


class Analysis(Options):
    """What is measured of a new version's own pods; too many bad measurements bring the old version back by themselves.

    The short form is ``true`` or ``false``.
    """

    enabled: bool = True
    """Whether anything is measured."""
    interval: Duration = "1m"
    """Time from one measurement to the next; sets ``metrics[].interval``."""
    initial_delay: Duration | None = None
    """Time before the first one, in which the new pods are scraped; sets ``metrics[].initialDelay``. Default: a minute,
    or two scrapes where they take longer."""
    count: int = Field(default=5, ge=1)
    """Measurements after a blue-green switch; sets ``metrics[].count``. A canary is measured until its last step."""
    failure_limit: int = Field(default=2, ge=0)
    """Bad measurements that are put up with; sets ``metrics[].failureLimit``."""
    max_error_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Share of failed requests above which a measurement is bad. Default: ``alerts.highErrorRate.threshold``."""
    max_latency: Annotated[float, Field(gt=0)] | None = None
    """Seconds, for ``alerts.latencyQuantile`` of the requests, from which on a measurement is bad. Default:
    ``alerts.highLatency.threshold``."""
    address: Text | None = None
    """URL of Prometheus; sets ``provider.prometheus.address``. Default: the cluster's ``monitoring.address``."""


if TYPE_CHECKING:
    AnalysisLike = Analysis | bool
else:
    #: An analysis, or whether there is one.
    AnalysisLike = Annotated[Analysis, Short(bool, lambda enabled: Analysis(enabled=enabled), {"type": "boolean"})]


class Delivery(Options):
    """How a new version takes over. The short form is the strategy: ``delivery: canary``.

    With ``canary`` and ``blueGreen`` the component is a Rollout of Argo Rollouts in place of a Deployment, with the
    same pods. What is said for a strategy that is not chosen has no effect, so that choosing one is one changed line.
    """

    strategy: Strategy = "rolling"
    """``rolling``: pod by pod, a Deployment; ``canary``: a small part of the requests first; ``blueGreen``: beside the
    old version, which is ready to come back."""
    canary: Canary = Field(default_factory=Canary)
    """The steps of a canary."""
    blue_green: BlueGreen = Field(default_factory=BlueGreen)
    """How a blue-green switch is made."""
    analysis: AnalysisLike = Field(default_factory=Analysis)
    """What is measured of the new version, by its own error rate and latency; needs ``metrics.requests``."""


def _delivery(strategy: Strategy) -> Delivery:
    try:
        _strategy(strategy)
    except ValueError as error:
        raise LumenError(str(error)) from None
    return Delivery(strategy=strategy)


if TYPE_CHECKING:
    DeliveryLike = Delivery | Strategy
else:
    #: A delivery, or its strategy.
    DeliveryLike = Annotated[
        Delivery,
        Short(str, _delivery, {"enum": list(_STRATEGIES)}),
    ]


def delivery_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    """Find what stands in the way of a delivery."""
    delivery = full(options.delivery, Delivery)
    if delivery.strategy == "rolling":
        return
    chosen = f"delivery {delivery.strategy} runs the old and the new version side by side"
    if options.has_single_node_claim:
        yield Fault(("delivery",), f"{delivery.strategy} needs claims that two versions can mount; use ReadWriteMany")
    elif options.effective_strategy.type == "Recreate":
        yield Fault(("strategy", "type"), f"Recreate ends the old pods first, and {chosen}; leave it out")
    if delivery.strategy == "blueGreen" and not options.service.enabled:
        yield Fault(("delivery",), "blueGreen switches the Service, which service.enabled turns off")
    if full(delivery.analysis, Analysis).enabled:
        yield from _analysis_faults(options)


def _analysis_faults(options: MonitoredServiceOptions) -> Iterator[Fault]:
    place, otherwise = ("delivery", "analysis"), "or set delivery.analysis to false"
    requests = options.metrics.requests if options.metrics is not None else None
    if requests is None:
        yield Fault(place, f"needs metrics.requests: errors and latency of the new version; declare them, {otherwise}")
        return
    series = full(requests, RequestMetrics).series
    if series.errors is None and series.duration is None:
        yield Fault(place, f"needs metrics.requests to say which requests failed or how long they took, {otherwise}")
