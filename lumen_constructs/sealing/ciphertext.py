"""The form of ciphertext: told from a plain value without a key, so that a plain value is never taken for it."""

from __future__ import annotations

import base64
import binascii

#: Bytes of the wrapped session key: the sizes of RSA keys in use, 2048 to 8192 bits.
_RSA_BYTES = range(256, 1025)
#: Bytes in front that give the length of the wrapped session key, and AES-GCM's tag, which even an empty value has.
_LENGTH_BYTES, _TAG_BYTES = 2, 16


def ciphertext_fault(text: str) -> str | None:
    """Tell what is wrong with the form of ``text`` as the sealed-secrets controller reads it; never shows it.

    Whether the controller can open it, nobody can tell who has not its private key.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "is not ciphertext: it is not base64"
    wrapped = int.from_bytes(data[:_LENGTH_BYTES], "big")
    if wrapped not in _RSA_BYTES:
        return "is not ciphertext: it does not begin with an RSA-encrypted session key"
    if len(data) < _LENGTH_BYTES + wrapped + _TAG_BYTES:
        return "is not whole: the ciphertext was cut"
    return None
