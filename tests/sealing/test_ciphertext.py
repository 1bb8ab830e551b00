from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumen_constructs.sealing.ciphertext import ciphertext_fault
from lumen_constructs.sealing.encryption import sealed
from tests.sealing.certificates import rsa_key


def form(wrapped: int, rest: int) -> str:
    """Give bytes of the form of ciphertext, in base64."""
    return base64.b64encode(wrapped.to_bytes(2, "big") + bytes(wrapped + rest)).decode()


@given(value=st.binary(max_size=300))
@settings(max_examples=20, deadline=None)
def test_whatever_is_sealed_has_the_form(value: bytes) -> None:
    """No sealed value is taken for a plain one."""
    assert ciphertext_fault(sealed(value, rsa_key().public_key(), b"shop")) is None


@given(text=st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_refuses_plain_text(text: str) -> None:
    """Nothing that a person would type as a secret has the form, and the fault never shows it."""
    fault = ciphertext_fault(text)
    assert fault is not None
    assert fault == ciphertext_fault("x" if "base64" in fault else base64.b64encode(b"plain").decode())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("hunter2!", "it is not base64"),
        ("AgB y3i4", "it is not base64"),
        ("", "does not begin with an RSA-encrypted session key"),
        (base64.b64encode(b"a plain value, encoded").decode(), "does not begin with an RSA-encrypted session key"),
        (form(255, 16), "does not begin with an RSA-encrypted session key"),
        (form(256, 15), "was cut"),
    ],
)
def test_refuses_what_the_controller_could_not_take_apart(text: str, fault: str) -> None:
    """Each part of the form is looked at."""
    assert fault in str(ciphertext_fault(text))


def test_the_shortest_and_the_longest_keys_are_known() -> None:
    """Keys from 2048 to 8192 bits are in use."""
    assert ciphertext_fault(form(256, 16)) is None
    assert ciphertext_fault(form(1024, 16)) is None
