"""Who may refer to objects of another namespace: the options of ``ReferenceGrant``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lumen_constructs.options.base import Items, Options
from lumen_constructs.options.objects import ObjectOptions
from lumen_constructs.options.scalars import Name, Subdomain


class GrantFrom(Options):
    """Objects that may refer."""

    kind: Literal["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute", "Gateway"]
    """Their kind; sets ``from[].kind``."""
    namespace: Name
    """Their namespace; sets ``from[].namespace``."""
    group: Subdomain = "gateway.networking.k8s.io"
    """API group of the kind; sets ``from[].group``."""


class GrantTo(Options):
    """Objects of the own namespace that may be referred to."""

    kind: Literal["Service", "Secret"]
    """Their kind; sets ``to[].kind``."""
    name: Subdomain | None = None
    """Name of the only one; sets ``to[].name``. Default: every one."""

    @property
    def group(self) -> str:
        """API group of the kind: the core group."""
        return ""


class ReferenceGrantOptions(ObjectOptions):
    """A ReferenceGrant: routes and Gateways of other namespaces may refer to objects of this one."""

    from_: Items[GrantFrom] = Field(min_length=1, max_length=16)
    """Who may refer; sets ``from``."""
    to: Items[GrantTo] = Field(min_length=1, max_length=16)
    """To what; sets ``to``."""
