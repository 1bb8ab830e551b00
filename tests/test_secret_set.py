from __future__ import annotations

from typing import Any

import pytest
from cdk8s import App, Chart

from lumen_constructs import LumenError, ProbedDeployment, Probes, Resources, UmbrellaStack
from lumen_constructs.manifest import rendered
from lumen_constructs.options.secret_provision import SecretProvision
from lumen_constructs.options.secrets import ProvidedSecret
from lumen_constructs.secret_set import SecretSet, collected_sets
from tests.configuration.secrets.samples import DECLARED, ciphertext

SEALED: dict[str, Any] = {
    "provider": "sealed",
    "sealed": {
        "ciphertext": {
            "shop-db": {"DB_PASSWORD": ciphertext(1)},
            "shop-oauth": {"CLIENT_ID": ciphertext(2), "CLIENT_SECRET": ciphertext(3)},
        }
    },
}


def stack() -> UmbrellaStack:
    """Give an empty stack of its own app."""
    return UmbrellaStack(App(), "shop-production", name="shop", environment="production")


def secret_set(scope: Chart, **provision: Any) -> SecretSet:
    """Declare the Secrets of the shop."""
    return SecretSet(scope, "Secrets", declared=DECLARED, provision=SecretProvision(**provision))


def objects(scope: Chart) -> dict[tuple[str, str], dict[str, Any]]:
    """Give what a chart renders, by kind and name."""
    bodies = [manifest.body for manifest in rendered(scope)]
    return {(body["kind"], body["metadata"]["name"]): body for body in bodies}


def deployment(scope: Chart, *secrets: ProvidedSecret) -> dict[str, Any]:
    """Give the Deployment of a component that reads secrets."""
    ProbedDeployment(
        scope,
        "cart",
        image="ghcr.io/acme/cart:1.4.2",
        port=8080,
        resources=Resources(cpu="100m:500m", memory="128Mi:256Mi"),
        probes=Probes.http(startup="/health", readiness="/ready", liveness="/health"),
        secrets=secrets,
    )
    return objects(scope)["Deployment", "cart"]


def test_only_what_is_referred_to_is_made_and_only_once() -> None:
    """A component that is off leaves no trace of its Secrets, and a Secret that two components read is one."""
    shop = stack()
    secrets = secret_set(shop, **SEALED)
    assert list(objects(shop)) == [("Namespace", "shop")]
    assert secrets.ref("shop-db") == secrets.ref("shop-db")
    assert list(objects(shop)) == [("Namespace", "shop"), ("SealedSecret", "shop-db")]
    assert (secrets.used, secrets.provided) == (("shop-db",), ("shop-db",))
    assert objects(shop)["SealedSecret", "shop-db"]["metadata"]["namespace"] == "shop"


