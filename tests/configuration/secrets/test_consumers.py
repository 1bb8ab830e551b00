from __future__ import annotations

from lumen_constructs.configuration.secrets.consumers import secret_annotations
from lumen_constructs.options.secrets import ProvidedSecret, SecretRef


def provided(name: str, revision: str | None = None, *, reload: bool = False) -> ProvidedSecret:
    """Give a reference to a Secret that the stack provides."""
    return ProvidedSecret(name=name, keys=["P"], revision=revision, reload=reload)


def test_the_checksum_follows_revisions_and_not_their_order() -> None:
    """A rotation changes it; the order in which Secrets are listed does not."""
    one = secret_annotations([provided("a", "1"), provided("b", "2")])
    assert list(one) == ["checksum/secrets"]
    assert one == secret_annotations([provided("b", "2"), provided("a", "1"), provided("c")])
    assert one != secret_annotations([provided("a", "1"), provided("b", "3")])
    assert one != secret_annotations([provided("a", "2"), provided("b", "1")])


def test_pods_that_read_nothing_provided_carry_nothing() -> None:
    """A Secret that is there already cannot be seen to change."""
    assert secret_annotations([SecretRef(name="a", keys=["P"]), provided("b")]) == {}


def test_reloader_is_told_the_secrets_by_name() -> None:
    """Only those that asked for it, each once."""
    secrets = [provided("b", reload=True), provided("a", reload=True), provided("a", reload=True), provided("c")]
    assert secret_annotations(secrets) == {"secret.reloader.stakater.com/reload": "a,b"}
