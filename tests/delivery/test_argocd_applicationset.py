from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from typing import Any

import pytest

from lumen_constructs.delivery.argocd_application import application
from lumen_constructs.delivery.argocd_applicationset import application_set
from lumen_constructs.delivery.gitops import DeliveredSet
from lumen_constructs.options.delivery_targets import ArgoCD, Cluster, Delivery
from tests.delivery.go_templates import fill
from tests.delivery.sets import a_set, canaries, delivery
from tests.networking.custom import schema_faults

STEPS = [["staging"], ["production"]]
EU_AND_US = Cluster(selector={"tier": "production"}, names=["eu", "us"])


def made(declared: Delivery, *sets: DeliveredSet, output: str = "dist") -> dict[str, Any]:
    """Give the spec of the ApplicationSet, which must be as its schemas say."""
    assert declared.argocd is not None
    found = application_set(declared, declared.argocd, output, sets)
    assert schema_faults(found) == []
    spec: dict[str, Any] = found["spec"]
    return spec


def generated(spec: dict[str, Any], folders: list[str]) -> Iterator[dict[str, Any]]:
    """Do what Argo CD does with an ApplicationSet, in a repository with ``folders`` and two clusters of one label."""
    for generator in spec["generators"]:
        git, clusters = generator["matrix"]["generators"]
        for path in filter(lambda folder: _chosen(folder, git["git"]["directories"]), folders):
            segments = path.split("/")
            found = {"path": {"path": path, "segments": segments, "basename": segments[-1]}}
            # The second generator is filled in with what the first one gave, before any cluster is known.
            for cluster in _clusters(fill(clusters, found)):
                yield fill(spec["template"], found | cluster)


def _chosen(folder: str, rules: list[dict[str, Any]]) -> bool:
    matching = [rule.get("exclude", False) for rule in rules if _matches(folder, rule["path"])]
    return bool(matching) and not any(matching)


def _matches(folder: str, pattern: str) -> bool:
    """Match as Go's path.Match does, whose ``*`` stays within one part of a path."""
    parts, patterns = folder.split("/"), pattern.split("/")
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


def _clusters(generator: dict[str, Any]) -> list[dict[str, Any]]:
    if "list" in generator:
        elements: list[dict[str, Any]] = generator["list"]["elements"]
        return elements
    assert generator["clusters"]["selector"] == {"matchLabels": {"tier": "production"}}
    values = generator["clusters"]["values"]
    return [
        {"name": f"{name} cluster", "nameNormalized": name, "server": f"https://{name}", "values": values}
        for name in ("eu", "us")
    ]


def folders_of(sets: list[DeliveredSet], output: str) -> list[str]:
    """Give the folders of a repository that holds an output."""
    systems = [f"{output}/{one.system}/{one.environment}" for one in sets]
    stages = [f"{path}/10-config" for path in systems]
    environments = sorted({one.environment for one in sets})
    others = [f"{output}/flux/{name}{suffix}" for name in environments for suffix in ("", ".systems")]
    others += [f"{output}/kustomize/shop/production", f"{output}/kustomize/production"]
    return [".git", output, f"{output}/argocd", f"{output}/flux", "apps/shop", *systems, *stages, *others]


@pytest.mark.parametrize("output", ["dist", "shop/out/dist"])
def test_it_makes_the_applications_that_there_would_be_without_it(output: str) -> None:
    """One of each system in each environment, of the same name, folder, revision and namespace; nothing of our own."""
    sets = [a_set(), a_set("staging"), a_set(system="stock"), a_set("staging", system="stock")]
    argocd = ArgoCD(style="applicationset")
    declared = delivery(argocd, staging=Cluster(name="test"), production=Cluster(name="eu", revision="refs/tags/v7"))
    found = {
        one["metadata"]["name"]: one
        for one in generated(made(declared, *sets, output=output), folders_of(sets, output))
    }
    expected = {one["metadata"]["name"]: one for one in (application(declared, argocd, output, each) for each in sets)}
    assert sorted(found) == sorted(expected)
    for name, one in found.items():
        assert one["spec"] == expected[name]["spec"]
        for field in ("namespace", "labels", "annotations"):
            assert one["metadata"][field] == expected[name]["metadata"][field]


