"""Where traffic enters the cluster, and what it may reach in other namespaces."""

from __future__ import annotations

from typing import Self

from cdk8s import ApiObject
from constructs import Construct

from lumen_constructs.construct import built, flat
from lumen_constructs.context import context_of
from lumen_constructs.manifest import found, manifests
from lumen_constructs.networking.gateway import gateway, reference_grant
from lumen_constructs.networking.metadata import object_metadata
from lumen_constructs.options.gateway import GatewayOptions
from lumen_constructs.options.reference_grant import ReferenceGrantOptions


class Gateway(Construct):
    """A Gateway (gateway.networking.k8s.io/v1), which routes attach to: give it to their ``parent_refs``.

    Keywords are the fields of :class:`~lumen_constructs.GatewayOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(GatewayOptions)
    def __init__(self, scope: Construct, id: str, options: GatewayOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        metadata = object_metadata(scope, id, options)
        self.name: str = metadata["name"]
        """Name of the Gateway."""
        self.namespace = context_of(scope).namespace
        """Namespace of the Gateway; None where the chart has none."""
        manifests(self, {"Resource": gateway(metadata, options)})

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: GatewayOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def gateway(self) -> ApiObject:
        """The Gateway, for a patch or a dependency."""
        return found(self, "Resource")

    @property
    def listener_names(self) -> tuple[str, ...]:
        """Names of its listeners."""
        return tuple(listener.name for listener in self.options.listeners)


class ReferenceGrant(Construct):
    """A ReferenceGrant: routes and Gateways of other namespaces may refer to objects of this chart's namespace.

    Keywords are the fields of :class:`~lumen_constructs.ReferenceGrantOptions`.

    :raises LumenError: for every contradiction among the options at once, with the construct's path
    """

    @flat(ReferenceGrantOptions)
    def __init__(self, scope: Construct, id: str, options: ReferenceGrantOptions) -> None:
        super().__init__(scope, id)
        self.options = options
        manifests(self, {"Resource": reference_grant(object_metadata(scope, id, options), options)})

    @classmethod
    def from_options(cls, scope: Construct, id: str, options: ReferenceGrantOptions) -> Self:
        """Make it from options that were read from a values file."""
        return built(cls, scope, id, options)

    @property
    def reference_grant(self) -> ApiObject:
        """The ReferenceGrant, for a patch or a dependency."""
        return found(self, "Resource")
