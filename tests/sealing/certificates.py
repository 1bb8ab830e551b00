"""Keys and certificates that live as long as a test run."""

from __future__ import annotations

import datetime as dt
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

NOW = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Give a private key of a size, the same for all tests of a run."""
    return _rsa_key(bits)


@functools.cache
def _rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem_of(key: rsa.RSAPrivateKey) -> str:
    """Give a private key as the independent implementation reads it."""
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    start: dt.datetime = NOW - DAY,
    end: dt.datetime = NOW + DAY,
) -> bytes:
    """Give a certificate as the controller makes them: for itself, without a name."""
    signing = key or rsa_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(signing.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    return builder.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
