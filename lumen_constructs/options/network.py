"""Who may talk to a component, and whom it may talk to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.scalars import LabelMap, Name, PortRef, Text


def check_cidr(cidr: str) -> str:
    """Check a block of addresses as the API server does; a ValueError says what was meant."""
    if re.fullmatch(r"[0-9A-Fa-f.:]+/[0-9]{1,3}", cidr):
        try:
            ipaddress.ip_network(cidr)
        except ValueError:
            pass
        else:
            return cidr
    try:
        meant = f"write '{ipaddress.ip_network(cidr, strict=False)}'"
    except ValueError:
        meant = "write it as '10.0.0.0/8'"
    message = f"{show(cidr)} is not a block of addresses; {meant}"
    raise ValueError(message)


#: A block of addresses, such as ``10.0.0.0/8``.
Cidr = Annotated[Text, AfterValidator(check_cidr)]


class Peer(Options):
    """The other side of a flow: pods by label, namespaces by name or label, or addresses."""

    pods: LabelMap = Field(default_factory=empty)
    """Labels of the pods; sets ``podSelector.matchLabels``. Default: every pod of the namespaces."""
    namespace: Name | None = None
    """Name of the namespace; sets ``namespaceSelector``, by ``kubernetes.io/metadata.name``. Default: the own one."""
    namespaces: LabelMap = Field(default_factory=empty)
    """Labels of the namespaces; sets ``namespaceSelector.matchLabels``."""
    cidr: Cidr | None = None
    """Addresses, such as ``10.0.0.0/8``; sets ``ipBlock.cidr``."""
    except_: Items[Cidr] = ()
    """Addresses within ``cidr`` that are left out; sets ``ipBlock.except``."""
    ports: Items[PortRef] = ()
    """Ports of the flow, by name or number. Default: for ingress the component's own ports, for egress every port."""
    protocol: Literal["TCP", "UDP", "SCTP"] = "TCP"
    """Transport protocol of ``ports``; sets ``ports[].protocol``."""

    @model_validator(mode="after")
    def _check(self) -> Peer:
        by_label = bool(self.pods or self.namespace or self.namespaces)
        if by_label == (self.cidr is not None):
            message = "needs either pods, namespace or namespaces, or a cidr"
            raise ValueError(message)
        if self.namespace is not None and self.namespaces:
            message = "has namespace and namespaces; give one of them"
            raise ValueError(message)
        if self.cidr is not None:
            raise_faults(_outside(self.cidr, self.except_))
        elif self.except_:
            message = "except leaves addresses out of a cidr; there is none"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give the entry of a rule's ``from`` or ``to``."""
        if self.cidr is not None:
            block: dict[str, Any] = {"cidr": self.cidr}
            return {"ipBlock": block | ({"except": list(self.except_)} if self.except_ else {})}
        body: dict[str, Any] = {}
        if self.namespace is not None:
            body["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}}
        elif self.namespaces:
            body["namespaceSelector"] = {"matchLabels": dict(self.namespaces)}
        if self.pods:
            body["podSelector"] = {"matchLabels": dict(self.pods)}
        return body

    def port_bodies(self) -> list[dict[str, Any]]:
        """Give the rule's ``ports``."""
        return [{"port": port, "protocol": self.protocol} for port in self.ports]


def _outside(cidr: str, left_out: Items[str]) -> Iterator[Fault]:
    block = ipaddress.ip_network(cidr)
    for index, inner in enumerate(left_out):
        part = ipaddress.ip_network(inner)
        if part.version != block.version or not part.subnet_of(block):  # type: ignore[arg-type]  # versions are equal
            yield Fault(("except", index), f"{show(inner)} does not lie within {cidr}")


class Network(Options):
    """The NetworkPolicy of a component: everything is denied but the flows that are declared."""

    enabled: bool = True
    """Whether there is a NetworkPolicy. Without one, the component can be reached from anywhere in the cluster."""
    ingress: Items[Peer] = ()
    """Who may connect, beside what the component's own options imply (a scrape, an Ingress); sets ``spec.ingress``."""
    egress: Items[Peer] = ()
    """Whom it may connect to, beside DNS and what its own options imply; sets ``spec.egress``."""
    dns: bool = True
    """Whether it may ask the cluster's DNS."""
