from __future__ import annotations

import base64

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.secret_provision import Scope
from lumen_constructs.sealing.ciphertext import ciphertext_fault
from lumen_constructs.sealing.encryption import label, sealed
from tests.sealing.certificates import rsa_key
from tests.sealing.opening import Job, needs_node, opened

VALUES = [b"", b"x", "pässwörd · 비밀번호 🔑".encode(), bytes(range(256)) * 256, b"line\nline\n", b"\x00\xff"]
SCOPES: list[Scope] = ["strict", "namespace", "cluster"]


def test_labels_tie_a_value_to_the_place_that_the_controller_looks_at() -> None:
    """The label of each scope is what the controller computes from a SealedSecret's metadata."""
    assert label("strict", "shop", "cart-db") == b"shop/cart-db"
    assert label("namespace", "shop", "cart-db") == b"shop"
    assert label("cluster", "shop", "cart-db") == b""
    assert label("cluster", None, "cart-db") == b""


@pytest.mark.parametrize("scope", ["strict", "namespace"])
def test_refuses_a_scope_without_its_namespace(scope: Scope) -> None:
    """A label that needs the namespace cannot be guessed."""
    with pytest.raises(LumenError, match=f"cart-db: has no namespace, and the scope {scope} ties it to one"):
        label(scope, None, "cart-db")


@needs_node
def test_values_are_opened_by_an_independent_implementation() -> None:
    """Empty, small, non-ASCII, binary and 64 KiB values come back as they were, in all scopes."""
    assert len(VALUES[3]) == 64 * 1024
    jobs = []
    for scope in SCOPES:
        tied = label(scope, "shop", "cart-db")
        jobs += [Job(sealed(value, rsa_key().public_key(), tied), tied) for value in VALUES]
    assert opened(*jobs) == VALUES * 3


@needs_node
def test_keys_of_another_size_are_opened_too() -> None:
    """The length in front is that of the certificate's key, such as the 4096 bits that the controller makes."""
    tied = label("strict", "shop", "cart-db")
    text = sealed(b"value", rsa_key(3072).public_key(), tied)
    assert int.from_bytes(base64.b64decode(text)[:2], "big") == 3072 // 8
    assert opened(Job(text, tied, bits=3072)) == [b"value"]


@needs_node
def test_a_wrong_label_a_wrong_key_or_a_changed_byte_opens_nothing() -> None:
    """What was sealed for one place cannot be opened at another, and nothing can be changed unseen."""
    tied = label("strict", "shop", "cart-db")
    text = sealed(b"value", rsa_key().public_key(), tied)
    data = bytearray(base64.b64decode(text))
    data[-1] ^= 1
    wrong = [
        Job(text, label("strict", "shop", "cart-db2")),
        Job(text, label("strict", "shop2", "cart-db")),
        Job(text, label("namespace", "shop", "cart-db")),
        Job(text, label("cluster", "shop", "cart-db")),
        Job(base64.b64encode(data).decode(), tied),
        Job(sealed(b"value", rsa_key(3072).public_key(), tied), tied),
    ]
    assert opened(Job(text, tied), *wrong) == [b"value", *[None] * len(wrong)]


def test_sealing_twice_gives_two_texts_of_the_right_form() -> None:
    """A fresh session key makes each text another one, so that nobody sees which values are equal."""
    first, second = (sealed(b"value", rsa_key().public_key(), b"") for _ in range(2))
    assert first != second
    assert ciphertext_fault(first) is None
    assert len(base64.b64decode(first)) == 2 + 256 + len(b"value") + 16
