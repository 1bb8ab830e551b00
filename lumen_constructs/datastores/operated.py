"""What the operator forms of data stores share: the operator makes the pods, and we say who may reach them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.external import external_annotation
from lumen_constructs.networking.network_policy import network_policy
from lumen_constructs.options.datastores.stateful_set import StatefulSetOptions
from lumen_constructs.workloads.identity import Identity


def operated_policy(identity: Identity, pods: Mapping[str, str], options: StatefulSetOptions) -> dict[str, Any]:
    """Give the NetworkPolicy of the operator's pods, which are told by the operator's own labels."""
    body = network_policy(identity, options)
    body["spec"]["podSelector"] = {"matchLabels": dict(pods)}
    return body


def kept_metadata(identity: Identity, options: StatefulSetOptions) -> dict[str, Any]:
    """Give the ``metadata`` of an operator's resource: where it is lost, the operator deletes the data with it."""
    return identity.metadata(annotations={**options.annotations, **external_annotation(identity, options), **KEEP})
