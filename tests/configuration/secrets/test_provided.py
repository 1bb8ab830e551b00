from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from syrupy.assertion import SnapshotAssertion

from lumen_constructs.configuration.claims import KEEP
from lumen_constructs.crds import custom_kinds
from lumen_constructs.emit.canonical import canonical
from lumen_constructs.emit.yaml import dump_all
from tests.configuration.secrets.samples import bodies, ciphertext, provided

SEALED = {
    "shop-db": {"DB_PASSWORD": ciphertext(1)},
    "shop-oauth": {"CLIENT_ID": ciphertext(2), "CLIENT_SECRET": ciphertext(3)},
    "registry": {".dockerconfigjson": ciphertext(4)},
}

PROVISIONS: dict[str, dict[str, Any]] = {
    "sealed": {"provider": "sealed", "sealed": {"ciphertext": SEALED}},
    "external": {"provider": "external", "external": {"store": "vault"}},
    "generated": {"provider": "generated"},
}


def annotations_of(body: dict[str, Any]) -> dict[str, str]:
    """Give the annotations of an object."""
    found: dict[str, str] = body["metadata"]["annotations"]
    return found


@pytest.mark.parametrize("provider", PROVISIONS)
@pytest.mark.parametrize("name", ["shop-db", "shop-oauth"])
def test_every_object_fits_its_custom_resource_and_is_canonical_already(
    provider: str, name: str, snapshot: SnapshotAssertion
) -> None:
    """What Git holds is what the API server stores, with all defaults spelled out, and it outlives a prune."""
    made = bodies(name, **PROVISIONS[provider])
    assert made
    for body in made.values():
        schema = custom_kinds()[body["apiVersion"], body["kind"]].schema
        assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(body)] == []
        assert canonical(body) == body
        assert annotations_of(body).items() >= KEEP.items()
        assert body["metadata"]["name"] == name
    assert dump_all(made.values()) == snapshot


@pytest.mark.parametrize("provider", ["sealed", "external"])
def test_credentials_of_a_registry_get_their_type(provider: str) -> None:
    """The kubelet pulls with a Secret of its own type only."""
    spec = bodies("registry", **PROVISIONS[provider])["registry"]["spec"]
    template = spec["template"] if provider == "sealed" else spec["target"]["template"]
    assert template["type"] == "kubernetes.io/dockerconfigjson"


@pytest.mark.parametrize("provider", ["existing", "injected"])
def test_what_comes_from_outside_makes_no_object(provider: str) -> None:
    """A Secret that a person brings is not part of the set."""
    secret = provided("shop-db", provider=provider)
    assert not secret.in_set
    assert bodies("shop-db", provider=provider) == {}
    assert secret.revision(["DB_PASSWORD"]) is None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("strict", set()),
        ("namespace", {"sealedsecrets.bitnami.com/namespace-wide"}),
        ("cluster", {"sealedsecrets.bitnami.com/cluster-wide"}),
    ],
)
def test_the_scope_is_said_on_the_sealed_secret(scope: str, expected: set[str]) -> None:
    """The controller computes the label from the SealedSecret's own annotations."""
    body = bodies("shop-db", provider="sealed", sealed={"scope": scope, "ciphertext": SEALED})["shop-db"]
    assert {key for key in annotations_of(body) if key.startswith("sealedsecrets.")} == expected


def test_an_unsealed_secret_outlives_its_sealed_secret_and_is_still_updated() -> None:
    """Without an owner the garbage collector leaves it alone; marked as managed, the controller may write it again."""
    body = bodies("shop-db", **PROVISIONS["sealed"])["shop-db"]
    carried = body["spec"]["template"]["metadata"]["annotations"]
    assert carried["sealedsecrets.bitnami.com/skip-set-owner-references"] == "true"
    assert carried["sealedsecrets.bitnami.com/managed"] == "true"
    assert carried.items() >= KEEP.items()
    assert "labels" not in body["spec"]["template"]["metadata"]


