"""The annotations in which the controllers of an Ingress read what its options say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lumen_constructs.durations import seconds_of

if TYPE_CHECKING:
    from lumen_constructs.options.ingress import Cors, Ingress


def written_annotations(chosen: Ingress) -> dict[str, str]:
    """Give the annotations that the options of an Ingress write."""
    written = _of_controller(chosen)
    if chosen.cluster_issuer is not None:
        written["cert-manager.io/cluster-issuer"] = chosen.cluster_issuer
    return written


def _of_controller(chosen: Ingress) -> dict[str, str]:
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
