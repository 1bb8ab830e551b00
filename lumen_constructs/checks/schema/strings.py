"""The small languages inside strings: quantities, durations, schedules, images, addresses, PromQL."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

from lumen_constructs.checks import kinds
from lumen_constructs.checks.findings import Severity
from lumen_constructs.checks.graph import Graph
from lumen_constructs.checks.items import Item
from lumen_constructs.checks.plain import at, entries, joined, mapping, text, walk
from lumen_constructs.checks.rules import Fault, rule
from lumen_constructs.checks.schema.cron import schedule_fault
from lumen_constructs.checks.schema.images import image_fault
from lumen_constructs.durations import go_duration, is_prometheus_duration
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import show
from lumen_constructs.promql import expr_fault, size_fault
from lumen_constructs.quantities import Quantity

_METRICS = tuple(
    f"spec.metrics[].{source}.target.{field}"
    for source in ("resource", "containerResource", "pods", "object", "external")
    for field in ("averageValue", "value")
)
#: Fields that hold a quantity, besides those of pods.
_QUANTITIES: tuple[tuple[str, str], ...] = (
    (kinds.CLAIM, "spec.resources.requests{}"),
    (kinds.CLAIM, "spec.resources.limits{}"),
    (kinds.STATEFUL_SET, "spec.volumeClaimTemplates[].spec.resources.requests{}"),
    (kinds.STATEFUL_SET, "spec.volumeClaimTemplates[].spec.resources.limits{}"),
    (kinds.VOLUME, "spec.capacity{}"),
    (kinds.RESOURCE_QUOTA, "spec.hard{}"),
    *((kinds.LIMIT_RANGE, f"spec.limits[].{field}{{}}") for field in ("max", "min", "default", "defaultRequest")),
    *((kinds.AUTOSCALER, field) for field in _METRICS),
    (kinds.CNPG_CLUSTER, "spec.storage.size"),
    (kinds.CNPG_CLUSTER, "spec.walStorage.size"),
)


def _quantities(graph: Graph) -> Iterator[tuple[Item, str, object]]:
    for pod in graph.pods:
        for container in pod.containers:
            for field in ("requests", "limits"):
                for name, amount in mapping(container.body, "resources", field).items():
                    yield pod.item, joined(container.path, "resources", field, name), amount
        for place, volume in entries(pod.spec, "volumes"):
            if "sizeLimit" in mapping(volume, "emptyDir"):
                yield pod.item, pod.at("volumes", place, "emptyDir", "sizeLimit"), at(volume, "emptyDir", "sizeLimit")
    for type_, field in _QUANTITIES:
        for item in graph.of(type_):
            yield from ((item, path, amount) for path, amount in walk(item.body, field))


@rule("quantity-invalid", Severity.ERROR)
def quantity_invalid(graph: Graph) -> Iterator[Fault]:
    """An object with an amount that Kubernetes cannot read is refused."""
    for item, path, amount in _quantities(graph):
        if isinstance(amount, (str, int, float)) and not isinstance(amount, bool):
            message, _, hint = _quantity_fault(amount).partition("; ")
            if message:
                yield Fault(item, path, message, hint)


@lru_cache(maxsize=4096)
def _quantity_fault(amount: str | float) -> str:
    try:
        value = Quantity.parse(amount).value
    except LumenError as error:
        return str(error)
    return f"{show(amount)} is below zero; write how much there is" if value < 0 else ""


#: Less memory or storage than this is a number whose unit was forgotten, or 'm' where 'M' was meant.
_LEAST_BYTES = 1024 * 1024
_MOST_CPUS = 1000


@rule("quantity-odd", Severity.WARNING)
def quantity_odd(graph: Graph) -> Iterator[Fault]:
    """An amount whose unit was forgotten or mistaken starves its container, or finds no node that is large enough."""
    for item, path, amount in _quantities(graph):
        name = path.rpartition(".")[2]
        if not isinstance(amount, (str, int)) or isinstance(amount, bool) or _quantity_fault(amount):
            continue
        value = Quantity.parse(amount).value
        if name in ("memory", "storage", "ephemeral-storage", "sizeLimit") and 0 < value < _LEAST_BYTES:
            yield Fault(item, path, f"{show(amount)} is less than a mebibyte", _unit(amount))
        elif name == "cpu" and "resources" in path and value >= _MOST_CPUS // 10:
            yield Fault(item, path, f"{show(amount)} is {int(value)} cores", f"write {_digits(amount)}m for millicores")


def _unit(amount: str | int) -> str:
    return f"write {_digits(amount)}Mi, or the unit that is meant"


def _digits(amount: str | int) -> str:
    found = re.match(r"[0-9.]+", str(amount))
    return found[0] if found else "1"


#: Fields that hold a duration as Prometheus reads it.
_PROMETHEUS_DURATIONS: tuple[tuple[str, str], ...] = (
    *((kinds.SERVICE_MONITOR, f"spec.endpoints[].{field}") for field in ("interval", "scrapeTimeout")),
    *((kinds.POD_MONITOR, f"spec.podMetricsEndpoints[].{field}") for field in ("interval", "scrapeTimeout")),
    (kinds.PROMETHEUS_RULE, "spec.groups[].interval"),
    (kinds.PROMETHEUS_RULE, "spec.groups[].rules[].for"),
    (kinds.PROMETHEUS_RULE, "spec.groups[].rules[].keep_firing_for"),
)
#: Fields that hold a duration as Go reads it.
_GO_DURATIONS: tuple[tuple[str, str], ...] = (
    (kinds.CERTIFICATE, "spec.duration"),
    (kinds.CERTIFICATE, "spec.renewBefore"),
    (kinds.EXTERNAL_SECRET, "spec.refreshInterval"),
    *((kinds.FLUX_KUSTOMIZATION, f"spec.{field}") for field in ("interval", "retryInterval", "timeout")),
    *((kinds.GIT_REPOSITORY, f"spec.{field}") for field in ("interval", "timeout")),
    (kinds.ROLLOUT, "spec.strategy.canary.steps[].pause.duration"),
    *((kinds.ANALYSIS_TEMPLATE, f"spec.metrics[].{field}") for field in ("interval", "initialDelay")),
)


@rule("duration-invalid", Severity.ERROR)
def duration_invalid(graph: Graph) -> Iterator[Fault]:
    """An object with a duration that its controller cannot read is refused or ignored."""
    for type_, field in _PROMETHEUS_DURATIONS:
        for item in graph.of(type_):
            for path, value in walk(item.body, field):
                if isinstance(value, str) and value and not is_prometheus_duration(value):
                    yield Fault(item, path, f"{show(value)} is not a duration", "write it as '30s', '5m' or '1h30m'")
    for type_, field in _GO_DURATIONS:
        for item in graph.of(type_):
            for path, value in walk(item.body, field):
                # Argo's templates fill their arguments in later, and a bare number there is seconds.
                if isinstance(value, str) and value and "{{" not in value and not value.isdigit():
                    message, _, hint = _go_fault(value).partition("; ")
                    if message:
                        yield Fault(item, path, message, hint)


@lru_cache(maxsize=1024)
def _go_fault(value: str) -> str:
    try:
        go_duration(value)
    except LumenError as error:
        return str(error)
    return ""


@rule("schedule-invalid", Severity.ERROR)
def schedule_invalid(graph: Graph) -> Iterator[Fault]:
    """A schedule that cannot be read, or never comes, starts nothing."""
    for type_, seconds in ((kinds.CRON_JOB, False), (kinds.CNPG_SCHEDULED_BACKUP, True)):
        for item in graph.of(type_):
            schedule = text(item.body, "spec", "schedule")
            if schedule and (fault := schedule_fault(schedule, seconds=seconds)):
                message, _, hint = f"{show(schedule)} {fault}".partition("; ")
                yield Fault(item, "spec.schedule", message, hint)


@rule("image-invalid", Severity.ERROR)
def image_invalid(graph: Graph) -> Iterator[Fault]:
    """A reference that names no image cannot be pulled."""
    for pod in graph.pods:
        for container in pod.containers:
            image = container.body.get("image")
            if image == "" or (isinstance(image, str) and (fault := image_fault(image))):
                fault = "must not be empty" if image == "" else fault
                yield Fault(pod.item, f"{container.path}.image", f"{show(image)} {fault}")


_EXAMPLE = "write it as 10.0.0.0/8"


@rule("address-range-invalid", Severity.ERROR)
def address_range_invalid(graph: Graph) -> Iterator[Fault]:
    """A range of addresses that cannot be read is refused."""
    for item in graph.of(kinds.SERVICE):
        for path, value in walk(item.body, "spec.loadBalancerSourceRanges[]"):
            if isinstance(value, str) and _range(value.strip()) is None:
                yield Fault(item, path, f"{show(value)} is not a range of addresses", _EXAMPLE)
    for item in graph.of(kinds.NETWORK_POLICY):
        for field in ("spec.ingress[].from[].ipBlock", "spec.egress[].to[].ipBlock"):
            for path, block in walk(item.body, field):
                yield from _of_block(item, path, block)


def _of_block(item: Item, path: str, block: object) -> Iterator[Fault]:
    cidr = text(block, "cidr")
    whole = _range(cidr)
    if cidr and whole is None:
        yield Fault(item, f"{path}.cidr", f"{show(cidr)} is not a range of addresses", _EXAMPLE)
    for place, excluded in walk(block, "except[]"):
        if not isinstance(excluded, str):
            continue
        part = _range(excluded)
        if part is None:
            yield Fault(item, f"{path}.{place}", f"{show(excluded)} is not a range of addresses", _EXAMPLE)
        elif whole is not None and (part.version != whole.version or not _within(part, whole)):
            yield Fault(item, f"{path}.{place}", f"{excluded} is not within {cidr}", "leave it out, or widen the block")


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=1024)
def _range(cidr: str) -> _Network | None:
    try:
        return ipaddress.ip_network(cidr, strict=False) if "/" in cidr else None
    except ValueError:
        return None


def _within(part: _Network, whole: _Network) -> bool:
    return whole.prefixlen < part.prefixlen and part.network_address in whole


_EXPRESSIONS: tuple[tuple[str, str], ...] = (
    (kinds.PROMETHEUS_RULE, "spec.groups[].rules[].expr"),
    (kinds.ANALYSIS_TEMPLATE, "spec.metrics[].provider.prometheus.query"),
    (kinds.CLUSTER_ANALYSIS_TEMPLATE, "spec.metrics[].provider.prometheus.query"),
)
_ARGUMENT = re.compile(r"\{\{[^{}]*\}\}")


@rule("expression-invalid", Severity.ERROR)
def expression_invalid(graph: Graph) -> Iterator[Fault]:
    """A PromQL expression that cannot be read takes its whole group of rules out of Prometheus."""
    for type_, field in _EXPRESSIONS:
        for item in graph.of(type_):
            for path, value in walk(item.body, field):
                if not isinstance(value, str) or size_fault(value):
                    continue  # too large for our parser, and not for that of Prometheus
                # Argo's templates fill their arguments in later.
                if fault := expr_fault(_ARGUMENT.sub("x", value)):
                    yield Fault(item, path, f"{show(value)} {fault}")
