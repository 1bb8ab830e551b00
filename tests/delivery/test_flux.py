from __future__ import annotations

from typing import Any

import pytest

from lumen_constructs.delivery.flux import flux_files
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.errors import LumenError
from lumen_constructs.options.delivery_targets import Cluster, Delivery, Flux, Repository
from tests.delivery.sets import URL, a_set, body, canaries, delivery, read, staged

PRODUCTION = "production/"
SYSTEMS = "production.systems/"


def rendered(flux: Flux, *sets: DeliveredSet, main: str = "main", revision: str | None = None) -> dict[str, Any]:
    """Give the objects by file below ``flux/``."""
    declared = Delivery(
        repository=Repository(url=URL, revision=main),
        environments={"production": Cluster(name="eu", revision=revision)},
        flux=flux,
    )
    return read(flux_files(declared, flux, "dist", sets), "flux/")


def of_stages(system: str = "shop") -> DeliveredSet:
    """Give a set of three stages."""
    rollout = body("Rollout", api="argoproj.io/v1alpha1", spec={})
    objects = [("10-config", body("ConfigMap")), ("50-services", body("Service")), ("70-rollouts", rollout)]
    return DeliveredSet(system, "production", objects)


def specs(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the specs of the systems' Kustomizations, by name."""
    return {one["metadata"]["name"]: one["spec"] for path, one in found.items() if path.startswith(SYSTEMS)}


def test_each_stage_waits_for_the_one_before() -> None:
    """The stages that a set has are a chain, each of one folder, with what left it deleted."""
    stages = specs(rendered(Flux(), of_stages()))
    assert {name: (spec.get("dependsOn"), spec["path"]) for name, spec in stages.items()} == {
        "shop-production-10-config": (None, "./dist/shop/production/10-config"),
        "shop-production-50-services": (
            [{"name": "shop-production-10-config"}],
            "./dist/shop/production/50-services",
        ),
        "shop-production-70-rollouts": (
            [{"name": "shop-production-50-services"}],
            "./dist/shop/production/70-rollouts",
        ),
    }
    for spec in stages.values():
        assert (spec["wait"], spec["prune"], spec["timeout"]) == (True, True, "10m0s")
        assert spec["sourceRef"] == {"kind": "GitRepository", "name": "lumen-production"}
        # Flux would put its own values in place of ${…} in scripts and configuration, and rename or move objects.
        assert not {"postBuild", "targetNamespace", "namePrefix", "commonMetadata", "force"} & spec.keys()


def test_the_health_of_kinds_that_flux_does_not_know_is_given_where_they_are() -> None:
    """In the version that the stage has, once a kind."""
    secrets = [body("ExternalSecret", name, api="external-secrets.io/v1beta1") for name in ("a", "b")]
    stages = specs(rendered(Flux(), of_stages(), staged("stock", "production", *secrets)))
    assert "healthCheckExprs" not in stages["shop-production-50-services"]
    (rollout,) = stages["shop-production-70-rollouts"]["healthCheckExprs"]
    assert (rollout["apiVersion"], rollout["kind"]) == ("argoproj.io/v1alpha1", "Rollout")
    assert set(rollout) == {"apiVersion", "kind", "current", "failed"}
    (secret,) = stages["stock-production-20-secrets"]["healthCheckExprs"]
    assert (secret["apiVersion"], secret["kind"]) == ("external-secrets.io/v1beta1", "ExternalSecret")
    assert set(secret) == {"apiVersion", "kind", "current"}


def test_what_rollouts_change_is_left_alone_by_the_stage_that_has_it() -> None:
    """The Services are in one stage, the routes in the next, and the Rollouts that change both in the last."""
    stages = specs(rendered(Flux(), staged("shop", "production", *canaries())))
    ignored = {name: [rule["target"]["kind"] for rule in spec.get("ignore", [])] for name, spec in stages.items()}
    assert {name: kinds for name, kinds in ignored.items() if kinds} == {
        "shop-production-50-services": ["Service"] * 6,
        "shop-production-60-traffic": ["HTTPRoute", "GRPCRoute"],
    }


def test_an_environment_delivers_its_own_folders() -> None:
    """A system that is new needs nobody's hands: one Kustomization reads the folder, another that of the systems."""
    found = rendered(Flux(), a_set())
    assert [path for path in found if path.startswith(PRODUCTION)] == [
        "production/gitrepository.lumen-production.yaml",
        "production/kustomization.lumen-production.yaml",
        "production/kustomization.lumen-production-systems.yaml",
    ]
    for suffix, path in (("", "./dist/flux/production"), ("-systems", "./dist/flux/production.systems")):
        spec = found[f"production/kustomization.lumen-production{suffix}.yaml"]["spec"]
        assert spec["path"] == path
        assert spec["sourceRef"]["name"] == "lumen-production"


def test_an_environment_with_a_revision_of_its_own_takes_the_systems_from_there_and_no_more() -> None:
    """What says which revision it is comes from the main branch, or no change of it would ever arrive."""
    found = rendered(Flux(secret="git"), a_set(), revision="refs/tags/v7")  # noqa: S106  # the name of a Secret
    repositories = {one["metadata"]["name"]: one["spec"] for one in found.values() if one["kind"] == "GitRepository"}
    assert {name: spec["ref"] for name, spec in repositories.items()} == {
        "lumen-production": {"tag": "v7"},
        "lumen-production-main": {"branch": "main"},
    }
    assert {tuple(spec["secretRef"].items()) for spec in repositories.values()} == {(("name", "git"),)}
    sources = {path: one["spec"]["sourceRef"]["name"] for path, one in found.items() if "sourceRef" in one["spec"]}
    assert sources.pop("production/kustomization.lumen-production.yaml") == "lumen-production-main"
    assert set(sources.values()) == {"lumen-production"}


def test_a_revision_of_its_own_moves_no_object() -> None:
    """A Kustomization that left its folder would be deleted, with all that it applied."""
    before, after = (set(rendered(Flux(), a_set(), revision=revision)) for revision in (None, "refs/tags/v7"))
    assert before < after
    assert (
        rendered(Flux(), a_set())["production.systems/kustomization.shop-production-10-config.yaml"]
        == rendered(Flux(), a_set(), revision="refs/tags/v7")[
            "production.systems/kustomization.shop-production-10-config.yaml"
        ]
    )


@pytest.mark.parametrize(
    ("revision", "reference"),
    [
        ("main", {"branch": "main"}),
        ("release/1.x", {"branch": "release/1.x"}),
        ("refs/heads/main", {"branch": "main"}),
        ("refs/tags/v1", {"tag": "v1"}),
        ("refs/pull/7/head", {"name": "refs/pull/7/head"}),
        ("0123456789" * 4, {"commit": "0123456789" * 4}),
    ],
)
def test_a_revision_is_a_branch_a_tag_or_a_commit(revision: str, reference: dict[str, str]) -> None:
    """Flux has a field for each."""
    found = rendered(Flux(), a_set(), main=revision)
    assert found["production/gitrepository.lumen-production.yaml"]["spec"]["ref"] == reference


def test_every_option_of_flux_is_used() -> None:
    """Intervals, credentials, and the account that applies."""
    flux = Flux(
        namespace="gitops",
        interval="1h",
        retry_interval="90s",
        timeout="30m",
        fetch_interval="5m",
        secret="git",  # noqa: S106  # the name of a Secret
        service_account="deployer",
    )
    found = rendered(flux, of_stages())
    assert {one["metadata"]["namespace"] for one in found.values()} == {"gitops"}
    repository = found["production/gitrepository.lumen-production.yaml"]
    assert repository["metadata"]["annotations"] == {"lumen-constructs/external": "Secret/git"}
    assert repository["spec"] == {
        "url": URL,
        "ref": {"branch": "main"},
        "sparseCheckout": ["dist"],
        "interval": "5m0s",
        "secretRef": {"name": "git"},
    }
    spec = specs(found)["shop-production-10-config"]
    assert (spec["interval"], spec["retryInterval"], spec["timeout"]) == ("1h0m0s", "1m30s", "30m0s")
    assert spec["serviceAccountName"] == "deployer"


def test_long_names_stay_within_a_label() -> None:
    """Flux writes a Kustomization's name into a label, and two that are cut stay two."""
    found = rendered(Flux(), of_stages("a" * 60), of_stages("a" * 59 + "b"))
    names = [one["metadata"]["name"] for one in found.values() if one["kind"] == "Kustomization"]
    assert max(map(len, names)) <= 63
    assert len(set(names)) == 8
    environment = "e" * 63
    declared = Delivery(repository=Repository(url=URL), environments={environment: Cluster(name="eu")}, flux=Flux())
    found = read(flux_files(declared, Flux(), "dist", []), "flux/")
    assert {len(one["metadata"]["name"]) for one in found.values()} == {63}
    assert len(found) == 3


def test_a_flux_may_deliver_to_other_clusters_than_its_own() -> None:
    """The systems are applied by way of a kubeconfig; what Flux itself reads stays with it."""
    places = {name: Cluster(name=name, kube_config=f"{name}-kubeconfig") for name in ("production", "staging")}
    sets = [a_set(), a_set("staging")]
    found = read(flux_files(delivery(Flux(), **places), Flux(), "dist", sets), "flux/")
    for name in places:
        spec = found[f"{name}.systems/kustomization.shop-{name}-10-config.yaml"]["spec"]
        assert spec["kubeConfig"] == {"secretRef": {"name": f"{name}-kubeconfig"}}
    assert sum("kubeConfig" in one["spec"] for one in found.values()) == 2
    same = {name: Cluster(name=name, kube_config="x") for name in ("live", "live-systems")}
    with pytest.raises(LumenError, match="'lumen-live-systems' would be made for live and for live-systems"):
        flux_files(delivery(Flux(), **same), Flux(), "dist", [])


@pytest.mark.parametrize(
    ("sets", "fault"),
    [
        ((a_set("eu-live", system="shop"), a_set("live", system="shop-eu")), "Kustomization 'shop-eu-live-10-config'"),
        ((a_set("live", system="shop"), a_set("live-systems", system="shop")), "Kustomization 'lumen-live-systems'"),
    ],
)
def test_refuses_two_objects_of_one_name_in_one_cluster(sets: tuple[DeliveredSet, DeliveredSet], fault: str) -> None:
    """Each environment has a folder of its own, and a cluster may read several of them."""
    first, second = (one.environment for one in sets)
    with pytest.raises(LumenError, match=f"{fault} would be made for {first} and for {second}, in one cluster"):
        flux_files(delivery(Flux(), **dict.fromkeys((first, second), Cluster(name="eu"))), Flux(), "dist", sets)
    apart = {first: Cluster(name="eu"), second: Cluster(name="us")}
    assert flux_files(delivery(Flux(), **apart), Flux(), "dist", sets)
