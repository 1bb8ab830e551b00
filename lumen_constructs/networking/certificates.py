"""The body of a Certificate."""

from __future__ import annotations

from typing import Any

from lumen_constructs.options.base import full
from lumen_constructs.options.certificates import CertificateOptions, IssuerRef


def certificate(metadata: dict[str, Any], options: CertificateOptions) -> dict[str, Any]:
    """Give the Certificate. What older releases of cert-manager fill in differently is spelled out."""
    spec: dict[str, Any] = {
        "secretName": secret_name(metadata, options),
        "issuerRef": full(options.issuer_ref, IssuerRef).body(),
        "duration": options.duration,
        "renewBefore": options.renew_before,
        "privateKey": options.private_key.key_body(),
        "usages": list(options.effective_usages),
        "revisionHistoryLimit": options.revision_history_limit,
    }
    optional = {
        "commonName": options.common_name,
        "dnsNames": list(options.dns_names),
        "ipAddresses": list(options.ip_addresses),
        "uris": list(options.uris),
        "isCA": options.is_ca,
        "subject": options.subject.body(),
        "secretTemplate": options.secret_template.body(),
    }
    spec |= {field: value for field, value in optional.items() if value}
    return {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": metadata, "spec": spec}


def secret_name(metadata: dict[str, Any], options: CertificateOptions) -> str:
    """Give the name of the Secret that cert-manager writes."""
    return options.secret_name or str(metadata["name"])
