from __future__ import annotations

import base64
import json

import pytest

from lumen_constructs.errors import LumenError
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.options.secrets import SecretRef
from lumen_constructs.values import json_schema, load
from tests.values.conftest import Write

#: Bytes of the form that sealing gives.
CIPHERTEXT = base64.b64encode((256).to_bytes(2, "big") + bytes(256 + 16)).decode()
PLAIN = "correct-horse-battery-staple"


def loaded(write: Write, text: str) -> SecretProvision:
    """Read a provision as a stack's values file has it."""
    return load(SecretProvision, [write("values.yaml", text)]).values


@pytest.fixture(name="write")
def _write(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Write:
    from lumen_constructs.values import File

    directory = tmp_path_factory.mktemp("values")
    monkeypatch.chdir(directory)

    def write(name: str, text: str) -> File:
        (directory / name).write_text(text, encoding="utf-8")
        return File(directory / name)

    return write


def test_secrets_are_there_already_unless_the_environment_says_otherwise() -> None:
    """Without a choice, nothing is made, and nothing is left open where a choice is made."""
    provision = SecretProvision()
    assert provision.provider_of("cart-db") == "existing"
    assert provision.scope_of("cart-db") == "strict"
    assert provision.external.refresh_interval == "1h0m0s"
    assert provision.generated.symbols == 0
    assert provision.generated.effective_digits == 8


def test_single_secrets_differ_from_the_stack(write: Write) -> None:
    """An override changes what it names, and the rest stays the stack's."""
    provision = loaded(
        write,
        """
        provider: sealed
        sealed: {scope: namespace}
        external: {store: vault, refreshInterval: 90m}
        overrides:
          db: {provider: generated, generated: {length: 40, digits: 0}}
          tls: {scope: cluster}
        """,
    )
    assert [provision.provider_of(name) for name in ("db", "tls", "other")] == ["generated", "sealed", "sealed"]
    assert [provision.scope_of(name) for name in ("db", "tls", "other")] == ["namespace", "cluster", "namespace"]
    assert (provision.generated_of("db").length, provision.generated_of("db").effective_digits) == (40, 0)
    assert provision.generated_of("tls").length == 32
    assert provision.external.refresh_interval == "1h30m0s"


def test_ciphertext_is_taken_as_it_is(write: Write) -> None:
    """What has the form of ciphertext is kept to the letter."""
    provision = loaded(write, f"sealed: {{ciphertext: {{db: {{P: {CIPHERTEXT}}}}}}}")
    assert provision.sealed.ciphertext == {"db": {"P": CIPHERTEXT}}
    assert provision.model_dump(mode="json")["sealed"]["ciphertext"] == {"db": {"P": CIPHERTEXT}}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{{db: {{P: {PLAIN}}}}}", "sealed.ciphertext.db.P: is not ciphertext: it is not base64"),
        (f"{{db: {PLAIN}}}", "sealed.ciphertext.db: must be a mapping of keys to ciphertext"),
        (PLAIN, "sealed.ciphertext: must be a mapping of Secrets"),
        (f"[{PLAIN}]", "sealed.ciphertext: must be a mapping of Secrets"),
        ("{db: {P: 271828182845}}", "sealed.ciphertext.db.P: is not ciphertext: it is not text"),
        (f"{{db: {{P: [{PLAIN}]}}}}", "sealed.ciphertext.db.P: is not ciphertext: it is not text"),
    ],
)
def test_refuses_plain_values_in_place_of_ciphertext_and_never_shows_them(write: Write, text: str, fault: str) -> None:
    """A secret that was pasted where ciphertext belongs is refused, and the error can go into a log."""
    with pytest.raises(LumenError) as error:
        loaded(write, f"sealed:\n  ciphertext: {text}\n")
    assert fault in str(error.value)
    assert str(error.value).startswith("values.yaml:2:")
    assert PLAIN not in str(error.value)
    assert "271828" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("provider: vault", "provider: 'vault' must be one of existing, external, generated, injected, sealed"),
        ("sealed: {scope: cluster-wide}", "'cluster-wide' must be one of strict, namespace, cluster"),
        ("external: {refreshInterval: 1d}", "'1d' is not a Go duration"),
        ("external: {refreshInterval: -1h}", "must not be negative"),
        ("external: {remoteKey: 'a/{enviroment}'}", "has the unknown placeholder {enviroment}"),
        ("external: {remoteKey: 'a/{name'}", "has a single brace"),
        ("external: {remoteKey: 'a/{name!r}'}", "has the unknown placeholder {name}"),
        ("external: {storeKind: Vault}", "'Vault' must be one of SecretStore, ClusterSecretStore"),
        ("generated: {length: 4}", "generated.length: 4 must be at least 8"),
        ("generated: {length: 8, digits: 6, symbols: 3}", "6 digits and 3 symbols are more than the 8 characters"),
        ("overrides: {db: {provder: sealed}}", "is not a known key; did you mean 'provider'?"),
    ],
)
def test_refuses_what_no_provider_could_use(write: Write, text: str, fault: str) -> None:
    """Each mistake is one line with the remedy."""
    with pytest.raises(LumenError) as error:
        loaded(write, text)
    assert fault in str(error.value)
    assert len(error.value.faults) == 1


def test_a_revision_is_nothing_that_values_could_say() -> None:
    """What the consumers carry is computed; neither the schema nor a values file knows it."""
    assert "revision" not in json.dumps(json_schema(SecretRef))
    with pytest.raises(LumenError, match="revision is not a known key"):
        SecretRef(name="db", keys=["P"], revision="1")  # type: ignore[call-arg]  # what is tested
