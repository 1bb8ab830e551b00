"""The Ingress of a component, with what its controller reads from annotations."""

from __future__ import annotations

from typing import Any

from lumen_constructs.durations import seconds_of
from lumen_constructs.faults import Fault, FaultsError, show
from lumen_constructs.options.ingress import Cors, Ingress, IngressPath
from lumen_constructs.options.monitored import MonitoredServiceOptions
from lumen_constructs.workloads.identity import Identity


def ingress(identity: Identity, options: MonitoredServiceOptions, chosen: Ingress, service: str) -> dict[str, Any]:
    """Give the Ingress to the Service named ``service``.

    :raises FaultsError: if an annotation is given by the user and written by an option too
    """
    ports = [port for port in options.all_ports if port.expose]
    paths = [_path(path, service, ports[0].name if ports else "http") for path in chosen.paths]
    hosts: tuple[str | None, ...] = chosen.all_hosts or (None,)
    spec: dict[str, Any] = {
        "rules": [({"host": host} if host is not None else {}) | {"http": {"paths": paths}} for host in hosts]
    }
    if chosen.class_name is not None:
        spec["ingressClassName"] = chosen.class_name
    if chosen.tls:
        spec["tls"] = [
            {"hosts": list(tls.hosts)} | ({"secretName": tls.secret_name} if tls.secret_name is not None else {})
            for tls in chosen.tls
        ]
    metadata = identity.metadata(annotations=_annotations(chosen))
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def _path(path: IngressPath, service: str, first_port: str) -> dict[str, Any]:
    port = path.port or first_port
    backend = {"name": path.service or service, "port": {"name" if isinstance(port, str) else "number": port}}
    return {"path": path.path, "pathType": path.path_type, "backend": {"service": backend}}


def _annotations(chosen: Ingress) -> dict[str, str]:
    written = controller_annotations(chosen)
    if chosen.cluster_issuer is not None:
        written["cert-manager.io/cluster-issuer"] = chosen.cluster_issuer
    both = [
        Fault(
            ("ingress", "annotations", key), f"{show(chosen.annotations[key])} stands beside the option that writes it"
        )
        for key in chosen.annotations
        if key in written
    ]
    if both:
        raise FaultsError(both)
    return {**chosen.annotations, **written}


def controller_annotations(chosen: Ingress) -> dict[str, str]:
    """Give what the options say in the words of the controller."""
    if chosen.controller is None:
        return {}
    nginx = chosen.controller == "ingress-nginx"
    prefix = "nginx.ingress.kubernetes.io/" if nginx else "haproxy-ingress.github.io/"
    written: dict[str, str] = {}
    if chosen.allow_source_ranges:
        # The older name of ingress-nginx, which every version reads.
        name = "whitelist-source-range" if nginx else "allowlist-source-range"
        written[name] = ",".join(chosen.allow_source_ranges)
    if chosen.oauth2_proxy is not None:
        written["auth-url"] = chosen.oauth2_proxy.auth_url
        written["auth-signin"] = chosen.oauth2_proxy.signin_url
        if chosen.oauth2_proxy.response_headers:
            headers = ",".join(chosen.oauth2_proxy.response_headers)
            written["auth-response-headers" if nginx else "auth-headers-succeed"] = headers
    if chosen.client_certificate is not None:
        written["auth-tls-secret"] = chosen.client_certificate.secret
        written["auth-tls-verify-client"] = "on"
        if chosen.client_certificate.verify_depth is not None:
            written["auth-tls-verify-depth"] = str(chosen.client_certificate.verify_depth)
    if chosen.cors is not None:
        written |= _cors(chosen.cors, "enable-cors" if nginx else "cors-enable")
    if chosen.rate_limit is not None:
        limits = {
            "limit-rps": chosen.rate_limit.requests_per_second,
            "limit-connections": chosen.rate_limit.connections,
        }
        written |= {name: str(limit) for name, limit in limits.items() if limit is not None}
    return {prefix + name: value for name, value in written.items()}


def _cors(cors: Cors, switch: str) -> dict[str, str]:
    written = {
        switch: "true",
        "cors-allow-origin": ",".join(cors.allow_origins),
        "cors-allow-methods": ",".join(cors.allow_methods),
        # Spelled out, since ingress-nginx allows credentials unless it is told not to.
        "cors-allow-credentials": str(cors.allow_credentials).lower(),
    }
    if cors.allow_headers:
        written["cors-allow-headers"] = ",".join(cors.allow_headers)
    if cors.max_age is not None:
        written["cors-max-age"] = str(int(seconds_of(str(cors.max_age))))
    return written