@pytest.mark.parametrize("provider", ["sealed", "external", "generated"])
def test_the_namespace_is_kept_with_the_secrets_in_it(provider: str) -> None:
    """What is kept in a namespace would be lost with it."""
    shop = stack()
    provision: dict[str, Any] = SEALED | {"provider": provider, "external": {"store": "vault"}}
    if provider != "sealed":
        del provision["sealed"]
    secret_set(shop, **provision, overrides={"registry": {"provider": "existing"}}).ref("shop-oauth")
    annotations = objects(shop)["Namespace", "shop"]["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_a_component_reads_exactly_the_keys_that_it_names() -> None:
    """Keys, prefixes and mounts are those of a reference, and the values come from the Secret of the set."""
    shop = stack()
    secrets = secret_set(shop, **SEALED)
    body = deployment(
        shop,
        secrets.ref("shop-db", mount_path="/run/secrets"),
        secrets.ref("shop-oauth", keys={"ID": "CLIENT_ID"}, prefix="OAUTH_", optional=True),
    )
    pod = body["spec"]["template"]["spec"]
    assert pod["containers"][0]["env"] == [
        {
            "name": "OAUTH_ID",
            "valueFrom": {"secretKeyRef": {"name": "shop-oauth", "key": "CLIENT_ID", "optional": True}},
        }
    ]
    assert [volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume] == ["shop-db"]


def test_new_ciphertext_restarts_its_consumers() -> None:
    """The pod template changes with the ciphertext that the pod reads."""
    checksums = []
    for number in (1, 2):
        shop = stack()
        sealed = {"ciphertext": {"shop-db": {"DB_PASSWORD": ciphertext(number)}}}
        body = deployment(shop, secret_set(shop, provider="sealed", sealed=sealed).ref("shop-db"))
        checksums.append(body["spec"]["template"]["metadata"]["annotations"]["checksum/secrets"])
    assert checksums[0] != checksums[1]


@pytest.mark.parametrize(
    ("provider", "external"), [("sealed", None), ("existing", "Secret/shop-db"), ("injected", "Secret/shop-db")]
)
def test_only_what_the_set_does_not_provide_is_declared_external(provider: str, external: str | None) -> None:
    """The checks take as existing what a person brings, and look for what the set promises."""
    shop = stack()
    provision = SEALED if provider == "sealed" else {"provider": provider}
    body = deployment(shop, secret_set(shop, **provision).ref("shop-db"))
    assert body["metadata"].get("annotations", {}).get("lumen-constructs/external") == external


def test_reloader_is_asked_for_whoever_provides() -> None:
    """A value that changes in the cluster is invisible here, so that something there must restart the consumers."""
    shop = stack()
    body = deployment(shop, secret_set(shop, provider="existing", reloader=True).ref("shop-db"))
    annotations = body["spec"]["template"]["metadata"]["annotations"]
    assert annotations["secret.reloader.stakater.com/reload"] == "shop-db"
    assert "checksum/secrets" not in annotations


def test_the_environment_of_the_stack_is_in_remote_keys() -> None:
    """A stack knows its environment; a plain chart says it."""
    shop = stack()
    external: dict[str, Any] = {"provider": "external", "external": {"store": "vault"}}
    secret_set(shop, **external).ref("shop-db")
    plain = Chart(App(), "shop", namespace="shop")
    provision = SecretProvision(**external)
    SecretSet(plain, "Secrets", declared=DECLARED, provision=provision, environment="qa").ref("shop-db")
    keys = [
        objects(chart)["ExternalSecret", "shop-db"]["spec"]["data"][0]["remoteRef"]["key"] for chart in (shop, plain)
    ]
    assert keys == ["shop/production/db", "shop/qa/db"]


def test_refuses_external_secrets_without_an_environment() -> None:
    """In a plain chart nobody else can say it."""
    provision = SecretProvision(provider="external", external={"store": "vault"})  # type: ignore[arg-type]  # as in YAML
    with pytest.raises(LumenError, match="shop/Secrets: environment is required"):
        SecretSet(Chart(App(), "shop"), "Secrets", declared=DECLARED, provision=provision)


def test_refuses_a_secret_that_two_sets_declare() -> None:
    """Two providers of one Secret would overwrite each other for ever."""
    shop = stack()
    secret_set(shop, **SEALED)
    with pytest.raises(LumenError) as error:
        SecretSet(shop, "More", declared={"shop-db": ["A"]}, provision=SecretProvision())
    assert str(error.value) == (
        "shop-production/More: secret 'shop-db' is declared twice: shop-production/Secrets declares it too; "
        "keep one of the two"
    )


def test_the_environments_of_one_app_do_not_meet() -> None:
    """Each has a cluster or a namespace of its own, and the Secrets are called the same in all of them."""
    app = App()
    for environment in ("staging", "production"):
        chart = UmbrellaStack(app, f"shop-{environment}", name="shop", environment=environment)
        secret_set(chart, **SEALED).ref("shop-db")
        assert ("SealedSecret", "shop-db") in objects(chart)


def test_refuses_what_is_not_exactly_declared_with_all_faults_at_once() -> None:
    """The faults of the environment come with the path of the set."""
    with pytest.raises(LumenError) as error:
        secret_set(stack(), provider="sealed", sealed={"ciphertext": {"shop": {}, "shop-db": {"X": ciphertext(1)}}})
    assert [fault.partition(" ")[0] for fault in error.value.faults] == ["shop-production/Secrets:"] * 3


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"name": "shop-dv"}, "there is no declared secret 'shop-dv' (shop-db, shop-oauth, registry); did you mean"),
        ({"name": "shop-db", "keys": ["DB_PASSWD"]}, "no declared key 'DB_PASSWD' (DB_PASSWORD); did you mean"),
        ({"name": "shop-oauth", "keys": ["CLIENT_ID"], "env_from": True}, "is read as a whole by envFrom"),
        ({"name": "registry"}, "has no ciphertext for .dockerconfigjson; make it with 'lumen seal'"),
        ({"name": "shop-db", "mount_path": "secrets"}, "must be an absolute path"),
    ],
)
def test_refuses_a_reference_that_cannot_be_kept(arguments: dict[str, Any], fault: str) -> None:
    """What a component asks for is there, or it is an error, and nothing of it is made."""
    shop = stack()
    secrets = secret_set(shop, **SEALED)
    with pytest.raises(LumenError) as error:
        secrets.ref(**arguments)
    assert fault in str(error.value)
    assert "shop-production/Secrets" in str(error.value)
    assert list(objects(shop)) == [("Namespace", "shop")]


def test_an_optional_secret_may_lack_ciphertext() -> None:
    """The component starts without it, so that nothing is made, unless another component needs it."""
    shop = stack()
    secrets = secret_set(shop, **SEALED)
    reference = secrets.ref("registry", optional=True, mount_path="/registry")
    assert (reference.in_set, reference.revision) == (False, None)
    assert (secrets.used, secrets.provided) == (("registry",), ())
    assert list(objects(shop)) == [("Namespace", "shop")]
    with pytest.raises(LumenError, match=r"has no ciphertext for \.dockerconfigjson"):
        secrets.ref("registry")


def test_what_is_collected_may_lack_ciphertext_and_makes_nothing() -> None:
    """The commands that provide values learn what is declared and used before there is any ciphertext."""
    shop = stack()
    with collected_sets() as sets:
        secrets = secret_set(shop, provider="sealed")
        secrets.ref("shop-db")
        secrets.ref("registry", optional=True)
    assert sets == [secrets]
    assert (secrets.used, secrets.required, secrets.namespace) == (("shop-db", "registry"), ("shop-db",), "shop")
    assert list(objects(shop)) == [("Namespace", "shop")]
    with pytest.raises(LumenError, match="has no ciphertext"):
        secret_set(stack(), provider="sealed").ref("shop-db")
