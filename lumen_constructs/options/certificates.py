"""A certificate that cert-manager keeps valid: the options of ``Certificate``."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from lumen_constructs.durations import go_duration, seconds_of
from lumen_constructs.errors import LumenError
from lumen_constructs.faults import Fault, show
from lumen_constructs.options.base import Items, Options, Short, empty, full
from lumen_constructs.options.objects import ObjectOptions
from lumen_constructs.options.scalars import AnnotationMap, HostName, LabelMap, Subdomain, Text, from_jsii

if TYPE_CHECKING:
    import cdk8s

#: What the key of a certificate may be used for.
KeyUsage = Literal[
    "digital signature",
    "key encipherment",
    "server auth",
    "client auth",
    "cert sign",
    "crl sign",
    "code signing",
    "signing",
]

_SERVER_USAGES: tuple[KeyUsage, ...] = ("digital signature", "key encipherment", "server auth")
_AUTHORITY_USAGES: tuple[KeyUsage, ...] = ("digital signature", "cert sign", "crl sign")

#: Sizes of keys, the default first.
_SIZES = {"RSA": (2048, 4096, 8192), "ECDSA": (256, 384, 521), "Ed25519": ()}

#: cert-manager refuses shorter ones.
_SHORTEST_DURATION, _SHORTEST_RENEWAL = "1h", "5m"


def _go_duration(given: object) -> object:
    value = from_jsii(given)
    if isinstance(value, int) and not isinstance(value, bool) and value is not given:
        value = f"{value}s"
    if not isinstance(value, str):
        return value
    try:
        return go_duration(value)
    except LumenError as error:
        raise ValueError(str(error)) from None


def _address(given: str) -> str:
    try:
        ipaddress.ip_address(given)
    except ValueError:
        message = f"{show(given)} is not an IP address"
        raise ValueError(message) from None
    return given


class IssuerRef(Options):
    """Who issues a certificate. The short form is the name of a ClusterIssuer."""

    name: Subdomain
    """Name of the issuer; sets ``issuerRef.name``."""
    kind: Text = "ClusterIssuer"
    """``ClusterIssuer``, ``Issuer`` of the own namespace, or a kind of ``group``; sets ``issuerRef.kind``."""
    group: Subdomain = "cert-manager.io"
    """API group of the kind; sets ``issuerRef.group``."""


if TYPE_CHECKING:
    GoDuration = str | cdk8s.Duration
    IpAddress = str
    IssuerRefLike = IssuerRef | str
else:
    #: A duration as Go writes it, kept in canonical form.
    GoDuration = Annotated[str, BeforeValidator(_go_duration)]
    #: An address of version 4 or 6.
    IpAddress = Annotated[Text, AfterValidator(_address)]
    #: An issuer, or the name of a ClusterIssuer.
    IssuerRefLike = Annotated[
        IssuerRef,
        Short(str, lambda name: IssuerRef(name=name), {"type": "string", "description": "name of a ClusterIssuer"}),
    ]


class PrivateKey(Options):
    """The key of a certificate."""

    algorithm: Literal["RSA", "ECDSA", "Ed25519"] = "RSA"
    """Sets ``privateKey.algorithm``."""
    size: int | None = None
    """Bits; sets ``privateKey.size``. Default: 2048 for RSA, 256 for ECDSA; Ed25519 has one size."""
    encoding: Literal["PKCS1", "PKCS8"] | None = None
    """Form of the key in the Secret; sets ``privateKey.encoding``. Default: cert-manager's, which is PKCS1."""
    rotation_policy: Literal["Always", "Never"] = "Always"
    """Whether a renewal makes a new key; sets ``privateKey.rotationPolicy``. ``Never`` keeps a key that leaked."""

    def faults(self) -> Iterator[Fault]:
        """Find what cert-manager would refuse."""
        sizes = _SIZES[self.algorithm]
        if self.size is not None and self.size not in sizes:
            listed = f"must be one of {', '.join(map(str, sizes))} for {self.algorithm}"
            yield Fault(("size",), f"{self.size} {listed if sizes else 'must be left out: Ed25519 has one size'}")
        if self.algorithm == "Ed25519" and self.encoding == "PKCS1":
            yield Fault(("encoding",), "must be PKCS8: PKCS1 has no form for Ed25519")

    def key_body(self) -> dict[str, Any]:
        """Give ``spec.privateKey``."""
        sizes = _SIZES[self.algorithm]
        return self.body() | ({"size": self.size or sizes[0]} if sizes else {})


