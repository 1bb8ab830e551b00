"""The Ingress in front of a Service, and what stands guard before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from lumen_constructs.faults import Fault, raise_faults, show
from lumen_constructs.names import label_fault, subdomain_fault
from lumen_constructs.options.base import Items, Options, empty
from lumen_constructs.options.ingress_annotations import written_annotations
from lumen_constructs.options.network import Cidr
from lumen_constructs.options.scalars import AnnotationMap, HostName, PortRef, PrometheusDuration, Subdomain, Text

#: Ingress controllers whose annotations this library knows.
Controller = Literal["ingress-nginx", "haproxy-ingress"]


class IngressPath(Options):
    """A path of a host, and the Service that answers it."""

    path: Text = "/"
    """The path; sets ``paths[].path``."""
    path_type: Literal["Prefix", "Exact", "ImplementationSpecific"] = "Prefix"
    """How the path is compared; sets ``paths[].pathType``."""
    port: PortRef | None = None
    """Port of the Service, by name or number; sets ``backend.service.port``. Default: the first one."""
    service: Subdomain | None = None
    """Name of the Service; sets ``backend.service.name``. Default: the component's."""

    @model_validator(mode="after")
    def _check(self) -> IngressPath:
        if self.path_type != "ImplementationSpecific" and not self.path.startswith("/"):
            raise_faults([Fault(("path",), f"{show(self.path)} must start with '/'")])
        return self


class IngressTls(Options):
    """A certificate, and the hosts that it is for."""

    hosts: Items[HostName] = Field(min_length=1)
    """Host names; sets ``tls[].hosts``."""
    secret_name: Subdomain | None = None
    """Secret that holds the certificate; sets ``tls[].secretName``. Default: the controller's own certificate."""


class Cors(Options):
    """Which other sites' pages may call the service."""

    allow_origins: Items[Text] = Field(default=("*",), min_length=1)
    """Origins that may call, such as ``https://example.com``; sets ``cors-allow-origin``. Default: any."""
    allow_methods: Items[Text] = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
    """Methods that they may use; sets ``cors-allow-methods``."""
    allow_headers: Items[Text] = ()
    """Headers that they may send; sets ``cors-allow-headers``. Default: the controller's list."""
    allow_credentials: bool = False
    """Whether cookies go along; sets ``cors-allow-credentials``. With origin ``*`` browsers refuse it."""
    max_age: PrometheusDuration | None = None
    """How long a browser may keep the answer, such as ``10m``; sets ``cors-max-age``. Default: the controller's."""

    @model_validator(mode="after")
    def _check(self) -> Cors:
        if self.allow_credentials and "*" in self.allow_origins:
            message = "allowCredentials needs allowOrigins by name: browsers refuse credentials with '*'"
            raise ValueError(message)
        return self


class RateLimit(Options):
    """How often one client address may call."""

    requests_per_second: int | None = Field(default=None, ge=1)
    """Requests a second; sets the controller's ``limit-rps``. Default: no limit."""
    connections: int | None = Field(default=None, ge=1)
    """Connections at the same time; sets the controller's ``limit-connections``. Default: no limit."""

    @model_validator(mode="after")
    def _check(self) -> RateLimit:
        if self.requests_per_second is None and self.connections is None:
            message = "needs requestsPerSecond or connections"
            raise ValueError(message)
        return self


class OAuth2Proxy(Options):
    """An oauth2-proxy that every request must pass."""

    auth_url: Text
    """Address that the controller asks about each request, such as
    ``http://oauth2-proxy.auth.svc.cluster.local:4180/oauth2/auth``."""
    signin_url: Text
    """Address that a visitor without a session is sent to, such as ``https://auth.example.com/oauth2/start?rd=…``."""
    response_headers: Items[Text] = ("X-Auth-Request-User", "X-Auth-Request-Email")
    """Headers of the answer that are handed on to the service."""

    @model_validator(mode="after")
    def _check(self) -> OAuth2Proxy:
        urls = (("authURL", self.auth_url), ("signinURL", self.signin_url))
        message = "must start with 'http://' or 'https://'"
        bad = ((field, url) for field, url in urls if not url.startswith(("http://", "https://")))
        raise_faults(Fault((field,), f"{show(url)} {message}") for field, url in bad)
        return self


