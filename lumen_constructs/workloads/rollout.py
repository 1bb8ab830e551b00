"""The Rollout of a component (Argo Rollouts): the Deployment's pods, and how a new version takes over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lumen_constructs.networking.delivery_services import role_name
from lumen_constructs.networking.extra_services import COMPONENT
from lumen_constructs.networking.service import service_name
from lumen_constructs.observability.analysis import LATEST_HASH
from lumen_constructs.options.base import full
from lumen_constructs.options.delivery import Delivery
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.options.workload import ProbedDeploymentOptions
from lumen_constructs.workloads.deployment import deployment
from lumen_constructs.workloads.identity import Identity

#: Name of the plugin of Argo Rollouts that moves the weights of routes.
GATEWAY_PLUGIN = "argoproj-labs/gatewayAPI"

_ROUTE_FIELDS = {"HTTPRoute": "httpRoutes", "GRPCRoute": "grpcRoutes"}


def workload(identity: Identity, options: ProbedDeploymentOptions) -> dict[str, Any]:
    """Give what runs the component's pods: the Deployment, or the Rollout where ``delivery`` asks for one."""
    if isinstance(options, MonitoredServiceOptions) and options.is_rollout:
        return rollout(identity, options)
    return deployment(identity, options)


def kind_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Give what an autoscaler must know of the workload ``body``."""
    return {"api_version": body["apiVersion"], "kind": body["kind"]}


def rollout(identity: Identity, options: MonitoredServiceOptions) -> dict[str, Any]:
    """Give the Rollout, whose pods are those of the Deployment to the byte."""
    base = deployment(identity, options)
    delivery = full(options.delivery, Delivery)
    strategy = (
        {"canary": _canary(identity, options, delivery)}
        if delivery.strategy == "canary"
        else {"blueGreen": _blue_green(identity, options, delivery)}
    )
    # A version that does not come up in time makes way for the old one by itself.
    spec = {**base["spec"], "strategy": strategy, "progressDeadlineAbort": True}
    return {**base, "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": spec}


def _canary(identity: Identity, options: MonitoredServiceOptions, delivery: Delivery) -> dict[str, Any]:
    body: dict[str, Any] = {
        "maxSurge": options.effective_strategy.surge,
        "maxUnavailable": options.effective_strategy.unavailable,
        "steps": [step.step_body() for step in delivery.canary.all_steps],
    }
    if options.analysis is not None:
        body["analysis"] = _analysis(identity) | {"startingStep": delivery.canary.first_weighed}
    if options.routes_by_ingress:
        body |= routed(identity, options, {}, None)
    return body


def routed(
    identity: Identity,
    options: MonitoredServiceOptions,
    routes: Mapping[str, Sequence[str]],
    namespace: str | None,
) -> dict[str, Any]:
    """Give the fields of a canary whose parts are kept by weights.

    :param routes: names of the routes that lead to the component, by kind
    :param namespace: namespace of the routes
    """
    routing: dict[str, Any] = {}
    if options.routes_by_ingress:
        routing["nginx"] = {"stableIngress": identity.name}
    if routes:
        plugin: dict[str, Any] = {
            _ROUTE_FIELDS[kind]: [{"name": name} for name in names] for kind, names in routes.items()
        }
        routing["plugins"] = {GATEWAY_PLUGIN: plugin | ({"namespace": namespace} if namespace is not None else {})}
    return {
        "stableService": role_name(identity, options, "stable"),
        "canaryService": role_name(identity, options, "canary"),
        "trafficRouting": routing,
    }


def _blue_green(identity: Identity, options: MonitoredServiceOptions, delivery: Delivery) -> dict[str, Any]:
    body: dict[str, Any] = {
        "activeService": service_name(identity, options),
        "previewService": role_name(identity, options, "preview"),
        "maxUnavailable": options.effective_strategy.unavailable,
        **delivery.blue_green.settings(),
    }
    if any(extra.enabled for extra in options.extra_services):
        # Only two Services are switched. The further ones select this label, which Deployments' pods have too.
        body["activeMetadata"] = {"labels": {COMPONENT: identity.component}}
        body["previewMetadata"] = {"labels": {COMPONENT: preview_component(identity)}}
    if options.analysis is not None:
        body["postPromotionAnalysis"] = _analysis(identity)
    return body


def preview_component(identity: Identity) -> str:
    """Give the label ``component`` of pods that do not serve yet."""
    return f"{identity.component[:55]}-preview"


def _analysis(identity: Identity) -> dict[str, Any]:
    return {
        "templates": [{"templateName": identity.name}],
        "args": [{"name": LATEST_HASH, "valueFrom": {"podTemplateHashValue": "Latest"}}],
    }