class CertificateSubject(Options):
    """Who a certificate is for, beside its names; public authorities leave it out."""

    organizations: Items[Text] = ()
    """Sets ``subject.organizations``."""
    organizational_units: Items[Text] = ()
    """Sets ``subject.organizationalUnits``."""


class SecretTemplate(Options):
    """Metadata of the Secret that holds a certificate."""

    labels: LabelMap = Field(default_factory=empty)
    """Sets ``secretTemplate.labels``."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Sets ``secretTemplate.annotations``."""


class CertificateOptions(ObjectOptions):
    """A Certificate (cert-manager.io/v1): cert-manager has it issued, keeps it in a Secret, and renews it in time."""

    dns_names: Items[HostName] = ()
    """Host names, whose first label may be ``*``; sets ``dnsNames``."""
    ip_addresses: Items[IpAddress] = ()
    """Addresses; sets ``ipAddresses``. Public authorities refuse them."""
    uris: Items[Text] = ()
    """URIs, such as a SPIFFE identity; sets ``uris``."""
    common_name: Annotated[Text, Field(max_length=64)] | None = None
    """Sets ``commonName``. Default: none, since clients compare the other names."""
    secret_name: Subdomain | None = None
    """The Secret that cert-manager writes; sets ``secretName``. Default: the Certificate's name."""
    secret_template: SecretTemplate = Field(default_factory=SecretTemplate)
    """Metadata of that Secret."""
    issuer_ref: IssuerRefLike
    """Who issues it; sets ``issuerRef``."""
    duration: GoDuration = "2160h0m0s"
    """How long it is valid, at least an hour; sets ``duration``. Default: 90 days. An ACME authority decides itself."""
    renew_before: GoDuration = "720h0m0s"
    """How long before its end it is renewed, at least five minutes; sets ``renewBefore``. Default: 30 days."""
    private_key: PrivateKey = Field(default_factory=PrivateKey)
    """Its key; sets ``privateKey``."""
    usages: Items[KeyUsage] = ()
    """What the key may be used for; sets ``usages``. Default: to serve TLS, or for an authority to sign."""
    is_ca: bool = False
    """Whether it may sign other certificates; sets ``isCA``."""
    subject: CertificateSubject = Field(default_factory=CertificateSubject)
    """Who it is for; sets ``subject``."""
    revision_history_limit: int = Field(default=1, ge=1)
    """CertificateRequests to keep; sets ``revisionHistoryLimit``."""

    def _faults(self) -> Iterator[Fault]:
        yield from super()._faults()
        if not (self.dns_names or self.ip_addresses or self.uris or self.common_name):
            yield Fault(("dnsNames",), "is required: the certificate would be for nobody")
        for field, names in (("dnsNames", self.dns_names), ("ipAddresses", self.ip_addresses), ("uris", self.uris)):
            for index, name in enumerate(names):
                if name in names[:index]:
                    yield Fault((field, index), f"{show(name)} is given twice")
        for fault in self.private_key.faults():
            yield Fault(("privateKey", *fault.location), fault.message)
        if self.is_ca and self.usages and "cert sign" not in self.usages:
            yield Fault(("usages",), "needs 'cert sign': isCA says that it signs other certificates")
        issuer = full(self.issuer_ref, IssuerRef)
        if issuer.group == "cert-manager.io" and issuer.kind not in {"ClusterIssuer", "Issuer"}:
            yield Fault(("issuerRef", "kind"), f"{show(issuer.kind)} must be one of ClusterIssuer, Issuer")
        yield from self._duration_faults()

    def _duration_faults(self) -> Iterator[Fault]:
        duration, renewal = full(self.duration, str), full(self.renew_before, str)
        bounds = (("duration", duration, _SHORTEST_DURATION), ("renewBefore", renewal, _SHORTEST_RENEWAL))
        for field, value, least in bounds:
            if seconds_of(value) < seconds_of(least):
                yield Fault((field,), f"{value} must be at least {least}")
        if seconds_of(renewal) >= seconds_of(duration):
            yield Fault(("renewBefore",), f"{renewal} must be below duration, which is {duration}")

    @property
    def effective_usages(self) -> tuple[KeyUsage, ...]:
        """``usages`` with their default."""
        return tuple(self.usages) or (_AUTHORITY_USAGES if self.is_ca else _SERVER_USAGES)
