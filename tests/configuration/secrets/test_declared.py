from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.configuration.secrets.declared import declaration_faults, provision_faults, secret_type
from lumen_constructs.options.secret_provision import SecretProvision
from tests.configuration.secrets.samples import DECLARED, ciphertext

SEALED = {
    "shop-db": {"DB_PASSWORD": ciphertext(1)},
    "shop-oauth": {"CLIENT_ID": ciphertext(2), "CLIENT_SECRET": ciphertext(3)},
}


def faults(**provision: Any) -> list[str]:
    """Give what is wrong with a provision of the stack."""
    return list(provision_faults(DECLARED, SecretProvision(**provision)))


def test_a_right_declaration_and_its_provision_have_no_faults() -> None:
    """Nothing is found where everything fits, whoever provides, and a Secret without ciphertext may be unused."""
    assert list(declaration_faults(DECLARED)) == []
    assert faults(provider="sealed", sealed={"ciphertext": SEALED}) == []
    assert faults(provider="external", external={"store": "vault"}) == []
    assert faults(provider="generated", overrides={"registry": {"provider": "injected"}}) == []


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        ({"Shop": ["A"]}, "secret 'Shop' must be lower-case letters"),
        ({"shop": []}, "secret 'shop' has no keys"),
        ({"shop": ["A", "A"]}, "secret 'shop' has the key 'A' twice"),
        ({"shop": ["A B"]}, "secret 'shop' has the key 'A B', which must be letters"),
        ({"shop": "A"}, "secret 'shop' has the keys 'A'; give them as a list"),
    ],
)
def test_refuses_what_no_secret_can_be_called(declared: dict[str, Any], fault: str) -> None:
    """Names and keys are checked where they are declared."""
    assert [found for found in declaration_faults(declared) if fault in found]
    assert len(list(declaration_faults(declared))) == 1


def test_refuses_all_that_is_not_exactly_what_was_declared() -> None:
    """Every fault of an environment is found at once, each at its place."""
    found = faults(
        provider="sealed",
        sealed={
            "ciphertext": {
                "shop-db": {"DB_PASSWORD": ciphertext(1), "DB_PASWORD": ciphertext(1)},
                "shop-oauth": {"CLIENT_ID": ciphertext(2)},
                "shop-ouath": {"CLIENT_ID": ciphertext(2)},
                "registry": {".dockerconfigjson": ciphertext(3)},
            }
        },
        overrides={
            "registry": {"provider": "existing"},
            "shop-dv": {"provider": "injected"},
            "shop-oauth": {"external": {"keys": {"CLIENT": {"key": "x"}}}},
        },
    )
    assert found == [
        (
            "overrides.shop-dv is for a secret that the stack does not declare (shop-db, shop-oauth, registry); "
            "did you mean 'shop-db'?"
        ),
        (
            "overrides.shop-oauth.external.keys.CLIENT is not a declared key of 'shop-oauth' "
            "(CLIENT_ID, CLIENT_SECRET); did you mean 'CLIENT_ID'?"
        ),
        (
            "sealed.ciphertext.shop-db.DB_PASWORD is not a declared key of 'shop-db' (DB_PASSWORD); "
            "did you mean 'DB_PASSWORD'?"
        ),
        "sealed.ciphertext.shop-oauth has no CLIENT_SECRET; seal what is missing with 'lumen seal'",
        (
            "sealed.ciphertext.shop-ouath is for a secret that the stack does not declare "
            "(shop-db, shop-oauth, registry); did you mean 'shop-oauth'?"
        ),
        "sealed.ciphertext.registry is provided twice: there is ciphertext, and its provider is existing; remove one",
    ]


def test_refuses_an_external_secret_without_a_store() -> None:
    """The store is the one thing that nobody can guess."""
    assert faults(overrides={"shop-db": {"provider": "external"}}) == [
        "external.store is required, since shop-db is external"
    ]


def test_refuses_to_make_up_what_only_a_registry_can_give() -> None:
    """Random characters are no credentials."""
    assert faults(overrides={"registry": {"provider": "generated"}}) == [
        (
            "secret 'registry' is generated, and a kubernetes.io/dockerconfigjson cannot be made up; "
            "choose another provider"
        )
    ]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ([".dockerconfigjson"], "kubernetes.io/dockerconfigjson"),
        (["tls.key", "tls.crt"], "kubernetes.io/tls"),
        (["tls.key"], "Opaque"),
        (["DB_PASSWORD", ".dockerconfigjson"], "Opaque"),
    ],
)
def test_the_type_follows_the_keys(keys: list[str], kind: str) -> None:
    """What pulls images or serves TLS asks for a type, and the keys say it."""
    assert secret_type(keys) == kind
