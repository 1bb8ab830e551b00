from __future__ import annotations

import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lumen_constructs.errors import LumenError
from lumen_constructs.sealing.certificate import public_key
from tests.sealing.certificates import DAY, NOW, certificate, pem_of, rsa_key


def test_the_public_key_of_a_valid_certificate_is_found() -> None:
    """It is the key that the certificate was made for, until the last moment."""
    assert public_key(certificate(), NOW) == rsa_key().public_key()
    assert public_key(certificate(), NOW + DAY - dt.timedelta(seconds=1)) == rsa_key().public_key()
    assert public_key(certificate(), NOW - DAY) == rsa_key().public_key()


def test_the_first_certificate_of_several_counts() -> None:
    """A file may hold a chain."""
    assert public_key(certificate() + certificate(rsa_key(3072)), NOW) == rsa_key().public_key()


@pytest.mark.parametrize(
    ("pem", "now", "fault"),
    [
        (certificate(), NOW + DAY, "expired on 2026-01-16"),
        (certificate(start=NOW + dt.timedelta(minutes=1)), NOW, "is not valid before 2026-01-15 12:01 UTC"),
        (certificate(ec.generate_private_key(ec.SECP256R1())), NOW, "has a key of type"),
        (certificate(rsa_key(1024)), NOW, "has an RSA key of 1024 bits; 2048 to 8192 are accepted"),
        (b"", NOW, "is not a certificate in PEM"),
        (b"-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n", NOW, "is not a certificate in PEM"),
        (pem_of(rsa_key()).encode() + certificate(), NOW, "holds a private key"),
    ],
    ids=["expired", "early", "not-rsa", "short", "empty", "broken", "private"],
)
def test_refuses_a_certificate_that_must_not_be_sealed_for(pem: bytes, now: dt.datetime, fault: str) -> None:
    """Each reason has its own words."""
    with pytest.raises(LumenError, match=fault):
        public_key(pem, now)
