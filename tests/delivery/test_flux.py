from __future__ import annotations

from typing import Any

import yaml

from lumen_constructs.delivery.flux import flux_files
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.emit.existing import MARK
from lumen_constructs.options.delivery_targets import Cluster, Delivery, Flux, Repository
from tests.delivery.test_argocd import URL, a_set, body
from tests.networking.custom import schema_faults


def rendered(flux: Flux, *sets: DeliveredSet, revision: str = "main") -> dict[str, dict[str, Any]]:
    """Give the objects by file; each must be as its schemas say, and be marked as ours."""
    declared = Delivery(
        repository=Repository(url=URL, revision=revision), environments={"production": Cluster(name="eu")}, flux=flux
    )
    files = flux_files(declared, flux, "dist", sets)
    assert all(MARK in content.decode()[:80] for content in files.values())
    found = {path.removeprefix("flux/production/"): yaml.safe_load(content) for path, content in files.items()}
    assert [fault for one in found.values() for fault in schema_faults(one)] == []
    return found


def staged(system: str = "shop") -> DeliveredSet:
    """Give a set of three stages."""
    rollout = body("Rollout", api="argoproj.io/v1alpha1", spec={})
    objects = [("10-config", body("ConfigMap")), ("50-services", body("Service")), ("70-rollouts", rollout)]
    return DeliveredSet(system, "production", objects)


def test_each_stage_waits_for_the_one_before() -> None:
    """The stages that a set has are a chain, each of one folder, with what left it deleted."""
    found = rendered(Flux(), staged())
    stages = [found[f"kustomization.shop-production-{stage}.yaml"]["spec"]
              for stage in ("10-config", "50-services", "70-rollouts")]  # fmt: skip
    assert [one.get("dependsOn") for one in stages] == [
        None,
        [{"name": "shop-production-10-config"}],
        [{"name": "shop-production-50-services"}],
    ]
    assert [one["path"] for one in stages] == [
        "./dist/shop/production/10-config",
        "./dist/shop/production/50-services",
        "./dist/shop/production/70-rollouts",
    ]
    assert all(one["wait"] and one["prune"] and one["timeout"] == "10m0s" for one in stages)
    assert all(one["sourceRef"] == {"kind": "GitRepository", "name": "lumen-production"} for one in stages)


def test_the_health_of_kinds_that_flux_does_not_know_is_given_where_they_are() -> None:
    """A Rollout's generation is text, which Flux' own reading of status refuses."""
    found = rendered(Flux(), staged())
    assert "healthCheckExprs" not in found["kustomization.shop-production-50-services.yaml"]["spec"]
    (rollout,) = found["kustomization.shop-production-70-rollouts.yaml"]["spec"]["healthCheckExprs"]
    assert rollout["kind"] == "Rollout"
    assert "string(metadata.generation)" in rollout["current"]


def test_an_environment_delivers_its_own_folder() -> None:
    """A system that is new needs nobody's hands."""
    found = rendered(Flux(), a_set())
    assert found["kustomization.lumen-production.yaml"]["spec"]["path"] == "./dist/flux/production"


def test_every_option_of_flux_is_used() -> None:
    """Intervals, credentials, the account that applies, and a tag instead of a branch."""
    flux = Flux(
        namespace="gitops",
        interval="1h",
        retry_interval="90s",
        timeout="30m",
        fetch_interval="5m",
        secret="git",  # noqa: S106  # the name of a Secret
        service_account="deployer",
    )
    found = rendered(flux, staged(), revision="refs/tags/v1")
    repository = found["gitrepository.lumen-production.yaml"]
    assert repository["metadata"]["namespace"] == "gitops"
    assert repository["metadata"]["annotations"] == {"lumen-constructs/external": "Secret/git"}
    assert repository["spec"] == {
        "url": URL,
        "ref": {"name": "refs/tags/v1"},
        "interval": "5m0s",
        "secretRef": {"name": "git"},
    }
    spec = found["kustomization.shop-production-10-config.yaml"]["spec"]
    assert (spec["interval"], spec["retryInterval"], spec["timeout"]) == ("1h0m0s", "1m30s", "30m0s")
    assert spec["serviceAccountName"] == "deployer"


def test_long_names_stay_within_a_label() -> None:
    """Flux writes a Kustomization's name into a label, and two that are cut stay two."""
    found = rendered(Flux(), staged("a" * 60), staged("a" * 59 + "b"))
    names = [one["metadata"]["name"] for one in found.values()]
    assert max(map(len, names)) <= 63
    assert len(names) == 8
