"""Where traffic enters the cluster: the options of ``Gateway``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import BeforeValidator, Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.options.base import Items, Map, Options, Short, empty, full
from lumen_constructs.options.objects import ObjectOptions
from lumen_constructs.options.scalars import AnnotationMap, HostName, LabelMap, Name, PortNumber, Subdomain, Text
from lumen_constructs.values.merging import MergeByName

#: Protocols whose listeners hold a certificate, or hand the encrypted connection on.
_ENCRYPTED = ("HTTPS", "TLS")


class HasSecret(Protocol):
    """What keeps a certificate in a Secret, such as a ``Certificate``."""

    @property
    def secret_name(self) -> str:
        """Name of the Secret."""


class CertificateRef(Options):
    """The Secret of a certificate. The short form is its name; in Python a ``Certificate`` stands for its Secret."""

    name: Subdomain
    """Name of the Secret; sets ``certificateRefs[].name``."""
    namespace: Name | None = None
    """Its namespace; sets ``certificateRefs[].namespace``. Another one than the Gateway's needs a ReferenceGrant there.
    Default: the Gateway's."""


def _of_certificate(given: object) -> object:
    secret = getattr(given, "secret_name", None)
    return CertificateRef(name=secret) if isinstance(secret, str) else given


if TYPE_CHECKING:
    CertificateRefLike = CertificateRef | HasSecret | str
else:
    #: The Secret of a certificate, its name, or the Certificate that makes it.
    CertificateRefLike = Annotated[
        CertificateRef,
        Short(str, lambda name: CertificateRef(name=name), {"type": "string", "description": "name of a Secret"}),
        BeforeValidator(_of_certificate),
    ]


class ListenerTls(Options):
    """What a listener does with an encrypted connection."""

    mode: Literal["Terminate", "Passthrough"] = "Terminate"
    """Whether the Gateway ends the encryption or hands it on; sets ``tls.mode``."""
    certificate_refs: Items[CertificateRefLike] = ()
    """Certificates to show; sets ``tls.certificateRefs``."""
    options: Map[Text] = Field(default_factory=empty)
    """Settings of the controller, by name with its domain; sets ``tls.options``."""

    @model_validator(mode="after")
    def _check(self) -> ListenerTls:
        if self.mode == "Terminate" and not self.certificate_refs and not self.options:
            raise_faults([Fault(("certificateRefs",), "is required: mode Terminate needs a certificate to show")])
        if self.mode == "Passthrough" and self.certificate_refs:
            message = "must be left out: with mode Passthrough the Gateway shows no certificate"
            raise_faults([Fault(("certificateRefs",), message)])
        return self

    def body(self) -> dict[str, Any]:
        """Give the listener's ``tls``."""
        body: dict[str, Any] = {"mode": self.mode}
        if self.certificate_refs:
            references = [full(reference, CertificateRef) for reference in self.certificate_refs]
            body["certificateRefs"] = [{"group": "", "kind": "Secret"} | reference.body() for reference in references]
        return body | ({"options": dict(self.options)} if self.options else {})


class AllowedRoutes(Options):
    """Which routes may attach to a listener."""

    from_: Literal["Same", "All", "Selector"] = "Same"
    """Namespaces of the routes; sets ``allowedRoutes.namespaces.from``. ``Same`` is the Gateway's."""
    namespaces: LabelMap = Field(default_factory=empty)
    """Labels of the namespaces, for ``from: Selector``; sets ``allowedRoutes.namespaces.selector.matchLabels``."""
    kinds: Items[Literal["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"]] = ()
    """Kinds of routes; sets ``allowedRoutes.kinds``. Default: all that fit the protocol."""

    @model_validator(mode="after")
    def _check(self) -> AllowedRoutes:
        if (self.from_ == "Selector") != bool(self.namespaces):
            message = "from: Selector and namespaces go together"
            raise ValueError(message)
        return self

    def body(self) -> dict[str, Any]:
        """Give the listener's ``allowedRoutes``, its defaults spelled out."""
        namespaces: dict[str, Any] = {"from": self.from_}
        if self.namespaces:
            namespaces["selector"] = {"matchLabels": dict(self.namespaces)}
        kinds = [{"group": "gateway.networking.k8s.io", "kind": kind} for kind in self.kinds]
        return {"namespaces": namespaces} | ({"kinds": kinds} if kinds else {})


