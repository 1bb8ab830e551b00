"""The Deployment of a component, and the objects that scale and guard its pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.emit.annotations import SYNC_OPTIONS
from lumen_constructs.external import external_annotation
from lumen_constructs.options.pod import image_of
from lumen_constructs.options.workload import ProbedDeploymentOptions
from lumen_constructs.workloads.disruption import budget
from lumen_constructs.workloads.identity import Identity
from lumen_constructs.workloads.pod import pod_template


def deployment(identity: Identity, options: ProbedDeploymentOptions) -> dict[str, Any]:
    """Give the Deployment."""
    spec: dict[str, Any] = {
        "selector": {"matchLabels": identity.selector},
        "strategy": options.effective_strategy.body(),
        "revisionHistoryLimit": options.revision_history_limit,
        "progressDeadlineSeconds": options.progress_deadline_seconds,
        "template": pod_template(identity, options, options.probes),
    }
    if options.autoscaling is None:
        spec["replicas"] = options.wanted_replicas
    if options.min_ready_seconds:
        spec["minReadySeconds"] = options.min_ready_seconds
    metadata = identity.metadata(
        labels={"app.kubernetes.io/version": image_of(options).version},
        annotations={**prune_last(options.annotations), **external_annotation(identity, options)},
    )
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def prune_last(annotations: Mapping[str, str]) -> dict[str, str]:
    """Have Argo CD delete the workload after everything else is in place, beside what the user asks of it.

    When a Deployment becomes a Rollout, or the other way round, the old one serves until the new one does.
    """
    wanted = [annotations[SYNC_OPTIONS]] if SYNC_OPTIONS in annotations else []
    if not any("PruneLast=" in options for options in wanted):
        wanted.insert(0, "PruneLast=true")
    return {**annotations, SYNC_OPTIONS: ",".join(wanted)}


def autoscaler(
    identity: Identity,
    options: ProbedDeploymentOptions,
    *,
    api_version: str = "apps/v1",
    kind: str = "Deployment",
) -> dict[str, Any] | None:
    """Give the HorizontalPodAutoscaler of the component's workload, which is of ``kind``, where there is one."""
    chosen = options.autoscaling
    if chosen is None:
        return None
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": api_version, "kind": kind, "name": identity.name},
        "minReplicas": chosen.min_replicas,
        "maxReplicas": chosen.max_replicas,
        "metrics": chosen.metrics_body(),
    }
    if chosen.behavior is not None:
        spec["behavior"] = chosen.behavior.body()
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": identity.metadata(chosen.name),
        "spec": spec,
    }


def disruption_budget(identity: Identity, options: ProbedDeploymentOptions) -> dict[str, Any] | None:
    """Give the PodDisruptionBudget of the component's own pods."""
    return budget(identity, options.disruption_budget, options.wanted_replicas, identity.selector)
