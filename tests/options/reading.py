"""Options read from a values file, from Python, and rendered, for the tests of options and bodies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import pytest
from pydantic import ValidationError

from lumen_constructs.configuration.claims import claims
from lumen_constructs.configuration.config_maps import config_maps
from lumen_constructs.errors import LumenError, OptionError
from lumen_constructs.faults import faults_of
from lumen_constructs.networking.ingress import ingress
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.networking.service import service, service_name
from lumen_constructs.options.base import Options
from lumen_constructs.options.cluster import Cluster
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.options.workload import ProbedDeploymentOptions
from lumen_constructs.workloads.access import access
from lumen_constructs.workloads.deployment import autoscaler, deployment, disruption_budget
from lumen_constructs.workloads.identity import Context, Identity

Model = TypeVar("Model", bound=Options)
Body = dict[str, Any]

#: A small component that is complete, in the keys of a values file.
BASE: Mapping[str, Any] = MappingProxyType(
    {
        "image": "ghcr.io/acme/cart:1.4.2",
        "port": 8080,
        "resources": {"cpu": "100m:500m", "memory": "128Mi:256Mi"},
        "probes": {"startup": "/health", "readiness": "/ready", "liveness": "/health"},
    }
)


def read(kind: type[Model], data: object) -> Model:
    """Read an option as a values file does: by its camelCase keys only."""
    return kind.model_validate(data, by_alias=True, by_name=False)


def component(**data: Any) -> ProbedDeploymentOptions:
    """Read the small component, with ``data`` in the keys of a values file."""
    return read(ProbedDeploymentOptions, {**BASE, **data})


def faults(kind: type[Options], data: object) -> list[str]:
    """Give the lines that a values file with ``data`` would be refused with."""
    with pytest.raises(ValidationError) as refused:
        read(kind, data)
    return [str(fault) for fault in faults_of(refused.value, kind)]


def component_faults(**data: Any) -> list[str]:
    """Give the lines that the small component with ``data`` would be refused with."""
    return faults(ProbedDeploymentOptions, {**BASE, **data})


def python_faults(call: Callable[[], object]) -> list[str]:
    """Give the lines that a Python call is refused with."""
    with pytest.raises(LumenError) as refused:
        call()
    assert isinstance(refused.value, OptionError)
    assert str(refused.value) == "\n".join(refused.value.faults)
    return list(refused.value.faults)


def identity(name: str = "cart", *, part_of: str | None = "shop", cluster: Cluster | None = None) -> Identity:
    """Give a component of a stack."""
    context = Context(namespace="shop", part_of=part_of, cluster=cluster or Cluster())
    return Identity(name=name, component=name, context=context, extra={})


def rendered(options: ProbedDeploymentOptions) -> dict[str, Body]:
    """Give every body that a component's own options make, by construct id, as the constructs do."""
    who = Identity(
        name=options.name or "cart",
        component=options.component or "cart",
        context=identity().context,
        extra=options.labels,
    )
    found: dict[str, Body | None] = {
        **access(who, options),
        **config_maps(who, options),
        **claims(who, tuple(options.volumes)),
        "Deployment": deployment(who, options),
        "Autoscaler": autoscaler(who, options),
        "DisruptionBudget": disruption_budget(who, options),
        "NetworkPolicy": network_policy(who, options) if options.network.enabled else None,
    }
    if isinstance(options, MonitoredServiceOptions):
        has_ingress = options.ingress is not None and options.ingress.enabled
        found["Service"] = service(who, options) if options.service.enabled else None
        if options.ingress is not None and has_ingress:
            found["Ingress"] = ingress(who, options, options.ingress, service_name(who, options))
    return {id_: body for id_, body in found.items() if body is not None}


def pod_spec(options: ProbedDeploymentOptions) -> Body:
    """Give the pod spec of the component's Deployment."""
    spec: Body = deployment(identity(), options)["spec"]["template"]["spec"]
    return spec


def container(options: ProbedDeploymentOptions) -> Body:
    """Give the component's own container."""
    first: Body = pod_spec(options)["containers"][0]
    return first
