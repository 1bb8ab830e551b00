"""Encryption for the sealed-secrets controller: RSA-OAEP around a session key, AES-GCM around the value.

A sealed value is the length of the RSA ciphertext in two bytes (big-endian), the RSA ciphertext of a fresh 256-bit
session key, and the AES-256-GCM ciphertext of the value with its tag. The nonce is zero, since each session key is used
once. The OAEP label ties the value to the place that it may be unsealed at.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING

from lumen_constructs.errors import LumenError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from lumen_constructs.options.secret_provision import Scope

_SESSION_KEY_BYTES = 32
_ZERO_NONCE = bytes(12)


def label(scope: Scope, namespace: str | None, name: str) -> bytes:
    """Give the OAEP label: what the controller must know to open the value, by the scope of the SealedSecret.

    :raises LumenError: if the scope needs the namespace, and it is not known
    """
    if scope == "cluster":
        return b""
    if namespace is None:
        message = f"{name}: has no namespace, and the scope {scope} ties it to one; give the chart a namespace"
        raise LumenError(message)
    return namespace.encode() if scope == "namespace" else f"{namespace}/{name}".encode()


def sealed(value: bytes, key: RSAPublicKey, label: bytes) -> str:
    """Encrypt ``value``, as the base64 text that ``encryptedData`` holds; each call gives another text."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # an extra, needed for sealing alone
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415  # as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  # as above

    session_key = os.urandom(_SESSION_KEY_BYTES)
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=label)
    wrapped = key.encrypt(session_key, oaep)
    locked = AESGCM(session_key).encrypt(_ZERO_NONCE, value, None)
    return base64.b64encode(len(wrapped).to_bytes(2, "big") + wrapped + locked).decode()