class ClientCertificate(Options):
    """Mutual TLS: every client must show a certificate of one authority."""

    secret: Text
    """Secret with the authority's certificate under ``ca.crt``, as ``namespace/name``; sets the controller's
    ``auth-tls-secret``."""
    verify_depth: int | None = Field(default=None, ge=1)
    """How many certificates may stand between the client's and the authority's; sets ingress-nginx'
    ``auth-tls-verify-depth``; haproxy-ingress has no such setting. Default: the controller's, which is 1."""

    @model_validator(mode="after")
    def _check(self) -> ClientCertificate:
        namespace, _, name = self.secret.partition("/")
        if label_fault(namespace) or subdomain_fault(name):
            raise_faults([Fault(("secret",), f"{show(self.secret)} must be 'namespace/name'")])
        return self


class Ingress(Options):
    """An Ingress (networking.k8s.io/v1) to the component's Service."""

    enabled: bool = True
    """Whether there is an Ingress."""
    host: HostName | None = None
    """Host name; sets ``rules[].host``. Default: every host, which needs ``hosts`` to be empty too."""
    hosts: Items[HostName] = ()
    """Further host names, with the same paths."""
    class_name: Subdomain | None = None
    """Class of the Ingress; sets ``ingressClassName``. Default: the cluster's default class."""
    controller: Controller | None = None
    """The controller behind the class; what is said under the options below is written in its annotations."""
    paths: Items[IngressPath] = Field(default=(IngressPath(),), min_length=1)
    """Paths; by default everything goes to the component's first exposed port."""
    tls: Items[IngressTls] = ()
    """Certificates; sets ``tls``."""
    cluster_issuer: Subdomain | None = None
    """ClusterIssuer of cert-manager that makes the certificates of ``tls``; sets the annotation
    ``cert-manager.io/cluster-issuer``. Default: none, the Secrets must exist."""
    allow_source_ranges: Items[Cidr] = ()
    """Addresses that may call; the allow-list of the controller. Default: all."""
    oauth2_proxy: OAuth2Proxy | None = None
    """Put an oauth2-proxy in front; sets the controller's ``auth-url`` and ``auth-signin``. Default: none."""
    client_certificate: ClientCertificate | None = None
    """Ask clients for a certificate (mTLS); sets the controller's ``auth-tls-*``. Default: none is asked for."""
    cors: Cors | None = None
    """Let other sites' pages call; sets the controller's ``cors-*``. Default: browsers refuse them."""
    rate_limit: RateLimit | None = None
    """Limit what one client address may do; sets the controller's ``limit-*``. Default: no limit."""
    annotations: AnnotationMap = Field(default_factory=empty)
    """Further annotations. One that an option above writes too is refused."""

    @model_validator(mode="after")
    def _check(self) -> Ingress:
        raise_faults(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.controller is None and (needy := [name for name in _NEED_CONTROLLER if getattr(self, name)]):
            words = "needs controller, whose annotations say it: ingress-nginx or haproxy-ingress"
            yield from (Fault((_NEED_CONTROLLER[name],), words) for name in needy)
        if "kubernetes.io/ingress.class" in self.annotations:
            yield Fault(("annotations", "kubernetes.io/ingress.class"), "is deprecated; set className")
        written = written_annotations(self)
        for key, value in self.annotations.items():
            if key in written:
                yield Fault(("annotations", key), f"{show(value)} stands beside the option that writes it")
        certificate = self.client_certificate
        if certificate is not None and not self.tls:
            yield Fault(("clientCertificate",), "needs tls: a certificate is only asked for on a TLS connection")
        if certificate is not None and certificate.verify_depth is not None and self.controller == "haproxy-ingress":
            yield Fault(("clientCertificate", "verifyDepth"), "must be left out: haproxy-ingress has no such setting")
        yield from self._issuer_faults()
        seen: set[tuple[str, str]] = set()
        for index, path in enumerate(self.paths):
            if (path.path, path.path_type) in seen:
                message = f"{path.path} ({path.path_type}) is given twice; only the first would be served"
                yield Fault(("paths", index), message)
            seen.add((path.path, path.path_type))

    def _issuer_faults(self) -> Iterator[Fault]:
        if self.cluster_issuer is None:
            return
        if not self.tls:
            yield Fault(("clusterIssuer",), "makes no certificate without tls; give its hosts and secretName there")
        for index, tls in enumerate(self.tls):
            if tls.secret_name is None:
                yield Fault(("tls", index, "secretName"), "is required: the issuer keeps the certificate there")

    @property
    def all_hosts(self) -> tuple[str, ...]:
        """Every host name, without repetition."""
        return tuple(dict.fromkeys([*([self.host] if self.host else []), *self.hosts]))


_NEED_CONTROLLER = {
    "allow_source_ranges": "allowSourceRanges",
    "oauth2_proxy": "oauth2Proxy",
    "client_certificate": "clientCertificate",
    "cors": "cors",
    "rate_limit": "rateLimit",
}