class Listener(Options):
    """A port on which a Gateway listens, for one host name or for all."""

    name: Subdomain
    """Name, by which a route may choose the listener; sets ``listeners[].name``."""
    protocol: Literal["HTTP", "HTTPS", "TLS"]
    """Sets ``listeners[].protocol``."""
    port: PortNumber | None = None
    """Number; sets ``listeners[].port``. Default: 80 for HTTP, 443 for HTTPS and TLS."""
    hostname: HostName | None = None
    """Host name that it is for; sets ``listeners[].hostname``. Default: every host."""
    tls: ListenerTls | None = None
    """What it does with an encrypted connection; sets ``listeners[].tls``. Required for HTTPS and TLS."""
    allowed_routes: AllowedRoutes = Field(default_factory=AllowedRoutes)
    """Which routes may attach; sets ``listeners[].allowedRoutes``."""

    @model_validator(mode="after")
    def _check(self) -> Listener:
        if self.protocol in _ENCRYPTED and self.tls is None:
            raise_faults([Fault(("tls",), f"is required for protocol {self.protocol}")])
        if self.protocol not in _ENCRYPTED and self.tls is not None:
            raise_faults([Fault(("tls",), f"must be left out: protocol {self.protocol} is not encrypted")])
        if self.protocol == "HTTPS" and self.tls is not None and self.tls.mode != "Terminate":
            raise_faults([Fault(("tls", "mode"), f"{self.tls.mode} needs protocol TLS, not HTTPS")])
        return self

    @property
    def number(self) -> int:
        """``port`` with its default."""
        return self.port or (443 if self.protocol in _ENCRYPTED else 80)

    def body(self) -> dict[str, Any]:
        """Give the entry of the Gateway's ``listeners``."""
        body: dict[str, Any] = {"name": self.name, "protocol": self.protocol, "port": self.number}
        if self.hostname is not None:
            body["hostname"] = self.hostname
        if self.tls is not None:
            body["tls"] = self.tls.body()
        return body | {"allowedRoutes": self.allowed_routes.body()}


class GatewayAddress(Options):
    """An address that a Gateway asks for."""

    type: Literal["IPAddress", "Hostname"] = "IPAddress"
    """Sets ``addresses[].type``."""
    value: Text
    """Sets ``addresses[].value``."""


class Infrastructure(Options):
    """Metadata of what the controller makes for a Gateway, such as a cloud's load balancer."""

    labels: LabelMap = Field(default_factory=empty)
    """Sets ``infrastructure.labels``."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Sets ``infrastructure.annotations``."""


class GatewayOptions(ObjectOptions):
    """A Gateway (gateway.networking.k8s.io/v1): where traffic enters the cluster."""

    class_name: Subdomain
    """Name of the GatewayClass, whose controller serves it; sets ``gatewayClassName``."""
    listeners: Annotated[Items[Listener], MergeByName()] = Field(min_length=1, max_length=64)
    """Ports that it listens on; sets ``listeners``."""
    addresses: Items[GatewayAddress] = ()
    """Addresses that it asks for; sets ``addresses``. Default: the controller chooses."""
    infrastructure: Infrastructure = Field(default_factory=Infrastructure)
    """Metadata of what the controller makes; sets ``infrastructure``."""
    cluster_issuer: Subdomain | None = None
    """ClusterIssuer of cert-manager that makes the listeners' certificates; sets ``cert-manager.io/cluster-issuer``.
    Default: none, the Secrets come from elsewhere, such as a ``Certificate``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        names: set[str] = set()
        taken: set[tuple[int, str | None]] = set()
        for index, listener in enumerate(self.listeners):
            place = ("listeners", index)
            if listener.name in names:
                yield Fault((*place, "name"), f"{show(listener.name)} is the name of another listener too")
            if (listener.number, listener.hostname) in taken:
                message = f"{listener.number} has a listener for {listener.hostname or 'every host'} already"
                yield Fault((*place, "port"), message)
            encrypted = listener.protocol in _ENCRYPTED
            if any(
                other.number == listener.number and (other.protocol in _ENCRYPTED) != encrypted
                for other in self.listeners[:index]
            ):
                message = f"{listener.number} is shared by encrypted and unencrypted listeners; give one another port"
                yield Fault((*place, "port"), message)
            names.add(listener.name)
            taken.add((listener.number, listener.hostname))
        if "cert-manager.io/cluster-issuer" in self.annotations:
            yield Fault(("annotations", "cert-manager.io/cluster-issuer"), "is written from clusterIssuer; set that")
        yield from self._issuer_faults()

    def _issuer_faults(self) -> Iterator[Fault]:
        if self.cluster_issuer is None:
            return
        held = [
            (index, listener)
            for index, listener in enumerate(self.listeners)
            if listener.tls is not None and listener.tls.mode == "Terminate"
        ]
        if not held:
            yield Fault(("clusterIssuer",), "makes no certificate: no listener has one")
        for index, listener in held:
            if listener.hostname is None:
                yield Fault(("listeners", index, "hostname"), "is required: the issuer makes a certificate for it")
