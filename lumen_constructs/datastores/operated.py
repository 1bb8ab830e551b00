"""What the operator forms of data stores share: the operator makes the pods, and we say who may reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.external import external_annotation
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.alerts import Tuning
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.options.datastores.store import DataStoreOptions
from lumen_constructs.workloads.identity import Identity

S = TypeVar("S", bound=DataStoreOptions)


def operated_policy(identity: Identity, pods: Mapping[str, str], options: StatefulSetOptions) -> dict[str, Any]:
    """Give the NetworkPolicy of the operator's pods, which are told by the operator's own labels."""
    body = network_policy(identity, options)
    body["spec"]["podSelector"] = {"matchLabels": dict(pods)}
    return body


def by_pod(options: S) -> S:
    """Have Prometheus find the pods by themselves: the operator's Services do not have the exporter's port."""
    if options.metrics is None or options.metrics.monitor != "service":
        return options
    metrics = options.metrics.model_copy(update={"monitor": "pod", "target_labels": ()})
    return options.model_copy(update={"metrics": metrics})


def uncounted(options: S) -> S:
    """Leave out the alerts that count the pods of a StatefulSet: the operator makes pods of its own."""
    off = Tuning(enabled=False)
    alerts = options.alerts.model_copy(update={"unavailable": off, "replicas_unavailable": off})
    return options.model_copy(update={"alerts": alerts})


def kept_metadata(identity: Identity, options: StatefulSetOptions) -> dict[str, Any]:
    """Give the ``metadata`` of an operator's resource: where it is lost, the operator deletes the data with it."""
    return identity.metadata(annotations={**options.annotations, **external_annotation(identity, options), **KEEP})