def test_remote_keys_follow_the_template_and_the_overrides() -> None:
    """Names are put into the template; one Secret or key may be elsewhere, and a single key is a whole value."""
    single = bodies("shop-db", **PROVISIONS["external"])["shop-db"]["spec"]["data"]
    assert [(entry["secretKey"], entry["remoteRef"]["key"]) for entry in single] == [
        ("DB_PASSWORD", "shop/production/db")
    ]
    assert "property" not in single[0]["remoteRef"]
    several = bodies("shop-oauth", **PROVISIONS["external"])["shop-oauth"]["spec"]["data"]
    assert [(entry["remoteRef"]["key"], entry["remoteRef"]["property"]) for entry in several] == [
        ("shop/production/oauth", "CLIENT_ID"),
        ("shop/production/oauth", "CLIENT_SECRET"),
    ]
    moved = bodies(
        "shop-oauth",
        provider="external",
        external={"store": "vault", "remote_key": "{system}-{environment}-{name}", "property": "v.{key}"},
        overrides={
            "shop-oauth": {
                "external": {
                    "remote_key": "common/{shortName}/{key}",
                    "keys": {"CLIENT_ID": {"key": "id", "property": "", "version": "3"}},
                }
            }
        },
    )["shop-oauth"]["spec"]["data"]
    common = {"conversionStrategy": "Default", "decodingStrategy": "None", "metadataPolicy": "None"}
    assert [entry["remoteRef"] for entry in moved] == [
        {**common, "key": "id", "version": "3"},
        {**common, "key": "common/oauth/CLIENT_SECRET", "property": "v.CLIENT_SECRET"},
    ]


def test_each_generated_key_gets_a_value_of_its_own_once() -> None:
    """The generator is asked once a key, and what it made is let go of."""
    made = bodies("shop-oauth", provider="generated")
    spec = made["shop-oauth"]["spec"]
    assert made["shop-oauth-generator"]["spec"]["symbols"] == 0
    drawn = bodies("shop-oauth", provider="generated", generated={"symbols": 3, "symbol_characters": "#!"})
    assert (
        drawn["shop-oauth-generator"]["spec"] | {"symbols": 3, "symbolCharacters": "#!"}
        == (drawn["shop-oauth-generator"]["spec"])
    )
    assert (spec["refreshPolicy"], spec["target"]["creationPolicy"]) == ("CreatedOnce", "Orphan")
    assert [entry["rewrite"][0]["regexp"] for entry in spec["dataFrom"]] == [
        {"source": "^password$", "target": "CLIENT_ID"},
        {"source": "^password$", "target": "CLIENT_SECRET"},
    ]
    assert {entry["sourceRef"]["generatorRef"]["name"] for entry in spec["dataFrom"]} == {"shop-oauth"}


def test_a_revision_changes_with_the_values_that_are_read_and_only_with_them() -> None:
    """New ciphertext restarts who reads that key; another key, or how often the store is read, restarts nobody."""
    resealed = {**SEALED, "shop-oauth": {**SEALED["shop-oauth"], "CLIENT_SECRET": ciphertext(9)}}
    before = provided("shop-oauth", **PROVISIONS["sealed"])
    after = provided("shop-oauth", provider="sealed", sealed={"ciphertext": resealed})
    assert before.revision(["CLIENT_SECRET"]) != after.revision(["CLIENT_SECRET"])
    assert before.revision(["CLIENT_ID"]) == after.revision(["CLIENT_ID"])

    stores = [
        provided("shop-oauth", provider="external", external={"store": store, "refresh_interval": interval})
        for store, interval in (("vault", "1h"), ("vault", "5m"), ("aws", "1h"))
    ]
    revisions = [secret.revision(["CLIENT_ID"]) for secret in stores]
    assert revisions[0] == revisions[1] != revisions[2]
    assert provided("shop-oauth", provider="generated").revision(["CLIENT_ID"]) is None