def test_an_environment_may_have_several_clusters() -> None:
    """Labels choose them, and each has an Application with its own name in it."""
    spec = made(delivery(ArgoCD(style="applicationset"), production=EU_AND_US), a_set())
    found = list(generated(spec, folders_of([a_set()], "dist")))
    assert [one["metadata"]["name"] for one in found] == ["shop-production-eu", "shop-production-us"]
    assert [one["spec"]["destination"] for one in found] == [
        {"name": name, "namespace": "shop-production"} for name in ("eu cluster", "us cluster")
    ]


def test_clusters_are_found_by_their_servers_where_these_are_declared() -> None:
    """One template finds all clusters in one way."""
    spec = made(delivery(ArgoCD(style="applicationset"), production=Cluster(server="https://k")), a_set())
    (one,) = generated(spec, ["dist/shop/production"])
    assert one["spec"]["destination"] == {"server": "https://k", "namespace": "shop-production"}


def test_it_fails_on_what_is_missing_and_deletes_nothing() -> None:
    """A folder that vanishes takes no Application along, and an Application that goes takes no object along."""
    spec = made(delivery(ArgoCD(style="applicationset")), a_set(), a_set("staging"))
    assert spec["goTemplate"] is True
    assert spec["goTemplateOptions"] == ["missingkey=error"]
    assert spec["syncPolicy"] == {"applicationsSync": "create-update", "preserveResourcesOnDeletion": True}
    assert "finalizers" not in spec["template"]["metadata"]
    assert "strategy" not in spec


@pytest.mark.parametrize(("prune", "automated"), [(True, {"automated": {"prune": True}}), (False, {})])
def test_steps_turn_automated_syncs_off_and_prune_all_the_same(prune: bool, automated: dict[str, Any]) -> None:  # noqa: FBT001  # a parameter of the test
    """The controller reads whether to prune from what it then takes off each Application."""
    spec = made(delivery(ArgoCD(style="applicationset", steps=STEPS, prune=prune)), a_set(), a_set("staging"))
    policy = spec["template"]["spec"]["syncPolicy"]
    assert {key: value for key, value in policy.items() if key == "automated"} == automated
    assert spec["strategy"]["type"] == "RollingSync"


def test_each_application_is_in_one_step() -> None:
    """The steps choose by a label that every Application has; one that is in none would never be synced."""
    sets = [a_set(), a_set("staging"), a_set(system="stock")]
    spec = made(delivery(ArgoCD(style="applicationset", steps=STEPS)), *sets)
    steps = spec["strategy"]["rollingSync"]["steps"]
    chosen = []
    for one in generated(spec, folders_of(sets, "dist")):
        labels = one["metadata"]["labels"]
        (step,) = [
            place
            for place, step in enumerate(steps)
            for wanted in step["matchExpressions"]
            if wanted["operator"] == "In" and labels[wanted["key"]] in wanted["values"]
        ]
        chosen.append((one["metadata"]["name"], step))
    assert sorted(chosen) == [("shop-production", 1), ("shop-staging", 0), ("stock-production", 1)]


def test_what_rollouts_change_is_ignored_in_every_application() -> None:
    """The one template has the entries of all sets; each names its object."""
    one = DeliveredSet("shop", "production", [("50-services", each) for each in canaries()])
    spec = made(delivery(ArgoCD(style="applicationset")), one, a_set("staging"))["template"]["spec"]
    assert len(spec["ignoreDifferences"]) == 8
    assert "ApplyOutOfSyncOnly=true" in spec["syncPolicy"]["syncOptions"]
