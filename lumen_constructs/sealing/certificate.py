"""The controller's certificate: whose public key it holds, and whether it may still be sealed for."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import TYPE_CHECKING

from lumen_constructs.errors import LumenError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

#: Smaller RSA keys are no longer safe, and larger ones are no key of the controller's.
_SMALLEST, _LARGEST = 2048, 8192


def public_key(pem: bytes, now: dt.datetime) -> RSAPublicKey:
    """Read the certificate of a sealed-secrets controller (``kubeseal --fetch-cert``), and give its public key.

    :param pem: the certificate, in PEM; of several, the first counts
    :param now: the time, with its zone, at which the certificate must be valid

    :raises LumenError: if it is no certificate, is expired or not yet valid, or its key is not RSA of 2048 bits or more
    """
    try:
        from cryptography import x509  # noqa: PLC0415  # an extra, needed for sealing alone
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # as above
    except ImportError as missing:
        message = "sealing needs cryptography; install lumen-constructs[seal]"
        raise LumenError(message) from missing
    if b"PRIVATE KEY" in pem:
        message = "holds a private key; give the certificate alone, and keep the key where it belongs"
        raise LumenError(message)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # oddities of a certificate that nothing here depends on
            certificate = x509.load_pem_x509_certificate(pem)
            key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        message = "is not a certificate in PEM; 'kubeseal --fetch-cert' prints that of a cluster"
        raise LumenError(message) from None
    return _checked(certificate, key, now)


def _checked(certificate: Certificate, key: object, now: dt.datetime) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415  # as above

    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < start:
        message = f"is not valid before {start:%Y-%m-%d %H:%M} UTC; check the clock, or take another certificate"
        raise LumenError(message)
    if now >= end:
        message = f"expired on {end:%Y-%m-%d}; fetch the current certificate with 'kubeseal --fetch-cert'"
        raise LumenError(message)
    if not isinstance(key, RSAPublicKey):
        kind = type(key).__name__.removesuffix("PublicKey")
        message = f"has a key of type {kind}; the controller opens only what is sealed for RSA"
        raise LumenError(message)
    if not _SMALLEST <= key.key_size <= _LARGEST:
        message = f"has an RSA key of {key.key_size} bits; {_SMALLEST} to {_LARGEST} are accepted"
        raise LumenError(message)
    return key
